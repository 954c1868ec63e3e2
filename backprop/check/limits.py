"""What a stranger's file may hold before anything opens it: one pass in bounded memory. Refuses; repairs nothing.

Two passes over the same bytes would be two readers that may disagree, so every part is unpacked once, by zipfile, and
every part that looks like XML goes through expat, whatever its name. Elements are told by their local name alone: that
can only count too much. Sizes are checked where they are declared and again where they are met.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from backprop.errors import BackpropError

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # XFD1048576, Excel's own
BLOCK = 256 * 1024  # unpacked at a time; no text, tag or comment of XML may be as long


class UnreadableError(BackpropError):
    """A file that is not a workbook, is damaged, or holds more than is allowed. The message leaves out its path."""


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
    name_characters: int = 32_767  # of what one of them stands for
    styles: int = 200_000  # cell formats, fonts, fills, borders, number formats
    area_cells: int = 2_000_000  # under merges, hyperlinks, array formulas and data tables together
    ranges: int = 200_000  # those, conditional formats and validations together
    shared_characters: int = 1_000_000_000  # of shared formulas, were each written out; nothing here writes them out
    points: int = 1_000_000  # cached by charts
    drawings: int = 20_000
    comments: int = 100_000
    relations: int = 20_000


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
WORDS = {
    "area_cells": "cells in areas",
    "names": "defined names",
    "points": "chart points",
    "columns": "column formats",
}

# What [Content_Types].xml calls the main part, and what is said of those that are no workbook of cells in XML.
WORKBOOK_TYPES = re.compile(
    r"application/vnd\.(openxmlformats-officedocument\.spreadsheetml\.(sheet|template)"
    r"|ms-excel\.(sheet|template|addin)\.macroEnabled)\.main\+xml"
)
OTHER_TYPES = {
    "ms-excel.sheet.binary": "a binary Excel workbook (.xlsb); save it as .xlsx",
    "wordprocessingml": "a Word document, not a workbook",
    "ms-word": "a Word document, not a workbook",
    "presentationml": "a PowerPoint presentation, not a workbook",
    "ms-powerpoint": "a PowerPoint presentation, not a workbook",
}
# Pictures, which tools write with DOCTYPEs (SVG) or as HTML (VML): whatever is counted in them counts, no more.
PICTURES = (".svg", ".vml")
ENCODINGS = ("utf-8", "utf-16", "us-ascii")

NOTES = {
    re.compile(r"vbaProject\w*\.bin$"): "holds macros, which were not run",
    re.compile(r"^xl/externalLinks/[^/]+\.xml$"): "links to other workbooks, which were not opened",
    re.compile(r"^xl/(embeddings|activeX)/[^/]+$"): "holds embedded objects, which were not opened",
}

_NEAR_CELL = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,5}", re.ASCII).fullmatch  # surely on the sheet: nearly every cell
_ROW = re.compile(r"[0-9]{1,7}").fullmatch
_CORNER = re.compile(r"\$?([A-Z]{1,3})?\$?([1-9][0-9]{0,6})?", re.ASCII | re.IGNORECASE)
_XML_START = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")


def scan(file: Path, limits: Limits = Limits()) -> tuple[str, ...]:
    """Refuse (UnreadableError) what cannot or should not be opened; return notes on what will not be looked at."""
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError("a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a plain file")
        if status.st_size > limits.file_bytes:
            raise UnreadableError(f"a file of {status.st_size:,} bytes; at most {limits.file_bytes:,}")
        with _File(file, limits.directory_bytes) as stream:
            _sniff(file, stream)
            with zipfile.ZipFile(stream) as archive:
                return _scan_archive(archive, limits)
    except FileNotFoundError as error:
        raise UnreadableError("there is no such file") from error
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or _one_line(error)}") from error
    except zipfile.BadZipFile as error:
        what = "its directory is missing, perhaps cut off" if "not a zip" in str(error) else _one_line(error)
        raise UnreadableError(f"a damaged zip archive: {what}") from error
    except (ValueError, ArithmeticError, RuntimeError, EOFError, struct.error, zlib.error) as error:
        raise UnreadableError(f"a damaged zip archive: {_one_line(error)}") from error


class _File(io.BufferedReader):
    """A file that refuses to be read in one gulp, which zipfile does with the archive's directory."""

    def __init__(self, file: Path, most: int) -> None:
        super().__init__(io.FileIO(file))
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._most:
            raise UnreadableError(f"a zip archive with a directory of {size:,} bytes; at most {self._most:,}")
        return super().read(size)


