"""What a stranger's OpenDocument spreadsheet holds, before anything opens it: one pass in bounded memory.

A cell or a row says how often it repeats itself. What holds something counts as often; what is empty, which every sheet
ends in, counts once.
"""

import re
import zipfile
from dataclasses import dataclass, replace
from itertools import chain

from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW, Limits
from backprop.spreadsheet.ods.markup import CONTENT, MANIFEST, repeats
from backprop.spreadsheet.package.archive import check_directory, unpack
from backprop.spreadsheet.package.kinds import XML_START
from backprop.spreadsheet.package.scanner import PICTURES, Rules, Scanner
from groundfloor.errors import UnreadableError

NOTES = {
    re.compile(r"^(Basic|Scripts)/."): "holds macros, which were not run",
}
OUTSIDE = "links to other workbooks, which were not opened"

# Which limit counts which elements.
COUNTED = {
    "columns": ("table-column",),
    "styles": ("style", "number-style", "date-style", "time-style", "boolean-style", "percentage-style",
               "currency-style", "text-style", "map"),
    "ranges": ("condition", "color-scale", "data-bar", "icon-set", "content-validation", "database-range", "a"),
    "points": ("data-point", "series"),
    "drawings": ("frame", "custom-shape", "rect", "line", "path", "polygon", "ellipse", "control"),
    "comments": ("annotation",),
    "relations": ("file-entry",),
}  # fmt: skip
# Attributes of rows and cells that say how much there is.
COUNTING = {"number-rows-repeated", "number-columns-repeated", "value-type", "formula"}
COUNTING |= {f"number-{kind}{lines}-spanned" for kind in ("", "matrix-") for lines in ("rows", "columns")}
# Beside parts that are named here, those of charts are read: content.xml in a folder of its own.
READ = re.compile(rf"(.*/)?{re.escape(CONTENT)}|{re.escape(MANIFEST)}|(styles|settings|meta)\.xml")


def scan_opendocument(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, ...]:
    """Refuse (UnreadableError) what cannot or should not be opened; return notes on what will not be looked at."""
    limits = replace(limits, part_bytes=limits.total_bytes)  # one part holds all sheets
    parts = archive.infolist()
    check_directory(parts, limits)
    names = {part.filename for part in parts if not part.is_dir()}
    scanner = OpenDocumentScanner(limits)
    if MANIFEST in names:  # it says whether the others can be read
        scanner.scan(MANIFEST, unpack(archive, MANIFEST, limits.part_bytes))
    if CONTENT not in names:
        raise UnreadableError(f"an OpenDocument spreadsheet without its part {CONTENT}")
    for part in sorted(names - {MANIFEST}):
        blocks = unpack(archive, part, limits.part_bytes)
        first = next(blocks, b"")
        read = READ.fullmatch(part) is not None
        if read or XML_START.match(first):
            scanner.scan(part, chain([first], blocks), lenient=not read and part.lower().endswith(PICTURES))
        else:
            for _ in blocks:  # for its size and checksum
                pass
    notes = [note for pattern, note in NOTES.items() if any(pattern.search(name) for name in names)]
    return (*notes, *([OUTSIDE] if scanner.outside else []))


