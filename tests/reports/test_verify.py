"""A README that cannot lie: every number has a source, and every one that is changed is found."""

import json
import random
import re
import shutil

import pytest

from reports.claims import ClaimsError, read_claims
from reports.figures.goals import Goals
from reports.rendering.marks import NUMBER
from reports.report import write_report
from reports.request import Request, distinct
from reports.verification import compare, verify
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory, write_run):
    """A report of four configurations, one of them of two seeds, with its runs beside it."""
    folder = tmp_path_factory.mktemp("built")
    for seed in (0, 1):
        write_run(folder / "runs" / f"seed{seed}", "published-10066", correct=(9890, 9935, 9941 + seed), seed=seed)
    write_run(folder / "runs" / "other")
    write_run(folder / "runs" / "rendered", "published-18138", correct=(9650, 9710), data="rendered-digits")
    write_run(folder / "runs" / "stopped", "published-25290", correct=(9316, 9609, 9693), planned=20)
    (folder / "runs" / "notes").mkdir()
    (folder / "runs" / "notes" / "summary.md").write_text("My own 3 words.\n", encoding="utf-8")
    request = Request(
        runs=distinct([folder / "runs"]), learning_rates=[0.5, 1.0], epochs=3, goals=Goals(parameters=15_000),
        notes={"summary": folder / "runs" / "notes" / "summary.md"}, title="Lesson 5",
    )  # fmt: skip
    write_report(request, folder / "report")
    return folder


@pytest.fixture
def report(built, tmp_path):
    """A copy of it that a test may change."""
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy" / "report"


def changed(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_report_is_as_its_runs_say_wherever_it_lies(report):
    found = verify(report / "README.md")

    assert found.mismatches == ()
    assert (found.sources, found.numbers > 500) == (5, True)


def test_every_number_of_the_readme_has_its_line_its_owner_and_the_hash_of_that(report):
    claims = read_claims(report / "claims.json")
    lines = (report / "README.md").read_text(encoding="utf-8").splitlines()

    for number in claims.numbers:
        assert number.number in lines[number.line - 1], number
    in_text = [NUMBER.findall(re.sub(r"<picture>.*?</picture>", "", line)) for line in lines]
    for at, numbers in enumerate(in_text, 1):
        if "![" not in lines[at - 1] and "<!--" not in lines[at - 1] and "picture" not in lines[at - 1]:
            assert [each.number for each in claims.numbers if each.line == at] == numbers
    owners = {
        "goals",
        "comparison",
        "network",
        "math",
        "runs",
        "configurations",
        "words of the report",
        "notes",
        "title",
    }
    for number in claims.numbers:
        assert number.of in owners or number.of in claims.configurations or number.of in claims.sources, number
    assert set(claims.sources["../runs/seed0"]) == {"run.json", "evaluation.json"}


def test_a_figure_of_a_run_names_the_run_and_the_field(report):
    page = report / "configurations" / "other.md"
    changed(page, "| 3 | 0.0770 |", "| 3 | 0.0771 |")

    (found,) = verify(report).mismatches

    assert (found.file, found.line is not None) == (str(page), True)
    assert found.message == "0.0771; should be 0.0770 (../runs/other: log[2].train_loss)"


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        ("should be", "✗ no", "✓ yes"),
        ("missing here", "## Contents\n", ""),
        ("99.99: from no run", "## Contents\n", "## Contents\n\nIn truth 99.99 %.\n"),
    ],
)
def test_words_lines_and_numbers_that_were_put_in_are_found(report, expected, old, new):
    changed(report / "README.md", old, new)

    assert any(expected in str(found) for found in verify(report).mismatches)


def test_words_of_ones_own_without_a_number_are_left_alone(report):
    changed(report / "README.md", "## Contents\n", "## Contents\n\nRead the second part first.\n")

    assert verify(report).mismatches == ()


def test_what_changed_beside_the_readme_is_named(report):
    run = report.parent / "runs" / "other" / "run.json"
    record = json.loads(run.read_text(encoding="utf-8"))
    record["epochs"][-1]["test_loss"] = 0.5
    run.write_text(json.dumps(record), encoding="utf-8")
    (report / "assets" / "network.svg").write_text("<svg/>", encoding="utf-8")
    (report / "eight-weight.xlsx").unlink()
    (report / "configurations" / "stopped.md").unlink()

    found = [str(each) for each in verify(report).mismatches]

    assert any("should be 0.5000 (../runs/other: log[5].test_loss)" in each for each in found)
    for name in ("../runs/other/run.json", "assets/network.svg", "eight-weight.xlsx"):
        assert any(name in each and "not as it was" in each for each in found), name
    assert any("stopped.md: is missing" in each for each in found)


def test_each_of_200_edits_of_one_digit_is_found(built):
    text = (built / "report" / "README.md").read_text(encoding="utf-8")
    digits = [at for at, letter in enumerate(text) if letter in "0123456789"]
    source = random.Random(20261129)

    for _ in range(200):
        at = source.choice(digits)
        other = source.choice([digit for digit in "0123456789" if digit != text[at]])
        found = compare("README.md", text[:at] + other + text[at + 1 :], text)
        assert any(each.line == text.count("\n", 0, at) + 1 for each in found)


@pytest.mark.parametrize(
    ("message", "spoil"),
    [
        ("no such file; reports build writes it beside a README", lambda file: file.unlink()),
        ("not readable as JSON", lambda file: file.write_text("{", encoding="utf-8")),
        ("version", lambda file: changed(file, '"version": 1', '"version": 9')),
        ("a path from the report's folder is needed", lambda file: changed(file, '"../runs/other"', '"/etc/other"')),
        ("a file of words ends in .md", lambda file: changed(file, "notes/summary.md", "notes/summary.py")),
    ],
)
def test_claims_that_cannot_be_read_are_one_line(report, message, spoil):
    spoil(report / "claims.json")

    with pytest.raises(ClaimsError, match=message):
        verify(report)


def test_the_command_prints_what_it_found_and_its_exit_code_says_it(report, command):
    good = command("verify", report)
    assert (good.code, good.err) == (0, "")
    assert re.fullmatch(r".*README\.md: [\d,]+ numbers of 5 runs, all as computed again\n", good.out)

    changed(report / "README.md", "fewer than 15,000", "fewer than 25,000")
    bad = command("verify", report / "README.md", "--json")
    assert bad.code == 1
    (told,) = json.loads(bad.out)
    assert told["mismatches"][0]["message"] == "25,000; should be 15,000 (goals: parameters)"
    assert command("verify", report.parent / "none").code == 2


def test_the_report_in_docs_is_what_its_command_builds():
    """The command stands in README.md and docs/reports.md."""
    command = "reports build runs/published-*-seed0 runs/seeds -o docs/report"
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/reports.md")]
    asked = [*sorted((ROOT / "runs").glob("published-*-seed0")), ROOT / "runs" / "seeds"]

    assert all(command in text for text in texts)
    claims = read_claims(ROOT / "docs" / "report" / "claims.json")
    assert [(ROOT / "docs" / "report" / run).resolve() for run in claims.asked.runs] == distinct(asked)
    assert verify(ROOT / "docs" / "report").mismatches == ()
