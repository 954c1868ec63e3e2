"""Cells that wait to be filled in: those that an exercise names, and columns under a network's headings left empty.

Of a table that was found only what is there is proven; what is missing altogether shows here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from openpyxl.utils import get_column_letter

from backprop.check.findings import FileReport, Finding, Kind
from backprop.check.recognition.headings import find_headings, is_heading
from backprop.check.tables.own_workbooks import sheets_without_epochs
from backprop.check.tables.view import View
from backprop.spreadsheet.book import Book, address, span
from backprop.spreadsheet.formula import Area, Name, NotComputableError, Reference
from backprop.spreadsheet.names import resolve
from groundfloor.text import listed

TO_FILL_IN = re.compile(r"EXERCISE_\d+")  # names of cells that an exercise leaves empty
WHOLE_SHEET = 1_000  # rows; so large an area is a sheet for whatever the reader makes of it
MOST_CELLS = 200_000  # of an area, that are looked at
LOOKED_AT = 1_000  # steps below headings
FIRST_STEP = 3  # below the headings, at the latest
MOST_NAMED = 40  # headings in a text

Corners = tuple[int, int, int, int]  # top, bottom, left, right


def with_unfilled(book: Book, report: FileReport) -> FileReport:
    """The report, with what waits to be filled in; `incomplete` where there is any."""
    exercise = list(_of_exercise(book))
    told = {finding.sheet for finding in report.findings if finding.kind is Kind.INCOMPLETE}
    findings = exercise or [finding for finding in _under_headings(book) if finding.sheet not in told]
    new = [finding for finding in findings if finding.sheet not in told or not exercise]
    if not findings:
        return report
    message = "" if report.verdict in ("no_derivatives", "not_this_network", "not_understood") else report.message
    return replace(report, verdict="incomplete", message=message, findings=(*report.findings, *new))


def _of_exercise(book: Book) -> Iterator[Finding]:
    """The cells of an exercise in which nothing stands, sheet by sheet."""
    areas: dict[str, list[Corners]] = {}
    for name in filter(TO_FILL_IN.fullmatch, sorted(book.names, key=lambda name: (len(name), name))):
        try:
            area = resolve(book, Name(name))
        except NotComputableError:
            continue
        first = area if isinstance(area, Reference) else area.first if isinstance(area, Area) else None
        if first is None or first.sheet not in book.sheets:
            continue
        row, column = first.at(1, 1)
        corners = area.corners(1, 1) if isinstance(area, Area) else (row, row, column, column)
        areas.setdefault(first.sheet or "", []).append(corners)
    for sheet, named in areas.items():
        view = View(book, book.sheets[sheet])
        whole = any(bottom - top >= WHOLE_SHEET for top, bottom, _, _ in named)
        if whole:
            if not any(_holds_anything(view, corners) for corners in named):
                place = address(named[0][0], named[0][2])
                text = "nothing stands on the sheet, where the table is to be made"
                yield Finding(sheet, place, place, "", Kind.INCOMPLETE, "error", None, None, text)
            continue
        empty = [stretch for corners in named for stretch in _empty(view, corners)]
        if empty:
            ranges = [span((top, left), (bottom, right)) for top, bottom, left, right in empty]
            text = f"nothing stands in {listed(ranges)}, where the exercise asks for formulas"
            first_cell = address(empty[0][0], empty[0][2])
            quantities = ", ".join(dict.fromkeys(_headed(view, empty)))
            yield Finding(sheet, first_cell, ",".join(ranges), quantities, Kind.INCOMPLETE, "error", None, None, text)


def _holds_anything(view: View, corners: Corners) -> bool:
    top, bottom, left, right = corners
    return any(
        left <= column <= right and any(top <= row <= bottom for row in cells.rows)
        for column, cells in view.sheet.columns.items()
    )


def _empty(view: View, corners: Corners) -> Iterator[Corners]:
    """The parts of an area in which nothing stands: column by column, neighbours with the same rows as one."""
    top, bottom, left, right = corners
    if (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
        return
    before: list[Corners] = []
    for column in range(left, right + 2):
        runs = []
        if column <= right:
            runs = [(a, b) for tree, a, b in view.runs(column, top, bottom) if tree is None]
        kept = {(a, b): start for a, b, start, _ in before}
        for a, b, start, end in before:
            if (a, b) not in runs:
                yield a, b, start, end
        before = [(a, b, kept.get((a, b), column), column) for a, b in runs]


def _headed(view: View, areas: list[Corners]) -> Iterator[str]:
    """The texts right above the columns of the first of the areas in each of them."""
    for top, _, left, right in areas:
        for column in range(left, right + 1):
            above = (view.value(row, column) for row in range(top - 1, max(0, top - LOOKED_AT), -1))
            heading = next((text for text in above if isinstance(text, str)), None)
            if heading is not None:
                yield heading.strip()


def _under_headings(book: Book) -> Iterator[Finding]:
    """Lines that a row of headings names, which describes a network, and in which nothing stands below."""
    without = sheets_without_epochs(book)
    for sheet in (sheet for sheet in book.sheets.values() if sheet.name not in without):
        for transposed in (False, True):
            view = View(book, sheet, transposed)
            for headings in find_headings(view):
                lines = [line for line in view.lines() if is_heading(view.value(headings.step, line))]
                below = range(headings.step + 1, headings.step + 1 + FIRST_STEP)
                first = next((step for step in below if any(view.tree(step, line) is not None for line in lines)), None)
                if first is None:
                    continue
                empty = [
                    line for line in lines if not any(t is not None for t in view.trees(line, first, first + LOOKED_AT))
                ]
                if empty:
                    yield _finding(view, headings.step, first, empty)


def _finding(view: View, header: int, step: int, lines: list[int]) -> Finding:
    starts = [line for line in lines if line - 1 not in lines]
    ends = [line for line in lines if line + 1 not in lines]
    ranges = [
        span(view.position(step, start), view.position(step, end)) for start, end in zip(starts, ends, strict=True)
    ]
    named = [str(view.value(header, line)).strip() for line in lines]
    lane = f"column {get_column_letter(step)}" if view.transposed else f"row {step}"
    text = f"nothing stands under {listed(named, MOST_NAMED)}: {listed(ranges)} in {lane} and what follows"
    cell = address(*view.position(step, lines[0]))
    return Finding(
        view.sheet.name, cell, ",".join(ranges), ", ".join(named), Kind.INCOMPLETE, "error", None, None, text
    )