class _Names(dict[str, str]):
    """The local name of an attribute that says how much there is, by its name with any prefix; "" for all others."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(":")[2]
        local = local if local in COUNTING else ""
        if len(self) < 1_000:  # names are the file's
            self[name] = local
        return local


@dataclass(slots=True)
class _Table:
    """Where in a table the scan is; a table may stand in a cell of another."""

    row: int = 0  # the last that has ended or begun
    row_repeats: int = 1
    row_held: bool = True  # whether the row has been counted as often as it repeats itself
    column: int = 0
    cells: int = 0  # elements in the row
    repeats: int = 0  # of the cell that is open and has not been counted as one that holds something


class OpenDocumentScanner(Scanner):
    """Counts over all XML parts of one workbook; each part is read once, by expat."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, COUNTED, ("area_cells", "cells", "names", "rows", "sheets"))
        self.names = _Names()
        self.table = _Table()
        self.around: list[_Table] = []
        self.outside = False
        self.rules |= {"encryption-data": self._encrypted}
        in_sheets = {"table": self._table, "table-row": self._row, "table-cell": self._cell}
        in_sheets |= {"covered-table-cell": self._cell, "p": self._paragraph, "table-source": self._link}
        in_sheets |= {"named-range": self._name, "named-expression": self._name, "conditional-format": self._ranges}
        self.in_sheets = Rules(self.rules | in_sheets)
        self.elsewhere = Rules(self.rules | {name: self.counter("points") for name in ("table-row", "table-cell")})
        ends = {"table-cell": self._cell_ends, "covered-table-cell": self._cell_ends, "table": self._table_ends}
        self.sheet_ends = Rules(ends)

    def begin(self) -> None:
        """Make ready for another part: only one has sheets."""
        self.table, self.around = _Table(), []
        sheets = self.part == CONTENT
        self.rules, self.ends = (self.in_sheets, self.sheet_ends) if sheets else (self.elsewhere, Rules())

    def _encrypted(self, _: dict[str, str]) -> None:
        raise UnreadableError("encrypted with a password; open it in LibreOffice and save it without one")

    def _link(self, _: dict[str, str]) -> None:
        self.outside = True

    def _table(self, _: dict[str, str]) -> None:
        self.counts["sheets"] += 1
        self.around.append(self.table)
        self.table = _Table()

    def _table_ends(self, _: dict[str, str]) -> None:
        self.table = self.around.pop()

    def _row(self, attributes: dict[str, str]) -> None:
        self.counts["rows"] += 1
        table, often = self.table, 1
        for name, value in attributes.items():
            if self.names[name] == "number-rows-repeated":
                often = repeats(value)
        table.row += table.row_repeats if table.row else 1
        table.row_repeats, table.row_held, table.column, table.cells = often, False, 0, 0

    def _cell(self, attributes: dict[str, str]) -> None:
        self.counts["cells"] += 1
        table, names = self.table, self.names
        table.cells += 1
        if table.cells > LAST_COLUMN:
            self.refuse(f"more than {LAST_COLUMN:,} cells in row {table.row:,}")
        often, holds = 1, False
        for name, value in attributes.items():
            match names[name]:
                case "":
                    pass
                case "value-type" | "formula":
                    holds = True
                case "number-columns-repeated":
                    often = repeats(value)
                case "number-matrix-columns-spanned" | "number-columns-spanned" as spanned:
                    other = spanned.replace("columns", "rows")
                    rows = next((text for key, text in attributes.items() if names[key] == other), None)
                    self.counts["area_cells"] += repeats(value) * repeats(rows)
                case "number-matrix-rows-spanned":
                    self.counts["area_cells"] += repeats(value)
        table.column += often
        table.repeats = often
        if holds:
            self._holds()

    def _holds(self) -> None:
        """Count the open cell as one that holds something."""
        table = self.table
        last = table.row + table.row_repeats - 1
        if last > LAST_ROW:
            self.refuse(f"something in row {last:,}; at most {LAST_ROW:,} rows are allowed")
        if table.column > LAST_COLUMN:
            self.refuse(f"something in column {table.column:,}; at most {LAST_COLUMN:,} columns are allowed")
        self.counts["cells"] += table.repeats * table.row_repeats - 1
        if not table.row_held:
            self.counts["rows"] += table.row_repeats - 1
            table.row_held = True
        table.repeats = 0

    def _paragraph(self, _: dict[str, str]) -> None:
        if self.table.repeats:
            self._holds()

    def _cell_ends(self, _: dict[str, str]) -> None:
        self.table.repeats = 0

    def _ranges(self, attributes: dict[str, str]) -> None:
        self.counts["ranges"] += 1 + sum(value.count(" ") for value in attributes.values())

    def _name(self, attributes: dict[str, str]) -> None:
        self.counts["names"] += 1
        length, most = max(map(len, attributes.values()), default=0), self.limits.name_characters
        if length > most:
            self.refuse(f"a defined name of {length:,} characters; at most {most:,}")
