"""What a level of hints tells, and that no form of feedback tells what a higher one would."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from markdown_it import MarkdownIt

from backprop.check.copies.findings_sheet import TITLE
from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.markdown import to_markdown
from backprop.classroom.feedback.page import to_html
from backprop.classroom.feedback.told import Feedback, feedback
from backprop.classroom.feedback.workbook import write_workbook
from backprop.classroom.grading.graded import Graded
from tests.backprop.classroom.feedback.results import EVIL, SLOPE, graded, workbook

# What each level adds to the one before, as it would stand in a form.
TOLD = {
    Hints.NONE: ("66.67", "81.67 of 100", "46.67"),
    Hints.CELL: ("D2:D9", "A9", "−10", "−8.33"),
    Hints.QUANTITY: (
        "∂E/∂w1", "missing factor", "hard coded", "slope of an activation is missing", "Change a weight", "w2, h1",
        "no chart of the loss was found", "less the learning rate",
    ),
    Hints.FULL: (
        "=(B2-C2)*A2*(1-B2)", "=A8-$F$1*D8", "lacks the factor (1-B2)", "typed as 0.7154", "off by 0.125",
    ),
}  # fmt: skip
TOLD[Hints.NONE] = TOLD[Hints.NONE][1:]
LEVELS = list(Hints)


def markdown(told: Feedback, _: Path) -> str:
    return to_markdown(told).replace("\\", "")


def page(told: Feedback, _: Path) -> str:
    """The page with its style, its marks and its texts; the marks round what differs in a formula taken out."""
    return unescape(re.sub("</?(ins|del)>", "", to_html(told)))


def copy(told: Feedback, folder: Path) -> str:
    """Everything in the annotated workbook that is not in the student's own: every part, as text."""
    source, target = workbook(folder / "homework.xlsx"), folder / "marked.xlsx"
    report = graded().report
    assert report is not None
    write_workbook(source, report, told, target, force=True)
    with ZipFile(source) as old, ZipFile(target) as new:
        changed = [name for name in new.namelist() if name not in old.namelist() or old.read(name) != new.read(name)]
        texts = {name: unescape(new.read(name).decode()) for name in changed}
    own = next(name for name in texts if name.endswith("sheet1.xml")) if told.level is not Hints.NONE else ""
    texts.pop(own, None)  # the student's own cells, in other colours
    return "\n".join(texts.values())


FORMS: dict[str, Callable[[Feedback, Path], str]] = {"markdown": markdown, "page": page, "workbook": copy}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("level", LEVELS)
def test_a_level_tells_all_of_its_own_and_nothing_of_a_higher_one(level: Hints, form: str, tmp_path: Path) -> None:
    text = FORMS[form](feedback(graded(), level), tmp_path)
    for other in LEVELS:
        for words in TOLD[other]:
            assert (words in text) == (LEVELS.index(other) <= LEVELS.index(level)), (other, words)


@pytest.mark.parametrize("level", [Hints.NONE, Hints.CELL])
def test_a_cell_s_colour_tells_no_kind_of_mistake(level: Hints, tmp_path: Path) -> None:
    copy(feedback(graded(), level), tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx")["Homework"]
    colours = [cell.fill.fgColor.rgb for cell in (sheet["D2"], sheet["D9"], sheet["A9"])]
    assert colours == ["FFFF8CC6" if level is Hints.CELL else "00000000"] * 3
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert comments == ["Look at this again.\n"] * (2 if level is Hints.CELL else 0)
    assert "latent" not in to_html(feedback(graded(), level)).partition("</style>")[2]


def test_data_of_a_lower_level_hold_nothing_to_be_told() -> None:
    assert feedback(graded(), Hints.NONE).mistakes == ()
    for mistake in feedback(graded(), Hints.CELL).mistakes:
        assert (mistake.quantity, mistake.kind, mistake.hint, mistake.follows) == ("", "", "", ())
    for mistake in feedback(graded(), Hints.QUANTITY).mistakes:
        assert (mistake.explanation, mistake.formula, mistake.should_be, mistake.effect) == ("", "", "", "")


REVIEW = graded(status="review", review=("the numbers are those of Grace Hopper (grace)",), same_file_as=("grace",))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("level", LEVELS)
def test_nobody_learns_of_others_or_why_a_human_looks(level: Hints, form: str, tmp_path: Path) -> None:
    notes = ("another attempt is grace.xlsx", "passed over: /home/lecturer/grace.xlsx")
    text = FORMS[form](feedback(replace(REVIEW, notes=notes), level), tmp_path)
    assert "A teacher looks at this workbook before it has its points" in text
    assert not re.search("grace|lecturer|46.67|Hopper|shared", text, re.IGNORECASE)


def test_what_could_not_be_read_has_its_reason_in_words_of_ours() -> None:
    unread = graded(verdict="unreadable", message="/tmp/x/ada.xlsx: is not a zip archive", report=None, costs=())
    for level in LEVELS:
        text = to_markdown(feedback(unread, level))
        assert "The file could not be read" in text
        assert "/tmp" not in text


def test_a_file_is_called_by_its_name_alone() -> None:
    assert feedback(graded(file="Ada_13_assignsubmission_file_/work.xlsx"), Hints.NONE).file == "work.xlsx"


def test_whoever_has_all_points_is_told_so() -> None:
    parts = tuple(replace(part, points=part.maximum) for part in graded().parts)
    text = to_markdown(feedback(graded(parts=parts, costs=(), lacking=(), report=None), Hints.NONE))
    assert "**100 of 100 points**" in text
    assert "Everything that was asked for is there and right." in text


def test_findings_that_cost_nothing_are_told_too() -> None:
    told = feedback(graded(costs=graded().costs[1:]), Hints.QUANTITY)
    assert [(mistake.range, mistake.points) for mistake in told.mistakes] == [("A9", 25 / 3), ("D2:D9", 0.0)]


def evil() -> Graded:
    finding = replace(SLOPE, explanation=EVIL, effect=EVIL, formula=f"={EVIL}", sheet=EVIL, quantity="dE_dw1")
    costs = (replace(graded().costs[0], finding=finding),)
    return graded(EVIL, file=f"{EVIL}.xlsx", costs=costs, lacking=(EVIL,), report=None)


def test_a_student_s_texts_stay_texts_on_the_page_and_in_markdown() -> None:
    told = feedback(evil(), Hints.FULL, EVIL)
    html = to_html(told, "ada.xlsx")
    body = html.partition("<body>")[2]
    assert body.count("<script") == 1
    assert "alert(" in unescape(body)
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(to_markdown(told))
    assert not re.search("<script|<em>|<a ", rendered)


def test_a_page_loads_nothing_and_runs_no_script_but_its_own() -> None:
    html = to_html(feedback(graded(), Hints.FULL), "ada.xlsx")
    assert "default-src 'none'" in html
    assert not re.search(r"(src|href)=\"(?!ada\.xlsx)", html)
    assert html == to_html(feedback(graded(), Hints.FULL), "ada.xlsx")


def test_the_first_sheet_has_the_points_and_links_to_the_cells(tmp_path: Path) -> None:
    copy(feedback(graded(late=True), Hints.FULL), tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx").worksheets[0]
    lines = [line[0].value for line in sheet.iter_rows()]
    assert lines[:4] == [TITLE, "Backpropagation: Ada Lovelace", "81.67 of 100 points", "It was handed in late."]
    assert lines[4] == "· forward pass: 15 of 15."
    links = [cell.hyperlink.location for line in sheet.iter_rows() for cell in line if cell.hyperlink]
    assert links == ["'Homework'!D2:D9", "'Homework'!A9"]
