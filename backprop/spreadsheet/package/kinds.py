"""What a file is that is no workbook which can be read here, by its first bytes: said in one line, with what to do."""

import io
import re
from pathlib import Path
from zipfile import ZipFile

from backprop.spreadsheet.limits import BLOCK
from groundfloor.errors import UnreadableError

XML_START = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
CONTENT_TYPES = "[Content_Types].xml"
SPREADSHEETS = re.compile(rb"application/vnd\.oasis\.opendocument\.spreadsheet(-template)?\s*")


def sniff(file: Path, stream: io.BufferedReader) -> None:
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
    if XML_START.match(head) and b"opendocument" in head:
        raise UnreadableError("a flat OpenDocument file (.fods); open it in LibreOffice and save it as .ods or .xlsx")
    if XML_START.match(head):
        raise UnreadableError("a web page or XML text, not an Excel workbook; open it in Excel and save it as .xlsx")
    if b"\0" not in head and not re.search(rb"[\x01-\x08\x0e-\x1f]", head):
        raise UnreadableError("plain text (such as CSV), which holds no formulas; save the workbook itself as .xlsx")
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


def is_opendocument(archive: ZipFile) -> bool:
    """Whether the archive is read as an OpenDocument spreadsheet, or as Open XML; UnreadableError if as neither."""
    names = set(archive.namelist())
    if CONTENT_TYPES in names:
        return False
    kind = b""
    if "mimetype" in names:
        with archive.open("mimetype") as stream:
            kind = stream.read(100)
    if SPREADSHEETS.fullmatch(kind):
        return True
    if b"opendocument" in kind:
        raise UnreadableError("an OpenDocument file that is not a spreadsheet")
    if any(name.endswith(".iwa") for name in names):
        raise UnreadableError("an Apple Numbers or iWork document; export it to Excel")
    raise UnreadableError(f"a zip archive, but not a workbook: {CONTENT_TYPES} is missing")
