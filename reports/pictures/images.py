"""All pictures of a report as bytes, in several processes where they are many."""

import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread

from matplotlib.figure import Figure

from reports.pictures.canvas import Picture
from reports.pictures.raster import figure_png, figure_svg, png
from reports.pictures.style import style
from reports.pictures.svg import svg

Draw = Callable[[], Picture | Figure]  # figures are those of backprop: the network

A_WORKER = 400  # drawings that are worth the start of a process


def draw_all(
    drawings: Mapping[str, Draw],
    with_png: bool = False,
    workers: int = 1,
    drawn: Callable[[int], None] = lambda _: None,
) -> dict[str, bytes]:
    """Each drawing, by its path, as SVG; with_png, as PNG beside it too. `drawn` is told how many are made.

    Where they are many, up to `workers` processes draw them: functions that can be pickled, in a program whose main
    module may be imported. The bytes are the same.
    """
    kinds = ("svg", "png") if with_png else ("svg",)
    workers = min(workers, len(drawings) // A_WORKER)
    saved: dict[str, bytes] = {}
    with ExitStack() as stack:
        made: Iterable[list[bytes]] = map(partial(_as, kinds), drawings.values())
        if workers > 1:
            pool = stack.enter_context(ProcessPoolExecutor(workers, get_context("spawn"), _end_with_parent))
            made = pool.map(partial(_as, kinds), drawings.values(), chunksize=4)
        for number, (path, contents) in enumerate(zip(drawings, made, strict=True), 1):
            saved |= {
                f"{path.removesuffix('.svg')}.{kind}": content for kind, content in zip(kinds, contents, strict=True)
            }
            drawn(number)
    return saved


def _end_with_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it does, be it killed: a pool's workers would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _as(kinds: Sequence[str], draw: Draw) -> list[bytes]:
    """The same picture in each kind; a figure in the settings of reports."""
    with style():
        drawn = draw()
    if isinstance(drawn, Picture):
        return [svg(drawn) if kind == "svg" else png(drawn) for kind in kinds]
    return [figure_svg(drawn) if kind == "svg" else figure_png(drawn) for kind in kinds]
