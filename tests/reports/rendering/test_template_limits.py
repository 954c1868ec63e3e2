"""Templates of others: blocks replaced one at a time, mistakes named, endless and greedy ones ended, files refused."""

import re
import time
from pathlib import Path

import pytest

from reports.errors import TemplateError
from reports.rendering import render as rendering
from reports.rendering.render import template_folder
from reports.report import make
from reports.request import Request
from tests.kept import end_all

pytestmark = pytest.mark.usefixtures("without_pictures")
FAST = {"learning_rates": [1.0], "epochs": 2}


@pytest.fixture
def rendered(tmp_path):
    """The text that a template of one's own makes, without its mark."""

    def fill(template: str, **request) -> str:
        file = tmp_path / "mine.md.j2"
        file.write_text(template, encoding="utf-8")
        return make(Request(**FAST, template=file, **request)).text

    return fill


@pytest.fixture(scope="module")
def several(tmp_path_factory, write_run):
    """Two runs of one configuration and one of another."""
    folder = tmp_path_factory.mktemp("runs")
    changes = ({"seed": 0}, {"seed": 1, "correct": (9000,) * 6}, {"net": "published-10066"})
    return [write_run(folder / f"run-{number}", **change) for number, change in enumerate(changes)]


@pytest.fixture
def in_this_process(monkeypatch):
    """Without the process of its own, which takes most of a second to start."""
    monkeypatch.setattr(rendering, "run_isolated", lambda function, argument, **_: function(argument))


def blocks(name):
    return re.findall(r"{% block (\w+)", (template_folder() / name).read_text(encoding="utf-8"))


BLOCKS = {*blocks("README.md.j2"), *blocks("part1.md.j2")}


@pytest.mark.parametrize("name", ["README.md.j2", "part1.md.j2", "model-card.md.j2"])
def test_every_block_is_documented(name):
    documented = (template_folder() / "README.md").read_text(encoding="utf-8").split("## Blocks")[1].split("## ")[0]

    assert len(blocks(name)) > 8
    assert all(f"`{block}`" in documented for block in blocks(name))


def test_the_documented_blocks_can_be_replaced(rendered, several):
    text = (template_folder() / "README.md").read_text(encoding="utf-8")
    example, _ = re.findall(r"```jinja\n(.*?)```", text, flags=re.DOTALL)

    plain = make(Request(**FAST, runs=several)).text
    shown = rendered(example, runs=several)

    assert shown.startswith("# My networks\n")
    assert plain.count("#### Network") == 2
    assert "#### Network" not in shown
    assert shown.count("- Trained for course 101.") == shown.count("#### How it was chosen") == 2
    assert shown.count("#### Constraints") == 2


def test_what_was_printed_once_is_not_escaped_again(rendered):
    shown = rendered(
        "{% macro f(x) %}**{{ x }}**{% endmacro %}{% set y %}_{{ 'a|b' }}_{% endset %}{{ f('c*d') }} {{ y }} {{ '*' }}"
    )

    assert shown == r"**c\*d** _a\|b_ \*" + "\n"


@pytest.mark.parametrize("block", sorted(BLOCKS))
def test_each_block_alone_can_be_replaced_and_sees_the_variables(rendered, several, in_this_process, block):
    shown = rendered(
        '{% extends "README.md.j2" %}{% block ' + block + " %}\nMINE {{ network.name }} {{ configurations | count }}\n"
        "{% endblock %}",
        runs=several,
    )

    assert shown.count("MINE eight-weight 2") == (2 if block in in_configuration() else 1)


def in_configuration():
    every = blocks("README.md.j2")
    return every[every.index("configuration") : every.index("published")]


@pytest.mark.parametrize("block", in_configuration())
def test_blocks_of_a_configuration_see_it(rendered, several, in_this_process, block):
    shown = rendered(
        '{% extends "README.md.j2" %}{% block '
        + block
        + " %}\n({{ configuration.seeds }} {{ run.name }} {{ several }})\n"
        "{% endblock %}",
        runs=several,
    )

    assert "(0..1 run-0 True)" in shown
    assert "(7 run-2 False)" in shown


