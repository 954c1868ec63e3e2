"""An epoch table against the derivation, cell by cell: which formulas are wrong, which cells are constants or empty."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from openpyxl.utils import get_column_letter, quote_sheetname

from backprop.check.proof.model import Model
from backprop.check.proof.prove import Judge, Prover, Table
from backprop.derivation.equation import sample_name
from backprop.errors import BackpropError
from backprop.printers.excel import TextbookPrinter
from backprop.spreadsheet.book import CONSTANT, Cell, address
from backprop.spreadsheet.contents import cell_number, named
from backprop.spreadsheet.evaluate import NUMPY, NotComputableError, evaluate
from backprop.spreadsheet.formula import Area, FormulaError, Name, Node, Reference, parse, references

PASTED = 0.9  # of the cells of an epoch, for it to be one of pasted numbers

Steps = tuple[int, int]  # first and last, both included
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Steps of one line whose cells share one formula and are not the quantity; `tree` None for a constant."""

    name: str
    line: int
    steps: Steps
    tree: Node | None
    reason: str  # "another function", "constant", "empty", or why it cannot be computed


class Key:
    """The derivation in the cells of one table: the answer key, as formulas that could stand there."""

    def __init__(self, table: Table, model: Model) -> None:
        self.model = model.one_step if table.first == table.last else model
        self.table, self.derivation, self.computed = table, model.derivation, self.model.answers
        self.literals = dict(table.literals)
        self._last_computed: int | None = None
        self.parameters = {name: cell for cell, name in table.aliases.items()}

    @property
    def last_computed(self) -> int:
        """The last step in which formulas stand; below it a table may go on in pasted numbers."""
        if self._last_computed is None:
            lines = [line for _, line in self.checked()]
            last = self.table.last
            while last >= self.table.first and lines and self.model.any_layout:
                trees = [self.table.view.tree(last, line) for line in lines]
                if sum(tree == CONSTANT for tree in trees) < PASTED * len(trees):
                    break
                last -= 1
            self._last_computed = last
        return self._last_computed

    def checked(self) -> list[tuple[str, int]]:
        """The computed quantities that the table has a line for."""
        return [(name, self.table.lines[name]) for name in self.computed if name in self.table.lines]

    def first_step(self, name: str) -> int:
        """The first step in which the quantity is computed: a weight is given in the first."""
        return self.table.first + (name not in self.computed or self.computed[name].updates)

    def formula(self, name: str, step: int) -> str | None:
        """What the cell should hold; None where the table lacks a line that the formula would read."""
        computed = self.computed.get(name)
        if computed is None:  # an input or a target is the same in every epoch
            return f"={address(*self.table.view.position(step - 1, self.table.lines[name]))}"
        at = step - computed.updates

        def locate(sample: int | None) -> Callable[[str], str]:
            return lambda symbol: self.locate(symbol, at, sample)

        samples = range(1, self.model.network.batch + 1) if self.model.per_sample else ()
        printer = TextbookPrinter(locate(computed.sample), [locate(each) for each in samples])
        try:
            return printer.equation(computed.equation)
        except KeyError:
            return None

    def tree(self, name: str, step: int) -> Node | None:
        """The same as a tree."""
        text = self.formula(name, step)
        return None if text is None else parse(text, *self.table.view.position(step, self.table.lines[name]))

    def locate(self, name: str, step: int, sample: int | None = None) -> str:
        """Where a quantity of that step stands, or its number where it is typed; KeyError where it stands nowhere."""
        table = self.table
        before = name.removeprefix("previous ")
        if before != name:
            return "0" if step == table.first else self.locate(before, step - 1, sample)
        if name in self.model.per_sample and sample is not None:
            name = sample_name(name, sample)
        if name == "eta" and table.rate_cell is not None:
            return self._absolute(table.rate_cell)
        twin = self.model.twins.get(name, "")
        line = table.rate_line if name == "eta" else table.lines.get(name, table.lines.get(twin))
        if line is not None:
            return address(*table.view.position(step, line))
        if name in self.literals:
            return str(float(self.literals[name])).removesuffix(".0")
        return self._absolute(self.parameters[name])

    def _absolute(self, cell: Cell) -> str:
        sheet, row, column = cell
        prefix = "" if sheet == self.table.view.sheet.name else f"{quote_sheetname(sheet)}!"
        return f"{prefix}${get_column_letter(column)}${row}"


def wrong_cells(key: Key, judge: Judge) -> list[Wrong]:
    """Every cell of a computed quantity that is not what it should be, runs of one formula together."""
    found: list[Wrong] = []
    for name, line in key.checked():
        for tree, first, last in _runs(key.table, line, key.first_step(name), key.last_computed):
            found += _wrong_run(key, judge, name, line, tree, (first, last))
    return found + _wrong_given(key, judge)


def _wrong_given(key: Key, judge: Judge) -> list[Wrong]:
    """Formulas of inputs and targets that read something else, where no stored number shows it."""
    table, found = key.table, list[Wrong]()
    for name in key.model.given:
        line = table.lines.get(name)
        if line is None:
            continue
        given = table.view.number(table.first, line)
        for tree, first, last in _runs(table, line, table.first + 1, table.last):
            stored = table.view.numbers(line, first, last)
            shown = given is not None and bool(np.any(np.abs(stored - given) > 1e-9 * max(1.0, abs(given))))
            if tree is not None and tree != CONSTANT and not shown and not _gives(key, judge, line, first):
                found += _wrong_run(key, judge, name, line, tree, (first, last))
    return found


