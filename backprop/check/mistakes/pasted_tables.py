"""Tables of pasted numbers: each value against what the derivation gives from the other values of its epoch.

Pasted numbers are rounded. A value is wrong where it differs from the computed one by more than its own rounding and
that of everything it was computed from can explain. One wrong number contradicts all that is computed from it, so the
number is blamed whose right value settles most.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from types import CodeType

import numpy as np
from numpy.typing import NDArray

from backprop.check.findings import Finding, Kind
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.printed import printed_functions
from backprop.check.tables.table import Table
from backprop.printers.numpy import NumpyPrinter
from backprop.printers.text import TextPrinter
from backprop.spreadsheet.arithmetic import NUMPY
from backprop.spreadsheet.book import address, span
from backprop.spreadsheet.contents import cell_number

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOSTLY = 0.5  # a column with this share of wrong values is wrong from top to bottom
MOST_BLAMED = 200  # contradictions among which single wrong numbers are looked for
SLACK = 1.5  # on the sum of all roundings
SCIENTIFIC = 1e-4  # numbers below are shown with an exponent
DOUBLE = 4e-16  # relative rounding of a number that was not shortened
NOISE = 1e-13  # relative; of doubles
_TEXT = TextPrinter()


@dataclass(frozen=True, slots=True)
class PastedCheck:
    """What stands in a table of numbers."""

    findings: list[Finding]
    checked: int  # cells
    right: int  # quantities that hold


@dataclass(slots=True)
class _Epochs:
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
            arguments = {each: self.values[each] + (self.half[each] if each == moved else 0.0) for each in read}
            result: Array = eval(
                source, dict(printed_functions(NUMPY)), arguments
            )  # the source is printed from the derivation
            return np.concatenate([np.full(back, np.nan), result[: len(result) - back]])

        with np.errstate(all="ignore"):
            expected = self.expected[name] = compute()
            spread = sum((np.abs(compute(each) - expected) for each in read), np.zeros(len(expected)))
            allowed = SLACK * (spread + self.half[name]) + NOISE * np.abs(expected)
            off: Flags = ~(np.abs(stored - expected) <= allowed)
        return off & ~np.isnan(stored) & ~np.isnan(expected)

    def right_value(self, name: str, epoch: int) -> float:
        """What the number should be."""
        return float(self.values[name][0] if name in self.given else self.expected[name][epoch])

    def readers(self, name: str) -> list[tuple[str, int]]:
        """The quantities computed from it, and how many epochs later."""
        return [(other, back) for other, (_, read, back) in self.equations.items() if name in read]


def is_pasted(key: AnswerKey) -> bool:
    """Whether the table holds numbers instead of formulas, all but a few."""
    table, formulas, cells = key.table, 0, 0
    for name, line in key.checked():
        trees = table.view.trees(line, key.first_step(name), table.last)
        cells += sum(tree is not None for tree in trees)
        formulas += sum(tree is not None and tree >= 0 for tree in trees)
    return cells > 0 and formulas < 0.1 * cells and key.last_computed < table.first


def check_pasted(key: AnswerKey, first: int | None = None) -> PastedCheck:
    """Every value of the table, or of its epochs from that step on; repeated epochs apart."""
    table = key.table
    start = table.first if first is None else first - 1  # the epoch before, which the first update reads
    epochs = _epochs(key, start)
    repeated = _repeated(epochs.values)
    findings = list(_repeated_findings(table, start, repeated))
    names = [name for name, _ in key.checked() if name in epochs.equations]
    names += [name for name in epochs.given if name in table.lines]
    wrong = {name: epochs.wrong(name) & ~repeated for name in names}
    skipped = np.arange(len(repeated)) < (0 if first is None else 1)
    for name in wrong:
        wrong[name] &= ~skipped
        if name in epochs.equations and epochs.equations[name][2]:
            wrong[name] &= ~_after_repeated(repeated)
    checked = sum(int(np.sum(~np.isnan(epochs.values[name]) & ~skipped)) for name in names)
    right = sum(not wrong[name].any() for name in names if name in epochs.equations)
    findings += _swapped(key, epochs, wrong, start)
    findings += _blamed(key, epochs, wrong, start)
    for name, flags in wrong.items():
        findings += _differ(key, epochs, name, flags, start)
    return PastedCheck(findings, checked, right)


def _epochs(key: AnswerKey, start: int) -> _Epochs:
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
    equations = {}
    for name, _ in key.checked():
        equation = key.computed[name].equation
        read = tuple(sorted(symbol.name for symbol in equation.expression.free_symbols))
        if all(each in values for each in read):
            source = compile(NumpyPrinter().doprint(equation.expression), "<equation>", "eval")
            equations[name] = (source, read, int(key.computed[name].updates))
    return _Epochs(values, half, equations, tuple(name for name in given if name in values))


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


def _repeated(values: dict[str, Array]) -> Flags:
    """Epochs that repeat the one before in every quantity, though its gradient is not zero."""
    table = np.array([numbers for name, numbers in values.items() if not name.startswith("delta")])
    same = np.all((table[:, 1:] == table[:, :-1]) | np.isnan(table[:, 1:]), axis=0)
    gradients = [numbers for name, numbers in values.items() if name.startswith("dE_d")]
    moving = np.any(np.abs(np.array(gradients)) > 0, axis=0)[:-1] if gradients else np.zeros(len(same), dtype=bool)
    return np.concatenate([[False], same & moving])


def _after_repeated(repeated: Flags) -> Flags:
    """The epoch after repeated ones, which continues from where they should be."""
    return np.concatenate([[False], repeated[:-1] & ~repeated[1:]])


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


def _repeated_findings(table: Table, start: int, repeated: Flags) -> Iterator[Finding]:
    for first, last in _runs(repeated):
        count = last - first + 1
        text = (
            f"{count} epoch{'s repeat' if count > 1 else ' repeats'} the one before unchanged, though the gradient is "
            "not zero"
        )
        yield _epochs_finding(table, start + first, start + last, Kind.REPEATED_ROWS, text)


def _epochs_finding(table: Table, first: int, last: int, kind: Kind, text: str) -> Finding:
    lines = sorted(table.lines.values())
    top, bottom = table.view.position(first, lines[0]), table.view.position(last, lines[-1])
    return Finding(table.view.sheet.name, address(*top), span(top, bottom), "all", kind, "error", None, None, text)


def _swapped(key: AnswerKey, epochs: _Epochs, wrong: dict[str, Flags], start: int) -> Iterator[Finding]:
    """Two neighbouring epochs in each other's place: put back, they settle every update around them."""
    updates = [name for name, (_, _, back) in epochs.equations.items() if back]
    if not updates:
        return
    many: Flags = np.sum([wrong[name] for name in updates], axis=0) > len(updates) / 2
    for at in range(len(many) - 1):
        if not (many[at : at + 2].all() or (at == 0 and many[1])):
            continue
        order = np.arange(len(many))
        order[[at, at + 1]] = at + 1, at
        trial = _Epochs({name: numbers[order] for name, numbers in epochs.values.items()},
                        {name: numbers[order] for name, numbers in epochs.half.items()},
                        epochs.equations, epochs.given)  # fmt: skip
        around = slice(at, at + 3)
        if not any(trial.wrong(name)[around].any() for name in updates):
            rows = (key.table.view.position(start + step, 1) for step in (at, at + 1))
            which = " and ".join(str(row[key.table.view.transposed]) for row in rows)
            yield _epochs_finding(key.table, start + at, start + at + 1, Kind.PASTED_VALUES_DIFFER,
                                  f"the epochs {which} stand in each other's place")  # fmt: skip
            for name in updates:
                wrong[name][around] = False
            many[around] = False


