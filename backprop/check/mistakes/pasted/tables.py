"""Tables of pasted numbers: each value against what the derivation gives from the other values of its epoch.

Pasted numbers are rounded. A value is wrong where it differs from the computed one by more than its own rounding and
that of everything it was computed from can explain. One wrong number contradicts all that is computed from it, so the
number is blamed whose right value settles most.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding
from backprop.check.mistakes.pasted.numbers import Array, Flags, Numbers, numbers_of
from backprop.check.mistakes.sentences import apart
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.tables.table import Table
from backprop.printers.quantities import written

MOSTLY = 0.5  # a column with this share of wrong values is wrong from top to bottom
MOST_BLAMED = 200  # contradictions among which single wrong numbers are looked for


@dataclass(frozen=True, slots=True)
class PastedCheck:
    """What stands in a table of numbers."""

    findings: list[Finding]
    checked: int  # cells
    right: int  # quantities that hold


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
    numbers = numbers_of(key, start)
    repeated = _repeated(numbers.values)
    findings = list(_repeated_findings(table, start, repeated))
    names = [name for name, _ in key.checked() if name in numbers.equations]
    names += [name for name in numbers.given if name in table.lines]
    wrong = {name: numbers.wrong(name) & ~repeated for name in names}
    skipped = np.arange(len(repeated)) < (0 if first is None else 1)
    for name in wrong:
        wrong[name] &= ~skipped
        if name in numbers.equations and numbers.equations[name][2]:
            wrong[name] &= ~_after_repeated(repeated)
    checked = sum(int(np.sum(~np.isnan(numbers.values[name]) & ~skipped)) for name in names)
    right = sum(not wrong[name].any() for name in names if name in numbers.equations)
    findings += _swapped(key, numbers, wrong, start)
    findings += _blamed(key, numbers, wrong, start)
    for name, flags in wrong.items():
        findings += _differ(key, numbers, name, flags, start)
    return PastedCheck(findings, checked, right)


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


def _repeated_findings(table: Table, start: int, repeated: Flags) -> Iterator[Finding]:
    for first, last in _runs(repeated):
        count = last - first + 1
        text = (
            f"{count} epoch{'s repeat' if count > 1 else ' repeats'} the one before unchanged, though the gradient is "
            "not zero"
        )
        yield _epochs_finding(table, start + first, start + last, Kind.REPEATED_ROWS, text)


def _epochs_finding(table: Table, first: int, last: int, kind: Kind, text: str) -> Finding:
    lines = table.lines.values()
    return finding(table.view, (min(lines), max(lines)), (first, last), "all", kind, text)


def _swapped(key: AnswerKey, numbers: Numbers, wrong: dict[str, Flags], start: int) -> Iterator[Finding]:
    """Two neighbouring epochs in each other's place: put back, they settle every update around them."""
    updates = [name for name, (_, _, back) in numbers.equations.items() if back]
    if not updates:
        return
    many: Flags = np.sum([wrong[name] for name in updates], axis=0) > len(updates) / 2
    for at in range(len(many) - 1):
        if not (many[at : at + 2].all() or (at == 0 and many[1])):
            continue
        order = np.arange(len(many))
        order[[at, at + 1]] = at + 1, at
        trial = Numbers({name: column[order] for name, column in numbers.values.items()},
                        {name: column[order] for name, column in numbers.half.items()},
                        numbers.equations, numbers.given)  # fmt: skip
        around = slice(at, at + 3)
        if not any(trial.wrong(name)[around].any() for name in updates):
            rows = (key.table.view.position(start + step, 1) for step in (at, at + 1))
            which = " and ".join(str(row[key.table.view.transposed]) for row in rows)
            yield _epochs_finding(key.table, start + at, start + at + 1, Kind.PASTED_VALUES_DIFFER,
                                  f"the epochs {which} stand in each other's place")  # fmt: skip
            for name in updates:
                wrong[name][around] = False
            many[around] = False


def _blamed(key: AnswerKey, numbers: Numbers, wrong: dict[str, Flags], start: int) -> Iterator[Finding]:
    """Single numbers whose right value settles every contradiction that they stand in, two or more."""
    places = [(name, int(epoch)) for name, flags in wrong.items() for epoch in np.flatnonzero(flags)]
    if len(places) > MOST_BLAMED:
        return
    settled = {place: _settles(numbers, wrong, *place) for place in places}
    for name, epoch in sorted(places, key=lambda place: -len(settled[place])):
        whole = wrong[name].mean() >= MOSTLY
        blamed = [at for other, at in places if other == name and whole] or [epoch]
        left = {(other, at) for wrong_epoch in blamed for other, at in settled[name, wrong_epoch] if wrong[other][at]}
        if len(left) < 2 * len(blamed) or not wrong[name][epoch]:
            continue
        flags = np.zeros_like(wrong[name])
        flags[blamed] = True
        yield from _differ(key, numbers, name, flags, start)
        for other, at in left:
            wrong[other][at] = False


def _settles(numbers: Numbers, wrong: dict[str, Flags], name: str, epoch: int) -> list[tuple[str, int]]:
    """The contradictions that end once the number is right; none if that makes a new one."""
    old = numbers.values[name]
    right = numbers.right_value(name, epoch)
    numbers.values[name] = np.where(np.arange(len(old)) == epoch, right, old)
    ended = [(name, epoch)]
    for other, back in numbers.readers(name):
        at = epoch + back
        if at < len(old) and other in wrong:
            now = bool(numbers.wrong(other)[at])
            if now and not wrong[other][at]:
                ended = []
                break
            if wrong[other][at] and not now:
                ended.append((other, at))
    numbers.values[name] = old
    for other, _ in numbers.readers(name):
        numbers.wrong(other)  # computes what is expected anew
    return ended


def _differ(key: AnswerKey, numbers: Numbers, name: str, wrong: Flags, start: int) -> Iterator[Finding]:
    if not wrong.any():
        return
    view, line = key.table.view, key.table.lines[name]
    stored = numbers.values[name]
    from_ = int(np.argmax(wrong)) if name in numbers.given else numbers.equations[name][2]
    runs = [(from_, len(wrong) - 1)] if wrong.mean() >= MOSTLY else list(_runs(wrong))
    for first, last in runs:
        at = first + int(np.argmax(wrong[first : last + 1]))
        right = numbers.right_value(name, at)
        off = abs(stored[at] - right) / abs(right) if right else float("inf")
        if name in numbers.given:
            kind, (shown, wanted) = Kind.INPUT_CHANGES, apart(float(stored[at]), right)
            text = f"{name} changes from {wanted} to {shown}; it is the same in every epoch"
        else:
            kind, (shown, wanted) = Kind.PASTED_VALUES_DIFFER, apart(float(stored[at]), right, 9)
            text = f"{written(name)} is pasted as {shown}, where the other numbers of its epoch give {wanted}"
        yield finding(
            view, line, (start + first, start + last), name, kind, text, should_be=key.formula(name, start + first),
            effect=f"{written(name)} off by {off:.2g} relative at first",
        )  # fmt: skip


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    position = 0
    for value, group in groupby(flags.tolist()):
        length = len(list(group))
        if value:
            yield position, position + length - 1
        position += length
