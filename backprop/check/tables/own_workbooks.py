"""What is known of the workbooks that `backprop workbook` writes: sheets are known by the names of cells on them."""

from backprop.spreadsheet.book import Book

PROOF = "CHECK_TOLERANCE"  # a cell of the sheet that moves weights on purpose: no epochs and no updates
DISPLAYS = (
    "EXPLAIN_PARAMETER",
    "WALKTHROUGH",
    "SELF_CHECK",
)  # cells of sheets that show a row of a table, or judge one, in thousands of formulas


def sheet_of_differences(book: Book) -> str:
    """The name of the sheet that holds each derivative against central differences; empty where there is none."""
    return _sheet(book, PROOF)


def sheets_without_epochs(book: Book) -> set[str]:
    """The sheets in which no epoch table is to be looked for."""
    return {_sheet(book, name) for name in (PROOF, *DISPLAYS)} - {""}


def _sheet(book: Book, name: str) -> str:
    return book.names.get(name, "").partition("!")[0].strip("'")
