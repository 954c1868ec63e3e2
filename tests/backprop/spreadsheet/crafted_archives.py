"""Files to refuse for what they are or how they are packed: other formats, broken and lying archives, zip bombs."""

import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tests.backprop.spreadsheet.crafted import (
    BOOK,
    SHEET,
    STRINGS,
    Builder,
    Parts,
    ole,
    pack,
    parts,
    sheet,
    types,
    with_part,
)


def raw(content: bytes) -> Builder:
    def build(file: Path) -> None:
        file.write_bytes(content)

    return build


def patched(build: Builder, change: Callable[[bytearray], None]) -> Builder:
    """A file built and then changed, byte by byte."""

    def both(file: Path) -> None:
        build(file)
        content = bytearray(file.read_bytes())
        change(content)
        file.write_bytes(content)

    return both


def _records(content: bytearray, name: str) -> tuple[int, int]:
    """Where the local header and the directory entry of a part stand."""
    local = content.index(b"PK\x03\x04", content.index(name.encode()) - 30)
    entry = content.index(b"PK\x01\x02", content.rindex(name.encode()) - 46)
    return local, entry


def forge(
    name: str, *, size: int | None = None, flag: int = 0, method: int | None = None, inside: Parts | None = None
) -> Builder:
    """A workbook that lies about one part, in its header and in the directory."""

    def change(content: bytearray) -> None:
        for start, at in zip(_records(content, name), (6, 8), strict=True):
            (flags,) = struct.unpack_from("<H", content, start + at)
            struct.pack_into("<H", content, start + at, flags | flag)
            if method is not None:
                struct.pack_into("<H", content, start + at + 2, method)
            if size is not None:
                struct.pack_into("<I", content, start + at + 16, size)

    return patched(pack(inside or parts(), ZIP_STORED if size is None else ZIP_DEFLATED), change)


def rename(old: str, new: str) -> Builder:
    """A workbook with a part of another name of the same length, which zipfile itself might not write."""
    assert len(old.encode()) == len(new.encode())

    def change(content: bytearray) -> None:
        content[:] = bytes(content).replace(old.encode(), new.encode())

    return patched(with_part(old, "<x/>"), change)


def overlapping(file: Path) -> None:
    """The second sheet's directory entry points at the first's bytes, so that one packed part counts many times."""

    def change(content: bytearray) -> None:
        first, second = _records(content, SHEET), _records(content, "xl/worksheets/sheet2.xml")
        content[second[1] + 42 : second[1] + 46] = content[first[1] + 42 : first[1] + 46]

    patched(with_part("xl/worksheets/sheet2.xml", sheet()), change)(file)


def wrong_checksum(file: Path) -> None:
    def change(content: bytearray) -> None:
        at = content.index(b"<sheetData>")
        content[at : at + 11] = b"<sheetdata>"

    patched(pack(parts(), ZIP_STORED), change)(file)


def wrong_picture(file: Path) -> None:
    def change(content: bytearray) -> None:
        content[content.index(b"the end")] = 0

    patched(pack(parts() | {"xl/media/image1.png": b"\x89PNG" * 90_000 + b"the end"}, ZIP_STORED), change)(file)


def broken_stream(file: Path) -> None:
    def change(content: bytearray) -> None:
        local, _ = _records(content, SHEET)
        start = local + 30 + len(SHEET)
        content[start : start + 20] = b"\xff" * 20

    patched(pack(parts()), change)(file)


def cut_short(file: Path) -> None:
    pack(parts())(file)
    file.write_bytes(file.read_bytes()[:-200])


def great_directory(file: Path) -> None:
    with ZipFile(file, "w") as archive:
        for number in range(20):
            info = ZipInfo(f"{number}.xml")
            info.comment = b"x" * 60_000
            archive.writestr(info, "")


