"""The first sheet of a marked copy: verdict, what was proven, and a row a finding with links to its cells."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backprop.check.findings import FileReport, Finding, Severity
from backprop.check.report.phrases import LOOKS, cells_checked, kind_line, kind_name, quantity_name
from backprop.spreadsheet.new_sheet import Look, NewCell, NewSheet
from groundfloor.text import count, shortened, shown

NAME = "Findings"
TITLE = "Findings: backprop check"  # in the sheet's first cell, by which a later copy knows the sheet as its own
MOST_LISTED = 1_000  # findings
MOST_SHOWN = 8_192  # characters of one text, as many as Excel's longest formula
MOST_FROZEN = 9  # rows that stay above, on a small screen too
LINE = 150  # characters of a line above the table

COLUMNS = (("sheet", 13.0), ("cells", 15.0), ("quantity", 11.0), ("kind of mistake", 19.0), ("what is wrong", 40.0),
           ("is", 34.0), ("should be", 34.0), ("what follows", 26.0))  # fmt: skip
WRONG = "Pink: wrong. A click in the column of cells leads to them."
LATENT = "Amber: wrong in general, right for the numbers that stand there now."
FOLLOWS = "Right by themselves, but computed from a wrong cell:"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: where, and a text in each other column."""

    sheet: str
    range: str
    severity: Severity
    texts: tuple[str, ...]
    coloured: int = 1  # which of the texts has the colour of its cells, from 0
    formulas: tuple[int, ...] = ()  # which are formulas


def findings_sheet(report: FileReport) -> NewSheet:
    """All that a report says, one row a finding."""
    look = LOOKS[report.verdict]
    above = [f"{look.symbol} {look.words}. {kind_line([report])}.", *_proven(report), WRONG]
    if any(finding.severity == "latent" for finding in report.findings):
        above.append(LATENT)
    of_proof = () if report.proof is None else report.proof.cells
    follows = [(each.sheet, each.range) for each in of_proof if each.status == "follows"]
    return table_sheet(above, COLUMNS, [_row(finding) for finding in report.findings], follows)


def table_sheet(
    above: Sequence[str],
    columns: Sequence[tuple[str, float]],
    rows: Sequence[Row],
    follows: Sequence[tuple[str, str]] = (),
) -> NewSheet:
    """Lines of text above a table of the given headings and widths, and under it the cells that only follow."""
    lines = list(_lines(above, [heading for heading, _ in columns] if rows else [], rows, follows))
    head = next((number for number, cells in lines if cells[0].look == "heading"), 0)
    return NewSheet(NAME, tuple(lines), tuple(width for _, width in columns), head if head <= MOST_FROZEN else 0)


def _lines(
    above: Sequence[str], headings: Sequence[str], rows: Sequence[Row], follows: Sequence[tuple[str, str]]
) -> Iterator[tuple[int, tuple[NewCell, ...]]]:
    yield 1, (NewCell(1, TITLE, look="title"),)
    number = 2
    for text in above:
        for line in textwrap.wrap(shortened(text, MOST_SHOWN), LINE):
            yield number, (NewCell(1, line),)
            number += 1
    if headings:
        number += 1
        yield number, tuple(NewCell(column, text, look="heading") for column, text in enumerate(headings, 1))
        for number, row in enumerate(rows[:MOST_LISTED], number + 1):  # noqa: B020 - rows follow one another
            yield number, _cells(row)
    if len(rows) > MOST_LISTED:
        number += 1
        yield number, (NewCell(1, f"… and {count(len(rows) - MOST_LISTED, 'finding')} more"),)
    if follows:
        number += 2
        yield number, (NewCell(1, FOLLOWS),)
        for number, (sheet, area) in enumerate(follows[:MOST_LISTED], number + 1):  # noqa: B020
            yield number, _place(sheet, area)


def _cells(row: Row) -> tuple[NewCell, ...]:
    looks: dict[int, Look] = {row.coloured: row.severity, **dict.fromkeys(row.formulas, "formula")}
    texts = [
        NewCell(column, shortened(text, MOST_SHOWN), look=looks.get(column - 3, "text"))
        for column, text in enumerate(row.texts, 3)
    ]
    return (*_place(row.sheet, row.range), *(cell for cell in texts if cell.text))


def _place(sheet: str, area: str) -> tuple[NewCell, NewCell]:
    first, *others = (part.strip() for part in area.split(","))
    shown_area = shortened(", ".join((first, *others)), MOST_SHOWN)
    return NewCell(1, shown(sheet), look="text"), NewCell(2, shown_area, look="link", leads_to=(sheet, first))


def _row(finding: Finding) -> Row:
    formulas = (finding.formula or "", finding.should_be or "")
    kind = kind_name(finding.kind) + (" (latent)" if finding.severity == "latent" else "")
    texts = (quantity_name(finding.quantity), kind, finding.explanation, *formulas, finding.effect or "")
    return Row(finding.sheet, finding.range or finding.cell, finding.severity, texts, formulas=(3, 4))


def _proven(report: FileReport) -> Iterator[str]:
    """How much was held against a derivation, and what the report says of the rest."""
    if report.tables:
        yield f"{count(cells_checked(report), 'cell')} checked in {count(len(report.tables), 'table')}."
    if report.message:
        yield report.message
