"""Where a finding is: its cells, and its formula with the quantities' names in place of cells."""

import re
from collections.abc import Callable

from openpyxl.utils.cell import column_index_from_string, range_boundaries

Box = tuple[int, int, int, int]  # left, top, right, bottom; from 1, all included

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?![0-9A-Za-z_(])")


def boxes(text: str) -> list[Box]:
    """A1:B2,D4 -> [(1, 1, 2, 2), (4, 4, 4, 4)]."""
    return [range_boundaries(part) for part in text.split(",")]


def in_names(formula: str, name: Callable[[int, int], str | None]) -> str:
    """The formula with each cell of the sheet that has a name called by it; `name` is told its row and column."""

    def called(match: re.Match[str]) -> str:
        return name(int(match[2]), column_index_from_string(match[1])) or match[0]

    return _CELL.sub(called, formula)
