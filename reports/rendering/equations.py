"""The mathematics of Part 1 as LaTeX: notation and equations, in blocks that GitHub renders. Derives nothing itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Symbol

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import ETA, RATE, TOTAL_LOSS, Equation
from backprop.derivation.softmax import softmax_symbols
from backprop.epochs.trace import Trace
from backprop.printers.definitions import definitions
from backprop.printers.latex import LatexPrinter
from reports.figures.step import Worked, work_derivative

CLOSED_WEIGHTS = 16  # beyond, derivatives without deltas are too long to read
CLOSED_LENGTH = 450  # characters of LaTeX in such a line; beyond, it is wider than a page
LINES = 40  # of one block; the rest is named, not shown
TERMS = 8  # of a sum; in a longer one dots stand for the middle
DOTS = Symbol("…")


class ShortPrinter(LatexPrinter):
    """LaTeX in which long sums and long lists are shortened by dots."""

    def symbol(self, name: str) -> str:
        """The dots too are a symbol."""
        return r"\ldots" if name == DOTS.name else super().symbol(name)

    def _print_Add(self, expr: Expr) -> str:  # noqa: N802 - sympy calls _print_<Node>
        few = len(expr.args) <= TERMS
        return super()._print_Add(expr if few else Add(*expr.args[:2], DOTS, *expr.args[-2:], evaluate=False))

    def _print_Max(self, expr: Expr) -> str:  # noqa: N802
        names = sorted((self.symbol(argument.name) for argument in expr.args), key=lambda name: (len(name), name))
        return rf"\max\left({', '.join(names if len(names) <= TERMS else _few(names))}\right)"


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
    exponentials: str | None  # of softmax
    largest: str | None  # of the sums, in softmax
    whole: str | None  # the sum of the exponentials
    function: str  # sigmoid, ...
    bias: bool
    size: int
    output: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that the equations of the optimiser or the schedule name."""

    name: str  # momentum, beta1, ...
    symbol: str
    value: float


@dataclass(frozen=True, slots=True)
class Mathematics:
    """What Part 1 writes as formulas."""

    inputs: str
    targets: str
    weights: str
    biases: str | None
    losses: str
    total_loss: str
    layers: tuple[LayerNotation, ...]
    forward: Block
    functions: str | None  # what the activations are; None where all are the identity
    loss: Block
    deltas: Block
    gradient: Block  # in steps, over the deltas
    closed: Block | None  # over forward quantities alone; None where that is too long to read
    rate: str  # the learning rate; with a schedule, that of an epoch
    schedule: Block | None
    constants: tuple[Constant, ...]
    states: Block | None  # what the optimiser keeps for the first weight; the others alike
    update: Block  # of the first weight; the others alike
    worked: str | None  # one derivative in the numbers of epoch 1; None where it is a mean over samples


def mathematics(derivation: Derivation, trace: Trace) -> Mathematics:
    """Every equation of the derivation as LaTeX, with the numbers of a trace where a step is worked."""
    printer = LatexPrinter()
    constants = derivation.network.constants(trace.epochs)
    worked = work_derivative(derivation, trace)
    return Mathematics(
        inputs=_list(derivation.inputs),
        targets=_list(derivation.targets),
        weights=_list(derivation.weights),
        biases=_list(derivation.biases) or None,
        losses=_list([equation.target for equation in derivation.loss[:-1]]),
        total_loss=printer.symbol(derivation.loss[-1].target.name),
        layers=tuple(_layer(derivation, position) for position in range(len(derivation.layers))),
        forward=block(derivation.forward),
        functions=_stack(definitions(derivation, LatexPrinter())) or None,
        loss=block(derivation.loss),
        deltas=block(derivation.deltas),
        gradient=block(derivation.gradient),
        closed=_closed(derivation),
        rate=printer.symbol(RATE if derivation.schedule else ETA),
        schedule=block(derivation.schedule) if derivation.schedule else None,
        constants=tuple(Constant(name, printer.symbol(name), float(value)) for name, value in constants.items()),
        states=block(derivation.states[:: len(derivation.trained)]) if derivation.states else None,
        update=block(derivation.updates, limit=1),
        worked=None if worked is None else _worked(worked, printer.symbol(derivation.loss[-1].target.name)),
    )


def block(equations: Sequence[Equation], limit: int = LINES) -> Block:
    r"""\begin{aligned} ... \end{aligned}, one equation a line."""
    printer = ShortPrinter()
    formulas = [printer.equation(equation) for equation in equations[:limit]]
    return Block(_stack(formulas), len(formulas), len(equations))


def _worked(worked: Worked, loss: str) -> str:
    """The derivative as the product of its factors: by name, written out, in numbers, multiplied."""
    printer = LatexPrinter()
    names, expressions, numbers = [], [], []
    for factor in worked.factors:
        top = loss if factor.top == TOTAL_LOSS else printer.symbol(factor.top)
        names.append(rf"\frac{{\partial {top}}}{{\partial {printer.symbol(factor.bottom)}}}")
        text = printer.doprint(factor.expression)
        bare = factor.expression.is_Symbol or factor.expression.is_Number or factor.expression.is_Mul
        expressions.append(text if bare else rf"\left({text}\right)")
        number = _decimal(factor.value)
        numbers.append(number if factor.value >= 0 else rf"\left({number}\right)")
    derivative = rf"\frac{{\partial {loss}}}{{\partial {printer.symbol(worked.weight)}}}"
    products = [r" \cdot ".join(each) for each in (names, expressions, numbers)]
    lines = [f"{derivative} &= {products[0]}", *(f"&= {each}" for each in products[1:])]
    lines.append(rf"&\approx {_decimal(worked.value)}")
    body = " \\\\[4pt]\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _decimal(value: float) -> str:
    """Six significant digits, as LaTeX."""
    mantissa, _, power = f"{value:#.6g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def _closed(derivation: Derivation) -> Block | None:
    if len(derivation.weights) > CLOSED_WEIGHTS:
        return None
    closed = block(derivation.closed)
    return closed if max(map(len, closed.latex.splitlines())) <= CLOSED_LENGTH else None


def _layer(derivation: Derivation, position: int) -> LayerNotation:
    layer, description = derivation.layers[position], derivation.network.layers[position]
    softmax = description.activation == "softmax"
    largest, whole, exponentials = softmax_symbols(layer)
    return LayerNotation(
        sums=_list([neuron.z for neuron in layer]),
        activations=_list([neuron.a for neuron in layer]),
        deltas=_list([neuron.delta for neuron in layer]),
        exponentials=_list(exponentials) if softmax else None,
        largest=_list([largest]) if softmax else None,
        whole=_list([whole]) if softmax else None,
        function=description.activation,
        bias=layer[0].bias is not None,
        size=len(layer),
        output=position == len(derivation.layers) - 1,
    )


def _stack(formulas: Sequence[str]) -> str:
    if not formulas:
        return ""
    lines = " \\\\[4pt]\n".join(map(_aligned, formulas))
    return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"


def _aligned(latex: str) -> str:
    for relation in (" = ", r" \leftarrow "):
        left, separator, right = latex.partition(relation)
        if separator:
            return f"{left} &{relation}{right}"
    return latex


def _list(symbols: Iterable[Symbol]) -> str:
    printer = LatexPrinter()
    names = [printer.symbol(symbol.name) for symbol in symbols]
    return r",\, ".join(names if len(names) <= 4 else _few(names))


def _few(names: Sequence[str]) -> list[str]:
    return [names[0], names[1], r"\ldots", names[-1]]
