"""Grades as tables: one with everything, and those that Moodle and Canvas import.

- grades.csv: all that is known, a row a student; Moodle's gradebook imports it, its columns mapped by hand
- moodle.csv: the columns of an assignment's offline grading worksheet, which Moodle imports as it stands; students are
  told by their number, which the names of a bulk download have
- canvas.csv: the columns of Canvas' gradebook, with the row of points possible
A cell in which a spreadsheet would see a formula begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from backprop.classroom.grading.graded import Graded, Student
from backprop.classroom.parts import Part
from groundfloor.text import one_line

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
DECIMALS = 2


def grades_csv(graded: Sequence[Graded]) -> str:
    """Everything, a row a student."""
    parts = parts_of(graded)
    head = ("Student", "ID number", "Email address", "Status", "Total", "Maximum", *(named(part) for part in parts),
            "Verdict", "Late", "Attempt", "Mistakes", "Review", "Lacking", "Same file as", "Notes", "File")  # fmt: skip

    def row(item: Graded) -> Iterable[object]:
        points = {part.part: part.points for part in item.parts}
        yield from (item.student.name, item.student.id, item.student.email, item.status)
        yield from (number(item.points), number(item.maximum), *(number(points.get(part)) for part in parts))
        yield from (item.verdict, "late" if item.late else "", item.attempt or "")
        yield sum(cost.points > 0 for cost in item.costs) if item.report else ""
        yield from ("; ".join(each) for each in (item.review, item.lacking, item.same_file_as, item.notes))
        yield item.file or ""

    return _csv([head, *map(row, graded)])


def moodle_csv(graded: Sequence[Graded]) -> str:
    """The grading worksheet of those whose number is known; what a human decides has no grade yet."""
    head = ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)")
    rows = [
        (
            f"Participant {item.student.lms}",
            item.student.name,
            item.student.email,
            _final(item),
            number(item.maximum),
            "-",
        )
        for item in graded
        if item.student.lms
    ]
    return _csv([head, *rows])


def canvas_csv(graded: Sequence[Graded], title: str) -> str:
    """The gradebook with one assignment; what a human decides has no grade yet."""
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", title)
    most = next((item.maximum for item in graded if item.maximum is not None), None)
    rows = [(sortable(item.student), item.student.lms, item.student.id, item.student.email, "", _final(item))
            for item in graded]  # fmt: skip
    return _csv([head, ("Points Possible", "", "", "", "", number(most)), *rows])


def parts_of(graded: Iterable[Graded]) -> list[Part]:
    """The parts that somebody was graded in, in the order of a workbook."""
    found = {part.part for item in graded for part in item.parts}
    return [part for part in Part if part in found]


def named(part: Part) -> str:
    """Output gradients."""
    return part.replace("_", " ").capitalize()


def number(points: float | None) -> str:
    """To two decimals, without needless zeros; nothing where there are none."""
    return "" if points is None else f"{points:.{DECIMALS}f}".rstrip("0").rstrip(".")


def sortable(student: Student) -> str:
    """Lovelace, Ada: the last word of a name before the others, as Canvas sorts."""
    if "," in student.name:
        return student.name
    first, _, last = student.name.rpartition(" ")
    return f"{last}, {first}" if first else last


def _final(item: Graded) -> str:
    return number(item.points) if item.status == "graded" else ""


def _csv(rows: Iterable[Iterable[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([_cell(each) for each in row] for row in rows)
    return stream.getvalue()


def _cell(value: object) -> str:
    text = one_line(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