# name -> (how to build it, what is said of it)
ARCHIVES: dict[str, tuple[Builder, str]] = {
    # other files
    "empty": (raw(b""), r"^empty: 0 bytes$"),
    "text": (raw(b"epoch,w1,w2\n1,0.15,0.2\n"), r"^plain text \(such as CSV\)"),
    "text-latin1": (raw("época;pérdida\n".encode("latin-1")), r"^plain text"),
    "html": (raw(b"<html><table><tr><td>1</td></tr></table></html>"), r"^a web page or XML text"),
    "spreadsheetml-2003": (raw(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>'), r"^a web page or XML text"),
    "pdf": (raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), r"^a PDF document"),
    "noise": (raw(b"\x7fELF\0\1\2\3" * 50), r"^not an Excel workbook: it begins with the bytes 7f 45 4c 46"),
    "~$lock": (raw(b"\x05Alice".ljust(165, b"\0")), r"^the lock file that Excel keeps"),
    "password": (raw(ole("EncryptionInfo", "EncryptedPackage")), r"^encrypted with a password"),
    "xls": (raw(ole("Workbook")), r"^an old Excel workbook \(\.xls\)"),
    "xls-95": (raw(ole("Book")), r"^an old Excel workbook \(\.xls\)"),
    "doc": (raw(ole("WordDocument")), r"^an old Word document"),
    "ole": (raw(ole("Thumbs", "My Workbook")), r"^an OLE compound file without a workbook"),
    "ods-without-content": (
        pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "styles.xml": "<x/>"}, ZIP_STORED),
        r"^an OpenDocument spreadsheet without its part content\.xml$",
    ),
    "fods": (
        raw(b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'),
        r"^a flat OpenDocument file \(\.fods\); open it in LibreOffice and save it as \.ods or \.xlsx$",
    ),
    "odt": (pack({"mimetype": "application/vnd.oasis.opendocument.text"}), r"^an OpenDocument file that is not a"),
    "numbers": (pack({"Index/Document.iwa": "x", "Data/a.jpg": "x"}), r"^an Apple Numbers"),
    "docx": (
        pack(parts(types=types("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"))),
        r"^a Word document",
    ),
    "pptx": (
        pack(parts(types=types("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"))),
        r"^a PowerPoint presentation",
    ),
    "xlsb": (
        pack(parts(types=types("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xl/workbook.bin"))),
        r"^a binary Excel workbook \(\.xlsb\); open it in Excel and save it as \.xlsx$",
    ),
    "zip": (pack({"a.txt": "a"}), r"^a zip archive, but not a workbook: \[Content_Types\]\.xml is missing$"),
    "zip-empty": (pack({}), r"^an empty zip archive"),
    # broken archives
    "no-workbook": (
        pack({name: content for name, content in parts().items() if name != BOOK}),
        r"^the workbook part 'xl/workbook\.xml' is missing$",
    ),
    "no-main-type": (pack(parts(types=types("application/xml"))), r"^holds no workbook: "),
    "cut-short": (cut_short, r"^a damaged zip archive: its directory is missing"),
    "half": (raw(b"PK\x03\x04" + b"\0" * 100), r"^a damaged zip archive: its directory is missing"),
    "checksum": (wrong_checksum, rf"^part '{SHEET}' is damaged: Bad CRC-32"),
    "checksum-of-a-picture": (wrong_picture, r"^part 'xl/media/image1\.png' is damaged: Bad CRC-32"),
    "broken-stream": (broken_stream, rf"^part '{SHEET}' is damaged: Error -3 while decompressing"),
    "overlapping": (overlapping, r"^parts '\S+' and '\S+' overlap in the zip archive$"),
    "twice": (
        patched(
            with_part("xl/worksheets/sheet2.xml", sheet()),
            lambda content: content.__setitem__(
                slice(None), bytes(content).replace(b"xl/worksheets/sheet2.xml", SHEET.encode())
            ),
        ),
        rf"^part '{SHEET}' is there twice$",
    ),
    "twice-by-case": (pack(parts() | {"xl/A.xml": "<x/>", "xl/a.xml": "<x/>"}), r"^part 'xl/a\.xml' is there twice$"),
    "upwards": (with_part("xl/../../../root.xml", "<x/>"), r"name that leads out of the archive$"),
    "absolute": (with_part("/etc/passwd", "<x/>"), r"^part '/etc/passwd' has a name that leads out"),
    "backslashes": (rename("xl/a/b.xml", "xl\\a\\b.xml"), r"name that leads out of the archive$"),
    "drive": (with_part("C:/b.xml", "<x/>"), r"name that leads out of the archive$"),
    "control-name": (rename("xl/aaa.xml", "xl/a\0a.xml"), r"^part 'xl/a\\x00a\.xml' has a name with control"),
    "long-name": (with_part("x" * 300, "<x/>"), r"has a name with control characters, or of more than 255$"),
    "encrypted-part": (forge(SHEET, flag=1), rf"^part '{SHEET}' is encrypted"),
    "bzip2": (pack(parts(), ZIP_BZIP2), r"is packed by method 12; only 0 and 8 are allowed$"),
    "aes": (forge(SHEET, method=99), rf"^part '{SHEET}' is packed by method 99;"),
    "many-parts": (
        pack(parts() | {f"xl/{n}.xml": "" for n in range(5_000)}, ZIP_STORED),
        r"^a zip archive of 5,005 parts; at most 5,000$",
    ),
    "great-directory": (great_directory, r"^a zip archive with a directory of 1,201,\d+ bytes; at most 1,048,576$"),
    # sizes
    "zip-bomb": (
        with_part(STRINGS, b" " * 8_000_000),
        rf"^part '{STRINGS}' unpacks from [\d,]+ to 8,000,000 bytes; at most 250 times",
    ),
    "says-less": (forge(SHEET, size=50), rf"^part '{SHEET}' is damaged: Bad CRC-32"),
    "says-more": (forge(SHEET, size=1_000_000), rf"^part '{SHEET}' says it has 1,000,000 bytes, but unpacks to \d+$"),
    "says-huge": (forge(SHEET, size=300_000_000), rf"^part '{SHEET}' has 300,000,000 bytes; at most 268,435,456$"),
    "says-4-gb": (forge(SHEET, size=4_000_000_000), r"^4,000,00\d,\d+ bytes when unpacked; at most 536,870,912$"),
}
