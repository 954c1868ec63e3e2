"""A picture as PNG, twice as fine as a screen's pixels, and figures that backprop drew; by matplotlib, no pyplot."""

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from reports.pictures.canvas import Area, Dots, Line, Picture, Pixels, Shape, Words
from reports.pictures.style import style
from reports.pictures.svg import DARK

POINT = 0.75  # of a pixel: 72 to 96 an inch
FINE = 2


def png(picture: Picture) -> bytes:
    """The file. The same picture gives the same bytes."""
    buffer = io.BytesIO()
    with style():
        figure = Figure(figsize=(picture.width / 96, picture.height / 96), dpi=96 * FINE, facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, picture.width), ylim=(picture.height, 0))
        axes.set_axis_off()
        for order, shape in enumerate(picture.shapes, 1):
            _draw(axes, shape, order)
        FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def figure_png(figure: Figure) -> bytes:
    """A figure that another package drew, as PNG on white."""
    buffer = io.BytesIO()
    with style():
        figure.set_dpi(96 * FINE)
        FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def figure_svg(figure: Figure) -> bytes:
    """The same as SVG without date or random names, dark where the page around asks for it."""
    buffer = io.BytesIO()
    with style():
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    head, end, rest = buffer.getvalue().partition(b"</style>")
    return head.replace(b"<svg ", b'<svg id="dark" ', 1) + DARK.encode() + end + rest


def _draw(axes: Axes, shape: Shape, order: int) -> None:
    match shape:
        case Line():
            dash = (0, [float(part) / shape.width for part in shape.dash.split()]) if shape.dash else "-"
            for stroke in shape.strokes:
                axes.plot(
                    *zip(*stroke, strict=True), color=shape.colour, lw=shape.width * POINT, linestyle=dash,
                    zorder=order, solid_joinstyle="round", solid_capstyle="butt", scalex=False, scaley=False,
                )  # fmt: skip
        case Area():
            axes.add_collection(
                PolyCollection(
                    list(shape.outlines), facecolors=shape.colour, alpha=shape.opacity, linewidth=0, zorder=order
                ),
                autolim=False,
            )
        case Dots():
            edge = 1.5 * POINT if shape.hollow else 0
            axes.plot(
                *zip(*shape.points, strict=True), "o", color=shape.colour, ms=shape.size * POINT - edge, mew=edge,
                markerfacecolor="white" if shape.hollow else shape.colour, zorder=order, scalex=False, scaley=False,
            )  # fmt: skip
        case Words():
            axes.text(
                *shape.point, shape.text, color=shape.colour, fontsize=shape.size * POINT, va="baseline",
                ha={"start": "left", "middle": "center", "end": "right"}[shape.side],
                fontweight="bold" if shape.bold else "normal", rotation=0 if shape.upright else 90,
                rotation_mode="anchor", zorder=order, parse_math=False,
            )  # fmt: skip
        case Pixels():
            (x, y), (width, height) = shape.point, shape.size
            axes.imshow(
                shape.image, cmap="gray", vmin=0, vmax=255, extent=(x, x + width, y + height, y), aspect="auto",
                interpolation="none", zorder=order,
            )  # fmt: skip
            axes.set(xlim=(0, axes.figure.get_figwidth() * 96), ylim=(axes.figure.get_figheight() * 96, 0))  # type: ignore[union-attr]
