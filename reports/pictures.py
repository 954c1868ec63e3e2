"""Figures as bytes: SVG that follows the reader's light or dark mode, or PNG. The same figure gives the same bytes."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
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


@contextmanager
def style() -> Iterator[None]:
    """The style of reports, whatever the user's matplotlibrc says; put back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def draw_all(drawings: Mapping[str, Callable[[], Figure]], with_png: bool = False) -> dict[str, bytes]:
    """Each drawing as SVG; with_png, as PNG beside it too. Drawn once."""
    saved: dict[str, bytes] = {}
    for path, draw in drawings.items():
        figure = cache(draw)
        saved[path] = svg(figure)
        if with_png:
            saved[f"{path.removesuffix('.svg')}.png"] = png(figure)
    return saved


def svg(draw: Callable[[], Figure]) -> bytes:
    """The figure as SVG without date or random names."""
    return _save(draw, "svg")


def png(draw: Callable[[], Figure]) -> bytes:
    """The figure as PNG on white."""
    return _save(draw, "png")


def _save(draw: Callable[[], Figure], kind: str) -> bytes:
    """Written by the canvas itself: `savefig` draws everything once more to find its size."""
    buffer = io.BytesIO()
    with style():
        figure = draw()
        if kind == "png":
            figure.set_dpi(DOTS)
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})
            return buffer.getvalue()
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    head, end, rest = buffer.getvalue().partition(b"</style>")
    return head + DARK + end + rest
