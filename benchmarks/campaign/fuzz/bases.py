"""What is broken: whole inputs of each kind, of this checkout, and of strangers where they lie beside it."""

import io
import os
import zipfile
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

from PIL import Image, ImageDraw

from backprop.network.load import presets
from backprop.spreadsheet.book import CONSTANT, Book, Sheet
from backprop.spreadsheet.formula import render
from backprop.spreadsheet.ods.openformula import from_excel
from backprop.spreadsheet.read import read_workbook

ROOT = Path(__file__).parents[3]
MOST = 110_000  # letters of a README
SMALL = 50_000  # bytes of a workbook: many small ones tell more than a few large ones
CLASS = (
    'id,name,email,section\r\n1001,"Özil, Ana",ana@example.org,A\r\n1002,Bo,bo@example.org,A\r\n'
    "=1+1,<b>Cy</b>,cy@example.org,B\r\n"
)
_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_SPACE = "urn:oasis:names:tc:opendocument:xmlns"


@cache
def workbooks() -> list[bytes]:
    """Small .xlsx: of the documents and of strangers."""
    folders = [ROOT / "docs", *_beside("BACKPROP_WORKBOOKS", "workbooks"), *_beside("", "workbooks-other")]
    files = [file for folder in folders for file in sorted(folder.glob("*.xls[xm]")) if file.stat().st_size <= SMALL]
    return [file.read_bytes() for file in files]


@cache
def spreadsheets() -> list[bytes]:
    """Small .ods: those of the documents written anew in that format, and those of strangers."""
    files = [ROOT / "docs" / name for name in ("matrix.xlsx", "slip.xlsx", "loan.xlsx")]
    given = [file.read_bytes() for folder in _beside("", "workbooks-other") for file in sorted(folder.glob("*.ods"))]
    return [as_ods(read_workbook(file)) for file in files] + given


@cache
def texts() -> list[str]:
    """READMEs: of this project and of strangers."""
    files = [ROOT / "README.md", ROOT / "docs" / "claims.md", ROOT / "docs" / "report" / "README.md"]
    for folder in (*_beside("REPORTS_EXAMPLES", "examples"), *_beside("", "cases/lint")):
        files += [file for file in sorted(folder.iterdir()) if file.suffix in (".md", ".txt")]
    return [text for file in files if len(text := file.read_text(encoding="utf-8")) <= MOST]


@cache
def descriptions() -> list[str]:
    """TOML of networks, as `backprop` and as `mnist` have them, of a rubric and of settings."""
    files = [*presets().values(), *sorted((ROOT / "docs" / "examples").glob("*.toml"))]
    files += [ROOT / "backprop" / "classroom" / "grading" / "rubric.toml", ROOT / "pyproject.toml"]
    from mnist.nets.catalogue import find_net
    from mnist.nets.description import write_description

    return [file.read_text(encoding="utf-8") for file in files] + [
        write_description(find_net(name)) for name in ("tiny", "small", "published-18138")
    ]


@cache
def runs() -> list[dict[str, bytes]]:
    """Run folders by file."""
    folders = [ROOT / "runs" / "published-18138-seed0", ROOT / "runs" / "seeds" / "fast-bfloat16True-seed5"]
    return [{file.name: file.read_bytes() for file in sorted(folder.iterdir())} for folder in folders]


@cache
def pictures() -> list[tuple[str, bytes]]:
    """A drawn digit in the formats that are read, and a few that are not."""
    plain = Image.new("L", (90, 120), 255)
    ImageDraw.Draw(plain).line([(20, 25), (70, 25), (35, 100)], fill=20, width=9)
    colour = Image.merge("RGB", (plain, plain, plain.point(lambda value: value // 2)))
    made = [
        (ending, _saved(colour, ending))
        for ending in ("png", "jpeg", "gif", "bmp", "webp", "tiff", "ppm", "eps", "ico", "tga")
    ]
    return [*made, ("png", _saved(plain.convert("1"), "png")), ("png", _saved(colour.convert("P"), "png")),
            ("jpg", (ROOT / "docs" / "digits.jpg").read_bytes())]  # fmt: skip


def as_ods(book: Book) -> bytes:
    """The cells of a workbook, formulas with their values, as OpenDocument."""
    spaces = {"office": "office:1.0", "table": "table:1.0", "text": "text:1.0", "of": "of:1.2"}
    names = " ".join(f'xmlns:{prefix}="{_SPACE}:{name}"' for prefix, name in spaces.items())
    tables = "".join(_table(book, sheet) for sheet in book.sheets.values())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    entries = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{kind}"/>'
        for path, kind in (("/", _KIND), ("content.xml", "text/xml"))
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _KIND, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{_SPACE}:manifest:1.0">{entries}</m:manifest>')
    return stream.getvalue()


def _table(book: Book, sheet: Sheet) -> str:
    cells = {(row, number): index for number, column in sheet.columns.items() for index, row in enumerate(column.rows)}
    last = max((row for row, _ in cells), default=0), max((number for _, number in cells), default=0)
    rows = (
        "".join(_cell(book, sheet, row, number) for number in range(1, last[1] + 1)) for row in range(1, last[0] + 1)
    )
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f"<table:table table:name={quoteattr(sheet.name)}>{lines}</table:table>"


def _cell(book: Book, sheet: Sheet, row: int, column: int) -> str:
    value, tree = sheet.value(row, column), sheet.tree(row, column)
    if tree is None:
        return "<table:table-cell/>"
    formula = ""
    if tree != CONSTANT:
        node = book.trees[tree]
        text = node if isinstance(node, str) else render(node, row, column)
        formula = f" table:formula={quoteattr(from_excel(f'={text}'))}"
    if isinstance(value, float):
        return f'<table:table-cell{formula} office:value-type="float" office:value="{value!r}"/>'
    return f'<table:table-cell{formula} office:value-type="string" office:string-value={quoteattr(str(value))}/>'


def _saved(picture: Image.Image, ending: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, ending.upper())
    return stream.getvalue()


def _beside(variable: str, name: str) -> list[Path]:
    folder = Path(os.environ.get(variable) or ROOT.parent / "shared" / name)
    return [folder] if folder.is_dir() else []