def _sniff(file: Path, stream: io.BufferedReader) -> None:
    """Say what a file is that is no zip archive."""
    head = stream.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return
    if not head:
        raise UnreadableError("empty: 0 bytes")
    if file.name.startswith("~$"):
        raise UnreadableError("the lock file that Excel keeps beside an open workbook, not a workbook")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise UnreadableError(_ole(stream))
    if head.startswith(b"%PDF"):
        raise UnreadableError("a PDF document, not a workbook")
    if head.startswith(b"PK\x05\x06"):
        raise UnreadableError("an empty zip archive, not a workbook")
    if _XML_START.match(head):
        raise UnreadableError("a web page or XML text, not an Excel workbook; open it in Excel and save it as .xlsx")
    if b"\0" not in head and not re.search(rb"[\x01-\x08\x0e-\x1f]", head):
        raise UnreadableError("plain text (such as CSV), not a workbook; open it in Excel and save it as .xlsx")
    raise UnreadableError(f"not an Excel workbook: it begins with the bytes {head[:4].hex(' ')}, not 50 4b 03 04")


def _ole(stream: io.BufferedReader) -> str:
    """Which of the old compound files this is, by the names in its directory: UTF-16, entries of 128 bytes."""
    found = set()
    known = ("EncryptedPackage", "Workbook", "Book", "WordDocument")
    stream.seek(0)
    while block := stream.read(BLOCK):
        for name in known:
            text = f"{name}\0".encode("utf-16-le")
            at = block.find(text)
            while at != -1 and at % 128:
                at = block.find(text, at + 1)
            if at != -1:
                found.add(name)
    if "EncryptedPackage" in found:
        return "encrypted with a password; open it in Excel, remove the password and save it again"
    if found & {"Workbook", "Book"}:
        return "an old Excel workbook (.xls); open it in Excel and save it as .xlsx"
    if "WordDocument" in found:
        return "an old Word document, not a workbook"
    return "an OLE compound file without a workbook"


def _scan_archive(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, ...]:
    parts = archive.infolist()
    _check_directory(parts, limits)
    names = {part.filename for part in parts if not part.is_dir()}
    types = _ContentTypes()
    scanner = _Scanner(limits)
    if "[Content_Types].xml" not in names:
        raise UnreadableError(_other_archive(archive, names))
    scanner.scan("[Content_Types].xml", _unpack(archive, "[Content_Types].xml", limits.part_bytes), types)
    types.check(names)
    for part in sorted(names - {"[Content_Types].xml"}):
        blocks = _unpack(archive, part, limits.part_bytes)
        first = next(blocks, b"")
        if _XML_START.match(first):
            scanner.scan(part, chain([first], blocks))
        else:
            for _ in blocks:  # for its size and checksum
                pass
    return tuple(note for pattern, note in NOTES.items() if any(pattern.search(name) for name in sorted(names)))


