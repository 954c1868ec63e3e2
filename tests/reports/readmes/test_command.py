"""`reports lint`: exit codes, JSON, corrected copies, recorded runs, and files that are no README."""

import json
import shutil
import time

import pytest

from groundfloor.work.task import Limits
from mnist.runs.folder import load_run
from reports.readmes import isolated
from reports.readmes.proof.findings import Kind
from tests.conftest import ROOT
from tests.speed import slowness

WRONG = "Conv2d-1 [-1, 8, 26, 26] 80\nConv2d-2 [-1, 8, 24, 24] 548\nTotal params: 664\n"


@pytest.fixture
def readme(tmp_path):
    file = tmp_path / "README.md"
    file.write_bytes(b"\xef\xbb\xbf" + WRONG.replace("\n", "\r\n").encode())
    return file


def test_a_wrong_readme_ends_with_1_and_names_line_correction_and_reason(command, readme):
    result = command("lint", readme)

    assert (result.code, result.err) == (1, "")
    assert result.out.splitlines() == [
        f"{readme}:2: [parameters] Conv2d-2: 548 parameters",
        "  should be: 584 parameters",
        "  because: a Conv2d over the 8×26×26 before it with output 8×24×24 has 8 · (8 · 3 · 3 + 1) = 584",
        f"{readme}: 1 finding in 5 checked claims",
        "  checked: 2 parameter counts of layers, 2 output shapes, 1 total",
    ]


def test_a_right_one_ends_with_0_and_tells_what_was_checked(command, tmp_path, right):
    file = tmp_path / "right.md"
    file.write_text(right, encoding="utf-8")

    result = command("lint", file)

    assert result.code == 0
    assert result.out.startswith(f"{file}: 0 findings in 51 checked claims\n")


def test_zero_claims_are_said_plainly(command, tmp_path):
    file = tmp_path / "empty.md"
    file.write_text("# Hello\n", encoding="utf-8")

    result = command("lint", file)

    assert result.code == 0
    assert result.out.startswith(f"{file}: no claim found that can be checked")


def test_json(command, readme):
    result = command("lint", readme, "--json")

    (file,) = json.loads(result.out)["files"]
    assert result.code == 1
    assert file["file"] == str(readme)
    assert file["claims"] == sum(file["checked"].values()) == 5
    assert file["findings"] == [
        {
            "line": 2,
            "rule": "parameters",
            "code": "RL001",
            "kind": "parameters",
            "found": "Conv2d-2: 548 parameters",
            "expected": "584 parameters",
            "reason": "a Conv2d over the 8×26×26 before it with output 8×24×24 has 8 · (8 · 3 · 3 + 1) = 584",
            "fixable": True,
        }
    ]


def test_fix_writes_a_copy_that_differs_in_the_mended_figures_alone(command, readme, tmp_path):
    before = readme.read_bytes()

    result = command("lint", readme, "--fix", tmp_path / "new.md")

    assert (
        result.out.splitlines()[-1]
        == f"  corrected: {tmp_path / 'new.md'}: 1 finding corrected, 0 left to correct by hand"
    )
    assert (tmp_path / "new.md").read_bytes() == before.replace(b"548", b"584")
    assert readme.read_bytes() == before
    assert command("lint", tmp_path / "new.md").code == 0


def test_fix_into_a_folder_never_over_a_file_unless_forced(command, readme, tmp_path):
    assert command("lint", readme, "--fix", tmp_path).err.endswith("is the README itself; --force overwrites it\n")
    assert b"548" in readme.read_bytes()

    assert command("lint", readme, "--fix", tmp_path, "--force").code == 1
    assert b"584" in readme.read_bytes()


def test_fix_writes_nothing_where_nothing_can_be_mended(command, tmp_path):
    file = tmp_path / "mine.md"
    file.write_text(f"{WRONG.replace('548', '584')}\nLess than 600 parameters: OK\n", encoding="utf-8")

    result = command("lint", file, "--fix", tmp_path / "new.md")

    assert result.code == 1
    assert result.out.splitlines()[-1] == f"  nothing in {file} can be corrected mechanically: no copy written"
    assert not (tmp_path / "new.md").exists()


def test_the_report_of_runs_is_held_against_them(command, tmp_path):
    page = ROOT / "docs" / "report" / "configurations" / "published-10066-seed0.md"
    text = page.read_text(encoding="utf-8")
    old = "| 5 | 0.0587 | 98.14\u00a0% | 0.0311 | 99.00\u00a0% | 9,900 |"
    assert text.count(old) == 1
    file = tmp_path / "page.md"
    file.write_text(text.replace(old, old.replace("99.00\u00a0% | 9,900", "99.01\u00a0% | 9,901")), encoding="utf-8")

    assert command("lint", file).code == 0  # count and percentage agree: only the run knows better
    result = command("lint", file, "--runs", ROOT / "runs")

    assert result.code == 1
    assert "should be: 99.00 % (9,900 of 10,000)" in result.out
    assert f"{file}:{text[: text.index(old)].count(chr(10)) + 1}: [recorded-run] epoch 5" in result.out


