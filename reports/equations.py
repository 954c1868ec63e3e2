"""The mathematics of Part 1 as LaTeX: notation and equations, in blocks that GitHub renders. Derives nothing itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sympy import Symbol

from backprop.definitions import definitions
from backprop.derive import Derivation
from backprop.equation import Equation
from backprop.printers.latex import LatexPrinter

CLOSED_WEIGHTS = 16  # beyond, derivatives without deltas are too long to read
LINES = 40  # of one block; the rest is named, not shown


@dataclass(frozen=True, slots=True)
class Block:
    """Equations under each other, aligned at their relation."""

    latex: str
    shown: int
    total: int

    @property
    def hidden(self) -> int:
        """Equations left out."""
        return self.total - self.shown


@dataclass(frozen=True, slots=True)
class LayerNotation:
    """The symbols of one layer, shortened by dots where there are many."""

    sums: str
    activations: str
    deltas: str
    function: str  # sigmoid, ...
    size: int
    output: bool


@dataclass(frozen=True, slots=True)
class Mathematics:
    """What Part 1 writes as formulas."""

    inputs: str
    targets: str
    weights: str
    losses: str
    total_loss: str
    layers: tuple[LayerNotation, ...]
    forward: Block
    functions: str | None  # what the activations are; None where all are the identity
    loss: Block
    deltas: Block
    gradient: Block  # in steps, over the deltas
    closed: Block | None  # over forward quantities alone; None where that is too long to read
    update: Block  # of the first weight; the others alike


def mathematics(derivation: Derivation) -> Mathematics:
    """Every equation of the derivation as LaTeX."""
    last = len(derivation.layers) - 1
    return Mathematics(
        inputs=_list(derivation.inputs),
        targets=_list(derivation.targets),
        weights=_list(derivation.weights),
        losses=_list([equation.target for equation in derivation.loss[:-1]]),
        total_loss=LatexPrinter().symbol(derivation.loss[-1].target.name),
        layers=tuple(
            LayerNotation(
                sums=_list([neuron.z for neuron in layer]),
                activations=_list([neuron.a for neuron in layer]),
                deltas=_list([neuron.delta for neuron in layer]),
                function=description.activation,
                size=len(layer),
                output=position == last,
            )
            for position, (layer, description) in enumerate(
                zip(derivation.layers, derivation.network.layers, strict=True)
            )
        ),
        forward=block(derivation.forward),
        functions=_stack(definitions(derivation, LatexPrinter())) or None,
        loss=block(derivation.loss),
        deltas=block(derivation.deltas),
        gradient=block(derivation.gradient),
        closed=block(derivation.closed) if len(derivation.weights) <= CLOSED_WEIGHTS else None,
        update=block(derivation.updates, limit=1),
    )


def block(equations: Sequence[Equation], limit: int = LINES) -> Block:
    r"""\begin{aligned} ... \end{aligned}, one equation a line."""
    printer = LatexPrinter()
    formulas = [printer.equation(equation) for equation in equations[:limit]]
    return Block(_stack(formulas), len(formulas), len(equations))


def _stack(formulas: Sequence[str]) -> str:
    if not formulas:
        return ""
    lines = " \\\\[4pt]\n".join(map(_aligned, formulas))
    return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"


def _aligned(latex: str) -> str:
    for relation in (" = ", r" \leftarrow "):
        left, found, right = latex.partition(relation)
        if found:
            return f"{left} &{relation}{right}"
    return latex


def _list(symbols: Iterable[Symbol]) -> str:
    printer = LatexPrinter()
    names = [printer.symbol(symbol.name) for symbol in symbols]
    if len(names) > 4:
        names = [names[0], names[1], r"\ldots", names[-1]]
    return r",\, ".join(names)
