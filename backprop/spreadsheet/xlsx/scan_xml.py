"""The XML of an Open XML workbook, counted part by part against the limits."""

import re
from collections.abc import Callable
from functools import partial

from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW, Limits
from backprop.spreadsheet.package.scanner import Scanner
from groundfloor.errors import UnreadableError
from groundfloor.text import quoted

# Which limit counts which elements.
COUNTED = {
    "rows": ("row",),
    "columns": ("col",),
    "sheets": ("sheet",),
    "shared_strings": ("si",),
    "names": ("definedName",),
    "styles": ("xf", "font", "fill", "border", "numFmt", "cellStyle", "dxf"),
    "ranges": ("mergeCell", "hyperlink", "cfRule"),
    "points": ("pt",),
    "drawings": ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor", "shape"),
    "comments": ("comment",),
    "relations": ("Relationship", "Override", "Default"),
}
_NEAR_CELL = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,5}", re.ASCII).fullmatch  # surely on the sheet: nearly every cell
_ROW = re.compile(r"[0-9]{1,7}").fullmatch
_CORNER = re.compile(r"\$?([A-Z]{1,3})?\$?([1-9][0-9]{0,6})?", re.ASCII | re.IGNORECASE)

# What [Content_Types].xml calls the main part, and the messages for files of other kinds.
WORKBOOK_TYPES = re.compile(
    r"application/vnd\.(openxmlformats-officedocument\.spreadsheetml\.(sheet|template)"
    r"|ms-excel\.(sheet|template|addin)\.macroEnabled)\.main\+xml"
)
OTHER_TYPES = {
    "ms-excel.sheet.binary": "a binary Excel workbook (.xlsb); open it in Excel and save it as .xlsx",
    "wordprocessingml": "a Word document, not a workbook",
    "ms-word": "a Word document, not a workbook",
    "presentationml": "a PowerPoint presentation, not a workbook",
    "ms-powerpoint": "a PowerPoint presentation, not a workbook",
}


