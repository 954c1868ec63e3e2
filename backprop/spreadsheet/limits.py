"""How much of everything a stranger's workbook may hold, and how errors about it are put on one line."""

from dataclasses import dataclass

from groundfloor.text import one_line

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # XFD1048576, Excel's own
BLOCK = 256 * 1024  # unpacked at a time; no text, tag or comment of XML may be as long


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of everything. Twice what six learning rates of 10,000 epochs need, or what Excel itself allows.

    Formulas have no limit of their own in total: they lie in parts, and those have one.
    """

    file_bytes: int = 256 * 1024**2
    directory_bytes: int = 1024**2  # of the zip archive, before it is taken apart
    parts: int = 5_000
    part_bytes: int = 256 * 1024**2  # one part, unpacked
    total_bytes: int = 512 * 1024**2  # all parts, unpacked
    ratio: int = 250  # unpacked to packed, of parts over 1 MB; repetitive sheets reach 50, deflate 1,032
    depth: int = 128  # of elements
    tags: int = 60_000_000  # opening and closing, over all parts
    sheets: int = 500
    rows: int = 1_200_000
    cells: int = 4_000_000
    calculation_steps: int = 4_000_000  # cells in the order of calculation that Excel keeps
    columns: int = 1_000_000  # column formats
    shared_strings: int = 500_000
    names: int = 20_000  # defined names
    name_characters: int = 32_767  # of what a defined name stands for
    styles: int = 200_000  # cell formats, fonts, fills, borders, number formats
    area_cells: int = 2_000_000  # under merges, hyperlinks, array formulas and data tables together
    ranges: int = 200_000  # those, conditional formats and validations together
    shared_characters: int = 1_000_000_000  # of shared formulas if each cell had its own; nothing here writes them out
    points: int = 1_000_000  # cached by charts
    drawings: int = 20_000
    comments: int = 100_000
    relations: int = 20_000


DEFAULT = Limits()


def error_line(error: Exception) -> str:
    """An error's message on one line, or its name where it has none."""
    return one_line(error)[:150] or type(error).__name__
