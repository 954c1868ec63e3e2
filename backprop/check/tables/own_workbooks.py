"""What is known of the workbooks that `backprop workbook` writes."""

from backprop.spreadsheet.book import Book

PROOF = "CHECK_TOLERANCE"  # names a cell of the sheet that moves weights on purpose: no epochs and no updates


def sheet_of_differences(book: Book) -> str:
    """The name of the sheet that holds each derivative against central differences; empty where there is none."""
    return book.names.get(PROOF, "").partition("!")[0].strip("'")
