"""A derivative printed in the workbook's own cells, by those that hold the derivatives of what reads its cell."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from backprop.calculus.adjoint import local_slope
from backprop.calculus.formulas import printer_of
from backprop.calculus.symbols import Symbol
from backprop.calculus.tape import CELL, FREE, NUMBER, Tape
from backprop.check.any_model.mistakes.expected import Expected, close
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.slopes import Slope
from backprop.spreadsheet.book import address
from backprop.spreadsheet.formula import FormulaError, Node, parse

DEEP = 8  # readers of readers, where no cell holds a derivative
LONGEST = 600  # characters


class Derivatives:
    """Formulas for derivatives; a cell that holds one, or is to hold it, is read in them."""

    def __init__(self, analysis: Analysis, expected: Iterable[Expected]) -> None:
        self.analysis = analysis
        self.held: dict[Slope, list[tuple[int, float]]] = defaultdict(list)  # derivative -> cell and factor
        wrong = {item.node: item for item in expected}
        for node, matches in analysis.matches.items():
            for match in matches if node not in wrong else ():
                self.held[match.slope].append((node, match.factor))
        for node, item in wrong.items():
            if item.update is None and item.factor is not None:
                self.held[item.slope].append((node, item.factor))
        self._inside: dict[int, set[int]] = {}

    def formula(self, item: Expected) -> Node | None:
        """What the cell of a wrong derivative should hold; None where that is too long."""
        tape, cell = self.analysis.cells.tape, self.analysis.cells.cell_of[item.node]
        found = self._adjoint(item.slope, item.node, DEEP, whole=True)
        if found is None:
            return None
        factor = 1.0 if item.factor is None else item.factor
        if not close(factor, 1.0):
            found = Symbol(tape, tape.number(Fraction(factor).limit_denominator(10_000))) * found
        here = {node: address(*at[1:]) for node, at in self.analysis.cells.cell_of.items() if at[0] == cell[0]}
        here |= {tape.takes[node][0]: at for node, at in here.items() if self._computes(node)}
        printer = printer_of(self.analysis.cells.graph, here, _nowhere)
        try:
            (text,) = printer.formulas([found.node])
            return parse(f"={text}", *cell[1:]) if len(text) <= LONGEST and not printer.helpers else None
        except (FormulaError, _TooLongError):
            return None

    def _computes(self, node: int) -> bool:
        """Whether a cell shows what its formula computes, not only another cell or a number."""
        tape = self.analysis.cells.tape
        return tape.kinds[node] == CELL and tape.kinds[tape.takes[node][0]] not in (CELL, FREE, NUMBER)

    def _adjoint(self, slope: Slope, holder: int, depth: int, whole: bool = False) -> Symbol | None:
        """∂of/∂by as a formula in the cell `holder`; `whole`: not by a cell that holds it."""
        tape = self.analysis.cells.tape
        if slope.by == slope.of:
            return Symbol(tape, tape.number(1))
        if not whole:
            for node, factor in sorted(self.held.get(slope, ()), key=_plain):
                if node < holder:
                    there = Symbol(tape, node)
                    if close(factor, 1.0):
                        return there
                    return Symbol(tape, tape.number(Fraction(1 / factor).limit_denominator(10_000))) * there
        if not depth:
            return None
        total: Symbol | None = None
        for reader, formula in self._readers(slope):
            above = self._adjoint(Slope(slope.of, reader), holder, depth - 1)
            if above is None:
                return None
            part = above * self._slope_in(reader, formula, slope.by)
            total = part if total is None else total + part
        return total

    def _slope_in(self, reader: int, formula: int, by: int) -> Symbol:
        """∂formula/∂by; of a sigmoid by the cell a that holds it: a·(1 − a)."""
        tape = self.analysis.cells.tape
        exponent = _sigmoid_of(tape, formula)
        if exponent is None or reader == formula:
            return local_slope(tape, formula, by)
        cell = Symbol(tape, reader)
        one = Symbol(tape, tape.number(1))
        return cell * (one - cell) * (Symbol(tape, tape.number(0)) - local_slope(tape, exponent, by))

    def _readers(self, slope: Slope) -> list[tuple[int, int]]:
        """The cells of the loss that read a cell, with their formulas; last a loss that no cell holds."""
        cells, of = self.analysis.cells, slope.of
        tops = {of} if of in cells.reads else leaves(cells.tape, of)
        if of not in self._inside:
            self._inside[of] = cells.below(tops, self.analysis.ends)
        readers = [node for node in cells.readers.get(slope.by, ()) if node in self._inside[of]]
        found = [(node, formula_of(self.analysis, node)) for node in readers if node not in self.analysis.cut]
        return [*found, (of, of)] if of not in cells.reads and slope.by in tops else found


def _sigmoid_of(tape: Tape, formula: int) -> int | None:
    """x of 1/(1 + EXP(x)); None of anything else."""
    if tape.kinds[formula] != "/":
        return None
    above, below = tape.takes[formula]
    if tape.exact(above) != 1 or tape.kinds[below] != "+":
        return None
    ends = tape.takes[below]
    found = (other for one, other in (ends, ends[::-1]) if tape.exact(one) == 1 and tape.kinds[other] == "exp")
    return next((tape.takes[power][0] for power in found), None)


def _plain(held: tuple[int, float]) -> tuple[float, bool]:
    """First the derivatives themselves, then their negatives, then multiples."""
    _, factor = held
    return round(abs(abs(factor) - 1), 9), factor < 0


class _TooLongError(Exception):
    pass


def _nowhere() -> str:
    raise _TooLongError
