"""A report to hand in: one's own words, parts, pages, names, and a length that follows its reader."""

import re
from itertools import pairwise

import pytest
from openpyxl import load_workbook

from mnist.runs.folder import load_run
from reports.errors import ReportsError
from reports.figures.goals import goals
from reports.figures.names import choice, run_title
from reports.figures.runs import shown_epochs
from reports.report import make, write_report
from reports.request import Link, Request, find_notes, find_requested, parse_link

FAST = {"learning_rates": [0.5], "epochs": 20}


@pytest.fixture
def told(tmp_path, write_run, without_pictures):
    """The report of runs by their changes."""

    def build(*changes, **request):
        folders = [write_run(tmp_path / f"run-{n}", **change) for n, change in enumerate(changes)]
        return make(Request(runs=folders, learning_rates=[1.0], epochs=2, **request))

    return build


def test_title_author_words_and_links_stand_at_the_top(told, tmp_path):
    intro = tmp_path / "intro.md"
    intro.write_text("## Why\n\nBecause *I* was curious.\n", encoding="utf-8")

    text = told(
        {},
        title="Lesson 5 | nets",
        author="A. Student",
        intro=intro,
        links=[Link("Notebook", "https://example.org/a_b.ipynb")],
    ).text

    assert text.startswith(
        "# Lesson 5 \\| nets\n\nA. Student\n\n[Notebook](https://example.org/a_b.ipynb)\n\n"
        "## Why\n\nBecause *I* was curious.\n"
    )


def test_notes_stand_in_their_sections(told, tmp_path):
    notes = {}
    for name in ("summary", "part1", "derivative", "numbers", "epochs", "part2", "comparison", "plots", "end", "run-0"):
        (tmp_path / f"{name}.md").write_text(f"Mine on {name}.", encoding="utf-8")
        notes[name] = tmp_path / f"{name}.md"

    text = told({}, notes=notes).text

    places = [text.index(f"Mine on {name}.") for name in notes if name not in ("end", "run-0")]
    assert places == sorted(places)
    assert text.index("### run-0") < text.index("Mine on run-0.") < text.index("#### Constraints")
    assert text.rstrip().endswith("Mine on end.")


def test_notes_beside_the_runs_are_found_and_no_run(tmp_path, write_run):
    write_run(tmp_path / "runs" / "a")
    (tmp_path / "runs" / "notes").mkdir()
    (tmp_path / "runs" / "notes" / "plots.md").write_text("x", encoding="utf-8")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "of-something-else.md").write_text("x", encoding="utf-8")

    expected = {"plots": tmp_path / "runs" / "notes" / "plots.md"}
    assert find_notes([tmp_path / "runs"]) == find_notes([tmp_path / "runs" / "a"]) == expected
    assert find_requested([tmp_path / "runs" / "a", tmp_path / "runs" / "notes"])[0] == [tmp_path / "runs" / "a"]


def test_a_note_of_no_section_is_refused(told, tmp_path):
    (tmp_path / "sumary.md").write_text("x", encoding="utf-8")

    with pytest.raises(ReportsError, match=r"no section 'sumary'; did you mean summary\?"):
        told({}, notes={"sumary": tmp_path / "sumary.md"})


@pytest.mark.parametrize("text", ["Notebook", "=https://example.org", "a=javascript:alert(1)", "a=b c", "a=<b>"])
def test_a_link_that_is_none_is_refused(text):
    with pytest.raises(ReportsError, match="WORDS=ADDRESS needed"):
        parse_link(text)


@pytest.mark.parametrize(
    ("only", "there", "not_there"), [("part1", "Forward pass", "MNIST"), ("part2", "MNIST", "Forward")]
)
def test_a_part_may_be_left_out(told, only, there, not_there):
    report = told({}, only=only)

    assert there in report.text
    assert not_there not in report.text
    assert ("eight-weight.xlsx" in report.files) == (only == "part1")
    assert "Contents" not in report.text


def test_up_to_three_configurations_stand_in_the_report_and_more_on_pages_of_their_own(told):
    nets = ("published-10066", "published-15738", "published-18138", "published-19458")
    few = told(*({"net": net} for net in nets[:3]))
    many = told(*({"net": net, "seed": 1} for net in nets))

    assert [name for name in few.files if name.endswith(".md")] == ["README.md"]
    pages = [name for name in many.files if name.startswith("configurations/")]
    assert len(pages) == 4
    readme = many.files["README.md"].decode()
    assert "#### Constraints" not in readme
    for page in pages:
        text = many.files[page].decode()
        assert f"]({page})" in readme
        assert "[The report](../README.md#part-2)" in text
        assert re.search(r'src="\.\./assets/[\w-]+-loss\.svg"', text)
        assert text.count("\n# ") == 1
        assert "## Part 1" not in text
    assert many.text.count("#### Constraints") == 4
    assert many.text.count("<details>\n<summary>run-") == 4


