"""`mnist predict`: what a trained run reads in pictures."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson, RunFolder, Trust, print_text

if TYPE_CHECKING:
    from mnist.jobs.reading import Reading

MOST_COLUMNS = 10  # of classes; of more only the three most probable are printed
SHADES = " .:-=+*#%@"  # from black to white


def predict(
    run: RunFolder,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE", help="PNG or JPEG.", show_default=False)],
    show: Annotated[bool, typer.Option("--show", help="Print what the network saw of each digit, too.")] = False,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Print what a trained run reads in pictures, of digits or of what else it learnt: the classes' probabilities.

    Digits may be drawn, photographed or scanned, of any size, dark on light or light on dark: ink is told from paper,
    ruled lines and the table beyond the sheet, several digits are read one by one, and each is made like MNIST's
    first, 20 pixels high, strokes as broad as there, centred by its mass. Other pictures are scaled to the size that
    the network learnt. What is unlike that which the network learnt is marked with "?".
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
            print_text(f"{_name(reading, readings)}, read as {reading.name}:")
            print("\n".join(_drawn(reading)))
    classes = readings[0].classes
    many = len(classes) > MOST_COLUMNS
    columns = ("Image", "Reads", *(("Next", "Then") if many else classes))
    cells = [
        (
            _name(reading, readings),
            f"{reading.name}{'?' if reading.unlike else ''}{f' {max(reading.probabilities):.0%}' if many else ''}",
            *(_runners_up(reading) if many else [f"{share:.0%}" for share in reading.probabilities]),
        )
        for reading in readings
    ]
    print_table(columns, cells, left=("Image", "Reads", "Next", "Then"))
    if any(reading.unlike for reading in readings):
        print_text(
            "? unlike what the network learnt: turned or scaled a little, it is read as something else, or hardly so"
        )


def _runners_up(reading: "Reading") -> list[str]:
    """The second and the third class, with their probabilities."""
    ranked = sorted(zip(reading.probabilities, reading.classes, strict=True), reverse=True)
    return [f"{name} {share:.0%}" for share, name in ranked[1:3]]


def _name(reading: "Reading", readings: "list[Reading]") -> str:
    several = any(other.file == reading.file and other.number > 1 for other in readings)
    return f"{reading.file}{f', digit {reading.number}' if several else ''}"


def _told(reading: "Reading", show: bool) -> dict[str, object]:
    box = reading.seen.box
    return {
        "image": str(reading.file),
        "number": reading.number,
        "digit": reading.read,
        "class": reading.name,
        "probabilities": reading.probabilities,
        "steadiness": reading.steadiness,
        "unlike": reading.unlike,
        "box": {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom},
    } | ({"pixels": reading.seen.image.tolist()} if show else {})


def _drawn(reading: "Reading") -> list[str]:
    """A line a row of pixels, two letters a pixel: about square on a terminal."""
    image = reading.seen.image
    grey = image if image.ndim == 2 else image.mean(2)
    shades = (grey.astype(int) * len(SHADES)) // 256
    return ["".join(2 * SHADES[shade] for shade in row).rstrip() for row in shades]
