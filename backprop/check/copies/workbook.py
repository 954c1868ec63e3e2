"""A copy of a workbook that is being made, whatever its format: cells marked, formulas and values replaced."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol, Self

from backprop.spreadsheet.book import Place
from backprop.spreadsheet.formula import Node
from backprop.spreadsheet.new_sheet import NewSheet

Pieces = list[tuple[str, bool]]  # of a text, each with whether it is bold
Values = Mapping[Place, float | None]  # None: a spreadsheet computes it when it opens the file


class WorkbookCopy(Protocol):
    """What each format does in its own way. PartsError where the workbook has no such sheet, or a part is broken."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def conversations(self, sheet: str) -> set[Place]:
        """The cells whose comment would not be seen."""

    def filled_together(self, sheet: str, place: Place) -> bool:
        """Whether the cell is one of several that one formula fills."""

    def forget(self, sheet: str, title: str, author: str, colours: Collection[str]) -> None:
        """Before any mark: take away what an earlier copy marked, where the workbook has the sheet of that."""

    def mark(self, sheet: str, colours: Mapping[Place, str], texts: Mapping[Place, Pieces], author: str) -> None:
        """Colour cells (AARRGGBB) and add comments, once a sheet; where a cell has a comment already, at its end."""

    def show_first(self, sheet: NewSheet) -> None:
        """Put a sheet before all others, which the file is opened at; it replaces an earlier one with its title."""

    def write(self, sheet: str, trees: Mapping[Place, Node], values: Values) -> None:
        """Put new formulas and values into cells, once a sheet."""

    def recalculate_on_opening(self, new_formulas: bool) -> None:
        """Have a spreadsheet compute what has no value; `new_formulas` is whether cells have one that had none."""

    def save(self, target: Path, force: bool = False) -> None:
        """Write the copy whole or not at all; FileError where it cannot be written."""
