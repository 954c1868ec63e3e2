"""Tables of pasted numbers: each value against what the derivation gives from the other values of its epoch.

Pasted numbers are rounded. A value is wrong where it differs from the computed one by more than its own rounding and
that of everything it was computed from can explain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from backprop.check.findings import Finding, Kind
from backprop.check.grid import address, span
from backprop.check.prove import Table
from backprop.check.verify import Key
from backprop.derive import Stage
from backprop.printers.numpy import NumpyPrinter
from backprop.printers.text import TextPrinter

Array = NDArray[np.float64]

MOSTLY = 0.5  # a column with this share of wrong values is wrong from top to bottom
SLACK = 1.5  # on the sum of all roundings
SCIENTIFIC = 1e-4  # numbers below are shown with an exponent
FULL = 15  # decimals of a number that was not rounded
NOISE = 1e-13  # relative; of doubles
_TEXT = TextPrinter()


@dataclass(frozen=True, slots=True)
class Pasted:
    """What stands in a table of numbers."""

    findings: list[Finding]
    checked: int  # cells
    right: int  # quantities that hold


def is_pasted(key: Key) -> bool:
    """Whether the table holds numbers instead of formulas, all but a few."""
    table, formulas, cells = key.table, 0, 0
    for name, line in key.checked():
        trees = table.view.trees(line, key.first_step(name), table.last)
        cells += sum(tree is not None for tree in trees)
        formulas += sum(tree is not None and tree >= 0 for tree in trees)
    return cells > 0 and formulas < 0.1 * cells


def check_pasted(key: Key) -> Pasted:
    """Every value of the table; repeated epochs apart."""
    table, view = key.table, key.table.view
    values = {name: view.numbers(line, table.first, table.last) for name, line in table.lines.items()}
    half = {name: _rounding(numbers) for name, numbers in values.items()}
    repeated = _repeated(values)
    values["eta"] = np.full(table.last - table.first + 1, table.rate or _estimated_rate(key, values))
    for given in ("eta", *(symbol.name for symbol in key.derivation.inputs + key.derivation.targets)):
        half[given] = np.zeros(table.last - table.first + 1)
    findings, checked, right = list(_repeated_findings(table, repeated)), 0, 0
    for name, line in key.checked():
        equation = key.equations[name]
        if any(symbol.name not in values for symbol in equation.expression.free_symbols):
            continue
        shift = int(equation.stage is Stage.UPDATE)
        read = {symbol.name for symbol in equation.expression.free_symbols}
        source = compile(NumpyPrinter().doprint(equation.expression), "<equation>", "eval")

        def compute(changed: str = "", by: Array | float = 0.0, source=source, read=read) -> Array:  # type: ignore[no-untyped-def]
            arguments = {each: values[each] + (by if each == changed else 0.0) for each in read}
            result: Array = eval(source, {"exp": np.exp}, arguments)  # the source is printed from the derivation
            return result

        with np.errstate(all="ignore"):
            expected = compute()
            spread = sum((np.abs(compute(each, half[each]) - expected) for each in read), np.zeros(len(expected)))
        stored = values[name][shift:]
        expected, spread = expected[: len(expected) - shift], spread[: len(spread) - shift]
        allowed = SLACK * (spread + half[name][shift:]) + NOISE * np.abs(expected)
        with np.errstate(invalid="ignore"):
            wrong = ~(np.abs(stored - expected) <= allowed) & ~np.isnan(stored)
        wrong &= ~repeated[shift:] if shift else True
        checked += int(np.sum(~np.isnan(stored)))
        if not wrong.any():
            right += 1
        findings += _differ(key, name, line, wrong, stored, expected, table.first + shift)
    return Pasted(findings, checked, right)


def _rounding(numbers: Array) -> Array:
    """Half a unit of the last decimal of each number; hidden zeros at its end are granted as far as the column shows.

    Columns mix long and short numbers, as they are shown. The column's floor is the number of decimals that a sixth of
    its numbers stay within: chance makes a tenth of them end in a zero. Numbers shown as 9.2E-05 keep few digits.
    """
    decimals = np.array([_decimals(number) for number in numbers.tolist()])
    floor = np.sort(decimals)[len(decimals) // 6]
    places = np.where(np.abs(numbers) < SCIENTIFIC, decimals, np.maximum(decimals, floor))
    return np.where(places >= FULL, 0.0, 0.5 * 10.0 ** -places.astype(float))


def _decimals(number: float) -> int:
    if not np.isfinite(number) or number == int(number):
        return 0
    mantissa, _, exponent = repr(number).partition("e")
    return max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))


def _repeated(values: dict[str, Array]) -> NDArray[np.bool_]:
    """Epochs that repeat the one before in every quantity, though its gradient is not zero."""
    table = np.array([numbers for name, numbers in values.items() if not name.startswith("delta")])
    same = np.all((table[:, 1:] == table[:, :-1]) | np.isnan(table[:, 1:]), axis=0)
    gradients = [numbers for name, numbers in values.items() if name.startswith("dE_d")]
    moving = np.any(np.abs(np.array(gradients)) > 0, axis=0)[:-1] if gradients else np.zeros(len(same), dtype=bool)
    return np.concatenate([[False], same & moving])


def _estimated_rate(key: Key, values: dict[str, Array]) -> float:
    """The learning rate that the weights' steps show: the median of (w - w') / (dE/dw) over the largest gradients."""
    rates = []
    for symbol in key.derivation.weights:
        weight, gradient = values.get(symbol.name), values.get(f"dE_d{symbol.name}")
        if weight is None or gradient is None:
            continue
        with np.errstate(all="ignore"):
            each = (weight[:-1] - weight[1:]) / gradient[:-1]
        rates += each[np.isfinite(each) & (np.abs(gradient[:-1]) > 0.3 * np.nanmax(np.abs(gradient)))].tolist()
    return float(f"{np.median(rates):.3g}") if rates else 1.0


def _repeated_findings(table: Table, repeated: NDArray[np.bool_]) -> Iterator[Finding]:
    lines = sorted(table.lines.values())
    for first, last in _runs(repeated):
        steps = (table.first + first, table.first + last)
        top, bottom = table.view.position(steps[0], lines[0]), table.view.position(steps[1], lines[-1])
        count = last - first + 1
        yield Finding(
            table.view.sheet.name, address(*top), span(top, bottom), "all", Kind.REPEATED_ROWS, "error", None, None,
            f"{count} epoch{'s repeat' if count > 1 else ' repeats'} the one before unchanged, though the gradient is "
            "not zero",
        )  # fmt: skip


def _differ(
    key: Key, name: str, line: int, wrong: NDArray[np.bool_], stored: Array, expected: Array, first_step: int
) -> Iterator[Finding]:
    if not wrong.any():
        return
    view = key.table.view
    runs = [(0, len(wrong) - 1)] if wrong.mean() >= MOSTLY else list(_runs(wrong))
    for first, last in runs:
        at = first + int(np.argmax(wrong[first : last + 1]))
        top, bottom = view.position(first_step + first, line), view.position(first_step + last, line)
        off = abs(stored[at] - expected[at]) / abs(expected[at]) if expected[at] else float("inf")
        yield Finding(
            view.sheet.name, address(*top), span(top, bottom), name, Kind.PASTED_VALUES_DIFFER, "error", None,
            key.formula(name, first_step + first),
            f"{_TEXT.symbol(name)} is pasted as {stored[at]:.9g}, where the other numbers of its epoch give "
            f"{expected[at]:.9g}",
            f"{_TEXT.symbol(name)} off by {off:.2g} relative at first",
        )  # fmt: skip


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    position = 0
    for value, group in groupby(flags.tolist()):
        length = len(list(group))
        if value:
            yield position, position + length - 1
        position += length
