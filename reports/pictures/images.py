"""All pictures of a report as bytes, in several processes where they are many."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from matplotlib.figure import Figure

from groundfloor.errors import InputError
from groundfloor.work.completed import in_order
from groundfloor.work.local_engine import LocalEngine
from groundfloor.work.task import Task
from reports.pictures.canvas import Picture
from reports.pictures.raster import figure_png, figure_svg, png
from reports.pictures.style import style
from reports.pictures.svg import svg

Draw = Callable[[], Picture | Figure]  # figures are those of backprop: the network
Part = tuple[Sequence[str], Sequence[Draw]]  # kinds, drawings

A_WORKER = 400  # drawings that are worth the start of a process
A_TASK = 40  # drawings, 0.2 s


def draw_all(
    drawings: Mapping[str, Draw],
    with_png: bool = False,
    workers: int = 1,
    drawn: Callable[[int], None] = lambda _: None,
) -> dict[str, bytes]:
    """Each drawing, by its path, as SVG; with_png, as PNG beside it too. `drawn` is told how many are made.

    Where they are many, up to `workers` processes draw them: functions that can be pickled. The bytes are the same.
    """
    kinds = ("svg", "png") if with_png else ("svg",)
    given = list(drawings.values())
    parts = [(kinds, given[at : at + A_TASK]) for at in range(0, len(given), A_TASK)]
    workers = min(workers, len(given) // A_WORKER)
    made = _elsewhere(parts, workers) if workers > 1 else map(_pictures, parts)
    saved: dict[str, bytes] = {}
    for number, (path, contents) in enumerate(zip(drawings, (each for part in made for each in part), strict=True), 1):
        saved |= {f"{path.removesuffix('.svg')}.{kind}": content for kind, content in zip(kinds, contents, strict=True)}
        drawn(number)
    return saved


def _elsewhere(parts: Sequence[Part], workers: int) -> Iterator[list[list[bytes]]]:
    with LocalEngine(workers) as engine:
        for _, result in in_order([Task(_pictures, part) for part in parts], engine):
            if isinstance(result, InputError):
                raise result
            yield result


def _pictures(part: Part) -> list[list[bytes]]:
    """Of each drawing, the same picture in each kind; figures in the settings of reports."""
    kinds, drawings = part
    with style():
        return [[_as(kind, drawn) for kind in kinds] for draw in drawings for drawn in [draw()]]


def _as(kind: str, drawn: Picture | Figure) -> bytes:
    if isinstance(drawn, Picture):
        return svg(drawn) if kind == "svg" else png(drawn)
    return figure_svg(drawn) if kind == "svg" else figure_png(drawn)
