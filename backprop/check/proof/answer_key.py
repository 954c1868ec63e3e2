"""The answer key of one table: what the derivation gives for each of its cells, as formulas that could stand there."""

from collections.abc import Callable

from openpyxl.utils import get_column_letter, quote_sheetname

from backprop.check.proof.model import Model
from backprop.check.tables.table import Table
from backprop.derivation.equation import sample_name
from backprop.spreadsheet.book import CONSTANT, Cell, address
from backprop.spreadsheet.formula import Node, parse

PASTED = 0.9  # of the cells of an epoch, for it to be one of pasted numbers


class AnswerKey:
    """The derivation in the cells of one table. With a table of one step, that of a worksheet of a single step."""

    def __init__(self, table: Table, model: Model) -> None:
        self.model = model.one_step if table.first == table.last else model
        self.table, self.computed = table, self.model.computed
        self.literals = dict(table.literals)
        self._last_computed: int | None = None
        self.parameter_cells = {name: cell for cell, name in table.parameters.items()}

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
        from backprop.check.proof.equations import equations  # what is asked for by few workbooks, and needs sympy
        from backprop.printers.excel import TextbookPrinter

        at = step - computed.updates

        def locate(sample: int | None) -> Callable[[str], str]:
            return lambda symbol: self.locate(symbol, at, sample)

        samples = range(1, self.model.network.batch + 1) if self.model.per_sample else ()
        printer = TextbookPrinter(locate(computed.sample), [locate(sample) for sample in samples])
        try:
            return printer.equation(equations(self.model.network)[computed.target])
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
        return self._absolute(self.parameter_cells[name])

    def _absolute(self, cell: Cell) -> str:
        sheet, row, column = cell
        prefix = "" if sheet == self.table.view.sheet.name else f"{quote_sheetname(sheet)}!"
        return f"{prefix}${get_column_letter(column)}${row}"
