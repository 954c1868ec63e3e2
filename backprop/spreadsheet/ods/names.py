"""Defined names of an OpenDocument spreadsheet, of the workbook or of one sheet -> Book."""

from lxml import etree

from backprop.spreadsheet.book import Book
from backprop.spreadsheet.formula import FormulaError, Node, Reference, parse, references, render
from backprop.spreadsheet.ods.markup import tag
from backprop.spreadsheet.ods.openformula import cells, to_excel


def read_name(element: etree._Element, book: Book, sheet: str | None) -> None:
    """One name; what it stands for is kept as Excel would write it, seen from A1. What is no formula is left out."""
    area, expression = element.get(tag("cell-range-address")), element.get(tag("expression"))
    try:
        text = f"={cells(area)}" if area is not None else to_excel(_whole(expression or ""))
        text = _from_first_cell(text, element.get(tag("base-cell-address"), ""))
    except FormulaError:
        return
    name = element.get(tag("name"), "").upper()
    if sheet is None:
        book.names[name] = text.removeprefix("=")
    else:
        book.sheet_names[sheet, name] = text.removeprefix("=")


def _whole(expression: str) -> str:
    """The expression as a formula: only some begin with the name of their language."""
    return expression if "=" in expression.partition("[")[0] else f"={expression}"


def _from_first_cell(text: str, base: str) -> str:
    """The formula as it reads in A1, where it was written for another cell."""
    home = parse(f"={cells(base)}", 1, 1) if base else None
    if not isinstance(home, Reference):
        return text
    tree = parse(text, *home.at(1, 1))
    return f"={render(tree, 1, 1)}" if _moves(tree) else text


def _moves(tree: Node) -> bool:
    return any(not (reference.fixed_row and reference.fixed_column) for reference in references(tree))
