"""What steps take in turn: their number, and the samples whose turn it is. Compared as numbers, not proved."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding
from backprop.check.mistakes.sentences import apart
from backprop.check.proof.answer_key import AnswerKey
from backprop.derivation.equation import EPOCH, STEP
from backprop.spreadsheet.arithmetic import DOUBLES
from backprop.spreadsheet.book import CONSTANT, Cell
from backprop.spreadsheet.contents import cell_number, named
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import Area, Call, Name, Node, NotComputableError, Reference, walk

DEEPEST = 20  # cells from one to the next
MOST_PICKED = 10_000  # cells of the area from which INDEX picks


def wrong_data(key: AnswerKey) -> Iterator[Finding]:
    """Rows counted from another number than 1, and data that are not those of the network's next samples."""
    table, counted = key.table, key.model.counted
    line = table.lines.get(counted)
    if key.model.numbers and line is not None and table.first < table.last:
        cell = (table.view.sheet.name, *table.view.position(table.first, line))
        number = cell_number(table.view.book, cell)
        if number is not None and number != 1:
            text = f"the {counted}s are counted from {apart(number, 1)[0]}, but the formulas take the first as 1"
            yield finding(table.view, line, (table.first, table.first), counted, Kind.WRONG_NUMBER, text,
                          should_be="=1")  # fmt: skip
    for name in key.model.data:
        if name in table.lines:
            yield from _wrong(key, name, table.lines[name])


def _wrong(key: AnswerKey, name: str, line: int) -> Iterator[Finding]:
    table, view = key.table, key.table.view
    usual = table.usual_formula(line)
    steps = range(table.first, table.last + 1)
    shown = {step: _shown(key, view.formula(step, line), step, line) for step in steps}
    flags = ((step, view.tree(step, line), shown[step] != _right(key, name, step)) for step in steps)
    for (tree, wrong), group in groupby(flags, lambda item: item[1:]):
        if not wrong:
            continue
        run = [step for step, _, _ in group]
        first = run[0]
        formula, right = view.formula(first, line), _right(key, name, first)
        as_usual = usual if usual not in (None, formula) and _shown(key, usual, first, line) == right else None
        kind = Kind.INPUT_CHANGES if tree == CONSTANT or tree is None else Kind.OVERWRITTEN
        stands = shown[first]
        found, wanted = ("nothing", f"{right:g}") if stands is None else apart(stands, right)
        turn = (first - table.first) % key.model.network.steps
        whose = f"the network's {key.model.turn} {turn + 1}, whose turn it is, has"
        if name == EPOCH:
            whose = f"{key.model.network.steps} steps make an epoch: it is"
        text = f"{name} is {found} where {whose} {wanted}"
        yield finding(view, line, (first, run[-1]), name, kind, text, formula=formula, should_be=as_usual)


def _right(key: AnswerKey, name: str, step: int) -> float:
    """What a line of the data holds in that step."""
    model, network = key.model, key.model.network
    passed, turn = divmod(step - key.table.first, network.steps)
    counts = {EPOCH: passed + 1, model.turn: turn + 1, STEP: step - key.table.first + 1}
    if name in counts:
        return float(counts[name])
    number, offset = model.places[name]
    sample = turn * network.batch + offset
    return (*network.inputs[sample], *network.targets[sample])[number]


def _shown(key: AnswerKey, tree: Node | None, step: int, line: int) -> float | None:
    """The number in that place, or what a formula there gives where epochs and samples are counted right."""
    table = key.table
    cell: Cell = (table.view.sheet.name, *table.view.position(step, line))
    try:
        return cell_number(table.view.book, cell) if tree is None else float(_value(key, tree, cell, 0))
    except (NotComputableError, TypeError):
        return None


def _value(key: AnswerKey, tree: Node, holder: Cell, depth: int) -> Any:
    table, book = key.table, key.table.view.book
    if depth > DEEPEST:
        raise NotComputableError("a chain of references that does not end")

    def cell_value(cell: Cell) -> Any:
        step, line = table.view.position(*cell[1:])
        name = table.by_line.get(line) if cell[0] == table.view.sheet.name else None
        if name in (EPOCH, STEP, key.model.turn) and table.first <= step <= table.last and cell != holder:
            return _right(key, name, step)
        formula = book.formula(cell)
        if formula is not None:
            return _value(key, formula, cell, depth + 1)
        content = cell_number(book, cell)
        if content is None:
            raise NotComputableError("no number")
        return content

    def lookup(node: Reference | Name) -> Any:
        at = named(book, node, holder[0]) if isinstance(node, Name) else node
        return cell_value((at.sheet or holder[0], *at.at(*holder[1:])))

    def picked(node: Node) -> Node:
        """INDEX of an area as the one cell that it picks."""
        if isinstance(node, Call) and node.function.upper() == "INDEX" and len(node.arguments) == 2:
            area, place = node.arguments
            if isinstance(area, Area):
                cells = list(_cells(area, holder))
                at = int(_value(key, place, holder, depth + 1))
                if 1 <= at <= len(cells):
                    row, column = cells[at - 1]
                    return Reference(row, column, True, True, area.first.sheet)
            raise NotComputableError("INDEX outside its area")
        return node

    node = picked(tree)
    if any(isinstance(call, Call) and call.function.upper() == "INDEX" for call in walk(node)):
        raise NotComputableError("INDEX within a formula is not computed here")
    return evaluate(node, lookup, lambda _: [], DOUBLES)


def _cells(area: Area, holder: Cell) -> list[tuple[int, int]]:
    if area.size(*holder[1:]) > MOST_PICKED:
        raise NotComputableError("a large area")
    top, bottom, left, right = area.corners(*holder[1:])
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
