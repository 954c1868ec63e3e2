"""Gradient descent as a table: a row a step, in which every number is a live formula.

The workbook's own formulas stand in each row anew, with that row's parameters in place of the typed ones, and behind
them the derivatives. So the loss of a step is that of its own parameters, and the next row's parameters are these less
the learning rate times the derivatives. The numbers are computed here in doubles.
"""

import math
from collections.abc import Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from backprop.calculus.adjoint import Adjoints, moving
from backprop.calculus.evaluate import Evaluation
from backprop.calculus.formulas import Printer, cell_name, printer_of
from backprop.calculus.graph import Graph
from backprop.calculus.tape import CELL, FREE
from backprop.errors import BackpropError
from backprop.gradient.gradient import BEFORE, RATE_CELL, ROW, Column, Descent
from backprop.gradient.labels import label
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.limits import LAST_COLUMN
from groundfloor.text import count

MOST_CELLS = 500_000  # of the table


def descend(graph: Graph, of: Cell, by: Sequence[Cell], found: Adjoints, *, steps: int, eta: float,
            sheet: str) -> Descent:  # fmt: skip
    """The descent of `of` by the typed cells of `by`, whose adjoints have been found.

    BackpropError for a cell that is computed, since its next value would not be the formula's, and for a table that is
    too large.
    """
    computed = next((cell for cell in by if graph.formula(cell) is not None), None)
    if computed is not None:
        raise BackpropError(f"{cell_name(computed)} holds a formula; --descend changes typed numbers only")
    table = _Table(graph, of, list(by), found)
    wide = len(table.columns)
    most = MOST_CELLS // wide - 1
    if wide > LAST_COLUMN:
        raise BackpropError(f"--descend: a step takes {wide:,} columns; a sheet holds at most {LAST_COLUMN:,}")
    if steps > most:
        fit = f"{count(most, 'step')} fit" if most > 0 else "not one step fits"
        raise BackpropError(
            f"--descend {steps:,}: a step takes {wide:,} columns, and {MOST_CELLS:,} cells are written at most; {fit}"
        )
    numbers = table.numbers(steps, eta)
    parameters, loss, derivatives = table.parts()
    return Descent(
        sheet, eta, tuple(map(cell_name, by)), tuple(row[loss] for row in numbers),
        tuple(row[parameters] for row in numbers), tuple(row[derivatives] for row in numbers),
        tuple(table.columns), tuple(numbers),
    )  # fmt: skip


