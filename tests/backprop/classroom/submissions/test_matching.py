"""Whose submissions they are: matched with a roster, the last attempt counts, nobody is lost."""

from datetime import datetime
from pathlib import Path, PurePosixPath

import pytest

from backprop.classroom.grading.graded import Student
from backprop.classroom.submissions.conventions import told
from backprop.classroom.submissions.intake import Handed
from backprop.classroom.submissions.matching import match, passed_over
from backprop.classroom.submissions.source import Source

ADA = Student("s1001", "Ada Lovelace", "ada.l@example.org")
BO = Student("s1002", "Bo Núñez García", "bo@example.org")
TWIN, OTHER_TWIN = Student("s1003", "Cy Twombly"), Student("s1004", "Cy Twombly")
ROSTER = (ADA, BO, TWIN, OTHER_TWIN)
FILES = {"01-lovelace.xlsx": "s1001", "02-nunez.xlsx": "s1002"}


def handed(*paths: str, problem: str | None = None) -> list[Handed]:
    return [
        Handed(path, Source(Path(path)), told(PurePosixPath(path)), PurePosixPath(path).suffix, None, problem)
        for path in paths
    ]


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("Ada Lovelace_12_assignsubmission_file_/x.xlsx", ADA),
        ("LOVELACE Ada_12_assignsubmission_file_/x.xlsx", ADA),
        ("lovelaceada_LATE_67_89_x.xlsx", ADA),
        ("núñezgarcíabo_67_89_x.xlsx", BO),
        ("nunezgarciabo_67_89_x.xlsx", BO),
        ("Exercise_ada.l_attempt_2026-11-20-14-30-12_x.xlsx", ADA),
        ("Exercise_s1002_attempt_2026-11-20-14-30-12_x.xlsx", BO),
        ("Bo Núñez García - Exercise 1.xlsx", BO),
        ("s1001/x.xlsx", ADA),
        ("ada.l@example.org/x.xlsx", ADA),
        ("homework_s1002_final.xlsx", BO),
        ("x/01-lovelace.xlsx", ADA),
        ("x/01-lovelace (1).xlsx", ADA),
        ("someone_67_89_02-nunez-1.xlsx", BO),
        ("Cy Twombly_12_assignsubmission_file_/x.xlsx", None),  # two are called so
        ("Cy Twombly_12_assignsubmission_file_/s1004.xlsx", OTHER_TWIN),
        ("Eve_12_assignsubmission_file_/x.xlsx", None),
    ],
)
def test_a_path_is_matched_with_the_roster(path: str, owner: Student | None):
    found = [each for each in match(handed(path), ROSTER, FILES) if each.counts is not None]
    assert [(each.student.id, each.is_known) for each in found] == [
        (owner.id, True) if owner else (found[0].student.id, False)
    ]


def test_everyone_on_the_roster_has_a_line_and_strangers_come_last():
    found = match(handed("s1002/x.xlsx", "Eve/x.xlsx"), ROSTER, {})
    assert [(each.student.id, each.counts is None) for each in found] == [
        ("s1001", True), ("s1002", False), ("s1003", True), ("s1004", True), ("Eve", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("paths", "counts"),
    [
        (["b/old.pdf", "b/a.xlsx"], "b/a.xlsx"),
        (["b/a.xlsx", "b/a (1).xlsx", "b/a (2).xlsx"], "b/a (2).xlsx"),
        (["b_7_1_a-1.xlsx", "b_7_2_a.xlsx"], "b_7_1_a-1.xlsx"),
        (["E_b_attempt_2026-11-21-00-00-00_x.xlsx", "E_b_attempt_2026-11-20-00-00-00_y.xlsx"],
         "E_b_attempt_2026-11-21-00-00-00_x.xlsx"),
        (["b/report.pdf"], "b/report.pdf"),
    ],
)  # fmt: skip
def test_the_last_workbook_counts(paths: list[str], counts: str):
    (submission,) = match(handed(*paths), (), {})
    assert submission.counts is not None
    assert submission.counts.place == counts
    assert len(submission.others) == len(paths) - 1


def test_a_workbook_that_cannot_be_opened_counts_only_where_there_is_no_other():
    bad, good = handed("b/z.xlsx", problem="is protected by a password"), handed("b/a.xlsx")
    (both,) = match([*bad, *good], (), {})
    assert both.counts is good[0]
    assert passed_over(both) == ("b/z.xlsx is protected by a password",)
    (alone,) = match(bad, (), {})
    assert alone.counts is bad[0]


@pytest.mark.parametrize(
    ("path", "late"),
    [
        ("b_LATE_7_1_a.xlsx", True),
        ("b_7_1_a.xlsx", False),
        ("E_b_attempt_2026-11-20-23-59-01_x.xlsx", True),
        ("E_b_attempt_2026-11-20-23-58-59_x.xlsx", False),
        ("b/x.xlsx", False),  # nobody tells when
    ],
)
def test_late_is_what_the_platform_calls_so_or_what_came_after_the_time(path: str, late: bool):
    (submission,) = match(handed(path), (), {}, datetime(2026, 11, 20, 23, 59))
    assert submission.late is late


def test_the_platforms_number_is_kept():
    (submission,) = match(handed("Ada Lovelace_12_assignsubmission_file_/x.xlsx"), (ADA,), {})
    assert submission.student == Student(ADA.id, ADA.name, ADA.email, "12")


def test_what_is_not_graded_is_told():
    (submission,) = match(handed("b/a.xlsx", "b/a (1).xlsx", "b/why.pdf"), (), {})
    assert passed_over(submission) == (
        "2 workbooks; the last one counts, not b/a.xlsx",
        "not looked at: b/why.pdf",
    )
