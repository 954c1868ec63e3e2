"""A copy of a workbook with its wrong cells coloured and, on the first of each finding, a comment. No value changes."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from backprop.check.copies.original import open_copy
from backprop.check.copies.places import places
from backprop.check.copies.workbook import Pieces, WorkbookCopy
from backprop.check.findings import FileReport, Finding
from backprop.check.report.phrases import kind_name, quantity_name
from backprop.spreadsheet.book import Place
from groundfloor.text import shortened

AUTHOR = "backprop check"
COLOURS = {"error": "FFFF8CC6", "latent": "FFFFD966"}
MOST_COLOURED = 100_000  # cells; a comment on the first tells the range in any case
MOST_COMMENTS = 500  # on one sheet
TEXT_SHOWN = 8_192  # characters of a formula, Excel's own limit; a comment takes 32,767


def write_annotated(file: Path, report: FileReport, target: Path, force: bool = False) -> None:
    """Write the annotated copy whole or not at all; an existing target is replaced only with `force`.

    PartsError where the target is the file itself, where the file is not the one that was checked, and where a part
    cannot be read.
    """
    with open_copy(file, report, target, force) as copy:
        by_sheet: dict[str, list[Finding]] = defaultdict(list)
        for finding in report.findings:
            by_sheet[finding.sheet].append(finding)
        room = MOST_COLOURED
        for name, findings in by_sheet.items():
            room -= _annotate_sheet(copy, name, findings, room)
        copy.save(target, force)


def _annotate_sheet(copy: WorkbookCopy, name: str, findings: Sequence[Finding], room: int) -> int:
    """Colour the cells, no more than there is room for and the first of each finding; returns how many."""
    hidden = copy.conversations(name)
    colours: dict[Place, str] = {}
    texts: dict[Place, Pieces] = {}
    for finding in findings:
        cells = places(finding.range or finding.cell, max(1, room - len(colours)))
        for place in cells:
            if colours.get(place) != COLOURS["error"]:
                colours[place] = COLOURS[finding.severity]
        home = next((place for place in cells if place not in hidden), cells[0])
        if home in texts or len(texts) < MOST_COMMENTS:
            texts.setdefault(home, []).extend(_pieces(finding))
    copy.mark(name, colours, texts, AUTHOR)
    return len(colours)


def _pieces(finding: Finding) -> Pieces:
    """The comment's text in pieces, each with whether it is bold."""
    head = f"{quantity_name(finding.quantity)}: {kind_name(finding.kind)}"
    pieces = [(f"{head} ({finding.severity}), {shortened(finding.range, 200)}\n", True)]
    pieces.append((f"{shortened(finding.explanation, TEXT_SHOWN)}\n", False))
    if finding.should_be is not None:
        pieces += [("should be\n", True), (f"{shortened(finding.should_be, TEXT_SHOWN)}\n", False)]
    return pieces
