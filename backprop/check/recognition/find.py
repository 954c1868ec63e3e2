"""Where the epoch tables are: stretches of steps that show themselves by sigmoids, or by headers with numbers under."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from types import MappingProxyType

from backprop.check.proof.model import Model
from backprop.check.proof.prover import Prover
from backprop.check.recognition.activations import activation_trees
from backprop.check.recognition.given import Given
from backprop.check.recognition.naming import header_names, name_lines
from backprop.check.recognition.stretch import Stretch
from backprop.check.tables.own_workbooks import sheets_without_epochs
from backprop.check.tables.table import Table
from backprop.check.tables.view import View
from backprop.spreadsheet.book import CONSTANT, Book, Sheet
from backprop.spreadsheet.formula import Reference, references

HEADERS_NEEDED = 8  # recognised names that make a row of headers
PASTED = 0.9  # of the computed lines, for a step of typed numbers to continue the table
HEADER_REACH = 5  # steps between a header and the first epoch, at the most
MOST_BRIDGED = 20  # epochs in a row that may lack their sigmoids within a table
ACTIVATIONS_NEEDED = 2  # activations in one step, for it to be part of a table
NOTHING: Given = MappingProxyType({})


def find_tables(book: Book, prover: Prover, given: Given = NOTHING) -> list[Table]:
    """Every epoch table of the workbook, its lines named; in the order of the sheets, then from the top.

    `given` are the numbers that the tables should begin with, where somebody knows them.
    """
    activations = activation_trees(book, prover.model)
    tables = []
    for sheet in _sheets(book):
        for transposed in (False, True):
            view = View(book, sheet, transposed)
            candidates = _candidates(view, activations, prover.model)
            named = [name_lines(candidate, prover, activations, given) for candidate in candidates]
            if any(table.lines for table in named):
                tables += [table for table in named if table.lines]
                break
    return tables


def has_epochs(book: Book, model: Model) -> bool:
    """Whether several steps in a row hold activations of the network's kind, whatever else they hold."""
    activations = activation_trees(book, model)
    views = (View(book, sheet, transposed) for sheet in _sheets(book) for transposed in (False, True))
    return any(stretch.first < stretch.last for view in views for stretch in _candidates(view, activations, model))


def _sheets(book: Book) -> Iterator[Sheet]:
    without = sheets_without_epochs(book)
    yield from (sheet for sheet in book.sheets.values() if sheet.name not in without)


def _candidates(view: View, activations: dict[int, Reference], model: Model) -> Iterator[Stretch]:
    """Stretches with activations of their own step, then headers with numbers under them where there are none."""
    along = Counter[int]()
    for step, line, tree in view.cells(set(activations)):
        row, column = view.position(step, line)
        reference = activations[tree]
        if reference.sheet in (None, view.sheet.name) and view.position(*reference.at(row, column))[0] == step:
            along[step] += 1
    steps = _bridged(view, sorted(step for step, count in along.items() if count >= ACTIVATIONS_NEEDED))
    taken: set[int] = set()
    for _, group in groupby(enumerate(steps), lambda pair: pair[1] - pair[0]):
        stretch = [step for _, step in group]
        header = _header_above(view, stretch[0], model)
        first, last = stretch[0], _last_step(view, stretch[0], stretch[-1], header, model)
        taken |= set(range((header or first), last + 1))
        yield Stretch(view, first, last, header, _lines_between(view, first, last))
    needed = _headers_needed(model)
    for header in _header_steps(view, model):
        below = range(header + 1, header + 4)
        start = next((step for step in below if _numbers_under(view, header, step, model) >= needed), None)
        if start is None or taken & {header, start}:
            continue
        last = start
        while _numbers_under(view, header, last + 1, model) >= needed:
            last += 1
        taken |= set(range(header, last + 1))
        yield Stretch(view, start, last, header, _lines_between(view, start, last))


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


def _headers_needed(model: Model) -> int:
    return min(HEADERS_NEEDED, len(model.needed) * 2 // 3)


def _header_above(view: View, first: int, model: Model) -> int | None:
    """The nearest step above with most names, if there are enough of them."""
    best = max(
        range(max(1, first - HEADER_REACH), first),
        key=lambda step: (len(header_names(view, step, model)), step),
        default=None,
    )
    enough = best is not None and len(header_names(view, best, model)) >= _headers_needed(model)
    return best if enough else None


def _header_steps(view: View, model: Model) -> list[int]:
    counts = Counter[int]()
    for row, column, text in view.sheet.texts():
        if model.vocabulary.quantity(text) is not None:
            counts[view.position(row, column)[0]] += 1
    return sorted(step for step, count in counts.items() if count >= _headers_needed(model))


def _numbers_under(view: View, header: int, step: int, model: Model) -> int:
    return sum(
        view.number(step, line) is not None or view.formula(step, line) is not None
        for line in header_names(view, header, model)
    )


def _last_step(view: View, first: int, last: int, header: int | None, model: Model) -> int:
    """The stretch goes on where a step below still holds weights, as an unfinished epoch does, or pasted numbers."""
    if header is not None:
        weights = [line for line, name in header_names(view, header, model).items() if name.startswith("w")]
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
            count += bool(steps & set(range(at - 2, at + 2))) and not any(first <= before < at - 2 for before in steps)
        return count

    return near(step) >= max(HEADERS_NEEDED, PASTED * near(step - 1))


def _reads_last(view: View, step: int, line: int, first: int) -> bool:
    """Whether a formula reads the step before and none earlier of the stretch: an update, not an average."""
    tree = view.formula(step, line)
    cells = [] if tree is None else [reference.at(*view.position(step, line)) for reference in references(tree)]
    steps = {view.position(*cell)[0] for cell in cells}
    return step - 1 in steps and not any(first <= before < step - 1 for before in steps)


def _numbers_typed(view: View, step: int, lines: list[int]) -> int:
    return sum(view.tree(step, line) == CONSTANT and view.number(step, line) is not None for line in lines)


def _lines_between(view: View, first: int, last: int) -> tuple[int, ...]:
    probes = {first, min(first + 1, last), (first + last) // 2}
    return tuple(line for line in view.lines() if any(view.tree(step, line) is not None for step in probes))
