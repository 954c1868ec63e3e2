"""A student's own workbook with what they are told: a first sheet, coloured cells, comments. No value changes."""

from pathlib import Path

from backprop.check.copies.annotated import Mark, write_marked
from backprop.check.copies.findings_sheet import LATENT, WRONG, Row, table_sheet
from backprop.check.copies.workbook import Pieces
from backprop.check.findings import FileReport
from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.parts import part_name, points_text
from backprop.classroom.feedback.told import Feedback, Mistake
from backprop.classroom.feedback.words import follows_line, points_line, summary
from backprop.spreadsheet.new_sheet import NewSheet
from groundfloor.text import shortened

LONGEST = 8_192  # characters of a formula; a comment takes 32,767
_PLACE = (("sheet", 13.0), ("cells", 15.0))
_COLUMNS = {
    Hints.NONE: (),
    Hints.CELL: (*_PLACE, ("points", 9.0)),
    Hints.QUANTITY: (*_PLACE, ("points", 9.0), ("quantity", 11.0), ("kind of mistake", 19.0),
                     ("what to think of", 62.0), ("wrong only because of it", 26.0)),
    Hints.FULL: (*_PLACE, ("points", 9.0), ("quantity", 11.0), ("kind of mistake", 19.0), ("what to think of", 42.0),
                 ("what is wrong", 36.0), ("is", 32.0), ("should be", 32.0), ("what follows", 26.0)),
}  # fmt: skip


def write_workbook(file: Path, report: FileReport, feedback: Feedback, target: Path, force: bool = False) -> None:
    """Write the copy whole or not at all; `report` is the one on this very file.

    PartsError where the file has changed since, or a part of it cannot be read.
    """
    marks = [Mark(each.sheet, each.range, each.severity, _comment(each)) for each in feedback.mistakes]
    write_marked(file, report, marks, feedback_sheet(feedback), target, force)


def feedback_sheet(feedback: Feedback) -> NewSheet:
    """The first sheet: points by part, then what the level tells of each mistake."""
    above = [f"{feedback.title}: {feedback.name}", points_line(feedback), *summary(feedback)]
    for part in feedback.parts:
        name = part_name(part.part)
        above.append(f"· {name}: {points_text(part.points)} of {points_text(part.maximum)}. {part.rule}".rstrip())
    above += [f"· {line}" for line in feedback.lacking]
    if feedback.mistakes:
        above.append(WRONG)
    if any(each.severity == "latent" for each in feedback.mistakes):
        above.append(LATENT)
    return table_sheet(above, _COLUMNS[feedback.level], [_row(each, feedback.level) for each in feedback.mistakes])


def _row(mistake: Mistake, level: Hints) -> Row:
    points = f"−{points_text(mistake.points)}" if mistake.points else "–"
    follows = ", ".join(mistake.follows)
    told = (points, mistake.quantity, mistake.kind, mistake.hint)
    match level:
        case Hints.FULL:
            effect = "; ".join(filter(None, (mistake.effect, follows)))
            texts = (*told, mistake.explanation, mistake.formula, mistake.should_be, effect)
            return Row(mistake.sheet, mistake.range, mistake.severity, texts, coloured=2, formulas=(5, 6))
        case Hints.QUANTITY:
            return Row(mistake.sheet, mistake.range, mistake.severity, (*told, follows), coloured=2)
    return Row(mistake.sheet, mistake.range, mistake.severity, (points,), coloured=0)


def _comment(mistake: Mistake) -> Pieces:
    """What stands beside the first cell."""
    if not mistake.quantity:
        return [("Look at this again.\n", True)]
    pieces = [(f"{mistake.quantity}: {mistake.kind}\n", True), (f"{shortened(mistake.hint, LONGEST)}\n", False)]
    if mistake.explanation:
        pieces.append((f"{shortened(mistake.explanation, LONGEST)}\n", False))
    if mistake.should_be:
        pieces += [("should be\n", True), (f"{shortened(mistake.should_be, LONGEST)}\n", False)]
    if mistake.follows:
        pieces.append((f"{follows_line(mistake)}\n", False))
    return pieces
