"""`mnist page`: a page to draw on, which a trained run reads."""

from pathlib import Path
from typing import Annotated

import typer

from mnist.commands.options import RunFolder, Trust, print_text


def page(
    run: RunFolder,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The page to write.")] = Path("draw.html"),
    data: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|DIR",
            help="Where its images to click on are from, as `mnist evaluate` takes it.  "
            "[default: what the run learnt, from $MNIST_DIR or the cache; nothing is downloaded]",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.")] = False,
    trust: Trust = False,
) -> None:
    """Write one page to draw on, in which the run's network reads what is drawn, from its own weights.

    The page needs no network connection and sends nothing. It makes what is drawn like MNIST's images as `mnist
    predict` does, shows each class's probability and what every layer gives, and has images to click on: the first
    test image of each class where the test set is at hand, and some that the run got wrong. It compares its scores
    of these with those of torch.
    """
    from mnist.requirements import need_libraries

    need_libraries()
    from mnist.page.write import write_page

    written = write_page(run, out, data=data, trust=trust, force=force)
    print_text(
        f"{written.file}: {_kilobytes(written.size)}, of which {_kilobytes(written.weights)} are the network's numbers "
        f"as float32; {written.samples} images to click on; open it in a browser"
    )


def _kilobytes(size: int) -> str:
    return f"{size / 1024:,.0f} kB"
