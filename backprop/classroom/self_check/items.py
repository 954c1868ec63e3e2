"""What the self-check judges, as formulas: where the student's number stands, what it must equal, what comes first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sympy import Symbol

from backprop.classroom.levels import ASKED, asked_quantities
from backprop.classroom.self_check.moves import Work
from backprop.derivation.equation import TOTAL_LOSS, Equation, derivative_name, sample_name
from backprop.workbook.plan import Plan

FORWARD_TOLERANCE, SLOPE_TOLERANCE = "1E-9", "1E-7"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the self-check."""

    name: str  # of the quantity; with a blank before it: of the next epoch
    own: str  # the student's cell, as an expression
    agrees: str  # a condition over it
    builds_on: tuple[str, ...]  # items that have to be right before


def items(plan: Plan, work: Work, level: int, own: Callable[[str, int], str]) -> Iterator[Item]:
    """All of them, in the order of the forward pass, the loss, the derivatives, the update.

    `own` gives the expression of a quantity's cell in the epoch that is judged, and so many epochs below it.
    """
    derivation = plan.derivation
    asked, below = asked_quantities(level, derivation, plan.form)
    judged = set(asked)
    for equation in (*derivation.forward, *derivation.loss):
        for name in _columns(plan, equation):
            if name in judged:
                base, cell = work.cell(name), own(name, 0)
                agrees = f"ABS({cell}-{base})<={FORWARD_TOLERANCE}*(1+ABS({base}))"
                yield Item(name, cell, agrees, _first(plan, equation, name, judged))
    moved = {move.of: number for number, move in enumerate(work.moves)}
    for equation in derivation.backward(plan.form):
        for name in _columns(plan, equation):
            if name in moved:
                cell = own(name, 0)
                agrees = _equals(cell, slope(work, moved[name]), work)
                yield Item(name, cell, agrees, _first(plan, equation, name, judged))
    if below and ASKED[level].table == "given" and plain_descent(plan):
        for symbol in derivation.trained:
            number = moved[derivative_name(symbol.name)]
            now, following = own(symbol.name, 0), own(symbol.name, 1)
            agrees = _equals(f"({now}-{following})/self_check_eta", slope(work, number), work)
            yield Item(f" {symbol.name}", following, agrees, (derivative_name(symbol.name),))


def slope(work: Work, number: int) -> str:
    """(E(x + h) − E(x − h))/2h of the move of that number."""
    move, up, down = work.moves[number], 2 * number + 1, 2 * number + 2
    loss = f"({work.cell(TOTAL_LOSS, up)}-{work.cell(TOTAL_LOSS, down)})"
    moved = f"({work.cell(move.moved, up)}-{work.cell(move.moved, down)})"
    return f"{loss}/{moved}" if move.times == 1 else f"{move.times}*{loss}/{moved}"


def plain_descent(plan: Plan) -> bool:
    """Whether a step is η times the slope."""
    training = plan.derivation.network.training
    return training.optimiser == "sgd" and training.schedule == "constant" and not training.decay


def _equals(cell: str, value: str, work: Work) -> str:
    loss = work.cell(TOTAL_LOSS)
    return f"ABS({cell}-{value})<={SLOPE_TOLERANCE}*(ABS({cell})+{loss})+1E-10"


def _columns(plan: Plan, equation: Equation) -> list[str]:
    name = equation.target.name
    if name in plan.derivation.per_sample:
        return [sample_name(name, sample) for sample in range(1, plan.derivation.network.batch + 1)]
    return [name]


def _first(plan: Plan, equation: Equation, name: str, judged: set[str]) -> tuple[str, ...]:
    """The items that a quantity is computed from: of its own sample, or of all."""
    per_sample, batch = plan.derivation.per_sample, plan.derivation.network.batch
    of_one = equation.target.name in per_sample
    found: list[str] = []
    for symbol in sorted(equation.expression.atoms(Symbol), key=str):
        source = symbol.name
        if source not in per_sample:
            found.append(source)
        elif of_one:
            found.append(sample_name(source, int(name.rpartition("_s")[2])))
        else:
            found += [sample_name(source, sample) for sample in range(1, batch + 1)]
    return tuple(source for source in found if source in judged)


def all_right(cells: Sequence[str], right: str) -> str:
    """The condition that all these verdicts are right."""
    tests = ",".join(f'{cell}="{right}"' for cell in cells)
    return f"AND({tests})" if len(cells) > 1 else tests