def test_a_long_log_is_shown_in_part(told):
    correct = tuple(9000 + n for n in range(500))
    run = told({"correct": correct, "total": 10_000}).runs[0]

    numbers = [epoch.number if epoch else None for epoch in run.log_shown]
    assert len(numbers) < 40
    assert numbers[:6] == [1, 2, 3, 4, 5, None]
    assert numbers[-5:] == [496, 497, 498, 499, 500]
    assert run.best.number in numbers
    assert all((a is None) != (b is None) or b == a + 1 for a, b in pairwise(numbers))
    assert shown_epochs(run.log[:30], range(1, 31), 7) == run.log[:30]


@pytest.mark.parametrize(
    ("expected", "name", "changes"),
    [
        ("published-15738, seed 3", "published-15738-seed3", {}),
        ("published-15738, bfloat16, seed 3", "published-15738-bfloat16True-seed3", {"bfloat16": True}),
        ("published-15738, batch size 128, ema 0.9, seed 3", "published-15738-batchsize128-ema0.9-seed3", {"ema": 0.9}),
        ("published-15738, ema 1e-05, seed 3", "published-15738-ema1e-05-seed3", {"ema": 1e-5}),
        ("published-15738-mine-seed3", "published-15738-mine-seed3", {}),
        ("first", "first", {}),
        ("published-15738-seed4", "published-15738-seed4", {}),
    ],
)  # fmt: skip
def test_a_run_is_named_as_a_reader_would(tmp_path, write_run, expected, name, changes):
    run = load_run(write_run(tmp_path / name, seed=3, recipe=changes))

    assert run_title(run.name, run.record) == expected


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("Bfloat16, which the recipe of a lacks.", "bfloat16 was set to True for this run; the recipe of a has False."),
        (
            "No Nesterov momentum, which the recipe of a has.",
            "nesterov was set to False for this run; the recipe of a has True.",
        ),
        (
            "Batch size 128; the recipe of small has 256.",
            "batch_size was set to 128 for this run; the recipe of small has 256.",
        ),
        ("Anything else.", "Anything else."),
    ],
)  # fmt: skip
def test_a_choice_reads_as_a_sentence(expected, sentence):
    assert choice(sentence) == expected


def test_four_epochs_cannot_hold_five(told):
    report = told({"correct": (9950,) * 4, "seed": 0}, {"correct": (9951,) * 4, "seed": 1})

    assert "| not applicable |" in report.text
    assert "last five epochs, which shows" not in report.text


def test_an_accuracy_below_1_is_asked_about():
    with pytest.raises(ReportsError, match=r"target accuracy 0\.994 is 0\.994 %; did you mean 99\.4\?"):
        goals(0.994, 20_000, 20)


def test_the_workbook_lies_beside_the_report_and_its_sheet_is_shown(tmp_path):
    report = write_report(Request(**FAST), tmp_path)

    sheet = load_workbook(tmp_path / "eight-weight.xlsx", data_only=True)["η = 0.5"]
    picture = report.files["assets/sheet.svg"].decode()
    for cell, decimals in {"A6": 0, "S6": 6, "X7": 9, "AC6": 9, "AF10": 9}.items():
        assert f">{sheet[cell].value:.{decimals}f}</text>" in picture, cell
    assert ">=(U6-C6)*U6*(1-U6)*M6</text>" in picture
    assert "](eight-weight.xlsx)" in report.text


def test_one_derivative_is_worked_and_the_first_step_is_the_traces(told):
    report = told()
    network = report.told.network

    assert r"&= 0.596478 \cdot 0.238662 \cdot 0.506875" in report.text
    assert r"&\approx 0.0721571" in report.text
    for step, symbol in zip(network.summary.first_step, network.derivation.trained, strict=True):
        before, after = network.trace.column(symbol.name)[0, :2]
        assert (step.before, step.after) == (before, after)
        assert step.change == pytest.approx(-1.0 * step.derivative)


def test_formulas_may_stand_between_dollars(told):
    written = told(math="dollar").files["README.md"].decode()

    assert "$$\n\\begin{aligned}" in written
    assert "```math" not in written
    assert "$`" not in written
    assert "![The network" in written
