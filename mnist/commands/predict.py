"""`mnist predict`: what a trained run reads in pictures."""

import json
from pathlib import Path
from typing import Annotated

import typer

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson, RunFolder, Trust


def predict(
    run: RunFolder,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE", help="PNG or JPEG.", show_default=False)],
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Print what a trained run reads in pictures of one digit each: ten probabilities.

    Any size, dark on light or light on dark: a picture is made like MNIST's first, 20 pixels high, centred by its mass.
    """
    from mnist.requirements import need_libraries

    need_libraries()
    from mnist.jobs.use import read_digits

    readings = list(zip(images, read_digits(run, images, trust=trust), strict=True))
    if as_json:
        rows = [
            {"image": str(file), "digit": shares.index(max(shares)), "probabilities": shares}
            for file, shares in readings
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    columns = ("Image", "Reads", *map(str, range(10)))
    cells = [(file, shares.index(max(shares)), *(f"{share:.0%}" for share in shares)) for file, shares in readings]
    print_table(columns, cells, left=("Image",))
