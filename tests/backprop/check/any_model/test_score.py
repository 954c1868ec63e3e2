"""The score counts what a checker says, without running the real one."""

import csv
import json
from pathlib import Path

import pytest

import backprop
from backprop.check.findings import FileReport
from benchmarks.any_model import folder, score


@pytest.fixture
def says_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    report = lambda file: FileReport(str(file), None, "correct", None)  # noqa: E731
    monkeypatch.setattr(backprop, "check_workbook", report, raising=False)
    here = lambda tasks, _: ((task, score.trial(*task.argument)) for task in tasks)  # noqa: E731 - not in processes
    monkeypatch.setattr(score, "completed", here)


@pytest.mark.usefixtures("says_correct")
def test_a_checker_that_finds_nothing_fails_on_slips_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score.main(["--files", "6", "--keep", str(tmp_path / "kept"), "--csv", str(tmp_path / "lines.csv"), "--show", "1"])
    told = capsys.readouterr().out
    assert "slip: 2 files" in told
    assert "found   0.0 %" in told
    assert {file.suffix for file in (tmp_path / "kept").iterdir()} == {".txt", ".xlsx"}
    with (tmp_path / "lines.csv").open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    assert {line["what"]: line["fails"] for line in lines} == {"right": "False", "rewriting": "False", "slip": "True"}


@pytest.mark.usefixtures("says_correct")
def test_a_forward_pass_that_is_called_correct_fails(tmp_path: Path) -> None:
    score.main(["--files", "1", "--forward", "--show", "0", "--csv", str(tmp_path / "lines.csv")])
    with (tmp_path / "lines.csv").open(encoding="utf-8") as stream:
        assert [(line["what"], line["fails"]) for line in csv.DictReader(stream)] == [("forward", "True")]


@pytest.mark.usefixtures("says_correct")
def test_the_time_limit_ends_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    score.main(["--files", "5", "--minutes", "0"])
    assert "after 0 of 5 files" in capsys.readouterr().out


def test_a_folder_has_a_key_for_every_file(tmp_path: Path) -> None:
    folder.main(["--files", "2", "--out", str(tmp_path)])
    key = json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in key} == {file.name for file in tmp_path.glob("*.xlsx")}
    assert all(entry["slip"]["cells"] for entry in key if entry["what"] == "slip")
