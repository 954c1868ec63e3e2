"""Where each printed number comes from."""

import pytest

from reports.rendering.marks import MARK, Printed, unmarked
from reports.rendering.render import render
from reports.report import make
from reports.request import Request, distinct


@pytest.fixture
def printed(tmp_path):
    """The numbers that a template prints of a context, with their sources."""

    def fill(template, **context):
        file = tmp_path / "t.md.j2"
        file.write_text(template, encoding="utf-8")
        (text,) = render(context, file, marked=True).values()
        return unmarked(text)

    return fill


@pytest.mark.parametrize(
    ("expected", "template"),
    [
        ([("1", "run.epochs[0].loss")], "{{ run.epochs[0].loss }}"),
        (
            [("1", "run.epochs[0].loss"), ("2", "run.epochs[1].loss")],
            "{% for e in run.epochs %}{{ e.loss }} {% endfor %}",
        ),
        ([("2", "run.epochs")], "{{ run.epochs | count }}"),
        ([("2", "run.count")], "{{ run | count }}"),
        ([("95", ""), ("7", "run.seed")], "95 % of {{ run.seed }}"),
        ([("7", "run.seed")], "{{ run.seed if other else 0 }}"),
        ([("2", "run.epochs")], "{% set n = run.epochs | count %}{{ n }}"),
        ([("7", "run.seed + name")], "{{ run.seed ~ name }}"),
        ([("7", "run.seed")], "{% set r = run %}{{ r.seed }}"),
        ([("7", "run.seed")], "{% macro f(r) %}{{ r.seed }}{% endmacro %}{{ f(run) }}"),
        ([], "{{ name }}"),
    ],
)  # fmt: skip
def test_a_number_names_what_it_is_printed_of(printed, expected, template):
    context = {"run": {"seed": 7, "epochs": ({"loss": 1}, {"loss": 2})}, "other": True, "name": "a"}

    text, numbers = printed(template, **context)

    assert [(number.number, number.source) for number in numbers] == expected
    assert MARK.search(text) is None


def test_lines_are_counted_from_1(printed):
    _, numbers = printed("a\n\n{{ x | markdown }}\nb 5", x="2\n3")

    assert numbers == [Printed(3, "2", "x.markdown"), Printed(4, "3", "x.markdown"), Printed(5, "5", "")]


def test_a_report_reads_the_same_with_marks_and_without(runs, without_pictures):
    request = Request(runs=distinct([runs]), learning_rates=[1.0], epochs=2)
    told = make(request).told

    assert not any(MARK.search(text) for text in (told.whole, *told.files.values()))
    assert all(told.numbers[name] for name in told.files)
