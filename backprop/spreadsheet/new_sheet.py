"""A sheet to be added to a workbook's file, as data: what each cell shows, in either format."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Look = Literal["plain", "title", "heading", "input"]

ERROR = "#NUM!"  # what is stored where a formula has no value; a spreadsheet finds out which error it is
COLOURS = {"heading": "D9E2F3", "input": "FFF2CC"}  # of the cells, RRGGBB
BOLD = ("title", "heading")


@dataclass(frozen=True, slots=True)
class NewCell:
    """A cell: a text, a number, or a formula without '=' with the number that it gives, None for an error."""

    column: int
    text: str = ""
    number: float | None = None
    formula: str | None = None
    look: Look = "plain"


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet with its rows, numbers ascending, and the widths of its first columns in characters."""

    name: str
    rows: tuple[tuple[int, tuple[NewCell, ...]], ...]
    widths: tuple[float, ...] = ()


def free_name(used: set[str], wanted: str) -> str:
    """The wanted name, or with the first number behind it that no sheet has; `used` are names in small letters."""
    names = [wanted, *(f"{wanted} {number}" for number in range(2, len(used) + 2))]
    return next(name for name in names if name.lower() not in used)


def plain(text: str, escape: Callable[[str], str]) -> str:
    """As XML, without the letters that XML cannot hold."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"))
