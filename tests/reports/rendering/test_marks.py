"""Where each printed number comes from."""

from dataclasses import dataclass

import pytest

from reports.figures.packed import Packed
from reports.rendering.marks import MARK, Printed, unmarked
from reports.rendering.render import render
from reports.report import make
from reports.request import Request, distinct
from reports.telling import tell


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Run:
    """Stands for one of thousands."""

    loss: int
    log: tuple[tuple[int], ...]


@pytest.fixture
def printed(tmp_path):
    """The numbers that a template prints of a context, with their sources."""

    def fill(template, **context):
        file = tmp_path / "t.md.j2"
        file.write_text(template, encoding="utf-8")
        (text,) = render(context, file, marked=["README"]).values()
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
    plain = make(request).told
    told = tell(request, numbers=plain.files)

    assert (told.whole, told.files) == (plain.whole, plain.files)
    assert not any(MARK.search(text) for text in (told.whole, *told.files.values()))
    assert all(told.numbers[name] for name in told.files)
    assert plain.numbers == {"README.md": told.numbers["README.md"]}


@pytest.mark.parametrize(
    "template",
    [
        "{% for run in runs %}{{ run.loss }} {% endfor %}",
        "{% for run in runs[:] %}{% set log = run.log %}{% for each in log %}{{ each[0] }} {% endfor %}{% endfor %}",
        "{% for run in runs %}{% set log = run.log %}{% set at = log[0] %}{% set x = at %}{{ x[0] }} {% endfor %}",
    ],
)
def test_what_is_packed_names_its_place_for_as_long_as_it_is_held(printed, template):
    runs = [Run(number + 7, ((number + 7,),)) for number in range(3)]

    expected, packed = printed(template, runs=tuple(runs)), printed(template, runs=Packed(runs))

    assert [number.source.partition(".")[0] for number in packed[1]] == ["runs[0]", "runs[1]", "runs[2]"]
    assert packed == expected
