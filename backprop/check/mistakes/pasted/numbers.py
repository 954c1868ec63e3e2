"""The numbers of a pasted table: how far they are rounded, and which of them contradict the others of their epoch."""

from dataclasses import dataclass, field
from fractions import Fraction
from types import CodeType

import numpy as np
from numpy.typing import NDArray

from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.printed import printed_functions
from backprop.spreadsheet.arithmetic import NUMPY
from backprop.spreadsheet.contents import cell_number

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

SLACK = 1.5  # on the sum of all roundings
SCIENTIFIC = 1e-4  # numbers below are shown with an exponent
DOUBLE = 4e-16  # relative rounding of a number that was not shortened
NOISE = 1e-13  # relative; of doubles


@dataclass(slots=True)
class Numbers:
    """The numbers of a table, the equations between them and how far rounding lets them differ."""

    values: dict[str, Array]
    half: dict[str, Array]  # half a unit of the last decimal
    equations: dict[str, tuple[CodeType, tuple[str, ...], int]]  # source, what it reads, epochs back
    given: tuple[str, ...]  # inputs and targets
    expected: dict[str, Array] = field(default_factory=dict)

    def wrong(self, name: str) -> Flags:
        """Epochs in which the number is not what the others give."""
        stored = self.values[name]
        if name in self.given:
            changed: Flags = ~np.isnan(stored) & ~(np.abs(stored - stored[0]) <= NOISE * np.abs(stored[0]))
            return changed
        source, read, back = self.equations[name]

        def compute(moved: str = "") -> Array:
            arguments = {quantity: self.values[quantity] for quantity in read}
            if moved:
                arguments[moved] = arguments[moved] + self.half[moved]
            result: Array = eval(
                source, dict(printed_functions(NUMPY)), arguments
            )  # the source is printed from the derivation
            return np.concatenate([np.full(back, np.nan), result[: len(result) - back]])

        with np.errstate(all="ignore"):
            expected = self.expected[name] = compute()
            spread = sum((np.abs(compute(quantity) - expected) for quantity in read), np.zeros(len(expected)))
            allowed = SLACK * (spread + self.half[name]) + NOISE * np.abs(expected)
            off: Flags = ~(np.abs(stored - expected) <= allowed)
        return off & ~np.isnan(stored) & ~np.isnan(expected)

    def right_value(self, name: str, epoch: int) -> float:
        """What the number should be."""
        return float(self.values[name][0] if name in self.given else self.expected[name][epoch])

    def readers(self, name: str) -> list[tuple[str, int]]:
        """The quantities computed from it, and how many epochs later."""
        return [(other, back) for other, (_, read, back) in self.equations.items() if name in read]


def numbers_of(key: AnswerKey, start: int) -> Numbers:
    """The numbers of a table from that step on; a learning rate that stands nowhere is estimated from the weights."""
    table, view = key.table, key.table.view
    values = {name: view.numbers(line, start, table.last) for name, line in table.lines.items()}
    count = table.last - start + 1
    given = key.model.given
    half = {name: _rounding(numbers) for name, numbers in values.items()} | dict.fromkeys(given, np.zeros(count))
    rate = table.rate or (float(key.literals["eta"]) if "eta" in key.literals else None)
    if rate is None:
        rate = _estimated_rate(key, values)
        key.literals["eta"] = Fraction(repr(rate))
    values["eta"], half["eta"] = np.full(count, rate), np.zeros(count)
    for name, cell in key.parameter_cells.items() | key.literals.items():
        number = float(cell) if isinstance(cell, Fraction) else cell_number(view.book, cell)
        if name not in values and number is not None:
            values[name], half[name] = np.full(count, number), np.zeros(count)
    from backprop.check.proof.equations import equations as derived  # here, as they need sympy
    from backprop.printers.numpy import NumpyPrinter

    equations = {}
    for name, _ in key.checked():
        equation = derived(key.model.network)[key.computed[name].target]
        read = tuple(sorted(symbol.name for symbol in equation.expression.free_symbols))
        if all(quantity in values for quantity in read):
            source = compile(NumpyPrinter().doprint(equation.expression), "<equation>", "eval")
            equations[name] = (source, read, int(key.computed[name].updates))
    return Numbers(values, half, equations, tuple(name for name in given if name in values))


def _rounding(numbers: Array) -> Array:
    """Half a unit of the last decimal of each number; hidden zeros at its end are granted as far as the column shows.

    Columns mix long and short numbers, as they are shown. The column's floor is the number of decimals that a sixth of
    its numbers stay within: chance makes a tenth of them end in a zero. Numbers shown as 9.2E-05 keep few digits.
    """
    decimals = np.array([_decimals(number) for number in numbers.tolist()])
    floor = np.sort(decimals)[len(decimals) // 6]
    places = np.where(np.abs(numbers) < SCIENTIFIC, decimals, np.maximum(decimals, floor))
    return np.maximum(0.5 * 10.0 ** -places.astype(float), DOUBLE * np.abs(np.nan_to_num(numbers)))


def _decimals(number: float) -> int:
    if not np.isfinite(number) or number == int(number):
        return 0
    mantissa, _, exponent = repr(number).partition("e")
    return max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))


def _estimated_rate(key: AnswerKey, values: dict[str, Array]) -> float:
    """The learning rate that the weights' steps show: the median of (w - w') / (dE/dw) over the largest gradients."""
    rates = []
    for name in key.model.weights:
        weight, gradient = values.get(name), values.get(f"dE_d{name}")
        if weight is None or gradient is None:
            continue
        with np.errstate(all="ignore"):
            each = (weight[:-1] - weight[1:]) / gradient[:-1]
        rates += each[np.isfinite(each) & (np.abs(gradient[:-1]) > 0.3 * np.nanmax(np.abs(gradient)))].tolist()
    return float(f"{np.median(rates):.3g}") if rates else 1.0
