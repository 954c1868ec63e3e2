"""What the self-check computes out of sight: the forward pass, and again with one quantity moved up or down.

A column for each move, a row for each quantity: no formula here can be copied into a table whose rows are epochs, and
none is a derivative. Pure; opens no workbook.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from backprop.classroom.levels import asked_quantities
from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import Equation, derivative_name, sample_name
from backprop.errors import WorkbookError
from backprop.printers.excel import ExcelPrinter
from backprop.workbook.sheets.numbers import evaluate

STEP = 1e-5
MOST_CELLS = 20_000  # of all moves; a larger network has no self-check

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Move:
    """A quantity that is moved, and the derivative that its slope must equal."""

    of: str  # dE_dw1, delta_h1_s2
    moved: str  # w1, h1_s2
    times: int = 1  # the slope of a mean over samples, times their number, is the slope of one sample's loss


@dataclass(frozen=True, slots=True)
class Work:
    """The columns out of sight: the first holds nothing moved, then two for each move."""

    derivation: Derivation
    moves: tuple[Move, ...]
    rows: dict[str, int]  # quantity -> row
    formulas: dict[str, str]  # of what is computed, with {column} for its own column
    given: tuple[str, ...]
    first_column: int

    def column(self, number: int = 0) -> str:
        """The letter of a column: 0 with nothing moved, then up and down of each move."""
        return str(get_column_letter(self.first_column + number))

    def cell(self, name: str, number: int = 0) -> str:
        """Where a quantity stands, absolutely."""
        return f"${self.column(number)}${self.rows[name]}"


def lay_out(derivation: Derivation, level: int, form: Form, first_column: int, first_row: int) -> Work:
    """The moves that the derivatives asked for need; WorkbookError where they are too many."""
    forward = derivation.forward + derivation.loss
    samples = range(1, derivation.network.batch + 1)

    def each(name: str) -> list[str]:
        return [sample_name(name, sample) for sample in samples] if name in derivation.per_sample else [name]

    given = [symbol.name for symbol in derivation.parameters]
    given += [name for symbol in derivation.inputs + derivation.targets for name in each(symbol.name)]
    computed = [name for equation in forward for name in each(equation.target.name)]
    rows = {name: row for row, name in enumerate([*given, *computed], first_row)}
    asked, _ = asked_quantities(level, derivation, form)
    moves = tuple(move for move in _moves(derivation) if move.of in asked)
    if (2 * len(moves) + 1) * len(rows) > MOST_CELLS:
        raise WorkbookError(
            f"network '{derivation.network.name}': a self-check would move {len(moves):,} quantities of "
            f"{len(rows):,}; at most {MOST_CELLS:,} cells"
        )
    formulas = {}
    for equation in forward:
        for number, name in enumerate(each(equation.target.name), 1):
            formulas[name] = _printer(derivation, rows, number).equation(equation)
    return Work(derivation, moves, rows, formulas, tuple(given), first_column)


def _printer(derivation: Derivation, rows: Mapping[str, int], sample: int) -> ExcelPrinter:
    def locate(sample: int) -> Callable[[str], str]:
        def cell(name: str) -> str:
            return f"{{column}}{rows[sample_name(name, sample) if name in derivation.per_sample else name]}"

        return cell

    samples = range(1, derivation.network.batch + 1) if derivation.per_sample else ()
    return ExcelPrinter(locate(sample), [locate(number) for number in samples])


def _moves(derivation: Derivation) -> list[Move]:
    """One for each derivative by a parameter, an input, and in steps by each weighted sum."""
    moves = [Move(derivative_name(symbol.name), symbol.name) for symbol in derivation.trained]
    samples = range(1, derivation.network.batch + 1)
    mean = derivation.network.batch if derivation.network.reduction == "mean" else 1
    for equation in derivation.input_gradient:
        name = equation.target.name.removeprefix(derivative_name(""))
        for sample in samples if name in derivation.per_sample else (0,):
            moves.append(
                Move(sample_name(equation.target.name, sample), sample_name(name, sample)) if sample
                else Move(equation.target.name, name)
            )  # fmt: skip
    for neuron in derivation.neurons:
        if neuron.z.name in derivation.per_sample:
            moves += [
                Move(sample_name(neuron.delta.name, s), sample_name(neuron.z.name, s), mean) for s in samples
            ]  # fmt: skip
        else:
            moves.append(Move(neuron.delta.name, neuron.z.name))
    return moves


def compute(work: Work, given: Values, moved: str | None = None, by: float = 0.0) -> dict[str, float]:
    """Every quantity of a column, with the arithmetic of the trace."""
    derivation = work.derivation
    known = {name: given[name] for name in work.given}
    if moved in known:
        known[moved] += by
    samples = range(1, derivation.network.batch + 1)
    for equation in derivation.forward + derivation.loss:
        name = equation.target.name
        for sample in samples if name in derivation.per_sample else (0,):
            column = sample_name(name, sample) if sample else name
            known[column] = _value(derivation, equation, known, sample) + (by if column == moved else 0.0)
    return known


def _value(derivation: Derivation, equation: Equation, known: dict[str, float], sample: int) -> float:
    """The value for one sample; of what is over all samples their mean or sum."""
    expression, network = equation.expression, derivation.network
    names = [symbol.name for symbol in expression.free_symbols]
    if not derivation.per_sample:
        return evaluate(expression, known)
    if sample:
        own = {
            name: known[sample_name(name, sample)] if name in derivation.per_sample else known[name] for name in names
        }
        return evaluate(expression, own)
    terms = []
    for number in range(1, network.batch + 1):
        own = {
            name: known[sample_name(name, number)] if name in derivation.per_sample else known[name] for name in names
        }
        terms.append(evaluate(expression.args[0], own))
    return sum(terms) / network.batch if network.reduction == "mean" else sum(terms)