class _Table:
    """The columns: step, parameters, loss, derivatives, then what they are computed from."""

    def __init__(self, graph: Graph, of: Cell, by: list[Cell], found: Adjoints) -> None:
        self.graph, self.tape, self.found, self.by = graph, graph.tape, found, by
        self.top = graph.formulas[of]
        self.nodes = [node for cell in by if (node := graph.node(cell)) is not None]
        between = [node for node in moving(graph.tape, [self.top], self.nodes) if graph.tape.kinds[node] == CELL]
        self.cells = [node for node in between if node != self.top]
        self.adjoints = [cell for cell in found.formulas if cell not in {*by, of}]
        least = 2 + 2 * len(by) + len(self.cells) + len(self.adjoints)
        if least > LAST_COLUMN:
            raise BackpropError(f"--descend: a step takes {least:,} columns; a sheet holds at most {LAST_COLUMN:,}")
        slopes = [node for cell, node in found.formulas.items() if cell != of]
        self.moved = moving(graph.tape, [self.top, *slopes], [*self.nodes, *found.names])
        self.shown: list[int] = []  # the node of each column, the step's left out
        self.columns: list[Column] = []
        self._print()

    def parts(self) -> tuple[slice, int, slice]:
        """Where the parameters, the loss and their derivatives stand."""
        size = len(self.by)
        return slice(1, 1 + size), 1 + size, slice(2 + size, 2 + 2 * size)

    def numbers(self, steps: int, eta: float) -> list[tuple[float | None, ...]]:
        """What every row shows."""
        at: dict[int, Any] = {node: self.tape.stored[node] for node in self.nodes}
        slopes = [self.found.formulas.get(cell, self.tape.number(0)) for cell in self.by]
        rows = []
        for step in range(steps + 1):
            values = Evaluation(self.tape, at)
            names = {cell: name for name, cell in self.found.names.items()}
            values.compute([*self.cells, self.top])
            for cell, node in self.found.formulas.items():
                if cell in names:
                    values.values[names[cell]] = values.value(node)
            rows.append((float(step), *(_finite(values.value(node)) for node in self.shown)))
            at = {node: at[node] - eta * values.value(slope) for node, slope in zip(self.nodes, slopes, strict=True)}
        return rows

    def _print(self) -> None:
        size = len(self.by)
        first = 2  # the column of the first parameter
        order = [*self.nodes, self.top, *([None] * size), *self.cells]
        letters = {node: get_column_letter(number) for number, node in enumerate(order, first) if node is not None}
        slopes = [get_column_letter(first + size + 1 + number) for number in range(size)]
        of_adjoints = {cell: get_column_letter(first + len(order) + number)
                       for number, cell in enumerate(self.adjoints)}  # fmt: skip
        beyond = iter(range(first + len(order) + len(self.adjoints), LAST_COLUMN * 1_000))

        def new_place() -> str:
            return f"{get_column_letter(min(next(beyond), LAST_COLUMN))}{ROW}"

        here = {node: f"{letter}{ROW}" for node, letter in letters.items()}
        forward = self._printer(here, new_place, by_formula=False)
        formulas = dict(zip([self.top, *self.cells],
                            forward.formulas(self.tape.takes[node][0] for node in (self.top, *self.cells)),
                            strict=True))  # fmt: skip
        of_cell = dict(zip(self.by, slopes, strict=True)) | of_adjoints
        named = {name: f"{of_cell[cell]}{ROW}" for name, cell in self.found.names.items()}
        backward = self._printer(here | named, new_place, by_formula=True)
        wanted = [*self.by, *self.adjoints]
        zero = self.tape.number(0)
        nodes = [self.found.formulas.get(cell, zero) for cell in wanted]
        texts = dict(zip(wanted, backward.formulas(nodes), strict=True))
        name, book = cell_name, self.graph.book
        columns = [Column("step", f"A{BEFORE}+1", "0")]
        for cell, node, slope in zip(self.by, self.nodes, slopes, strict=True):
            letter = letters[node]
            called = label(book, cell)
            heading = f"{called} ({name(cell)})" if called else name(cell)
            columns.append(Column(heading, f"{letter}{BEFORE}-{RATE_CELL}*{slope}{BEFORE}", name(cell)))
        top = self.tape.contents[self.top]
        assert isinstance(top, tuple)
        columns.append(Column(name(top), formulas[self.top]))
        columns += [Column(f"∂{name(top)}/∂{name(cell)}", texts[cell]) for cell in self.by]
        columns += [Column(name(self.tape.contents[node]), formulas[node]) for node in self.cells]  # type: ignore[arg-type]
        columns += [Column(f"∂{name(top)}/∂{name(cell)}", texts[cell]) for cell in self.adjoints]
        helpers = [*forward.helpers.items(), *backward.helpers.items()]
        columns += [Column("part", text) for _, text in helpers]
        self.columns = columns
        self.shown = [*self.nodes, self.top, *nodes[: len(self.by)], *self.cells, *nodes[len(self.by) :],
                      *(node for node, _ in helpers)]  # fmt: skip

    def _printer(self, here: dict[int, str], new_place: Any, *, by_formula: bool) -> Printer:
        """A printer in a row of the table; with `by_formula` what a cell's formula gives is read from that cell."""
        tape = self.tape
        inside = {node: tape.takes[node][0] for node in (*self.cells, self.top)}
        printer = printer_of(self.graph, here, new_place)
        for node in self.moved:  # nothing that moves is read from where the workbook computes it
            if node not in here:
                printer.places.pop(node, None)
        if by_formula:
            for node, formula in inside.items():
                if tape.kinds[formula] not in (CELL, FREE):
                    printer.places.setdefault(formula, here[node])
        return printer


def _finite(number: Any) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None