@pytest.mark.parametrize(
    ("message", "template"),
    [
        (
            r"mine\.md\.j2:3: variable 'tittle' is unknown in NetworkSummary; did you mean title\?",
            '{% extends "README.md.j2" %}\n{% block title %}\n{{ network.tittle }}{% endblock %}',
        ),
        (
            r"mine\.md\.j2:2: variable 'configuratoin' is unknown; did you mean configurations\?",
            '{% extends "README.md.j2" %}{% block task %}\n{{ configuratoin.name }}{% endblock %}',
        ),
        (
            r"mine\.md\.j2:2: variable 'lsat' is unknown in ConfigurationSummary; did you mean last\?",
            '{% extends "README.md.j2" %}{% block constraints %}\n{{ configuration.lsat }}{% endblock %}',
        ),
        (
            r"mine\.md\.j2:2: variable 'epocs' is unknown in dict; did you mean epochs\?",
            "{% macro f(run) %}\n{{ run.record.recipe.epocs }}{% endmacro %}{{ f(runs[0]) }}",
        ),
        (
            r"templates/result\.md\.j2:1: variable 'run' is unknown; did you mean runs\?",
            "\n\n{% include 'result.md.j2' %}",
        ),
        (
            r"mine\.md\.j2:2: block 'sumary' is unknown in what it extends; did you mean summary\?",
            '{% extends "README.md.j2" %}\n{% block sumary %}{% endblock %}',
        ),
        (
            r"mine\.md\.j2:1: block 'notation' is unknown in what it extends; one of: choice|one of: details",
            '{% extends "model-card.md.j2" %}{% block notation %}{% endblock %}',
        ),
        (
            r"mine\.md\.j2:1: template 'REDME\.md\.j2' not found; did you mean README\.md\.j2\?",
            '{% extends "REDME.md.j2" %}',
        ),
        (
            r"mine\.md\.j2:2: template 'part9\.md\.j2' not found; did you mean part1\.md\.j2\?",
            "\n{% include 'part9.md.j2' %}",
        ),
        (r"mine\.md\.j2:1: .*recursion", '{% extends "the template that was given" %}'),
    ],
)
def test_a_misspelling_names_file_line_and_the_nearest_name(rendered, several, in_this_process, message, template):
    with pytest.raises(TemplateError, match=message) as told:
        rendered(template, runs=several)
    assert "\n" not in str(told.value)


ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    "template",
    [
        ENDLESS,
        "{{ 10 ** (10 ** 10) }}",
        "{% macro f(n) %}{% for i in range(99999) %}{{ f(n) if n else '' }}{% endfor %}{% endmacro %}{{ f(0) }}"
        + ENDLESS,
        "{{ range(99999) | map('string') | join | wordcount }}" + ENDLESS,
    ],
)
def test_an_endless_template_is_ended_within_its_seconds(rendered, monkeypatch, template):
    monkeypatch.setattr(rendering, "SECONDS", 1)
    begun = time.monotonic()

    with pytest.raises(TemplateError, match=r"mine\.md\.j2: takes longer than 1 s$"):
        rendered(template)
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("message", "template"),
    [
        (r"mine\.md\.j2:1: Range too big", "{% for i in range(10 ** 12) %}{% endfor %}"),
        (r"mine\.md\.j2:2: needs more than 1,024 MB of memory$", "\n{{ 'x' * 10 ** 10 }}"),
        (r"mine\.md\.j2:2: needs more than 1,024 MB of memory$", "\n{{ [0] * 10 ** 10 }}"),
        (r"mine\.md\.j2:1: needs more than 1,024 MB of memory$", "{{ '%9999999999d' % 1 }}"),
        (r"mine\.md\.j2:1: needs more than 1,024 MB of memory$", "{{ 'x' | center(10 ** 10) }}"),
        (
            r"mine\.md\.j2(:1)?: needs more than 1,024 MB of memory$",
            "{% set n = namespace(x='x' * 99999) %}{% for i in range(99999) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        ),
        (r"mine\.md\.j2: makes a text of \d+,\d{3},\d{3} letters; at most 10,000,000", "{{ 'x y' * 5000000 }}"),
    ],
)
def test_a_greedy_template_is_ended(rendered, message, template):
    end_all()  # a process that was greedy before has less room
    with pytest.raises(TemplateError, match=message) as told:
        rendered(template)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300


def test_a_template_without_an_end_is_refused():
    with pytest.raises(TemplateError, match="/dev/zero: holds more than 1,000,000 bytes, which no template needs"):
        make(Request(**FAST, template="/dev/zero"))


def test_a_folder_is_no_template(tmp_path):
    with pytest.raises(TemplateError, match=": Is a directory; a template is README, model-card or a text file in"):
        make(Request(**FAST, template=tmp_path))


def test_the_limits_are_those_documented():
    text = (template_folder() / "README.md").read_text(encoding="utf-8")

    assert f"{rendering.SECONDS} s and, on Linux, {rendering.MEMORY_MB:,} MB of memory" in text
    assert f"{rendering.LETTERS // 10**6} million letters" in text


@pytest.mark.parametrize(
    "template",
    [
        "{% include '/etc/passwd' %}",
        "{% include '../README.md' %}",
        "{% extends '../../../../../../../../etc/passwd' %}",
        "{% import 'mine.md.j2' as m %}",
        "{{ ''.__class__ }}",
        "{{ ('' | attr('__class__')).__mro__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '{0.__class__}'.format_map({'0': 1}) }}",
        "{{ lipsum.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ run._fields }}",
        "{{ network.__dataclass_fields__ }}",
        "{{ open('/etc/passwd').read() }}",
        "{{ ['a'] | map(attribute='__class__') | first }}",
        "{{ runs[0].record.pop('net') }}",
    ],
)
def test_a_template_reads_no_file_and_no_hidden_attribute(rendered, several, in_this_process, template):
    with pytest.raises(TemplateError, match=r"mine\.md\.j2(:1)?: ") as told:
        rendered(template, runs=several)
    assert "root:" not in str(told.value)


def test_a_template_of_the_package_is_taken_by_name_and_a_file_of_that_name_by_its_path(tmp_path, monkeypatch, several):
    monkeypatch.chdir(tmp_path)
    Path("model-card").write_text("mine", encoding="utf-8")

    def text(template):
        return make(Request(**FAST, template=template, runs=several)).text

    assert text("model-card").startswith("---\n")
    assert text("./model-card").endswith("mine\n")
    assert text("README") == text(None)
    with pytest.raises(TemplateError, match=r"modelcard: No such file or directory; a template is README, model-card"):
        text("modelcard")
