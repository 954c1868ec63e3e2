"""A graded submission as data and as JSON."""

import json

import pytest
from pydantic import ValidationError

from backprop.check.findings import FileReport, Finding, Kind
from backprop.classroom.grading.graded import Cost, Graded, Part, PartPoints, Student, from_json, to_json

FINDING = Finding("Sheet1", "Z33", "Z33:Z100", "dE_dw3", Kind.WRONG_REFERENCE, "error", "=J33", "=L33", "reads J", None)
GRADED = Graded(
    Student("7", "Ada O'Brien, =1"), "graded", (), "mistakes", "", "Ada/work.xlsx", "ab", 2, 3, True,
    (PartPoints(Part.FORWARD, 20.0, 20.0), PartPoints(Part.HIDDEN_GRADIENTS, 22.5, 30.0)),
    (Cost(FINDING, Part.HIDDEN_GRADIENTS, 7.5, ("w3",), 4),), ("no chart",), (), ("8",),
    FileReport("Ada/work.xlsx", "ab", "mistakes", "eight-weight", findings=(FINDING,)),
)  # fmt: skip
MISSING = Graded(Student("8", "Bo"), "missing", (), "missing", "", None, None, 0, 0, False, (), (), (), (), (), None)


@pytest.mark.parametrize("graded", [GRADED, MISSING])
def test_json_holds_all_of_a_graded_submission(graded):
    assert from_json(json.loads(json.dumps(to_json(graded)))) == graded


def test_the_total_is_the_sum_of_the_parts():
    assert (GRADED.points, GRADED.maximum) == (42.5, 50.0)


def test_nothing_is_proposed_without_parts():
    assert (MISSING.points, MISSING.maximum) == (None, None)


def test_json_of_something_else_is_refused():
    with pytest.raises(ValidationError, match="student"):
        from_json({"points": 1})
