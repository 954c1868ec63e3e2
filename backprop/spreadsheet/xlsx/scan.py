"""What a stranger's file is, before anything opens it: one pass in bounded memory. Refuses; repairs nothing.

Two passes over the same bytes would be two readers that may disagree, so every part is unpacked once, by zipfile, and
every part that is read later or looks like XML goes through the XML scan, whatever its name. Sizes are checked where
they are declared and again where they are met.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from backprop.spreadsheet.limits import BLOCK, DEFAULT, Limits, error_line
from backprop.spreadsheet.xlsx.relations import ReadParts, holds_relations
from backprop.spreadsheet.xlsx.scan_xml import PICTURES, ContentTypes, Scanner
from groundfloor.errors import UnreadableError
from groundfloor.files import absent
from groundfloor.text import quoted

NOTES = {
    re.compile(r"vbaProject\w*\.bin$"): "holds macros, which were not run",
    re.compile(r"^xl/externalLinks/[^/]+\.xml$"): "links to other workbooks, which were not opened",
    re.compile(r"^xl/(embeddings|activeX)/[^/]+$"): "holds embedded objects, which were not opened",
}

_XML_START = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")


def scan(file: Path, limits: Limits = DEFAULT) -> tuple[str, ...]:
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
        raise UnreadableError(absent(file)) from error
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error_line(error)}") from error
    except zipfile.BadZipFile as error:
        cause = "its directory is missing, perhaps cut off" if "not a zip" in str(error) else error_line(error)
        raise UnreadableError(f"a damaged zip archive: {cause}") from error
    except (ValueError, ArithmeticError, RuntimeError, EOFError, struct.error, zlib.error) as error:
        raise UnreadableError(f"a damaged zip archive: {error_line(error)}") from error


class _File(io.BufferedReader):
    """A file that refuses to be read in one go, as zipfile reads the archive's directory."""

    def __init__(self, file: Path, most: int) -> None:
        super().__init__(io.FileIO(file))
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._most:
            raise UnreadableError(f"a zip archive with a directory of {size:,} bytes; at most {self._most:,}")
        return super().read(size)


def _sniff(file: Path, stream: io.BufferedReader) -> None:
    """Refuse a file that is no zip archive, and say what it is."""
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
    """Which kind of OLE compound file this is, by the names in its directory: UTF-16, entries of 128 bytes."""
    present = set()
    known = ("EncryptedPackage", "Workbook", "Book", "WordDocument")
    stream.seek(0)
    while block := stream.read(BLOCK):
        for name in known:
            text = f"{name}\0".encode("utf-16-le")
            at = block.find(text)
            while at != -1 and at % 128:
                at = block.find(text, at + 1)
            if at != -1:
                present.add(name)
    if "EncryptedPackage" in present:
        return "encrypted with a password; open it in Excel, remove the password and save it again"
    if present & {"Workbook", "Book"}:
        return "an old Excel workbook (.xls); open it in Excel and save it as .xlsx"
    if "WordDocument" in present:
        return "an old Word document, not a workbook"
    return "an OLE compound file without a workbook"


def _scan_archive(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, ...]:
    parts = archive.infolist()
    _check_directory(parts, limits)
    names = {part.filename for part in parts if not part.is_dir()}
    types = ContentTypes()
    scanner = Scanner(limits)
    if "[Content_Types].xml" not in names:
        raise UnreadableError(_other_archive(archive, names))
    scanner.scan("[Content_Types].xml", _unpack(archive, "[Content_Types].xml", limits.part_bytes), types)
    types.check(names)
    read = ReadParts()
    relations = sorted(part for part in names if holds_relations(part))
    for part in relations:
        scanner.scan(part, _unpack(archive, part, limits.part_bytes), read.begin(part))
    for part in sorted(names - {"[Content_Types].xml", *relations}):
        blocks = _unpack(archive, part, limits.part_bytes)
        first = next(blocks, b"")
        if part in read.names or _XML_START.match(first):
            scanner.scan(
                part, chain([first], blocks), lenient=part not in read.names and part.lower().endswith(PICTURES)
            )
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
        shown = quoted(part.orig_filename)
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
            raise UnreadableError(f"parts {before} and {quoted(part.filename)} overlap in the zip archive")
        end = part.header_offset + 30 + len(part.orig_filename) + part.compress_size
        before = quoted(part.filename)


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
        raise UnreadableError(f"part {quoted(part)} is damaged: {error_line(error)}") from error
    if size != declared:
        raise UnreadableError(f"part {quoted(part)} says it has {declared:,} bytes, but unpacks to {size:,}")