def _check_directory(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts:
        raise UnreadableError(f"a zip archive of {len(parts):,} parts; at most {limits.parts:,}")
    total = sum(part.file_size for part in parts)
    if total > limits.total_bytes:
        raise UnreadableError(f"{total:,} bytes when unpacked; at most {limits.total_bytes:,}")
    seen: set[str] = set()
    for part in parts:
        name = part.filename
        shown = _short(part.orig_filename)
        if part.flag_bits & 0x41:
            raise UnreadableError(f"part {shown} is encrypted; only workbooks without a password can be read")
        if part.orig_filename != name or re.search(r"[\x00-\x1f\x7f]", name) or len(name) > 255:
            raise UnreadableError(f"part {shown} has a name with control characters, or of more than 255")
        if name.startswith("/") or re.search(r"\\|:|(^|/)\.\.?(/|$)", name):
            raise UnreadableError(f"part {shown} has a name that leads out of the archive")
        if name.casefold() in seen:
            raise UnreadableError(f"part {shown} is there twice")
        seen.add(name.casefold())
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError(f"part {shown} is packed by method {part.compress_type}; only 0 and 8 are allowed")
        if part.file_size > limits.part_bytes:
            raise UnreadableError(f"part {shown} has {part.file_size:,} bytes; at most {limits.part_bytes:,}")
        if part.file_size > max(1024**2, limits.ratio * part.compress_size):
            raise UnreadableError(
                f"part {shown} unpacks from {part.compress_size:,} to {part.file_size:,} bytes;"
                f" at most {limits.ratio} times as many are allowed"
            )
    end, before = 0, ""
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise UnreadableError(f"parts {before} and {_short(part.filename)} overlap in the zip archive")
        end = part.header_offset + 30 + len(part.orig_filename) + part.compress_size
        before = _short(part.filename)


def _other_archive(archive: zipfile.ZipFile, names: set[str]) -> str:
    """What a zip archive is that has no [Content_Types].xml."""
    kind = b""
    if "mimetype" in names:
        with archive.open("mimetype") as stream:
            kind = stream.read(100)
    if b"opendocument.spreadsheet" in kind:
        return "an OpenDocument spreadsheet (.ods); open it in Excel or LibreOffice and save it as .xlsx"
    if b"opendocument" in kind:
        return "an OpenDocument file that is not a spreadsheet"
    if any(name.endswith(".iwa") for name in names):
        return "an Apple Numbers or iWork document; export it to Excel"
    return "a zip archive, but not a workbook: [Content_Types].xml is missing"


def _unpack(archive: zipfile.ZipFile, part: str, most: int) -> Iterator[bytes]:
    """The part in blocks, no more than it says; zipfile compares the checksum at the end."""
    declared, size = archive.getinfo(part).file_size, 0
    try:
        with archive.open(part) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > min(declared, most):
                    break
                yield block
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableError(f"part {_short(part)} is damaged: {_one_line(error)}") from error
    if size != declared:
        raise UnreadableError(f"part {_short(part)} says it has {declared:,} bytes, but unpacks to {size:,}")


class _ContentTypes:
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
            raise UnreadableError(f"the workbook part {_short(claimed[0])} is missing")
        for key, message in OTHER_TYPES.items():
            if any(key in kind and ".main" in kind for _, kind in self.kinds):
                raise UnreadableError(message)
        raise UnreadableError("holds no workbook: [Content_Types].xml names none")


Rule = Callable[[dict[str, str]], None]


class _Rules(dict[str, Rule | None]):
    """What to do at an element, by its name with any prefix."""

    def __missing__(self, tag: str) -> Rule | None:
        prefix, _, local = tag.rpartition(":")
        rule = self.get(local) if prefix else None
        if len(self) < 1_000:  # names are the file's
            self[tag] = rule
        return rule


class _Scanner:
    """Counts over all XML parts of one workbook; each part is read once, by expat."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.part = ""
        fields = (*COUNTED, "area_cells", "calculation_steps", "cells", "shared_characters", "tags")
        self.counts = dict.fromkeys(fields, 0)
        self.most: dict[str, int] = {field: getattr(limits, field) for field in fields}
        self.row, self.cells_before_row = 0, 0
        self.shared: dict[str | None, int] = {}  # characters of each shared formula of the sheet
        self.cdata: int | None = None  # where the open CDATA section began
        self.rules = _Rules({element: self._counter(field) for field in COUNTED for element in COUNTED[field]})
        self.rules |= {"row": self._row, "c": self._cell, "calcChain": self._calculation_chain}
        self.rules |= {"f": self._formula, "definedName": self._name}
        self.rules |= {"mergeCell": self._area, "hyperlink": self._area}
        self.rules |= {"conditionalFormatting": self._ranges, "dataValidation": self._ranges}

    def scan(self, part: str, blocks: Iterator[bytes], types: _ContentTypes | None = None) -> None:
        """One part; `types` hears of its elements."""
        self.part, self.row, self.shared, self.cdata = part, 0, {}, None
        self.cells_before_row = self.counts["cells"]
        self.rules["c"] = self._cell
        lenient = part.lower().endswith(PICTURES)
        self.parser = parser = expat.ParserCreate()
        if not lenient:
            parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.StartCdataSectionHandler, parser.EndCdataSectionHandler = self._cdata_starts, self._cdata_ends
        rules, deepest, depth = self.rules, self.limits.depth, 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > deepest:
                self._refuse(f"elements are nested more than {deepest} deep")
            rule = rules[tag]
            if rule is not None:
                rule(attributes)
            if types is not None:
                types.element(tag.rpartition(":")[2], attributes)

        def end(_: str) -> None:
            nonlocal depth
            depth -= 1

        parser.StartElementHandler, parser.EndElementHandler = start, end
        try:
            fed = 0
            for block in blocks:
                tags = block.count(b"<")
                self.counts["tags"] += tags
                if not tags and len(block) == BLOCK:
                    self._refuse(f"{BLOCK:,} bytes without a tag: no text or attribute may be as long")
                parser.Parse(block, False)
                fed += len(block)
                self._check(fed)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            if not lenient:
                raise UnreadableError(f"part {_short(part)} is not proper XML: {_one_line(error)}") from error
            for _ in blocks:  # for its size and checksum
                pass
        finally:
            del self.parser  # it holds the handlers, which hold it

    def _check(self, fed: int) -> None:
        """Compare what was counted with what is allowed, once a block: the rules themselves only count."""
        for field, most in self.most.items():
            if self.counts[field] > most:
                words = WORDS.get(field, field.replace("_", " "))
                self._refuse(f"{self.counts[field]:,} {words} so far; at most {most:,} in a workbook")
        if self.row and self.counts["cells"] - self.cells_before_row > LAST_COLUMN:
            self._refuse(f"more than {LAST_COLUMN:,} cells in row {self.row:,}")
        at = self.parser.CurrentByteIndex  # of the last thing understood; comments and CDATA may be full of '<'
        if fed - at > BLOCK or (self.cdata is not None and at - self.cdata > BLOCK):
            self._refuse(f"a comment, tag or CDATA section of more than {BLOCK:,} bytes")

    def _cdata_starts(self) -> None:
        self.cdata = self.parser.CurrentByteIndex

    def _cdata_ends(self) -> None:
        self.cdata = None

    def _refuse(self, what: str) -> NoReturn:
        raise UnreadableError(f"part {_short(self.part)}: {what}")

    def _counter(self, field: str) -> Rule:
        def count(_: dict[str, str]) -> None:
            self.counts[field] += 1

        return count

    def _doctype(self, *_: object) -> None:
        self._refuse("it declares a DOCTYPE, which could hold entities")

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            self._refuse(f"encoding {_short(encoding)}; one of: {', '.join(ENCODINGS)}")

    def _row(self, attributes: dict[str, str]) -> None:
        self.counts["rows"] += 1
        number = attributes.get("r")
        if number is None:
            self.row += 1
        else:
            self.row = int(number) if _ROW(number) else 0
        if not 1 <= self.row <= LAST_ROW:
            self._refuse(f"row {_short(number or str(self.row))}; 1 to {LAST_ROW} are allowed")
        if self.counts["cells"] - self.cells_before_row > LAST_COLUMN:
            self._refuse(f"more than {LAST_COLUMN:,} cells in the row before row {self.row:,}")
        self.cells_before_row = self.counts["cells"]

    def _cell(self, attributes: dict[str, str]) -> None:
        self.counts["cells"] += 1
        place = attributes.get("r")
        if place is not None and not _NEAR_CELL(place):
            self._corners(place)

    def _calculation_chain(self, _: dict[str, str]) -> None:
        self.rules["c"] = self._counter("calculation_steps")

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
            self._refuse(f"a defined name of {length:,} characters; at most {self.limits.name_characters:,}")

    def _measure(self, then: Callable[[int], None]) -> None:
        """Tell the characters of the element that has just begun. Only here are texts listened to: that costs time."""
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
            self._refuse(f"{_short(text)} is no cell or area between A1 and XFD{LAST_ROW}")
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


def _short(text: str) -> str:
    """A text of the file as it can be shown on one line."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:150] or type(error).__name__
