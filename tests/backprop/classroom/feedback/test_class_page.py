"""The page of a class: figures as counted by hand, texts that stay texts, nothing loaded, a thousand students."""

import re
import time
from dataclasses import replace
from html import unescape

from backprop.classroom.feedback.class_page import to_html
from backprop.classroom.feedback.figures import class_figures
from backprop.classroom.grading.graded import Graded, Part, PartPoints
from tests.backprop.classroom.feedback.results import EVIL, SLOPE, TYPED, graded
from tests.speed import slowness


def with_points(name: str, points: float, **changes: object) -> Graded:
    return graded(name, parts=(PartPoints(Part.FORWARD, points, 100.0),), **changes)


def missing(name: str) -> Graded:
    return graded(name, status="missing", verdict="missing", file=None, parts=(), costs=(), lacking=(), report=None)


SLOPE_COST, TYPED_COST = graded().costs
CLASS = [
    with_points("Rita", 50, status="review", review=("the numbers are those of Ada (ada)",), costs=(SLOPE_COST,)),
    with_points("Ada", 100, costs=()),
    with_points("Bob", 90, late=True, costs=(SLOPE_COST, SLOPE_COST)),
    with_points("Cleo", 89.99, costs=(SLOPE_COST, TYPED_COST), same_file_as=("dan",)),
    with_points("Dan", 0, costs=(TYPED_COST,), same_file_as=("cleo",)),
    missing("Eve"),
]


def test_figures_are_those_counted_by_hand() -> None:
    figures = class_figures(CLASS)
    assert (figures.students, figures.graded, figures.review, figures.missing, figures.late) == (6, 4, 1, 1, 1)
    assert (round(figures.mean or 0, 4), figures.median, figures.maximum) == (69.9975, 89.995, 100)
    assert figures.bins == (1, 0, 0, 0, 0, 0, 0, 0, 1, 2)
    assert [(each.name, each.students) for each in figures.kinds] == [("missing factor", 3), ("hard coded", 2)]
    assert [(each.name, each.students) for each in figures.quantities] == [("∂E/∂w1", 3), ("w1", 2)]
    common = [(each.name, each.students) for each in figures.common]
    assert common == [("∂E/∂w1: missing factor", 3), ("w1: hard coded", 2)]
    assert "slope of an activation" in figures.common[0].hint
    assert [(each.part, round(each.share, 4)) for each in figures.parts] == [(Part.FORWARD, 0.7)]
    assert figures.same_files == (("cleo", "dan"),)


def test_a_finding_about_several_quantities_counts_at_each_once_a_student() -> None:
    both = replace(SLOPE_COST, finding=replace(SLOPE, quantity="h1, h2"))
    figures = class_figures([with_points("Ada", 1, costs=(both, replace(both, finding=replace(TYPED, quantity="h2"))))])
    assert [(each.name, each.students) for each in figures.quantities] == [("h1", 1), ("h2", 1)]
    assert figures.common == ()


def test_nobody_or_nobody_graded_is_a_page_too() -> None:
    for students in ([], [missing("Eve")], [CLASS[0]]):
        figures = class_figures(students)
        assert (figures.mean, sum(figures.bins)) == (None, 0)
        assert "Students</h2>" in to_html(students)


def test_bars_are_as_long_as_their_counts() -> None:
    html = to_html([with_points(name, points) for name, points in (("A", 95), ("B", 91), ("C", 90), ("D", 5))])
    assert re.findall(r"--share: ([0-9.]+)", html) == ["0.333", *["0.000"] * 8, "1.000"]


def test_a_human_sees_first_what_needs_one() -> None:
    text = unescape(to_html(CLASS, pages={"rita": "feedback/rita.html"}))
    assert text.index("For a human first") < text.index("Totals")
    assert '<strong><a href="feedback/rita.html">Rita</a></strong> <span>the numbers are those of Ada (ada)' in text
    assert '<span title="a proposal">(50)</span>' in text
    assert "Cleo, Dan" in text
    assert not re.search("cheat|copied|plagiar", text)


def rows(html: str) -> list[str]:
    return re.findall(r'<tr class="\w+" data-flags="[^"]*".*?</tr>', html, re.DOTALL)


def test_each_student_has_a_row_to_sort_and_to_filter_by() -> None:
    found = rows(to_html(CLASS))
    assert [re.findall('data-flags="([^"]*)"', row)[0] for row in found] == [
        "review mistakes", "full", "late mistakes", "alike mistakes", "alike mistakes", "missing",
    ]  # fmt: skip
    assert re.findall('total" data-value="([^"]*)"', found[3]) == ["89.990000"]
    assert re.findall('total" data-value="([^"]*)"', found[5]) == [""]


def test_texts_of_students_stay_texts_and_nothing_is_loaded() -> None:
    evil = with_points(EVIL, 50, status="review", review=(EVIL,), file=EVIL, notes=(EVIL,))
    other = with_points("Ada", 50, costs=(replace(SLOPE_COST, finding=replace(SLOPE, quantity=EVIL)),) * 2)
    html = to_html([evil, other, replace(other, student=evil.student)], EVIL, {evil.student.id: 'x" onclick="y'})
    assert html.partition("<body>")[2].count("<script") == 1
    assert 'onclick="y' not in html
    assert "default-src 'none'" in html
    assert not re.search(r"(src=|url\(|https?://|@import)", html)


def test_a_thousand_students_take_a_moment_and_the_same_class_gives_the_same_page() -> None:
    students = [with_points(f"Student {number}", number / 10) for number in range(1000)]
    start = time.process_time()
    html = to_html(students)
    assert time.process_time() - start < 5 * slowness()
    assert len(rows(html)) == 1000
    assert len(html) < 2_000_000
    assert to_html(CLASS) == to_html(CLASS)
