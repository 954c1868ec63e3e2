"""`mnist predict`: what a trained run reads in pictures."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson, RunFolder, Trust, print_text

if TYPE_CHECKING:
    from mnist.jobs.reading import Reading

SHADES = " .:-=+*#%@"  # from black to white


def predict(
    run: RunFolder,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE", help="PNG or JPEG.", show_default=False)],
    show: Annotated[bool, typer.Option("--show", help="Print what the network saw of each digit, too.")] = False,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Print what a trained run reads in pictures of digits: ten probabilities each.

    Drawn, photographed or scanned, of any size, dark on light or light on dark: ink is told from paper, ruled lines and
    the table beyond the sheet, several digits are read one by one, and each is made like MNIST's first, 20 pixels high,
    strokes as broad as there, centred by its mass. A digit unlike what the network learnt is marked with "?".
    """
    from mnist.requirements import need_libraries

    need_libraries()
    from mnist.jobs.reading import read_pictures

    readings = read_pictures(run, images, trust=trust)
    if as_json:
        print(json.dumps([_told(reading, show) for reading in readings], indent=2, ensure_ascii=False))
        return
    if show:
        for reading in readings:
            print_text(f"{_name(reading, readings)}, read as {reading.read}:")
            print("\n".join(_drawn(reading)))
    columns = ("Image", "Reads", *map(str, range(10)))
    cells = [
        (
            _name(reading, readings),
            f"{reading.read}{'?' if reading.unlike else ''}",
            *(f"{share:.0%}" for share in reading.probabilities),
        )
        for reading in readings
    ]
    print_table(columns, cells, left=("Image", "Reads"))
    if any(reading.unlike for reading in readings):
        print_text(
            "? unlike what the network learnt: turned or scaled a little, it is read as something else, or hardly so"
        )


def _name(reading: "Reading", readings: "list[Reading]") -> str:
    several = any(other.file == reading.file and other.number > 1 for other in readings)
    return f"{reading.file}{f', digit {reading.number}' if several else ''}"


def _told(reading: "Reading", show: bool) -> dict[str, object]:
    box = reading.seen.box
    return {
        "image": str(reading.file),
        "number": reading.number,
        "digit": reading.read,
        "probabilities": reading.probabilities,
        "steadiness": reading.steadiness,
        "unlike": reading.unlike,
        "box": {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom},
    } | ({"pixels": reading.seen.image.tolist()} if show else {})


def _drawn(reading: "Reading") -> list[str]:
    """A line a row of pixels, two letters a pixel: about square on a terminal."""
    shades = (reading.seen.image.astype(int) * len(SHADES)) // 256
    return ["".join(2 * SHADES[shade] for shade in row).rstrip() for row in shades]