class ContentTypes:
    """What [Content_Types].xml says each part is, by its name or its ending."""

    def __init__(self) -> None:
        self.kinds: list[tuple[str, str]] = []

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear of one element."""
        kind = attributes.get("ContentType", "")
        if tag == "Override":
            self.kinds.append((attributes.get("PartName", "").removeprefix("/").lower(), kind))
        elif tag == "Default":
            self.kinds.append(("." + attributes.get("Extension", "").lower(), kind))

    def check(self, names: set[str]) -> None:
        """Refuse an archive without a workbook part."""
        claimed = [name for name, kind in self.kinds if WORKBOOK_TYPES.fullmatch(kind)]
        lower = {name.lower() for name in names}
        for name in claimed:
            if name in lower or (name.startswith(".") and any(part.endswith(name) for part in lower)):
                return
        if claimed:
            raise UnreadableError(f"the workbook part {quoted(claimed[0])} is missing")
        for key, message in OTHER_TYPES.items():
            if any(key in kind and ".main" in kind for _, kind in self.kinds):
                raise UnreadableError(message)
        raise UnreadableError("holds no workbook: [Content_Types].xml names none")


class OpenXmlScanner(Scanner):
    """Counts over all XML parts of one workbook; each part is read once, by expat."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, COUNTED, ("area_cells", "calculation_steps", "cells", "shared_characters"))
        self.row, self.cells_before_row = 0, 0
        self.shared: dict[str | None, int] = {}  # characters of each shared formula of the sheet
        self.rules |= {"row": self._row, "c": self._cell, "calcChain": self._calculation_chain}
        self.rules |= {"f": self._formula, "definedName": self._name}
        self.rules |= {"mergeCell": self._area, "hyperlink": self._area}
        self.rules |= {"conditionalFormatting": self._ranges, "dataValidation": self._ranges}

    def begin(self) -> None:
        """Make ready for another part."""
        self.row, self.shared = 0, {}
        self.cells_before_row = self.counts["cells"]
        self.rules["c"] = self._cell

    def check(self) -> None:
        """Refuse a row of too many cells."""
        if self.row and self.counts["cells"] - self.cells_before_row > LAST_COLUMN:
            self.refuse(f"more than {LAST_COLUMN:,} cells in row {self.row:,}")

    def _row(self, attributes: dict[str, str]) -> None:
        self.counts["rows"] += 1
        number = attributes.get("r")
        if number is None:
            self.row += 1
        else:
            self.row = int(number) if _ROW(number) else 0
        if not 1 <= self.row <= LAST_ROW:
            self.refuse(f"row {quoted(number or str(self.row))}; 1 to {LAST_ROW} are allowed")
        if self.counts["cells"] - self.cells_before_row > LAST_COLUMN:
            self.refuse(f"more than {LAST_COLUMN:,} cells in the row before row {self.row:,}")
        self.cells_before_row = self.counts["cells"]

    def _cell(self, attributes: dict[str, str]) -> None:
        self.counts["cells"] += 1
        place = attributes.get("r")
        if place is not None and not _NEAR_CELL(place):
            self._corners(place)

    def _calculation_chain(self, _: dict[str, str]) -> None:
        self.rules["c"] = self.counter("calculation_steps")

    def _formula(self, attributes: dict[str, str]) -> None:
        if not attributes:
            return
        group, area = attributes.get("si"), attributes.get("ref")
        if area is not None:
            size = self._corners(area)
            if attributes.get("t") in ("array", "dataTable"):
                self.counts["area_cells"] += size
        if attributes.get("t") == "shared":
            if area is not None or group not in self.shared:
                self._measure(partial(self._shared_text, group))
            else:
                self.counts["shared_characters"] += self.shared[group]

    def _shared_text(self, group: str | None, length: int) -> None:
        self.shared[group] = length
        self.counts["shared_characters"] += length

    def _name(self, _: dict[str, str]) -> None:
        self.counts["names"] += 1
        self._measure(self._name_text)

    def _name_text(self, length: int) -> None:
        if length > self.limits.name_characters:
            self.refuse(f"a defined name of {length:,} characters; at most {self.limits.name_characters:,}")

    def _measure(self, then: Callable[[int], None]) -> None:
        """Count the characters of the element that has just begun. Only here is text listened to: that costs time."""
        parser, length = self.parser, 0
        end = parser.EndElementHandler

        def text(data: str) -> None:
            nonlocal length
            length += len(data)

        def ends(tag: str) -> None:
            parser.CharacterDataHandler, parser.EndElementHandler = None, end
            then(length)
            if end is not None:
                end(tag)

        parser.CharacterDataHandler, parser.EndElementHandler = text, ends

    def _area(self, attributes: dict[str, str]) -> None:
        self.counts["ranges"] += 1
        if area := attributes.get("ref"):
            self.counts["area_cells"] += self._corners(area)

    def _ranges(self, attributes: dict[str, str]) -> None:
        areas = attributes.get("sqref", "").split()
        self.counts["ranges"] += 1 + len(areas)
        for area in areas:
            self._corners(area)

    def _corners(self, text: str) -> int:
        """How many cells an area has: A1, A1:B2, whole columns A:B or whole rows 1:2."""
        first, _, last = text.partition(":")
        start, end = _corner(first, (1, 1)), _corner(last or first, (LAST_ROW, LAST_COLUMN))
        if start is None or end is None:
            self.refuse(f"{quoted(text)} is no cell or area between A1 and XFD{LAST_ROW}")
        return (abs(end[0] - start[0]) + 1) * (abs(end[1] - start[1]) + 1)


def _corner(text: str, whole: tuple[int, int]) -> tuple[int, int] | None:
    """(row, column) of one end of an area; what it leaves out is taken from `whole`. None if off the sheet."""
    match = _CORNER.fullmatch(text)
    if match is None or not text:
        return None
    letters, digits = match.groups()
    row, column = int(digits) if digits else whole[0], whole[1]
    if letters:
        column = 0
        for letter in letters.upper():
            column = 26 * column + ord(letter) - 64
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None
