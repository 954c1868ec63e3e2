"""A small workbook by part, each part as one likes it, and the file that they make: what crafted files start from."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
WORKBOOK = f"{SPREADSHEET}.sheet.main+xml"

TYPES, BOOK, SHEET = "[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"

Parts = dict[str, str | bytes]
Builder = Callable[[Path], None]


def types(main: str = WORKBOOK, part: str = BOOK) -> str:
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}"/>'
        f'<Override PartName="/{SHEET}" ContentType="{SPREADSHEET}.worksheet+xml"/></Types>'
    )


def book(inside: str = "", sheets: str = '<sheet name="One" sheetId="1" r:id="rId1"/>') -> str:
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{inside}</workbook>'


def sheet(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', after: str = "", before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def relations(*targets: tuple[str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def parts(**changes: str | bytes) -> Parts:
    """A small workbook by part, some replaced: types=, book=, sheet=."""
    return {
        TYPES: changes.get("types", types()),
        "_rels/.rels": relations(("officeDocument", BOOK)),
        BOOK: changes.get("book", book()),
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
        SHEET: changes.get("sheet", sheet()),
    }


def pack(inside: Parts, method: int = ZIP_DEFLATED) -> Builder:
    def build(file: Path) -> None:
        with ZipFile(file, "w", method) as archive:
            for name, content in inside.items():
                archive.writestr(name, content)

    return build


def later(inside: Callable[[], Parts]) -> Builder:
    """A large one, made when it is asked for; stored, so that nothing is refused for shrinking well."""

    def build(file: Path) -> None:
        pack(inside(), ZIP_STORED)(file)

    return build


def with_sheet(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', after: str = "", before: str = "") -> Builder:
    return pack(parts(sheet=sheet(rows, after, before)))


def with_part(name: str, content: str | bytes) -> Builder:
    return pack(parts() | {name: content})


def ole(*names: str) -> bytes:
    """The head of a compound file and a directory with these entries."""
    directory = b"".join(name.encode("utf-16-le").ljust(64, b"\0").ljust(128, b"\1") for name in ("Root Entry", *names))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\2") + directory.ljust(4096, b"\3")
