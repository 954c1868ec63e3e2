"""The sentence of a diagnosis, with the quantities' names and the workbook's own cells."""

from dataclasses import dataclass

from backprop.check.findings import Kind
from backprop.check.repair.changes import Repair
from backprop.check.repair.trees import product_with_complement
from backprop.check.tables.table import Table
from backprop.printers.quantities import written
from backprop.spreadsheet.book import address
from backprop.spreadsheet.formula import Binary, Node, Reference, references, render


def apart(one: float, other: float, digits: int = 6) -> tuple[str, str]:
    """Two different numbers, with so many significant digits or as many more as it takes to tell them apart."""
    for more in range(digits, 17):
        shown = f"{one:.{more}g}", f"{other:.{more}g}"
        if shown[0] != shown[1]:
            return shown
    return repr(one), repr(other)


@dataclass(frozen=True, slots=True)
class Sentences:
    """What the cells of one table are called."""

    table: Table

    def helper(self, line: int) -> str:
        """The header of a line that is no quantity."""
        table = self.table
        header = table.view.value(table.header, line) if table.header is not None else None
        return header.strip() if isinstance(header, str) and header.strip() else "helper cell"

    def say(self, reference: Reference, row: int, column: int) -> str:
        """a_h1 (J33)."""
        quantity = self._quantity(reference, row, column)
        cell = render(reference, row, column)
        return f"{written(quantity)} ({cell})" if quantity else f"cell {cell}"

    def sentence(self, repair: Repair, tree: Node, row: int, column: int) -> str:
        """What is wrong with the formula of that cell, given the change that makes it right."""
        old, new = repair.old, repair.new
        shown = [None if node is None else render(node, row, column) for node in (old, new)]
        match repair.kind:
            case Kind.WRONG_REFERENCE if isinstance(old, Reference) and isinstance(new, Reference):
                before, after = self.say(old, row, column), self.say(new, row, column)
                one, two = self._quantity(old, row, column), self._quantity(new, row, column)
                if one and two and product_with_complement(tree, old) and old not in set(references(repair.tree)):
                    return (
                        f"multiplies by {one}·(1 − {one}) ({self._lane(old, row, column)}); "
                        f"should be {two}·(1 − {two}) ({self._lane(new, row, column)})"
                    )
                return f"reads {before} where {after} belongs"
            case Kind.WRONG_ROW if isinstance(old, Reference) and isinstance(new, Reference):
                return f"reads {self.say(old, row, column)} of another epoch; should be {self.say(new, row, column)}"
            case Kind.FROZEN_ROW if isinstance(old, Reference) and isinstance(new, Reference):
                right = self.say(new, row, column)
                return f"reads {self.say(old, row, column)} in every epoch, because the $ holds it; should be {right}"
            case Kind.MISSING_ABSOLUTE if isinstance(new, Reference):
                quantity = self._quantity(new, row, column)
                what = "the learning rate" if quantity in ("eta", None) else quantity
                return f"reads {shown[0]}, which moves when filled down; {what} stands in {shown[1]}"
            case Kind.WRONG_OPERATOR if isinstance(old, Binary) and isinstance(new, Binary):
                return f"has {old.operator} where {new.operator} belongs: {shown[0]} should be {shown[1]}"
            case Kind.SIGN:
                return f"has a wrong sign: {shown[0]} should be {shown[1]}"
            case Kind.WRONG_NUMBER:
                return f"has {shown[0]} where {shown[1]} belongs"
            case Kind.MISSING_FACTOR if old is None and isinstance(new, Reference):
                return f"lacks the term {self.say(new, row, column)}"
            case Kind.MISSING_FACTOR if old is None:
                return f"lacks the term {shown[1]}"
            case Kind.MISSING_FACTOR:
                return f"lacks the factor {shown[1]}"
            case Kind.EXTRA_FACTOR:
                return f"has {shown[0]} too many"
            case Kind.MISSING_PARENTHESES:
                return "lacks a pair of brackets: without them a factor multiplies only the last term"
            case Kind.EXTRA_PARENTHESES:
                return "has a pair of brackets too many"
            case Kind.MOVED_PARENTHESIS:
                return "has a bracket in the wrong place"
        return "is another function"

    def _quantity(self, reference: Reference, row: int, column: int) -> str | None:
        return self.table.quantity(self.table.view.cell_read(reference, row, column))

    def _lane(self, reference: Reference, row: int, column: int) -> str:
        at_row, at_column = reference.at(row, column)
        if self.table.view.transposed:
            return f"row {at_row}"
        return f"column {address(at_row, at_column).rstrip('0123456789')}"
