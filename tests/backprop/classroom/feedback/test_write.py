"""The files of a class's feedback: what is written for whom, and that nothing of an earlier run stays."""

import hashlib
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from backprop.__main__ import main
from backprop.check.copies.findings_sheet import NAME
from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.write import Back, write_feedback
from backprop.classroom.submissions.source import Source
from groundfloor.files import FileError
from tests.backprop.classroom.feedback.results import graded, workbook
from tests.conftest import ROOT


def handed(file: Path, name: str = "Ada Lovelace") -> Back:
    """What goes back to a student whose workbook lies there."""
    result = graded(name)
    assert result.report is not None
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Back(replace(result, report=replace(result.report, sha256=digest)), Source(file), file.suffix, name[:3])


def files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def students(tmp_path: Path) -> list[Back]:
    """Two with a workbook, one whose file cannot be read, one who handed in nothing."""
    ada = handed(workbook(tmp_path / "ada.xlsx"))
    bob = handed(tmp_path / "ada.xlsx", "Bob")
    unread = graded("Cleo", verdict="unreadable", status="review", parts=(), costs=(), report=None)
    missing = graded("Dan", status="missing", verdict="missing", parts=(), costs=(), report=None, file=None)
    return [ada, bob, Back(unread, Source(tmp_path / "none.pdf"), ".pdf", "Cle"), Back(missing, None, "", "Dan")]


def test_everybody_who_handed_in_gets_a_page_and_a_marked_workbook_and_the_class_page_leads_there(
    students: list[Back], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told: list[tuple[int, int]] = []
    assert write_feedback(out, students, Hints.FULL, "Exercise 1", advance=lambda *done: told.append(done)) == []
    texts = [f"feedback/{name}.{ending}" for name in ("Ada", "Bob", "Cle") for ending in ("html", "md")]
    assert files(out) == sorted(["class.html", *texts, "feedback/Ada.xlsx", "feedback/Bob.xlsx"])
    assert told == [(1, 3), (2, 3), (3, 3)]
    page = (out / "class.html").read_text(encoding="utf-8")
    assert sorted(set(re.findall('href="([^"]*)"', page))) == [
        f"feedback/{name}.html" for name in ("Ada", "Bob", "Cle")
    ]
    assert 'href="Ada.xlsx"' in (out / "feedback" / "Ada.html").read_text(encoding="utf-8")
    assert "href=" not in (out / "feedback" / "Cle.html").read_text(encoding="utf-8")
    assert openpyxl.load_workbook(out / "feedback" / "Bob.xlsx").sheetnames[0] == NAME


def test_nothing_stays_of_a_run_that_told_more(students: list[Back], tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_feedback(out, students, Hints.FULL, "Exercise 1")
    ada, bob, cleo, _ = students
    changed = tmp_path / "changed.xlsx"
    changed.write_bytes((tmp_path / "ada.xlsx").read_bytes() + b"\n")  # since it was graded
    gone = replace(bob.graded, status="missing", report=None)
    lines = write_feedback(
        out, [replace(ada, source=Source(changed)), replace(bob, graded=gone), cleo], Hints.NONE, "Exercise 1"
    )
    assert lines == [f"Ada Lovelace: not marked: {changed}: has changed since it was checked"]
    assert files(out) == ["class.html", *(f"feedback/{name}.{e}" for name in ("Ada", "Cle") for e in ("html", "md"))]
    for file in (out / "feedback").iterdir():
        assert "(B2-C2)" not in file.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_one_line(students: list[Back], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(FileError, match=r"out.*: cannot be made"):
        write_feedback(tmp_path / "out", students, Hints.NONE, "Exercise 1")


def test_the_command_tells_students_what_its_hints_allow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.xlsx").write_bytes((ROOT / "docs" / "slip.xlsx").read_bytes())
    monkeypatch.chdir(tmp_path)
    for hints, code, words in (("cell", 0, "AA6:AA25"), ("all", 2, None)):
        monkeypatch.setattr(sys, "argv", ["backprop", "grade", "in", "--jobs", "1", "--force", "--hints", hints])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == code
        page = (tmp_path / "grades" / "feedback" / "ada.html").read_text(encoding="utf-8")
        assert (words or "AA6:AA25") in page
        (result,) = (tmp_path / "grades" / "gradescope").glob("*.json")
        output = json.loads(result.read_text(encoding="utf-8"))["output"]
        assert output == (tmp_path / "grades" / "feedback" / "ada.md").read_text(encoding="utf-8")
        assert "wrong reference" not in page + output
    assert "'all' is not one of 'none', 'cell', 'quantity', 'full'" in capsys.readouterr().err
    assert "feedback/ada.html" in (tmp_path / "grades" / "class.html").read_text(encoding="utf-8")
