"""Whose file a path says it is, by the conventions of learning platforms."""

from datetime import datetime
from pathlib import PurePosixPath

import pytest

from backprop.classroom.submissions.conventions import Told, plain_name, receipt, told

AT = datetime(2026, 11, 20, 14, 30, 12)
PATHS = {
    "Ada Lovelace_12345_assignsubmission_file_/work.xlsx": Told("moodle", "Ada Lovelace", "work.xlsx", number="12345"),
    "Ada Lovelace_12345_assignsubmission_file/work.xlsx": Told("moodle", "Ada Lovelace", "work.xlsx", number="12345"),
    "Ada Lovelace_12345_assignsubmission_file_work.xlsx": Told("moodle", "Ada Lovelace", "work.xlsx", number="12345"),
    "Exercise 1/Ada_L._7_assignsubmission_file_/a/b_1_2_3.xlsx": Told("moodle", "Ada_L.", "b_1_2_3.xlsx", number="7"),
    "Participant_99_assignsubmission_file_/work.xlsx": Told("moodle", "Participant", "work.xlsx", number="99"),
    "Ada_1_assignsubmission_onlinetext_/onlinetext.html": Told("moodle", "Ada", "onlinetext.html", number="1"),
    "lovelaceada_678_91011_work.xlsx": Told("canvas", "lovelaceada", "work.xlsx", number="678"),
    "lovelaceada_LATE_678_91011_my work.xlsx": Told("canvas", "lovelaceada", "my work.xlsx", number="678", late=True),
    "lovelaceada_678_91011_work-2.xlsx": Told("canvas", "lovelaceada", "work-2.xlsx", number="678", attempt=2),
    "anon_x9Yz1_91011_work.xlsx": Told("canvas", "", "work.xlsx"),
    "Exercise 1_alove_attempt_2026-11-20-14-30-12_work.xlsx": Told("blackboard", "", "work.xlsx", "alove", time=AT),
    "A_B_alove_attempt_2026-11-20-14-30-12.txt": Told(
        "blackboard", "", "A_B_alove_attempt_2026-11-20-14-30-12.txt", "alove", time=AT
    ),
    "12-678 - Ada Lovelace - Nov 20, 2026 230 PM - work.xlsx": Told(
        "brightspace", "Ada Lovelace", "work.xlsx", number="12-678", time=datetime(2026, 11, 20, 14, 30)
    ),
    "Ada Lovelace - Exercise 1.xlsx": Told("google", "Ada Lovelace", "Ada Lovelace - Exercise 1.xlsx"),
    "Bo Li - Exercise (2).xlsx": Told("google", "Bo Li", "Bo Li - Exercise (2).xlsx", attempt=2),
    "lovelace/work.xlsx": Told("", "lovelace", "work.xlsx"),
    "lovelace.xlsx": Told("", "lovelace", "lovelace.xlsx"),
    "lovelace (1).xlsx": Told("", "lovelace", "lovelace (1).xlsx", attempt=1),
    "a_b_attempt_2026-99-99-99-99-99_x.xlsx": Told("blackboard", "", "x.xlsx", "b"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "expected"), PATHS.items())
def test_a_path_tells_whose_file_it_is(path: str, expected: Told):
    assert told(PurePosixPath(path)) == expected


@pytest.mark.parametrize(("file", "plain"), [("a (1).xlsx", "a.xlsx"), ("a-3.xlsx", "a.xlsx"), ("a1.xlsx", "a1.xlsx")])
def test_a_file_that_came_again_has_its_first_name(file: str, plain: str):
    assert plain_name(file) == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name: Ada Lovelace (alove)\r\nAssignment: Exercise 1\r\n", ("Ada Lovelace", "alove")),
        ("\ufeffName: Bo (the) Li (bl 1)\n", None),
        ("An essay", None),
    ],
)
def test_a_receipt_of_blackboard_has_name_and_login(text: str, expected: object):
    assert receipt(text) == expected