def _blamed(key: AnswerKey, epochs: _Epochs, wrong: dict[str, Flags], start: int) -> Iterator[Finding]:
    """Single numbers whose right value settles every contradiction that they stand in, two or more."""
    places = [(name, int(epoch)) for name, flags in wrong.items() for epoch in np.flatnonzero(flags)]
    if len(places) > MOST_BLAMED:
        return
    settled = {place: _settles(epochs, wrong, *place) for place in places}
    for name, epoch in sorted(places, key=lambda place: -len(settled[place])):
        whole = wrong[name].mean() >= MOSTLY
        blamed = [at for other, at in places if other == name and whole] or [epoch]
        left = {(other, at) for each in blamed for other, at in settled[name, each] if wrong[other][at]}
        if len(left) < 2 * len(blamed) or not wrong[name][epoch]:
            continue
        flags = np.zeros_like(wrong[name])
        flags[blamed] = True
        yield from _differ(key, epochs, name, flags, start)
        for other, at in left:
            wrong[other][at] = False


def _settles(epochs: _Epochs, wrong: dict[str, Flags], name: str, epoch: int) -> list[tuple[str, int]]:
    """The contradictions that end once the number is right; none if that makes a new one."""
    old = epochs.values[name]
    right = epochs.right_value(name, epoch)
    epochs.values[name] = np.where(np.arange(len(old)) == epoch, right, old)
    ended = [(name, epoch)]
    for other, back in epochs.readers(name):
        at = epoch + back
        if at < len(old) and other in wrong:
            now = bool(epochs.wrong(other)[at])
            if now and not wrong[other][at]:
                ended = []
                break
            if wrong[other][at] and not now:
                ended.append((other, at))
    epochs.values[name] = old
    for other, _ in epochs.readers(name):
        epochs.wrong(other)  # computes what is expected anew
    return ended


def _differ(key: AnswerKey, epochs: _Epochs, name: str, wrong: Flags, start: int) -> Iterator[Finding]:
    if not wrong.any():
        return
    view, line = key.table.view, key.table.lines[name]
    stored = epochs.values[name]
    from_ = int(np.argmax(wrong)) if name in epochs.given else epochs.equations[name][2]
    runs = [(from_, len(wrong) - 1)] if wrong.mean() >= MOSTLY else list(_runs(wrong))
    for first, last in runs:
        at = first + int(np.argmax(wrong[first : last + 1]))
        right = epochs.right_value(name, at)
        top, bottom = view.position(start + first, line), view.position(start + last, line)
        off = abs(stored[at] - right) / abs(right) if right else float("inf")
        if name in epochs.given:
            kind = Kind.INPUT_CHANGES
            text = f"{name} changes from {right:g} to {stored[at]:g}; it is the same in every epoch"
        else:
            kind = Kind.PASTED_VALUES_DIFFER
            text = (
                f"{_TEXT.symbol(name)} is pasted as {stored[at]:.9g}, where the other numbers of its epoch give "
                f"{right:.9g}"
            )
        yield Finding(
            view.sheet.name, address(*top), span(top, bottom), name, kind, "error", None,
            key.formula(name, start + first), text, f"{_TEXT.symbol(name)} off by {off:.2g} relative at first",
        )  # fmt: skip


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    position = 0
    for value, group in groupby(flags.tolist()):
        length = len(list(group))
        if value:
            yield position, position + length - 1
        position += length
