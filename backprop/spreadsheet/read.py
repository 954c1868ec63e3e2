"""A stranger's file -> Book, in whatever format: what it is, is told by what it holds and not by its name."""

import zipfile
from pathlib import Path

from lxml import etree

from backprop.spreadsheet.book import Book
from backprop.spreadsheet.limits import error_line
from backprop.spreadsheet.ods.read import read_opendocument
from backprop.spreadsheet.package.kinds import is_opendocument
from backprop.spreadsheet.xlsx.read import read_book
from groundfloor.errors import UnreadableError


def read_workbook(file: Path) -> Book:
    """Every sheet of a file that has been scanned, with its formulas and stored values, names, charts, text boxes."""
    with zipfile.ZipFile(file) as archive:
        other = is_opendocument(archive)
    try:
        return read_opendocument(file) if other else read_book(file)
    except etree.XMLSyntaxError as error:  # lxml minds names of elements that the scan does not
        raise UnreadableError(f"is not proper XML: {error_line(error)}") from error
