"""Symbolic reverse mode: ∂(a cell) by others, as formulas in the workbook's own cells, cell by cell.

The adjoint of a cell is the sum, over the cells that read it, of their adjoint times ∂reader/∂cell; that is a formula
in the reader's own inputs. Each adjoint is a block of its own, so that all of them grow with the graph.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from backprop.calculus.graph import Graph
from backprop.calculus.primitives import PRIMITIVES
from backprop.calculus.symbols import Symbol, symbolic
from backprop.calculus.tape import CELL, FREE, NUMBER, Tape, reached
from backprop.spreadsheet.book import Cell


@dataclass(slots=True)
class Adjoints:
    """Of each cell on the way from `by` to `of`: ∂of/∂cell, in the order in which they can be computed."""

    formulas: dict[Cell, int] = field(default_factory=dict)  # the node of what it is
    names: dict[int, Cell] = field(default_factory=dict)  # a free node that stands for an adjoint -> of which cell


def moving(tape: Tape, tops: Iterable[int], by: Iterable[int]) -> list[int]:
    """The nodes below `tops` that change with any of `by`, those of `by` with them, each after those that it takes."""
    fixed = set(by)
    found: set[int] = set()
    for node in sorted(reached(tops, tape.takes.__getitem__)):
        if node in fixed or any(taken in found for taken in tape.takes[node]):
            found.add(node)
    return sorted(found)


def adjoints(graph: Graph, of: int, by: Sequence[int]) -> Adjoints:
    """∂of/∂x of each node of `by`, and of every cell between; `of` and `by` are nodes of cells.

    The tape grows by the nodes of these formulas.
    """
    reverse = _Reverse(graph.tape, moving(graph.tape, [of], by))
    wanted = set(by)
    reverse.parts[of] = [reverse.number(1)]
    for node in sorted((node for node in reverse.moving if graph.tape.kinds[node] in (CELL, FREE)), reverse=True):
        if node in wanted or graph.tape.kinds[node] == CELL:
            reverse.settle(node)
    return reverse.found


def local_slope(tape: Tape, formula: int, by: int) -> Symbol:
    """∂formula/∂by through the formula alone, `by` being a cell that it reads; the tape grows by it."""
    inside = reached([formula], lambda node: () if tape.kinds[node] in (CELL, FREE) else tape.takes[node])
    holding = {by}
    for node in sorted(inside):
        if tape.kinds[node] not in (CELL, FREE) and any(taken in holding for taken in tape.takes[node]):
            holding.add(node)
    reverse = _Reverse(tape, sorted(holding))
    return reverse.within(formula).get(by, reverse.number(0))


class _Reverse:
    def __init__(self, tape: Tape, nodes: Sequence[int]) -> None:
        self.tape, self.moving, self.arithmetic = tape, set(nodes), symbolic(tape)
        self.parts: dict[int, list[Symbol]] = {}  # node of a cell -> what its readers give to its adjoint
        self.found = Adjoints()

    def number(self, value: int) -> Symbol:
        """A number."""
        return Symbol(self.tape, self.tape.number(value))

    def settle(self, node: int) -> None:
        """A cell's adjoint, all of its readers having been settled; then what it gives to those that it reads."""
        parts = self.parts.pop(node, [])
        adjoint = parts[0] if parts else self.number(0)
        for part in parts[1:]:
            adjoint += part
        cell = self.tape.contents[node]
        assert isinstance(cell, tuple)
        self.found.formulas[cell] = adjoint.node
        if self.tape.kinds[node] == CELL:
            here = self._named(cell, adjoint)
            for taken, slope in self.within(self.tape.takes[node][0]).items():
                if slope.exact != 0 and here.exact != 0:
                    self.parts.setdefault(taken, []).append(_through(here, slope))

    def _named(self, cell: Cell, adjoint: Symbol) -> Symbol:
        """An adjoint as those below read it: by the cell in which it will stand, unless it is as short itself."""
        if adjoint.kind in (NUMBER, FREE, CELL):
            return adjoint
        name = self.tape.free(f"∂{cell}", self.tape.stored[adjoint.node])
        self.found.names[name] = cell
        return Symbol(self.tape, name)

    def within(self, formula: int) -> dict[int, Symbol]:
        """∂formula/∂x of each cell that it reads and that moves: reverse mode within the formula."""
        tape = self.tape
        inside, slopes = {formula: self.number(1)}, dict[int, Symbol]()
        for node in self._of_formula(formula):
            slope = inside.pop(node, None)
            if slope is None:
                continue
            if tape.kinds[node] in (CELL, FREE):
                slopes[node] = slope
                continue
            for taken, partial in zip(tape.takes[node], self._partials(node), strict=True):
                if partial is not None and taken in self.moving:
                    part = _through(slope, partial)
                    inside[taken] = inside[taken] + part if taken in inside else part
        return slopes

    def _of_formula(self, formula: int) -> list[int]:
        """The moving nodes of a formula down to the cells that it reads, each before those that it takes."""
        seen: set[int] = set()
        pending = [formula]
        while pending:
            node = pending.pop()
            if node in self.moving and node not in seen:
                seen.add(node)
                if self.tape.kinds[node] != CELL:
                    pending += self.tape.takes[node]
        return sorted(seen, reverse=True)

    def _partials(self, node: int) -> tuple[Symbol | None, ...]:
        tape = self.tape
        kind, arguments = tape.kinds[node], [Symbol(tape, taken) for taken in tape.takes[node]]
        return PRIMITIVES[kind].partials(self.arithmetic, Symbol(tape, node), *arguments)


def _through(adjoint: Symbol, slope: Symbol) -> Symbol:
    """Their product; where the slope has no value at the stored numbers and nothing comes through, that is 0."""
    product = adjoint * slope
    stored = product.tape.stored
    if stored[adjoint.node] == 0 and adjoint.exact is None and not math.isfinite(stored[slope.node]):
        nothing = adjoint.apply("=", adjoint.number(Fraction(0)))
        return nothing.where(adjoint.number(0), product)
    return product