def _gives(key: Key, judge: Judge, line: int, step: int) -> bool:
    """Whether a formula gives one number in any state of the network (=0.05, =$C$3), and the first epoch's at that."""
    table = key.table
    formula = table.view.formula(step, line)
    sheet = table.view.sheet.name
    try:
        value = np.asarray(Prover(table, judge.quick).value(formula, step, line) if formula is not None else np.nan)
    except NotComputableError:
        return False
    first = cell_number(table.view.book, (sheet, *table.view.position(table.first, line)))
    same = bool(np.ptp(value) == 0)
    return same and (first is None or abs(float(np.max(value)) - first) <= 1e-9 * max(1.0, abs(first)))


def _runs(table: Table, line: int, first: int, last: int) -> Iterator[tuple[int | None, int, int]]:
    """(tree, first step, last step) of every run of one formula."""
    step = first
    for tree, group in groupby(table.view.trees(line, first, last)):
        length = len(list(group))
        yield tree, step, step + length - 1
        step += length


def _wrong_run(key: Key, judge: Judge, name: str, line: int, tree: int | None, steps: Steps) -> list[Wrong]:
    table = key.table
    if tree is None:
        return [Wrong(name, line, steps, None, "empty")]
    if tree == CONSTANT:
        return [Wrong(name, line, steps, None, "constant")]
    node = table.view.book.trees[tree]
    if isinstance(node, str):
        return [Wrong(name, line, steps, None, f"a formula that cannot be read: {node}")]
    first, last = steps
    if is_steady(table, node, line, steps):
        probes = sorted({first, (first + last) // 2, last})
        for probe in probes:
            if reason := judge.explain(table, node, probe, line, name, thorough=probe == probes[0]):
                return [Wrong(name, line, steps, node, reason)]
        return []
    reasons = [
        (step, judge.explain(table, node, step, line, name, thorough=step == first)) for step in range(first, last + 1)
    ]
    wrong = []
    for bad, group in groupby(reasons, lambda pair: bool(pair[1])):
        pairs = list(group)
        if bad:
            said = {reason for _, reason in pairs}
            reason = said.pop() if len(said) == 1 else "another function"
            wrong.append(Wrong(name, line, (pairs[0][0], pairs[-1][0]), node, reason))
    return wrong


def is_steady(table: Table, tree: Node, line: int, steps: Steps, depth: int = 0) -> bool:
    """Whether the formula means the same in each of the steps, so that one proof serves them all."""
    view = table.view
    first, last = steps
    row, column = view.position(first, line)
    named = table.by_line
    for reference in references(tree):
        fixed_step = reference.fixed_column if view.transposed else reference.fixed_row
        cell: Cell = (reference.sheet or view.sheet.name, *reference.at(row, column))
        if cell == table.rate_cell or cell in table.aliases:
            if not fixed_step and first != last:
                return False
            continue
        step, at = view.position(*cell[1:])
        inside = cell[0] == view.sheet.name and table.first <= step <= table.last
        if fixed_step:
            if inside and at in named:
                return False
            continue
        if cell[0] != view.sheet.name or not inside or (at not in named and at != table.rate_line):
            offset = step - first
            if depth > 3 or cell[0] != view.sheet.name:
                return first == last
            trees = view.trees(at, first + offset, last + offset)
            if len(set(trees)) != 1 or trees[0] in (None, CONSTANT):
                return first == last
            node = view.book.trees[trees[0]]
            if isinstance(node, str) or not is_steady(table, node, at, (first + offset, last + offset), depth + 1):
                return first == last
    return True


def cached(table: Table, tree: Node, line: int, steps: Steps) -> Array | None:
    """What the formula gives in each step on the stored values of the cells it reads; None where it gives no number."""
    view = table.view
    first, last = steps
    row, column = view.position(first, line)

    def numbers(reference: Reference | Name) -> Array:
        if isinstance(reference, Name):
            reference = named(view.book, reference)
        sheet = reference.sheet or view.sheet.name
        at_row, at_column = reference.at(row, column)
        fixed_step = reference.fixed_column if view.transposed else reference.fixed_row
        if sheet not in view.book.sheets or min(at_row, at_column) < 1:
            raise NotComputableError("a cell that does not exist")
        other = type(view)(view.book, view.book.sheets[sheet], view.transposed)
        step, at = view.position(at_row, at_column)
        if fixed_step:
            number = other.number(step, at)
            return np.full(
                last - first + 1, 0.0 if number is None and other.tree(step, at) is None else number or np.nan
            )
        found = other.numbers(at, step, step + last - first)
        empty = [tree is None for tree in other.trees(at, step, step + last - first)] if np.isnan(found).any() else []
        if empty:
            found[np.array(empty)] = 0.0
        return found

    def area(node: Area) -> list[Array]:
        corners = [node.first.at(row, column), node.last.at(row, column)]
        rows, columns = sorted(corner[0] for corner in corners), sorted(corner[1] for corner in corners)
        if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > 1000:
            raise NotComputableError("a large area")
        return [
            numbers(Reference(r, c, fixed_row=True, fixed_column=True, sheet=node.first.sheet))
            if node.first.fixed_row
            else numbers(Reference(r - row, c - column, sheet=node.first.sheet))
            for r in range(rows[0], rows[1] + 1)
            for c in range(columns[0], columns[1] + 1)
        ]

    try:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(evaluate(tree, numbers, area, NUMPY), dtype=float), (last - first + 1,))
    except (NotComputableError, FormulaError, BackpropError):
        return None
