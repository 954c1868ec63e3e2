"""A minus before a power: −x^2 is (−x)^2 in a spreadsheet, x² and not −x²."""

from collections.abc import Iterable

from backprop.check.any_model.mending.again import Change
from backprop.check.findings import Kind
from backprop.spreadsheet.book import Book, Cell
from backprop.spreadsheet.formula import Binary, Bracket, Node, Number, Unary, transform

MEANT = "in a spreadsheet -x^2 is (-x)^2"


def minus_before_powers(book: Book, cells: Iterable[Cell]) -> Change | None:
    """The formulas that raise −x to an even power, with the minus before the power; None where none does."""
    trees = {cell: tree for cell in cells if (tree := book.formula(cell)) is not None}
    changed = {tree: transform(tree, _negative) for tree in set(trees.values())}
    found = {cell: changed[tree] for cell, tree in trees.items() if changed[tree] != tree}
    return Change(found, Kind.SIGN) if found else None


def _negative(node: Node) -> Node:
    match node:
        case Binary("^", Unary("-", base), Number() as power) if power.value % 2 == 0:
            return Unary("-", Bracket(Binary("^", base, power)))
    return node
