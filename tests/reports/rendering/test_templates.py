"""Templates: documented, strict, sandboxed."""

import dataclasses
import re
from pathlib import Path

import pytest

from mnist.runs.record import Record
from reports.errors import TemplateError
from reports.figures.configurations import Comparison, ConfigurationSummary
from reports.figures.descent import Descent, Excerpt, NetworkSummary, Row
from reports.figures.goals import Goals, Verdict
from reports.figures.packed import Packed
from reports.figures.reproduce import Made
from reports.figures.runs import DigitScore, Epoch, Images, Mistake, PublishedFigure, RunSummary
from reports.rendering import render as rendering
from reports.rendering.equations import Block, Constant, LayerNotation, Mathematics
from reports.rendering.filters import FILTERS, finalize, listed
from reports.rendering.render import template_folder
from reports.report import make
from reports.request import Request

pytestmark = pytest.mark.usefixtures("without_pictures")
FAST = {"learning_rates": [1.0], "epochs": 2}


@pytest.fixture
def rendered(tmp_path):
    """The text that a template of one's own makes, without its mark."""

    def fill(template: str | bytes, **request) -> str:
        file = tmp_path / "mine.md.j2"
        file.write_bytes(template if isinstance(template, bytes) else template.encode())
        return make(Request(**FAST, template=file, **request)).text

    return fill


@pytest.mark.parametrize(
    "described",
    [
        *(NetworkSummary, Descent, Excerpt, Mathematics, Block, Constant, LayerNotation, Comparison, Goals, Verdict),
        *(ConfigurationSummary, Made),
        *(RunSummary, Epoch, PublishedFigure, DigitScore, Mistake, Images),
    ],
)
def test_every_variable_is_documented(described):
    documented = set(re.findall(r"[a-z_0-9]+", (template_folder() / "README.md").read_text(encoding="utf-8")))

    assert {field.name for field in dataclasses.fields(described)} <= documented


def test_every_field_of_an_excerpts_row_is_documented():
    text = (template_folder() / "README.md").read_text(encoding="utf-8")

    assert all(f"`{name}`" in text for name in Row._fields)


def test_every_field_of_a_record_and_every_filter_is_documented():
    text = (template_folder() / "README.md").read_text(encoding="utf-8")

    assert all(f"`{name}`" in text for name in Record.model_fields)
    assert all(re.search(rf"`{name}(\([^)]*\))?`", text) for name in FILTERS)


def test_every_template_of_the_package_is_documented():
    text = (template_folder() / "README.md").read_text(encoding="utf-8")

    assert {file.name for file in template_folder().iterdir()} == {
        *re.findall(r"`([\w-]+\.md\.j2)`", text),
        "README.md",
    } - {"mine.md.j2"}


def test_the_documented_example_works(rendered, runs):
    text = (template_folder() / "README.md").read_text(encoding="utf-8")
    _, example = re.findall(r"```jinja\n(.*?)```", text, flags=re.DOTALL)

    shown = rendered(example, runs=[runs / "b-passes", runs / "c-rendered"])

    assert shown == (
        "# My runs\n- b-passes: 99.41 % after epoch 3\n"
        "- c-rendered: 97.10 % after epoch 2 on rendered digits, not MNIST\n"
    )


def test_a_template_of_ones_own_may_include_ours(rendered):
    shown = rendered("# Mine\n\n{% include 'part1.md.j2' %}\n")

    assert shown.startswith("# Mine\n")
    assert "### Each partial derivative, written out" in shown


