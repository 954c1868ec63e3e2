"""Figures as bytes: SVG that follows the reader's light or dark mode, or PNG. The same figure gives the same bytes."""

import io
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

INK, EDGE, LINE = "#1F2328", "#8C8C8C", "#E4E4E4"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same outlines everywhere
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlepad": 10,
    "axes.titley": 1.0,  # fixed: to find the place measures every tick
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": EDGE,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "figure.constrained_layout.w_pad": 0.1,  # inches around everything
    "figure.constrained_layout.h_pad": 0.1,
    "savefig.facecolor": "white",
    "svg.hashsalt": "reports",
    "svg.fonttype": "path",
}
# Lightness turned round, hues kept: white becomes #121212, ink light, blue stays blue, and a photograph a negative.
DARK = b"@media screen and (prefers-color-scheme: dark){svg{filter:invert(.93) hue-rotate(180deg)}}"
DOTS = 150  # an inch
A_WORKER = 40  # drawings that are worth the start of a process


@contextmanager
def style() -> Iterator[None]:
    """The style of reports, whatever the user's matplotlibrc says; put back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def draw_all(
    drawings: Mapping[str, Callable[[], Figure]],
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


def svg(draw: Callable[[], Figure]) -> bytes:
    """The figure as SVG without date or random names."""
    return _save(draw, "svg")


def png(draw: Callable[[], Figure]) -> bytes:
    """The figure as PNG on white."""
    return _save(draw, "png")


def _end_with_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it does, be it killed: a pool's workers would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _as(kinds: Sequence[str], draw: Callable[[], Figure]) -> list[bytes]:
    figure = cache(draw)
    return [_save(figure, kind) for kind in kinds]


def _save(draw: Callable[[], Figure], kind: str) -> bytes:
    """Written by the canvas itself: `savefig` draws everything once more to find its size."""
    buffer = io.BytesIO()
    with style():
        figure = draw()
        if kind == "png":
            figure.set_dpi(DOTS)
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})  # type: ignore[no-untyped-call]
            return buffer.getvalue()
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    head, end, rest = buffer.getvalue().partition(b"</style>")
    return head + DARK + end + rest
