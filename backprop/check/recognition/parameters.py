"""What a table reads from outside it: the learning rate, cells that hold given numbers, numbers typed into formulas."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from backprop.check.proof.model import NEW, Model
from backprop.check.tables.table import Table
from backprop.derivation.equation import RATE
from backprop.derivation.written_names import is_learning_rate
from backprop.spreadsheet.book import CONSTANT, Cell
from backprop.spreadsheet.contents import cell_number, holds_number, named
from backprop.spreadsheet.formula import (
    Area,
    Bracket,
    Name,
    Node,
    NotComputableError,
    Number,
    Reference,
    Unary,
    references,
    walk,
)

STEPS_READ = 24  # epochs whose updates are looked at
DEEPEST = 3  # helper cells between an update and the learning rate
MOST_CELLS = 8  # candidates for an input or a target


def with_rate(table: Table, model: Model) -> Table:
    """The table with the cell or line that its weight updates read as the learning rate, and its value."""
    view = table.view
    lines, steps = _rate_readers(table, model)
    counted: Counter[Cell] = Counter()
    first_seen: dict[Cell, int] = {}
    by_line: Counter[int] = Counter()
    readers: defaultdict[Cell | int, set[int]] = defaultdict(set)
    for step in steps:
        for line in lines:
            for cell in _read_beside(table, view.formula(step, line), step, line):
                counted[cell] += 1
                first_seen.setdefault(cell, step)
                readers[cell].add(line)
                at_step, at_line = view.position(*cell[1:])
                if cell[0] == view.sheet.name and table.first <= at_step <= table.last:
                    by_line[at_line] += 1
                    readers[at_line].add(line)
    numeric = [cell for cell in counted if cell not in table.parameters and holds_number(view.book, cell)]
    if model.constants:
        labelled = [cell for cell in numeric if any(map(is_learning_rate, _labels(table, cell)))]
        constants = {*model.constants.values(), float(table.last - table.first + 1)}
        numeric = labelled or [c for c in numeric if cell_number(view.book, c) not in constants] or numeric
    # All weights share the rate; what one alone reads is a column of its own, for its new value perhaps.
    shared = [cell for cell in numeric if 2 * len(readers[cell]) > len(lines)]
    best = max(shared or numeric, key=lambda cell: (counted[cell], -first_seen[cell]), default=None)
    along = max(
        (line for line in by_line if 2 * len(readers[line]) > len(lines)), key=by_line.__getitem__, default=None
    )
    if along is not None and (best is None or by_line[along] > counted[best]):
        cell = (view.sheet.name, *view.position(table.first, along))
        return replace(table, rate_line=along, rate=cell_number(view.book, cell))
    return table if best is None else replace(table, rate_cell=best, rate=cell_number(view.book, best))


def _rate_readers(table: Table, model: Model) -> tuple[list[int], range]:
    """The lines whose formulas read the learning rate, and the steps in which to look."""
    names = [RATE] if RATE in table.lines else model.read_the_rate
    lines = [table.lines[name] for name in names if name in table.lines]
    new = [table.lines[NEW + name] for name in model.weights if NEW + name in table.lines]
    if table.first == table.last:
        return new, range(table.first, table.last + 1)
    return lines, range(table.first + 1, min(table.last, table.first + STEPS_READ) + 1)


def _read_beside(table: Table, tree: Node | None, step: int, line: int, depth: int = 0) -> Iterator[Cell]:
    """The cells that a formula reads and that are no quantity of the table; also through helper cells."""
    view = table.view
    for cell in _cells(table, tree, step, line):
        at_step, at_line = view.position(*cell[1:])
        inside = cell[0] == view.sheet.name and table.first <= at_step <= table.last
        if inside and at_line in table.by_line:
            continue
        yield cell
        if inside and depth < DEEPEST:
            yield from _read_beside(table, view.formula(at_step, at_line), at_step, at_line, depth + 1)


def _cells(table: Table, tree: Node | None, step: int, line: int) -> Iterator[Cell]:
    """Every cell that a formula in that place reads by a reference or a name."""
    sheet, (row, column) = table.view.sheet.name, table.view.position(step, line)
    for node in () if tree is None else walk(tree):
        try:
            reference = named(table.view.book, node, sheet) if isinstance(node, Name) else node
        except NotComputableError:
            continue
        if isinstance(reference, Reference):
            yield (reference.sheet or sheet, *reference.at(row, column))
        elif isinstance(reference, Area):
            for corner in references(reference):
                yield (corner.sheet or table.view.sheet.name, *corner.at(row, column))


def with_literals(table: Table, model: Model) -> Table:
    """The table with the numbers that can only be typed into its formulas, because no line and no cell holds them.

    Biases and constants are the network's; of the learning rate it is what most updates agree on.
    """
    literals: dict[str, Fraction] = {}
    rate = _literal_rate(table, model)
    if rate is not None:
        literals["eta"] = rate
    elsewhere = {*table.lines, *table.parameters.values()}
    biases = model.outline.biases if table.first == table.last else model.held_biases
    initial = {symbol.name: value for symbol, value in model.outline.parameters.items()}
    literals |= {name: Fraction(repr(initial[name])) for name in map(str, biases) if name not in elsewhere}
    rows = table.last - table.first + 1
    by_step = model.network.training.schedule_counts == "steps"
    constants = model.network.training.constants(rows if by_step else rows // model.network.steps)
    literals |= {name: Fraction(repr(value)) for name, value in constants.items() if name not in elsewhere}
    return replace(table, literals=tuple(literals.items())) if literals or table.literals else table


def _literal_rate(table: Table, model: Model) -> Fraction | None:
    """The learning rate typed into the updates, where the table has no cell for it and most agree on one number."""
    if table.rate_cell is not None or table.rate_line is not None:
        return None
    counted: Counter[Fraction] = Counter()
    lines, steps = _rate_readers(table, model)
    for line in lines:
        tree = table.view.formula(steps[0], line) if steps else None
        counted.update({node.value for node in walk(tree) if isinstance(node, Number)} if tree is not None else ())
    for value in model.constants.values():
        counted.pop(Fraction(repr(value)), None)
    return counted.most_common(1)[0][0] if counted else None


def constant_cells(table: Table, model: Model) -> dict[Cell, str]:
    """Cells outside the table that hold constants of the training: those that it reads, by their labels."""
    parameters: dict[Cell, str] = {}
    step = min(table.first + 1, table.last)
    trained = model.trained[:1] + model.trained[-1:]
    names = [RATE, *trained, *(name for name in model.states if name.split("_", 1)[1] in trained)]
    for line in (table.lines[name] for name in names if name in table.lines):
        for cell in _read_beside(table, table.view.formula(step, line), step, line):
            for text in _labels(table, cell) if holds_number(table.view.book, cell) else ():
                name = model.labels.exact(text)
                if name is not None and name not in parameters.values():
                    parameters[cell] = name
    return parameters


def repeated_parameters(table: Table, model: Model) -> dict[Cell, str]:
    """Cells outside the table that its given lines only repeat; what the first epoch repeats counts more."""
    parameters = dict(table.parameters)
    view = table.view
    names = [name for name in model.given if name in table.lines]
    for first in (True, False):
        for name in names:
            line = table.lines[name]
            step = table.first if first else _usual_step(table, line)
            cell: Cell = (view.sheet.name, *view.position(step, line))
            given = cell_number(view.book, (view.sheet.name, *view.position(table.first, line)))
            for _ in range(10):
                sheet = view.book.sheets.get(cell[0])
                number = sheet.tree(*cell[1:]) if sheet is not None else None
                tree = view.book.trees[number] if number is not None and number != CONSTANT else None
                while isinstance(tree, Bracket) or (isinstance(tree, Unary) and tree.operator == "+"):
                    tree = tree.inside if isinstance(tree, Bracket) else tree.operand
                if not isinstance(tree, Reference):
                    break
                cell = (tree.sheet or cell[0], *tree.at(*cell[1:]))
                inside = cell[0] == view.sheet.name and table.first <= view.position(*cell[1:])[0] <= table.last
                if not inside and holds_number(view.book, cell) and cell_number(view.book, cell) in (given, None):
                    parameters.setdefault(cell, name)
    return parameters


def _usual_step(table: Table, line: int) -> int:
    """A step that has the formula which most steps of the line share."""
    trees = table.view.trees(line, table.first, table.last)
    tree, _ = Counter(trees[1:] or trees).most_common(1)[0]
    return table.first + (trees.index(tree, 1) if tree in trees[1:] else 0)


def guessed_parameters(table: Table, model: Model, score: Callable[[Table], int]) -> dict[Cell, str]:
    """Cells for the given numbers that have no line: as labelled, else the choice under which most proves."""
    parameters = dict(table.parameters)
    step = min(table.first + 1, table.last)
    read = Counter(
        cell
        for line in table.lines.values()
        for cell in set(_cells(table, table.view.formula(step, line), step, line))
        if cell != table.rate_cell and cell not in parameters and _is_outside(table, cell)
        if cell_number(table.view.book, cell) is not None
    )
    cells = [cell for cell, _ in read.most_common(MOST_CELLS)]
    for kind in (model.inputs, model.targets, model.held_biases):
        names = [name for name in kind if name not in table.lines and name not in parameters.values()]
        free = [cell for cell in cells if cell not in parameters]
        if not names or len(free) < len(names):
            continue
        labels = {model.vocabulary.quantity(text): cell for cell in free for text in _labels(table, cell)}
        trials = [tuple(labels[name] for name in names)] if all(name in labels for name in names) else []
        trials += permutations(free, len(names)) if len(names) <= 3 else []
        before = score(replace(table, parameters=parameters))
        scored = [
            (score(replace(table, parameters=parameters | dict(zip(trial, names, strict=True)))), -index, trial)
            for index, trial in enumerate(trials)
        ]
        best, place, trial = max(scored, default=(0, 1, ()))
        as_labelled = kind == model.held_biases and all(name in labels for name in names) and place == 0
        if best > before or (as_labelled and best == before):
            parameters |= dict(zip(trial, names, strict=True))
    return parameters


def _is_outside(table: Table, cell: Cell) -> bool:
    step, line = table.view.position(*cell[1:])
    return cell[0] != table.view.sheet.name or not table.first <= step <= table.last or line not in table.by_line


def _labels(table: Table, cell: Cell) -> list[str]:
    """The texts to the left of a cell, over one that is empty, and above it."""
    name, row, column = cell
    sheet = table.view.book.sheets[name]
    left = column - 1 if sheet.tree(row, column - 1) is not None else column - 2
    beside = (sheet.value(*place) for place in ((row, left), (row - 1, column)))
    return [text for text in beside if isinstance(text, str)]
