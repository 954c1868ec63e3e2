"""A copy of a workbook with its wrong cells coloured, on the first of each finding a comment, and all on a first sheet.

No value changes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop.check.copies.findings_sheet import NAME, TITLE, findings_sheet
from backprop.check.copies.original import open_copy
from backprop.check.copies.places import places
from backprop.check.copies.workbook import Pieces, WorkbookCopy
from backprop.check.findings import FileReport, Finding, Severity
from backprop.check.report.phrases import kind_name, quantity_name
from backprop.spreadsheet.book import Place
from backprop.spreadsheet.new_sheet import COLOURS, NewSheet
from groundfloor.text import shortened

AUTHOR = "backprop check"
MOST_COLOURED = 100_000  # cells; a comment on the first tells the range in any case
MOST_COMMENTS = 500  # on one sheet
TEXT_SHOWN = 8_192  # characters of a formula, Excel's own limit; a comment takes 32,767


@dataclass(frozen=True, slots=True)
class Mark:
    """Cells to be coloured, and what a comment on the first of them says."""

    sheet: str
    range: str
    severity: Severity
    comment: Pieces


def write_annotated(file: Path, report: FileReport, target: Path, force: bool = False) -> None:
    """Write the annotated copy whole or not at all; an existing target is replaced only with `force`.

    PartsError where the target is the file itself, where the file is not the one that was checked, and where a part
    cannot be read.
    """
    first = findings_sheet(report) if report.findings else None
    write_marked(file, report, [_mark(finding) for finding in report.findings], first, target, force)


def write_marked(
    file: Path, report: FileReport, marks: Sequence[Mark], first: NewSheet | None, target: Path, force: bool = False
) -> None:
    """Write a copy with these marks and this first sheet; errors as `write_annotated`."""
    with open_copy(file, report, target, force) as copy:
        by_sheet: dict[str, list[Mark]] = defaultdict(list)
        for mark in marks:
            by_sheet[mark.sheet].append(mark)
        copy.forget(NAME, TITLE, AUTHOR, {f"FF{COLOURS[severity]}" for severity in ("error", "latent")})
        room = MOST_COLOURED
        for name, of_sheet in by_sheet.items():
            room -= _mark_sheet(copy, name, of_sheet, room)
        if first is not None:
            copy.show_first(first)
        copy.save(target, force)


def _mark_sheet(copy: WorkbookCopy, name: str, marks: Sequence[Mark], room: int) -> int:
    """Colour the cells, no more than there is room for and the first of each mark; returns how many."""
    hidden = copy.conversations(name)
    colours: dict[Place, str] = {}
    texts: dict[Place, Pieces] = {}
    error = f"FF{COLOURS['error']}"
    for mark in marks:
        cells = places(mark.range, max(1, room - len(colours)))
        for place in cells:
            if colours.get(place) != error:
                colours[place] = f"FF{COLOURS[mark.severity]}"
        home = next((place for place in cells if place not in hidden), cells[0])
        if home in texts or len(texts) < MOST_COMMENTS:
            texts.setdefault(home, []).extend(mark.comment)
    copy.mark(name, colours, texts, AUTHOR)
    return len(colours)


def _mark(finding: Finding) -> Mark:
    head = f"{quantity_name(finding.quantity)}: {kind_name(finding.kind)}"
    pieces = [(f"{head} ({finding.severity}), {shortened(finding.range, 200)}\n", True)]
    pieces.append((f"{shortened(finding.explanation, TEXT_SHOWN)}\n", False))
    if finding.should_be is not None:
        pieces += [("should be\n", True), (f"{shortened(finding.should_be, TEXT_SHOWN)}\n", False)]
    return Mark(finding.sheet, finding.range or finding.cell, finding.severity, pieces)
