"""A copy of a workbook with the sheet of its gradient; every other part byte for byte as it was."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from backprop.gradient.gradient import Gradient, Row
from backprop.spreadsheet.package.parts import PartsError, check_target
from backprop.spreadsheet.xlsx.markup import MAIN
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.sheets import add_sheet
from backprop.spreadsheet.xlsx.styles import Styles

ERROR = "#NUM!"  # what is stored where a formula has no value; a spreadsheet finds out which error it is
WIDTHS = (22, 26, 16, 22, 22, 16)
HEADING_COLOUR = "FFD9E2F3"


def write_gradient(gradient: Gradient, target: Path, force: bool = False) -> None:
    """Write the copy whole or not at all.

    PartsError where the target is the file itself, has an ending of another kind, or where the file is no longer the
    one that was differentiated.
    """
    file = Path(gradient.file)
    check_target(file, target, force)
    if file.suffix.lower() != target.suffix.lower():
        raise PartsError(f"{target}: a copy of {file.name} ends in {file.suffix}")
    if hashlib.sha256(file.read_bytes()).hexdigest() != gradient.sha256:
        raise PartsError(f"{file}: has changed since it was differentiated")
    with Parts(file) as parts:
        styles = Styles(parts)
        bold = styles.bold()
        title = styles.like(0, fontId=bold)
        heading = styles.like(0, fontId=bold, fillId=styles.fill(HEADING_COLOUR))
        styles.save()
        add_sheet(parts, gradient.sheet, _sheet(gradient, title, heading).encode())
        parts.save(target, force)


def _sheet(gradient: Gradient, title: int, heading: int) -> str:
    widths = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, 1))
    lines = "".join(_lines(gradient, title, heading))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><cols>{widths}</cols>'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )


def _lines(gradient: Gradient, title: int, heading: int) -> Iterator[str]:
    """The rows of the sheet, from above."""
    slope = f"∂{gradient.of}/∂cell"
    checked = ("central difference", "less that") if gradient.checked else ()
    yield _line(1, [_text("A1", f"Gradient of {gradient.of}", title)])
    about = "Live formulas in the cells of this workbook, found by going back through its own formulas (backprop)."
    if gradient.checked:
        about += " Central differences are numbers: of what the cells held when this sheet was written."
    yield _line(2, [_text("A2", about)])
    yield from _table(gradient.rows, ("cell", "label", "value", slope, *checked), heading)
    yield from _table(gradient.between, ("cell between", "label", "value", slope), heading)
    yield from _table(gradient.parts, ("parts of formulas", "", "", "value"), heading)


def _table(rows: tuple[Row, ...], headings: tuple[str, ...], style: int) -> Iterator[str]:
    if not rows:
        return
    first = int(rows[0].at[1:])
    places = (f"{letter}{first - 1}" for letter in "ABCDEF")
    yield _line(first - 1, [_text(at, text, style) for at, text in zip(places, headings, strict=False)])
    for row in rows:
        number = int(row.at[1:])
        cells = [_text(f"A{number}", row.cell), _text(f"B{number}", row.label)] if row.cell else []
        cells += [_formula(f"C{number}", row.cell, row.value)] if row.cell else []
        cells.append(_formula(row.at, row.formula, row.derivative))
        if row.difference is not None:
            cells.append(f'<c r="E{number}"><v>{row.difference!r}</v></c>')
            less = None if row.derivative is None else row.derivative - row.difference
            cells.append(_formula(f"F{number}", f"{row.at}-E{number}", less))
        yield _line(number, cells)


def _line(number: int, cells: list[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text(at: str, text: str, style: int = 0) -> str:
    if not text:
        return f'<c r="{at}" s="{style}"/>' if style else ""
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


def _formula(at: str, formula: str, value: float | None) -> str:
    if value is None:
        return f'<c r="{at}" t="e"><f>{_escaped(formula)}</f><v>{ERROR}</v></c>'
    return f'<c r="{at}"><f>{_escaped(formula)}</f><v>{value!r}</v></c>'


def _escaped(text: str) -> str:
    """As XML, without the letters that XML cannot hold."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"))
