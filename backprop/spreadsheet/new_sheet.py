"""A sheet to be added to a workbook's file, as data: what each cell shows, in either format."""

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Look = Literal["plain", "title", "heading", "input", "text", "formula", "link", "error", "latent"]

ERROR = "#NUM!"  # what is stored where a formula has no value; a spreadsheet finds out which error it is
COLOURS = {"heading": "D9E2F3", "input": "FFF2CC", "error": "FF8CC6", "latent": "FFD966"}  # of the cells, RRGGBB
BOLD = ("title", "heading")
WRAPPED = ("text", "formula", "link", "error", "latent")  # in the lines that a text needs, from the top of its row
WORDS = 1.1  # letters of a text in the room of a digit
LINKED = "0563C1"  # the colour of what leads to other cells


@dataclass(frozen=True, slots=True)
class NewCell:
    """A cell: a text, a number, or a formula without '=' with the number that it gives, None for an error.

    A text may lead to the cells of a sheet.
    """

    column: int
    text: str = ""
    number: float | None = None
    formula: str | None = None
    look: Look = "plain"
    leads_to: tuple[str, str] | None = None  # a sheet, and an area of it


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet with its rows, numbers ascending, and the widths of its first columns in characters.

    `frozen` rows stay above while the others are scrolled.
    """

    name: str
    rows: tuple[tuple[int, tuple[NewCell, ...]], ...]
    widths: tuple[float, ...] = ()
    frozen: int = 0


def first_text(sheet: NewSheet) -> str:
    """What its first cell shows."""
    return sheet.rows[0][1][0].text


def lines(sheet: NewSheet, cells: Iterable[NewCell]) -> int:
    """How many lines a row needs for the texts that are wrapped; 0 where none is."""
    needed = 0
    for cell in cells:
        if cell.look in WRAPPED and cell.column <= len(sheet.widths):
            wide = 1.0 if cell.look == "formula" else WORDS  # than the digits that widths are counted in
            width = max(1, int(sheet.widths[cell.column - 1] * wide))
            every = [textwrap.wrap(line, width, break_on_hyphens=False) for line in cell.text.split("\n")]
            needed = max(needed, sum(len(line) or 1 for line in every))
    return needed


def free_name(used: set[str], wanted: str) -> str:
    """The wanted name, or with the first number behind it that no sheet has; `used` are names in small letters."""
    names = [wanted, *(f"{wanted} {number}" for number in range(2, len(used) + 2))]
    return next(name for name in names if name.lower() not in used)


def in_quotes(sheet: str) -> str:
    """A sheet's name as a reference to it names it, whatever letters it has."""
    return "'" + sheet.replace("'", "''") + "'"


def plain(text: str, escape: Callable[[str], str]) -> str:
    """As XML, without the letters that XML cannot hold."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"))
