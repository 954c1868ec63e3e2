"""The picture of a network: inputs, neurons, weights and losses, drawn with matplotlib."""

import io
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch
from matplotlib.path import Path

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import TOTAL_LOSS
from backprop.printers.latex import LatexPrinter

INK = "#1F2937"
EDGE = "#6B7280"
INPUT, NEURON, LOSS = "#FEF3C7", "#DBEAFE", "#FCE7F3"
MOST_LABELLED = 24  # weights; past that the labels would cover the lines
MOST_DRAWN = 12  # neurons a layer; past that the middle ones are left out
COLUMN, ROW, RADIUS = 3.0, 1.8, 0.55
ARC = 0.9  # how far a line that passes a layer bends
_LATEX = LatexPrinter()


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    x: float
    y: float


Column = dict[str, _Node]  # by the name of its quantity


def draw_network(derivation: Derivation) -> Figure:
    """Inputs on the left, a column a layer, the losses on the right; weights on their lines while they are few."""
    columns = [[symbol.name for symbol in derivation.inputs]]
    columns += [[neuron.z.name for neuron in layer] for layer in derivation.layers]
    columns += [[equation.target.name for equation in derivation.loss[:-1]]]
    nodes = [_column(names, position * COLUMN) for position, names in enumerate(columns)]
    total = _Node(TOTAL_LOSS, len(columns) * COLUMN - 0.6, 0.0)

    figure, axes = _canvas(nodes, total)
    _draw_weights(axes, derivation, nodes)
    for output, loss in zip(nodes[-2].values(), nodes[-1].values(), strict=True):
        _connect(axes, output, loss)
        _connect(axes, loss, total)
    _draw_nodes(axes, derivation, nodes, total)
    for names, column in zip(columns, nodes, strict=True):
        if len(names) > len(column):
            axes.text(next(iter(column.values())).x, 0, "⋮", color=INK, fontsize=20, ha="center", va="center", zorder=4)
    return figure


def _canvas(nodes: list[Column], total: _Node) -> tuple[Figure, Axes]:
    half = max(node.y for column in nodes for node in column.values()) + RADIUS + 0.45
    left, right = -1.0, total.x + 0.9
    figure = Figure(figsize=((right - left) * 0.72, 2 * half * 0.72), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(left, right), ylim=(-half, half), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def _draw_weights(axes: Axes, derivation: Derivation, nodes: list[Column]) -> None:
    """A line a weight between neurons that are drawn, an arc where it passes a layer."""
    labelled = sum(len(neuron.weights) for neuron in derivation.neurons) <= MOST_LABELLED
    columns = {symbol: nodes[0].get(symbol.name) for symbol in derivation.inputs}
    for position, layer in enumerate(derivation.layers, 1):
        for neuron in layer:
            target = columns[neuron.a] = nodes[position].get(neuron.z.name)
            for weight, name in zip(neuron.weights, neuron.incoming, strict=True):
                source = columns[name]
                if source and target:
                    _connect(axes, source, target, _LATEX.symbol(weight.name) * labelled)


def _draw_nodes(axes: Axes, derivation: Derivation, nodes: list[Column], total: _Node) -> None:
    """Inputs and neurons as circles, a bias under its neuron, losses as boxes."""
    for node in nodes[0].values():
        _circle(axes, node, INPUT, f"${_LATEX.symbol(node.name)}$")
    for column, layer in zip(nodes[1:-1], derivation.layers, strict=True):
        for neuron in layer:
            place = column.get(neuron.z.name)
            if place is not None:
                label = f"${_LATEX.symbol(neuron.z.name)}$\n$\\downarrow$\n${_LATEX.symbol(neuron.a.name)}$"
                _circle(axes, place, NEURON, label, f"+ ${_LATEX.symbol(neuron.bias.name)}$" if neuron.bias else "")
    for node in (*nodes[-1].values(), total):
        _box(axes, node, f"${_LATEX.symbol(node.name)}$")


def network_png(derivation: Derivation) -> bytes:
    """The picture as a PNG file's bytes."""
    buffer = io.BytesIO()
    draw_network(derivation).savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _column(names: list[str], x: float) -> Column:
    shown = names if len(names) <= MOST_DRAWN else names[: MOST_DRAWN // 2] + names[-MOST_DRAWN // 2 :]
    gap = len(shown) < len(names)  # an empty row in the middle, for the dots
    rows = [row + (gap and row >= MOST_DRAWN // 2) for row in range(len(shown))]
    return {name: _Node(name, x, (rows[-1] / 2 - row) * ROW) for name, row in zip(shown, rows, strict=True)}


def _connect(axes: Axes, source: _Node, target: _Node, label: str = "") -> None:
    rise = ARC * (target.x - source.x > 1.5 * COLUMN)  # over the neurons between them
    path = Path(
        [(source.x, source.y), ((source.x + target.x) / 2, (source.y + target.y) / 2 + 2 * rise), (target.x, target.y)],
        [Path.MOVETO, Path.CURVE3, Path.CURVE3],
    )
    axes.add_patch(PathPatch(path, facecolor="none", edgecolor=EDGE, linewidth=1.1, zorder=1))
    if label:
        along = 0.34  # near the source, where lines that cross in the middle are still apart
        x = source.x + along * (target.x - source.x)
        y = source.y + along * (target.y - source.y) + 4 * rise * along * (1 - along)
        background = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(x, y, f"${label}$", color=INK, fontsize=12, ha="center", va="center", bbox=background, zorder=2)


def _circle(axes: Axes, node: _Node, color: str, text: str, below: str = "") -> None:
    axes.add_patch(Circle((node.x, node.y), RADIUS, facecolor=color, edgecolor=INK, linewidth=1.2, zorder=3))
    axes.text(node.x, node.y, text, color=INK, fontsize=11, ha="center", va="center", linespacing=1.0, zorder=4)
    axes.text(node.x, node.y - RADIUS - 0.2, below, color=INK, fontsize=10, ha="center", va="center", zorder=4)


def _box(axes: Axes, node: _Node, text: str) -> None:
    width, height = 1.1, 0.8
    corner = (node.x - width / 2, node.y - height / 2)
    style = "round,pad=0.02,rounding_size=0.15"
    axes.add_patch(
        FancyBboxPatch(corner, width, height, boxstyle=style, facecolor=LOSS, edgecolor=INK, linewidth=1.2, zorder=3)
    )
    axes.text(node.x, node.y, text, color=INK, fontsize=12, ha="center", va="center", zorder=4)