@pytest.mark.parametrize(
    ("message", "template"),
    [
        (
            r"mine\.md\.j2:2: variable 'netwrok' is unknown; did you mean network\? There are: network, math",
            "\n{{ netwrok.name }}",
        ),
        (
            r"mine\.md\.j2:1: variable 'tittle' is unknown in NetworkSummary; did you mean title\?",
            "{{ network.tittle }}",
        ),
        (
            r"mine\.md\.j2:3: .*unknown filter|mine\.md\.j2:3: No filter named 'percentage'",
            "a\nb\n{{ 1 | percentage }}",
        ),
        (r"mine\.md\.j2:2: .*endfor", "a\n{% for run in runs %}"),
        (
            r"mine\.md\.j2:1: .*access to attribute '__class__' of 'str' object is unsafe",
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        ),
        (r"mine\.md\.j2:1: division by zero", "{{ 1 / 0 }}"),
        (r"mine\.md\.j2:1: template 'part9\.md\.j2' not found", "{% include 'part9.md.j2' %}"),
        (r"mine\.md\.j2:1: template '\.\./pyproject\.toml' not found", "{% include '../pyproject.toml' %}"),
        (r"mine\.md\.j2: not UTF-8 text", b"\xff\xfe{{"),
        (r"mine\.md\.j2:1: .*recursion", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"),
    ],
)
def test_a_faulty_template_is_told_in_one_line(rendered, message, template):
    with pytest.raises(TemplateError, match=message) as told:
        rendered(template)
    assert "\n" not in str(told.value)


def test_a_misspelt_field_of_a_run_names_file_line_and_neighbour(rendered, runs):
    template = "{% for run in runs %}\n{{ run.last.test_acuracy | percent }}\n{% endfor %}"

    with pytest.raises(
        TemplateError,
        match=r"mine\.md\.j2:2: variable 'test_acuracy' is unknown in Epoch; did you mean test_accuracy\?",
    ):
        rendered(template, runs=[runs / "b-passes"])


def test_a_missing_template_is_told(tmp_path):
    with pytest.raises(TemplateError, match=r"none\.md\.j2: No such file or directory"):
        make(Request(**FAST, template=tmp_path / "none.md.j2"))


@pytest.mark.parametrize("template", ["{{ runs.append(1) }}", "{{ runs[0].record.update({'net': 'x'}) }}"])
def test_a_template_changes_nothing(rendered, runs, template):
    with pytest.raises(TemplateError, match=r"mine\.md\.j2:1: "):
        rendered(template, runs=[runs / "b-passes"])


def test_nothing_a_template_sees_can_open_a_file(runs):
    """Plain data only: no paths, no models, no modules, all the way down."""
    seen: list[object] = []
    original = rendering.render

    def spy(context, own=None, texts=(), marked=()):
        seen.append(context)
        return original(context, own, texts, marked)

    plain = (str, int, float, bool, type(None))

    def walk(value):
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                walk(getattr(value, field.name))
        elif isinstance(value, dict):
            for key, each in value.items():
                assert isinstance(key, str)
                walk(each)
        elif isinstance(value, tuple | list | Packed):
            for each in value:
                walk(each)
        else:
            assert isinstance(value, plain) or type(value).__name__ == "Fraction", type(value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.telling.render", spy)
        make(Request(runs=[runs / "b-passes"], **FAST))
    walk(seen[0])
    assert seen


def test_what_is_printed_is_escaped_and_nothing_is_not_measured(rendered):
    assert rendered("{{ 'a|b_' }} {{ none }} {{ 'a_b' | markdown }} {{ ['x|', none, 2] | row }}") == (
        r"a\|b\_ not measured a_b | x\| | not measured | 2 |" + "\n"
    )


@pytest.mark.parametrize(("expected", "items"), [("none", []), ("a", ["a"]), ("a and b", "ab"), ("a, b and c", "abc")])
def test_a_list_reads_as_words(expected, items):
    assert listed(items) == expected


def test_finalize_keeps_numbers():
    assert finalize(3) == "3"


def test_templates_hold_no_arithmetic():
    """The figures come from Python. Allowed: joining text with ~, comparing, counting."""
    for file in Path(template_folder()).glob("*.j2"):
        for expression in re.findall(r"\{[{%](.*?)[}%]\}", file.read_text(encoding="utf-8")):
            bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", expression).strip("-+")
            assert not re.search(r"[-+*/%]", bare), f"{file.name}: {expression}"
