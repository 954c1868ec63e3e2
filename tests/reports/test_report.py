"""The whole report: valid GitHub-flavoured markdown that says what was measured and nothing else."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.mathtext import MathTextParser

from backprop.network.load import presets
from mnist.runs.folder import load_run
from mnist.runs.record import Published
from reports.figures.goals import Goals
from reports.report import make
from reports.request import Request, distinct

ROOT = Path(__file__).parent.parent.parent
COMMANDS = {
    "begin",
    "end",
    "frac",
    "partial",
    "cdot",
    "left",
    "right",
    "delta",
    "eta",
    "sigma",
    "leftarrow",
    "approx",
    "ldots",
    ",",
}


@pytest.fixture(scope="module")
def report(runs):
    return make(Request(runs=distinct([runs])))


@pytest.fixture(scope="module")
def text(report):
    return report.text


@pytest.fixture
def small(tmp_path, write_run, without_pictures):
    """The text of a report on one run."""

    def build(name="run", goals=None, **changes):
        folder = write_run(tmp_path / name, **changes)
        request = Request(runs=[folder], learning_rates=[1.0], epochs=3, goals=goals or Goals())
        return make(request).text

    return build


def section(text, start, end="\n#### "):
    return text.split(start, 1)[1].split(end, 1)[0]


def test_every_picture_is_written_and_every_written_picture_is_shown(report, text, parse):
    shown = [
        child.attrs["src"]
        for token in parse(text)
        for child in token.children or []
        if child.type == "image" and child.content
    ]

    assert sorted(shown) == sorted(name for name in report.files if name.startswith("assets/"))
    assert len(shown) == len(set(shown))


def test_every_link_inside_leads_somewhere(text, parse):
    links = [
        child.attrs["href"]
        for token in parse(text)
        for child in token.children or []
        if child.type == "link_open" and str(child.attrs["href"]).startswith("#")
    ]

    assert len(links) == 1 + 2 + 4 + 4
    assert {link.removeprefix("#") for link in links} == set(re.findall(r'<a id="([^"]+)"></a>', text))


def test_every_formula_renders(text, formulas):
    parser = MathTextParser("path")
    found = formulas(text)

    for latex in found:
        parser.parse(f"${latex}$")
        assert set(re.findall(r"\\([a-zA-Z]+|,)", latex)) <= COMMANDS, latex
    assert len([latex for latex in found if latex.startswith(r"\frac{\partial E_{total}}{\partial w_")]) == 17
    assert text.count("$`") == text.count("`$")


def test_every_table_is_a_rectangle(text, tables):
    found = tables(text)

    assert len(found) > 20
    pipes = 0  # of the table above; a parser fills up short rows, so they are counted in the text
    for line in text.splitlines():
        count = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (pipes and count) or count == pipes, line
        pipes = count
    assert sum(line.startswith("|") for line in text.splitlines()) == sum(len(table) + 1 for table in found)


def test_every_block_that_opens_closes(text, parse):
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>") == 4 * 4
    fences = [token for token in parse(text) if token.type == "fence"]
    assert {token.info for token in fences} == {"math", "sh"}
    assert sum(line.startswith("```") for line in text.splitlines()) == 2 * len(fences)


@pytest.mark.parametrize(
    "word", ["None", "nan", "inf ", "{{", "{%", "Undefined", "object at", "True", "False", "Fraction"]
)
def test_no_trace_of_the_program_is_left(text, word):
    assert word not in text


def test_no_path_of_this_machine_is_left(text, runs):
    assert str(runs) not in text
    assert str(Path.home()) not in text
    assert "/tmp" not in text


def test_headings_do_not_skip_a_level(text, parse):
    levels = [int(token.tag[1]) for token in parse(text) if token.type == "heading_open"]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_the_same_runs_give_the_same_bytes_in_another_process(runs, report, tmp_path):
    subprocess.run(
        [sys.executable, "-m", "reports", "build", str(runs), "-o", str(tmp_path / "again")],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
    )

    files = [file for file in (tmp_path / "again").rglob("*") if file.is_file() and file.name != "claims.json"]
    assert {str(file.relative_to(tmp_path / "again")): file.read_bytes() for file in files} == report.files


def test_the_comparison_shows_each_run_as_recorded(runs, text, tables):
    (table,) = (table for table in tables(text) if table[0][0] == "run")

    for row, folder in zip(table[1:], sorted(runs.iterdir()), strict=True):
        run = load_run(folder)
        assert run.name.replace("-", "") in row[0].replace("-", "")
        assert row[1] == f"{run.record.summary.total:,}"
        assert row[3].startswith(f"{run.last.test_correct / 100:.2f} %")
        assert row[4].startswith(f"{run.best.test_correct / 100:.2f} %")
        assert row[4].endswith(f"epoch {run.best.epoch}")


def test_the_headline_counts_only_what_holds(text):
    assert "**1 of 3 runs on MNIST holds all three constraints after the last epoch**; 1 more does so only if" in text
    assert "1 run was made on other data than MNIST: the constraints are not judged there" in text


def test_rendered_digits_are_named_wherever_their_accuracy_is(text, tables):
    rendered = section(text, '<a id="run-c-rendered"></a>', '<a id="run-d-stopped"></a>')
    outside = text.replace(rendered, "")

    accuracy = re.compile(r"9[67]\.\d\d %")
    for line in rendered.splitlines():
        if accuracy.search(line) and not re.match(r"\| \d+ \|", line):
            assert "rendered digits" in line, line
    assert "test accuracy (rendered digits)" in rendered
    assert "✗" not in rendered
    assert "✓" not in rendered
    assert rendered.count("not judged") >= 4
    assert "reached in" not in rendered
    assert "The required" not in rendered
    assert "> **Not MNIST.**" in rendered
    (table,) = (table for table in tables(text) if table[0][0] == "run")
    (row,) = (row for row in table if "c-rendered" in row[0])
    assert all("rendered digits" in cell for cell in row if accuracy.search(cell))
    for line in outside.splitlines():
        if "c-rendered" in line and accuracy.search(line):
            assert "rendered digits" in line


def test_pictures_of_rendered_digits_say_so(report):
    note = b">rendered digits, not MNIST</text>"

    for name, content in report.files.items():
        if re.search(r"-(loss|accuracy|confusion)\.svg$", name):
            assert (note in content) == ("c-rendered" in name), name
        if name.endswith("-accuracy.svg"):
            assert (b">target 99.4 %</text>" in content) == ("c-rendered" not in name), name
    assert b">c-rendered, rendered digits</text>" in report.files["assets/accuracy-all-runs.svg"]


def test_an_interrupted_run_says_so(text):
    stopped = section(text, '<a id="run-d-stopped"></a>', "#### Network")

    assert "> **Interrupted** after 3 of 20 epochs." in stopped
    assert "| epochs | fewer than 20 | 3, interrupted | ✓ yes |" in stopped


def test_an_accuracy_just_short_of_the_target_does_not_pass(small):
    text = small(total=100_000, correct=(99_399,))

    assert "| accuracy after the last epoch | at least 99.4 % | 99.39 % on MNIST: 99,399 of 100,000 | ✗ no |" in text
    assert "99.4 % was reached in no epoch." in text


def test_twenty_epochs_are_not_fewer_than_twenty(small):
    text = small(correct=(9950,) * 20)

    assert "| epochs | fewer than 20 | 20 | ✗ no |" in text
    assert "**0 of 1 run on MNIST holds all three constraints after the last epoch**" in text


def test_other_goals_are_judged_and_named(small):
    text = small(
        correct=(9921, 9918), goals=Goals(accuracy=Goals().accuracy - Goals().accuracy / 497, parameters=15_738)
    )

    assert "| accuracy after the last epoch | at least 99.2 % | 99.18 % on MNIST: 9,918 of 10,000 | ✗ no |" in text
    assert "| at least 99.2 % | 99.21 % on MNIST, epoch 1 | reached, not shown |" in text
    assert "| parameters | fewer than 15,738 | 15,738 | ✗ no |" in text


def test_the_interval_says_whether_the_verdict_could_turn(small):
    assert "is 99.23 % to 99.55 %.\nThe required 99.4 % lies inside it: another test set" in small(correct=(9941,))
    assert "The required 99.4 % lies outside it." in small(name="worse", correct=(9850,))


def test_what_was_not_stated_is_not_invented(small):
    silent = small(published=Published(accuracy=None, epoch=None, statement="it works"), commit=None, modified=None)

    assert "Published:" not in silent
    assert "| no figure |" in silent
    assert "commit not recorded" in silent
    assert "git checkout" not in silent
    assert "- What it reports: it works" in silent


def test_changed_code_is_not_passed_off_as_its_commit(small):
    text = small(modified=True)

    assert "git checkout" not in text
    assert "with changes that are not in it" in text


def test_names_from_outside_stay_text(small, tables, parse):
    text = small(
        name="a|b_<b>c",
        choices=("| pipe | and <script>alert(1)</script>", "- a list? {{ 7 * 7 }}"),
        source="see https://example.org/a_b|c *now* $x$",
    )

    html = [child.content for token in parse(text) for child in token.children or [] if child.type == "html_inline"]
    assert {re.sub(r'"[^"]*"', "", tag) for tag in html} == {"<a id=>", "</a>"}
    assert "<script>" not in text
    assert "49" not in section(text, "departs from it:")
    assert r"\{\{ 7 \* 7 \}\}" in text
    assert "<https://example.org/a_b>" in text
    for table in tables(text):
        assert {len(row) for row in table} == {len(table[0])}


def test_a_network_of_another_name_is_told_in_its_own_figures(tmp_path, without_pictures):
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "mine"\ntitle = "One | neuron"\ninputs = [1.0]\ntargets = [0.25]\nloss = "half_squared_error"\n'
        '[[layers]]\nactivation = "sigmoid"\nweights = [[0.5]]\n',
        encoding="utf-8",
    )

    text = make(Request(network=str(file), learning_rates=[0.5], epochs=4)).text

    assert "backpropagation of `mine`" in text
    assert r"One \| neuron: layers of 1-1, 1 weight. It learns one sample by plain gradient descent, 4 epochs" in text
    assert "backprop workbook mine.toml --eta 0.5 --epochs 4 -o mine.xlsx" in text
    assert "loss-all-rates" not in text


def test_part_1_says_what_the_trace_shows(text):
    shown = section(text, "### What the numbers show", "\n|")

    assert "Of 6 learning rates, **η = 2 ends lowest**: the total loss fell from 0.2425 in epoch 1 to 0.005225" in shown
    assert "The loss fell from each epoch to the next, whatever the learning rate." in shown
    assert (
        "It was halved first at η = 2, in epoch 7, and last at η = 0.2, in epoch 60; not within 100 epochs at η = 0.1"
        in shown
    )


def test_part_1_says_where_the_loss_rose(tmp_path, without_pictures):
    file = tmp_path / "rough.toml"
    preset = presets()["eight-weight"].read_text(encoding="utf-8")
    steep = preset.replace("[0.05, 0.10]", "[20.0, 30.0]").replace("[0.01, 0.99]", "[0.5, 0.5]")
    file.write_text(steep, encoding="utf-8")

    text = make(Request(network=str(file), learning_rates=[0.1, 20.0], epochs=30)).text

    assert "The loss rose from one epoch to the next 3 times at η = 20; elsewhere it never did." in text


def test_without_runs_the_report_says_how_to_make_one(without_pictures):
    text = make(Request(epochs=2, learning_rates=[1.0])).text

    assert "`mnist train published-10066 --epochs 2 --out runs/first` makes one" in text
    assert "Part 2: no recorded run yet" in text
