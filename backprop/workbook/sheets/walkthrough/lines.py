"""One step of training as lines on a board: forward pass, loss, backward pass, update. Opens no workbook.

Each line stands over what is given and over earlier lines. Where an epoch has several samples, each has its lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Add, Expr, Mul, Pow, Symbol, preorder_traversal

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import Equation, sample_name
from backprop.printers.text import TextPrinter

MOST_LINES = 400
MOST_SAMPLES = 8
LONGEST = 300  # characters of an equation
NEXT = "next "  # before the name of a parameter: its value in the next row
_TEXT = TextPrinter()


@dataclass(frozen=True, slots=True)
class Line:
    """An equation of one step; `key` names its value among all that the board knows."""

    key: str
    name: str
    symbols: str
    expression: Expr
    sample: int = 0  # whose quantities the expression means, counted from 1; 0 where there is one sample


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    title: str
    words: str
    lines: tuple[Line, ...]
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """The sections in the order in which they are computed; the last has as many lines for each parameter."""

    sections: tuple[Section, ...]
    parameters: tuple[str, ...]

    @property
    def lines_a_parameter(self) -> int:
        """How many lines the update of one takes."""
        return len(self.sections[-1].lines) // len(self.parameters)


FORWARD = "Each neuron adds up what comes in, times its weights, and passes on its activation."
LOSS = "How far the outputs are from their targets."
BACKWARD = "δ is how much the loss grows with a weighted sum: from the loss at the output, through weights before."
GRADIENT = "Each derivative is the δ of the neuron that the weight leads to, times what the weight multiplies."
UPDATE = "Each parameter takes a step against its derivative: these are the numbers of the next {row}."


def lay_out(derivation: Derivation) -> Board | None:
    """The board; None for a network that is too large for one."""
    samples = range(1, derivation.network.batch + 1) if derivation.per_sample else (0,)
    lines = 4 * len(derivation.trained) + len(samples) * (len(derivation.forward) + len(derivation.deltas))
    if lines > MOST_LINES or len(samples) > MOST_SAMPLES:
        return None
    sections = [Section("Learning rate", "The learning rate of this {row}.", _lines(derivation.schedule))]
    for sample in samples:
        sections.append(Section("Forward pass", FORWARD, _lines(derivation.forward, sample), sample))
        sections.append(Section("Loss", LOSS, _lines(derivation.loss[:-1], sample), sample))
    sections.append(Section("Loss", "The loss that training makes small.", _lines(derivation.loss[-1:])))
    sections += [Section("Backward pass", BACKWARD, _lines(derivation.deltas, sample), sample) for sample in samples]
    sections.append(Section("Gradient", GRADIENT, _lines(derivation.gradient)))
    sections.append(Section("Update", UPDATE, tuple(_updates(derivation))))
    if len(samples) == 1:  # all losses under one heading
        losses = [section for section in sections if section.title == "Loss"]
        together = Section("Loss", LOSS, tuple(line for section in losses for line in section.lines))
        place = sections.index(losses[0])
        sections[place : place + 2] = [together]
    shown = tuple(section for section in sections if section.lines)
    if any(len(line.symbols) > LONGEST for section in shown for line in section.lines):
        return None
    return Board(shown, tuple(symbol.name for symbol in derivation.trained))


def _lines(equations: Iterable[Equation], sample: int = 0) -> tuple[Line, ...]:
    return tuple(
        Line(
            sample_name(equation.target.name, sample) if sample else equation.target.name,
            _TEXT.symbol(equation.target.name),
            str(_TEXT.doprint(equation.expression)),
            equation.expression,
            sample,
        )
        for equation in equations
    )


def _updates(derivation: Derivation) -> Iterator[Line]:
    """Of each parameter what the optimiser keeps, that corrected for its start at 0, and the parameter's next value."""
    kinds = len(derivation.states) // max(1, len(derivation.updates))
    for number, update in enumerate(derivation.updates):
        name = update.target.name
        kept = [derivation.states[number + kind * len(derivation.updates)] for kind in range(kinds)]
        yield from _lines(kept)
        step = update.expression
        for state in kept:
            for node in preorder_traversal(step):
                if type(node).__name__ == "quotient" and node.args[0] == state.target:
                    corrected = Symbol(f"{state.target.name[0]}\u0302{state.target.name[1:]}")  # v̂_w1
                    yield Line(corrected.name, corrected.name, str(_TEXT.doprint(node)), node)
                    step = _replaced(step, node, corrected)
                    break
        yield Line(f"{NEXT}{name}", name, str(_TEXT.doprint(step)), step)


def _replaced(expression: Expr, old: Expr, new: Expr) -> Expr:
    """The expression with another part; nothing is evaluated or sorted."""
    if expression == old:
        return new
    parts = [_replaced(part, old, new) for part in expression.args]
    if parts == list(expression.args):
        return expression
    unevaluated = {"evaluate": False} if isinstance(expression, Add | Mul | Pow) else {}
    return expression.func(*parts, **unevaluated)
