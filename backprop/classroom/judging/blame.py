"""Which wrong cells of a table each finding is about: those in its range, or those that read the helper it blames."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from backprop.check.findings import Finding, Kind
from backprop.check.known import Held
from backprop.check.proof.prover import Prover
from backprop.check.proof.wrong_cells import WrongRun
from backprop.check.tables.table import Table
from backprop.classroom.judging.places import Box, boxes, in_names
from backprop.classroom.judging.quantities import quantities_of
from backprop.classroom.parts import Part
from backprop.printers.quantities import written
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import references

DEEPEST = 8  # helper cells between a quantity and the cell that a finding blames
ALL = "all"  # the quantity of a finding about whole rows


@dataclass(frozen=True, slots=True)
class Wrong:
    """Rows of a quantity that are wrong."""

    name: str
    first: int
    last: int
    empty: bool = False


Blame = tuple[Finding, int | None, tuple[Wrong, ...], tuple[str, ...], str]


def blamed(findings: Sequence[Finding], held: Sequence[Held], provers: Sequence[Prover]) -> Iterator[Blame]:
    """Each finding with its table's number, the quantities wrong in it, others wrong by the same helper, its formula.

    What is wrong and no finding is about is told with the finding of its table that it is nearest to: none is lost.
    """
    for finding in findings:
        number = next((number for number, item in enumerate(held) if _is_of(finding, item)), None)
        if number is None:
            yield finding, None, (), (), finding.formula or ""
            continue
        item = held[number]
        wrong, shared = _wrong(finding, item, provers[number])
        yield finding, number, wrong, shared, _said(finding, item.key.table)


def _is_of(finding: Finding, held: Held) -> bool:
    """Whether the finding is of the table: by sheet, and by rows where a sheet has several."""
    table = held.key.table
    if finding.sheet != table.view.sheet.name:
        return False
    return any(_steps(table, box)[0] <= table.last and _steps(table, box)[1] >= table.first - 1
               for box in boxes(finding.range))  # fmt: skip


def _steps(table: Table, box: Box) -> tuple[int, int]:
    left, top, right, bottom = box
    return (left, right) if table.view.transposed else (top, bottom)


def _lanes(table: Table, box: Box) -> tuple[int, int]:
    left, top, right, bottom = box
    return (top, bottom) if table.view.transposed else (left, right)


def _wrong(finding: Finding, held: Held, prover: Prover) -> tuple[tuple[Wrong, ...], tuple[str, ...]]:
    table = held.key.table
    spans = boxes(finding.range)
    first = min(_steps(table, box)[0] for box in spans)
    last = max(_steps(table, box)[1] for box in spans)
    rows = max(first, table.first), min(last, table.last)
    if finding.quantity == ALL:
        return (Wrong(ALL, *rows),), ()
    direct = [run for run in held.wrong if any(_touches(table, run, box) for box in spans)]
    if finding.kind is Kind.INCOMPLETE:
        direct = [run for run in direct if run.reason == "empty"]
    if direct:
        return tuple(dict.fromkeys(each for wrong in _joined(direct) for each in _lacked(held, prover, wrong))), ()
    named = _named(finding, table)
    if named is not None:
        return (Wrong(named, *rows),), ()
    runs = [run for run in held.wrong if _reads(held, run, finding)]
    names = list(dict.fromkeys(run.name for run in runs))
    order, parts = list(held.key.computed), quantities_of(held.key.model).parts
    names.sort(key=lambda name: (list(Part).index(parts[name]), order.index(name)))  # as backpropagation computes
    return _joined([run for run in runs if run.name in names[:1]]), tuple(names[1:])


def _lacked(held: Held, prover: Prover, wrong: Wrong) -> Iterator[Wrong]:
    """What is wrong itself; for a formula that reads empty cells, the quantities that should stand in them."""
    key, table = held.key, held.key.table
    book, cell = table.view.book, table.view.cell(wrong.first, table.lines.get(wrong.name, 1))
    tree = book.formula(cell)
    read = [] if tree is None else [(each.sheet or cell[0], *each.at(*cell[1:])) for each in references(tree)]
    quantities = quantities_of(key.model)
    absent = [
        name
        for name in quantities.parts
        if name in quantities.needed
        and name not in table.lines
        and wrong.name in quantities.readers_without(name, table.lines)
    ]
    empty = {table.view.position(*each[1:])[1] for each in read if each[0] == cell[0] and book.tree(each) is None}
    if wrong.name not in table.lines or not absent or not empty:
        yield wrong
        return
    yield from (Wrong(name, table.first, table.last, empty=True) for name in absent)
    if tree is not None and len(absent) == len(empty) == 1:  # with the quantity in its place, is the formula right?
        whole = replace(table, lines={**table.lines, absent[0]: min(empty)})
        if not prover.holds(whole, tree, wrong.first, table.lines[wrong.name], wrong.name):
            yield wrong


def _joined(runs: Sequence[WrongRun]) -> tuple[Wrong, ...]:
    """The rows of each quantity as one stretch."""
    by_name: dict[tuple[str, bool], list[WrongRun]] = {}
    for run in runs:
        by_name.setdefault((run.name, run.reason == "empty"), []).append(run)
    return tuple(
        Wrong(name, min(run.steps[0] for run in of_it), max(run.steps[1] for run in of_it), empty)
        for (name, empty), of_it in by_name.items()
    )


def _named(finding: Finding, table: Table) -> str | None:
    """The quantity that the finding names, as it is called or as it is written."""
    return next((name for name in table.lines if finding.quantity in (name, written(name))), None)


def _touches(table: Table, run: WrongRun, box: Box) -> bool:
    (first, last), (left, right) = _steps(table, box), _lanes(table, box)
    return left <= run.line <= right and first <= run.steps[1] and last >= run.steps[0]


def _reads(held: Held, run: WrongRun, finding: Finding) -> bool:
    """Whether the quantity's first wrong cell reads one of the finding's, through helpers of its row."""
    view, lines = held.key.table.view, held.key.table.by_line
    wanted = boxes(finding.range)
    start = view.cell(run.steps[0], run.line)
    waiting, seen = [(start, 0)], {start}
    while waiting:
        cell, depth = waiting.pop()
        tree = view.book.formula(cell)
        for reference in () if tree is None else references(tree):
            read: Cell = (reference.sheet or cell[0], *reference.at(*cell[1:]))
            if read[0] == finding.sheet and any(
                left <= read[2] <= right and top <= read[1] <= bottom for left, top, right, bottom in wanted
            ):
                return True
            is_quantity = read[0] == view.sheet.name and view.position(*read[1:])[1] in lines
            if read not in seen and depth < DEEPEST and not is_quantity:
                seen.add(read)
                waiting.append((read, depth + 1))
    return False


def _said(finding: Finding, table: Table) -> str:
    """The formula with names for cells: the row above as h1[-1]."""
    if finding.formula is None:
        return ""
    left, top, _, _ = boxes(finding.cell)[0]
    own, _ = table.view.position(top, left)

    def name(row: int, column: int) -> str | None:
        step, line = table.view.position(row, column)
        called = table.quantity((table.view.sheet.name, row, column))
        inside = table.first <= step <= table.last and line in table.by_line
        return called if called is None or not inside or step == own else f"{called}[{step - own:+}]"

    return in_names(finding.formula, name)
