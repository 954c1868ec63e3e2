"""Made-up results to give feedback on: words that stand for a level's knowledge, so that a leak is seen."""

from dataclasses import replace
from pathlib import Path

import openpyxl

from backprop.check.findings import FileReport, Finding, Kind, TableReport
from backprop.classroom.grading.graded import Cost, Graded, Part, PartPoints, Student

EVIL = '<script>alert("x")</script> =1+1 | *b* `c` [d](e)'
COLUMNS = {"w1": "A", "a_h1": "B", "t1": "C", "dE_dw1": "D"}
TABLE = TableReport("Homework", 1, 2, 9, "rows", COLUMNS, 0.5, "F1", 32)
SLOPE = Finding(
    "Homework", "D2", "D2:D9", "dE_dw1", Kind.MISSING_FACTOR, "error", "=(B2-C2)*A2", "=(B2-C2)*A2*(1-B2)",
    "∂E/∂w1 lacks the factor (1-B2)", "∂E/∂w1 off by 0.125 relative at first",
)  # fmt: skip
TYPED = replace(
    SLOPE, cell="A9", range="A9", quantity="w1", kind=Kind.HARD_CODED, severity="latent", formula=None,
    should_be="=A8-$F$1*D8", explanation="w1 is typed as 0.7154, where a formula belongs", effect=None,
)  # fmt: skip
PARTS = (
    PartPoints(Part.FORWARD, 15.0, 15.0),
    PartPoints(Part.OUTPUT_GRADIENTS, 20.0, 30.0),
    PartPoints(Part.UPDATES, 46 + 2 / 3, 55.0),
)


def graded(name: str = "Ada Lovelace", **changes: object) -> Graded:
    """A student with a slope that is missing and a number typed."""
    costs = (
        Cost(SLOPE, Part.OUTPUT_GRADIENTS, 10.0, ("w2", "h1"), 3),
        Cost(TYPED, Part.UPDATES, 25 / 3, (), 0),
    )
    base = Graded(
        Student(name.lower().replace(" ", "-"), name), "graded", (), "mistakes", "", "ada.xlsx", "0" * 64, 1, 1, False,
        PARTS, costs, ("no chart of the loss was found",), ("another file was passed over",), (),
        FileReport("ada.xlsx", None, "mistakes", "eight-weight", "", (TABLE,), (SLOPE, TYPED)),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def workbook(file: Path) -> Path:
    """The workbook that the findings are of."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Homework"
    sheet.append([*COLUMNS, None, 0.5])
    for row in range(2, 10):
        sheet.append([0.1 * row, f"=A{row}*2", 1, f"=(B{row}-C{row})*A{row}"])
    book.save(file)
    return file