@pytest.mark.parametrize(
    ("title", "checked"),
    [
        ("published-15738-nesterovTrue-batchsize64-seed3", 6),
        ("published-15738, Nesterov momentum, batch size 64, seed 3", 6),
        ("Of published-15738, Nesterov\u00a0momentum, batch size\u00a064, seed\u00a03: the log", 6),
        ("published-15738, Nesterov momentum, batch size 64, seed 30", 0),
        ("published-15738, seed 3", 0),
        ("My published-15738, Nesterov momentum, seed 3", 0),
    ],
)
def test_a_section_names_its_run_by_its_folder_or_as_reports_do(check, tmp_path, write_run, title, checked):
    names = [f"published-15738-nesterovTrue-batchsize64-seed{seed}" for seed in (3, 4)]
    for seed, name in enumerate(names, 3):
        write_run(tmp_path / name, seed=seed, recipe={"nesterov": True, "batch_size": 64})
    correct = load_run(tmp_path / names[0]).record.epochs
    rows = "".join(f"| {each.epoch} | {each.test_correct / 100:.2f}\u00a0% |\n" for each in correct)
    text = f"# Runs\n\n## {title}\n\n| epoch | test accuracy |\n| --- | --- |\n{rows}"

    right = check(text, tmp_path)
    wrong = check(text.replace("99.15", "99.25"), tmp_path)

    assert (right.findings, right.checked.get(Kind.RUN, 0)) == ((), checked)
    assert [finding.line for finding in wrong.findings] == ([9] if checked else [])


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ("no such file", None),
        ("not a text: byte 1 is zero", b"a\0b"),
        ("not UTF-8 in line 2", b"a\n\xff"),
        ("more than 2,000,000 bytes, which no README needs", b"a" * 2_000_001),
        ("line 2 has 100,001 characters; at most 100,000 are read", b"a\n" + b"a" * 100_001),
        ("60,002 lines; at most 60,000 are read", b"\n" * 60_001),
        ("200,001 table cells; at most 200,000 are read", b"|\n" * 50_000 + b"||||\n" * 5_000 + b"|" * 130_001),
    ],
)
def test_what_is_no_readme_is_told_in_one_line(command, tmp_path, message, content):
    file = tmp_path / "README.md"
    if content is not None:
        file.write_bytes(content)

    result = command("lint", file)

    assert (result.code, result.out, result.err) == (2, "", f"reports: {file}: {message}\n")


def test_folders_and_missing_runs(command, tmp_path, readme):
    assert command("lint", tmp_path).err == f"reports: {tmp_path}: a folder, not a text file\n"
    assert command("lint", readme, "--runs", tmp_path).code == 2
    shutil.copy(readme, tmp_path / "other.md")
    assert command("lint", readme, tmp_path / "other.md", "--fix", tmp_path / "no").code == 2


@pytest.mark.parametrize(
    "text",
    [
        "test" + " " * 90_000 + "loss",
        ">" * 50_000,
        "[" * 50_000,
        "1," * 40_000 + " of ",
        "Reached 99.1% at epoch 3. " * 3_000 + "\nTest set: Average loss: 0.06, Accuracy: 9821/10000 (98%)",
        "".join(f"Conv2d-{n} [-1, {n % 97 + 1}, 7, 9] {n * 13}\n" for n in range(1, 3_000)),
        ("E1 = " + "+".join(["w1*a_h1"] * 200) + "\nE2 = 1/2*(t2-a_o2)^2\n") * 100,
        "E1 = " + "(" * 1_000 + "t1" + ")" * 1_000,
        "E1 = exp(exp(exp(exp(9999999999))))\nE1 = 9^9^9^9^9\nE1 = t1^9999999999",
        "learning rate 0.125, " * 2_000,
        "| a |\n|---|\n" + "| 1 |\n" * 5_000,
        "(None" + "│ " * 49_000,
        "a" * 90_000 + " (Conv2D) (None",
        "".join(f"c{n} (Conv2D) (None, {n % 97 + 1}, 7, 9) {n * 13}\n" for n in range(1, 3_000)),
        "Layer (type:depth-idx)  Output Shape  Param #\n" + ("├─" * 45_000 + "A: 1-1  [1, 2]  3\n") * 20,
        "Layer (type:depth-idx)  Output Shape  Param #\n" + "a " * 49_000,
    ],
    ids=lambda text: text[:20],
)
def test_hostile_texts_are_read_in_time(check, text):
    start = time.process_time()

    check(text)

    assert time.process_time() - start < 10 * slowness()


def test_a_file_that_takes_too_long_is_called_that(command, monkeypatch, readme):
    monkeypatch.setattr(isolated, "LIMITS", Limits(seconds=0.05, memory_mb=1_500))
    readme.write_text(WRONG * 3_000, encoding="utf-8")

    result = command("lint", readme)

    assert (result.code, result.out) == (2, "")
    assert result.err == f"reports: {readme}: takes longer than 0.05 s\n"


def test_control_characters_of_a_readme_do_not_reach_the_terminal(command, tmp_path):
    file = tmp_path / "README.md"
    file.write_text(
        f"{WRONG}\nLess than\x1b[31m 600 parameters: OK, less than 600 parameters: \x07OK\n", encoding="utf-8"
    )

    assert not {"\x1b", "\x07"} & set(command("lint", file).out)
