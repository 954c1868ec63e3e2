"""The picture of a range test: the loss by the learning rate, and the proposal."""

from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.files import refuse_existing, write_file
from mnist.errors import MnistError
from mnist.runs.shown.curves import GRID, TEST, picture
from mnist.training.range_test import RangeTest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = (".svg", ".png")


def check_picture(file: Path, *, force: bool) -> None:
    """MnistError for another kind of file; FileError where it exists, unless that is forced."""
    if file.suffix not in KINDS:
        raise MnistError(f"{file}: a picture is a file that ends in .svg or .png")
    if not force:
        refuse_existing(file)


def draw(test: RangeTest, file: Path, *, force: bool) -> None:
    """Write the picture whole or not at all."""
    check_picture(file, force=force)

    def lines(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.plot(test.rates, test.losses, color="#C9D3DF", linewidth=1, label="loss of each step")
        axes.plot(test.rates, test.smoothed, color=TEST, linewidth=2, label="smoothed")
        axes.axvline(test.proposal, color="#D55E00", linestyle=":", label=f"proposal {test.proposal:g}")
        axes.axvline(test.lowest, color="#6B7280", linestyle="--", linewidth=1, label=f"lowest {test.lowest:.2g}")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss", title=f"Range test of {test.network}")
        axes.set_ylim(0, 1.1 * max(test.smoothed))
        axes.grid(color=GRID)
        axes.legend()

    write_file(file, picture(lines, file.suffix[1:], (7, 4)), force=force)
