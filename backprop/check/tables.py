"""Where the epoch tables are: stretches of steps that show themselves by sigmoids, or by headers with numbers under."""

import math
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise

from backprop.check.evaluate import NUMPY, NotComputableError, evaluate
from backprop.check.formula import Node, Reference, references
from backprop.check.grid import CONSTANT, Book
from backprop.check.headers import quantity
from backprop.check.naming import header_names, name_lines
from backprop.check.prove import Judge, Table
from backprop.check.structure import Found
from backprop.check.view import View
from backprop.derive import Derivation

HEADERS_NEEDED = 8  # recognised names that make a row of headers
PASTED = 0.9  # of the computed lines, for a step of typed numbers to continue the table
HEADER_REACH = 5  # steps between a header and the first epoch, at the most
MOST_BRIDGED = 20  # epochs in a row that may lack their sigmoids within a table
SIGMOIDS_NEEDED = 2  # in one step, for it to be part of a table


def find_tables(book: Book, derivation: Derivation, judge: Judge) -> list[Table]:
    """Every epoch table of the workbook, its lines named; in the order of the sheets, then from the top."""
    sigmoids = sigmoid_trees(book)
    tables = []
    for sheet in book.sheets.values():
        for transposed in (False, True):
            view = View(book, sheet, transposed)
            found = [name_lines(candidate, derivation, judge, sigmoids) for candidate in _candidates(view, sigmoids)]
            if any(table.lines for table in found):
                tables += [table for table in found if table.lines]
                break
    return tables


def sigmoid_trees(book: Book) -> dict[int, Reference]:
    """The formulas that are the logistic function of one other cell, and that cell."""
    found = {}
    for number, tree in enumerate(book.trees):
        if isinstance(tree, str):
            continue
        cells = set(references(tree))
        if len(cells) == 1 and not isinstance(tree, Reference) and _is_sigmoid(tree):
            found[number] = cells.pop()
    return found


def _is_sigmoid(tree: Node) -> bool:
    try:
        for x in (-1.5, 0.25, 2.0):
            found = evaluate(tree, lambda _, x=x: x, lambda _: [], NUMPY)  # type: ignore[misc]
            if not abs(float(found) - 1 / (1 + math.exp(-x))) < 1e-12:
                return False
    except (NotComputableError, TypeError):
        return False
    return True


def _candidates(view: View, sigmoids: dict[int, Reference]) -> Iterator[Found]:
    """Stretches with sigmoids of their own step, then headers with numbers under them where there are none."""
    along = Counter[int]()
    for step, line, tree in view.cells(set(sigmoids)):
        row, column = view.position(step, line)
        reference = sigmoids[tree]
        if reference.sheet in (None, view.sheet.name) and view.position(*reference.at(row, column))[0] == step:
            along[step] += 1
    steps = _bridged(view, sorted(step for step, count in along.items() if count >= SIGMOIDS_NEEDED))
    taken: set[int] = set()
    for _, group in groupby(enumerate(steps), lambda pair: pair[1] - pair[0]):
        stretch = [step for _, step in group]
        header = _header_above(view, stretch[0])
        first, last = stretch[0], _last_step(view, stretch[0], stretch[-1], header)
        taken |= set(range((header or first), last + 1))
        yield Found(view, first, last, header, _lines_between(view, first, last))
    for header in _header_steps(view):
        below = range(header + 1, header + 4)
        start = next((step for step in below if _numbers_under(view, header, step) >= HEADERS_NEEDED), None)
        if start is None or taken & {header, start}:
            continue
        last = start
        while _numbers_under(view, header, last + 1) >= HEADERS_NEEDED:
            last += 1
        taken |= set(range(header, last + 1))
        yield Found(view, start, last, header, _lines_between(view, start, last))


def _bridged(view: View, steps: list[int]) -> list[int]:
    """The steps, and those between two of them that hold about as many formulas and numbers: epochs gone wrong."""
    filled = steps[:1]
    for before, after in pairwise(steps):
        between = range(before + 1, after)
        if len(between) <= MOST_BRIDGED:
            needed = 0.8 * _cells_filled(view, before)
            filled += between if all(_cells_filled(view, step) >= needed for step in between) else []
        filled.append(after)
    return filled


def _cells_filled(view: View, step: int) -> int:
    return sum(
        view.tree(step, line) is not None and not isinstance(view.value(step, line), str) for line in view.lines()
    )


def _header_above(view: View, first: int) -> int | None:
    """The nearest step above with most names, if there are enough of them."""
    best = max(
        range(max(1, first - HEADER_REACH), first),
        key=lambda step: (len(header_names(view, step)), step),
        default=None,
    )
    return best if best is not None and len(header_names(view, best)) >= HEADERS_NEEDED else None


def _header_steps(view: View) -> list[int]:
    counts = Counter[int]()
    for row, column, text in view.sheet.texts():
        if quantity(text) is not None:
            counts[view.position(row, column)[0]] += 1
    return sorted(step for step, count in counts.items() if count >= HEADERS_NEEDED)


def _numbers_under(view: View, header: int, step: int) -> int:
    return sum(
        view.number(step, line) is not None or view.formula(step, line) is not None
        for line in header_names(view, header)
    )


def _last_step(view: View, first: int, last: int, header: int | None) -> int:
    """The stretch goes on where a step below still holds weights, as an unfinished epoch does, or pasted numbers."""
    if header is not None:
        weights = [line for line, name in header_names(view, header).items() if name.startswith("w")]
        while weights and sum(_reads_last(view, last + 1, line, first) for line in weights) >= len(weights) / 2:
            last += 1
    lines = [line for line in view.lines() if view.formula(last, line) is not None]
    while _epoch_gone_wrong(view, last + 1, lines, first):
        last += 1
    while len(lines) >= HEADERS_NEEDED and _numbers_typed(view, last + 1, lines) >= PASTED * len(lines):
        last += 1
    return last


def _epoch_gone_wrong(view: View, step: int, lines: list[int], first: int) -> bool:
    """Whether nearly as many formulas as in the step before read the steps just before, as an epoch's do."""

    def near(at: int) -> int:
        count = 0
        for line in lines:
            tree = view.formula(at, line)
            cells = [] if tree is None else [reference.at(*view.position(at, line)) for reference in references(tree)]
            steps = {view.position(*cell)[0] for cell in cells}
            count += bool(steps & set(range(at - 2, at + 2))) and not any(first <= each < at - 2 for each in steps)
        return count

    return near(step) >= max(HEADERS_NEEDED, PASTED * near(step - 1))


def _reads_last(view: View, step: int, line: int, first: int) -> bool:
    """Whether a formula reads the step before and none earlier of the stretch: an update, not an average."""
    tree = view.formula(step, line)
    cells = [] if tree is None else [reference.at(*view.position(step, line)) for reference in references(tree)]
    steps = {view.position(*cell)[0] for cell in cells}
    return step - 1 in steps and not any(first <= each < step - 1 for each in steps)


def _numbers_typed(view: View, step: int, lines: list[int]) -> int:
    return sum(view.tree(step, line) == CONSTANT and view.number(step, line) is not None for line in lines)


def _lines_between(view: View, first: int, last: int) -> tuple[int, ...]:
    probes = {first, min(first + 1, last), (first + last) // 2}
    return tuple(line for line in view.lines() if any(view.tree(step, line) is not None for step in probes))
