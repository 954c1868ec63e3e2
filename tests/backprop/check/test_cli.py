import json
import shutil
import sys
from pathlib import Path

import pytest

from backprop.__main__ import main
from backprop.check import isolated
from groundfloor.work.task import Limits
from tests.conftest import ROOT

SLIP = ROOT / "docs" / "slip.xlsx"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs `backprop check` in an empty folder: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["backprop", "check", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        output = capsys.readouterr()
        return stop.value.code, output.out, output.err

    return run


def test_a_slip_is_found_and_exits_with_1(check) -> None:
    code, out, err = check(SLIP, "--json")
    assert (code, err) == (1, "")
    (file,) = json.loads(out)["files"]
    assert file["verdict"] == "mistakes"
    assert [(finding["range"], finding["quantity"], finding["kind"]) for finding in file["findings"]] == [
        ("AA6:AA25", "dE_dw3", "wrong_reference"),
        ("AB6:AB25", "dE_dw4", "wrong_reference"),
    ]
    assert file["findings"][0]["should_be"] == "=((S6-B6)*S6*(1-S6)*O6+(U6-C6)*U6*(1-U6)*Q6)*M6*(1-M6)*D6"
    (table,) = file["tables"]
    assert (table["first_row"], table["last_row"], table["learning_rate_cell"]) == (6, 25, "C2")
    assert table["cells_checked"] == 31 * 20
    assert table["columns"]["w8"] == "Q"


def test_a_correct_workbook_exits_with_0(check, tmp_path: Path, default_workbook) -> None:
    code, out, _ = check(default_workbook[0])
    assert code == 0
    assert "correct" in out


def test_an_unreadable_file_gets_its_line_and_the_others_go_on(check, tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_text("no workbook")
    code, out, _ = check("bad.xlsx", SLIP, "missing.xlsx", "--json")
    assert code == 2
    files = json.loads(out)["files"]
    assert [file["verdict"] for file in files] == ["unreadable", "mistakes", "unreadable"]
    assert "plain text" in files[0]["message"]
    assert "no such file" in files[2]["message"]


def test_a_file_that_takes_too_long_is_called_that_and_not_unreadable(
    check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(isolated, "LIMITS", Limits(seconds=0.05, memory_mb=1_500))
    code, out, _ = check(SLIP, "--json", "--html", "page.html")
    assert code == 2
    (file,) = json.loads(out)["files"]
    assert file["verdict"] == "too_slow"
    assert file["message"].startswith("takes longer than 0.05 s")
    assert "∞ too slow" in (tmp_path / "page.html").read_text(encoding="utf-8")
    code, out, _ = check(SLIP)
    assert (code, out.splitlines()[0]) == (2, f"∞ too slow  {SLIP}")


def test_what_is_in_the_store_is_not_checked_again_and_the_rest_is(
    check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(SLIP, "again.xlsx")
    (tmp_path / "bad.xlsx").write_text("no workbook")
    files = [SLIP, "again.xlsx", "bad.xlsx", "none.xlsx"]
    plain = check(*files, "--json")
    assert check(*files, "--store", "kept", "--json") == plain
    assert len(list(tmp_path.glob("kept/*/*.json"))) == 1
    monkeypatch.setattr(isolated, "LIMITS", Limits(seconds=0.05, memory_mb=1_500))
    assert check(*files, "--store", "kept", "--json") == plain
    code, out, _ = check(SLIP, "--network", "eight-weight", "--store", "kept")  # which is another question
    assert (code, out.splitlines()[0]) == (2, f"∞ too slow  {SLIP}")
    assert len(list(tmp_path.glob("kept/*/*.json"))) == 1


def test_a_store_that_is_none_is_said_at_once(check, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    code, out, err = check(SLIP, "--store", "kept")
    assert (code, out) == (2, "")
    assert "kept is a file, not a folder" in err


def test_folders_and_patterns_are_searched_and_lock_files_left_out(check, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/one.xlsx", "a/b/two.xlsx", "a/~$one.xlsx", "three.xlsx"):
        shutil.copy(SLIP, tmp_path / name)
    code, out, _ = check("a", "*.xlsx", "a/one.xlsx", "--json", "--jobs", 2)
    assert code == 1
    assert [file["file"] for file in json.loads(out)["files"]] == ["a/b/two.xlsx", "a/one.xlsx", "three.xlsx"]


def test_files_that_are_not_checked_are_named(check, tmp_path: Path) -> None:
    (tmp_path / "in" / "below").mkdir(parents=True)
    shutil.copy(SLIP, tmp_path / "in" / "a.xlsx")
    for name in ("b.fods", "below/c.xls", "d.CSV", "~$e.xls", "notes.txt"):
        (tmp_path / "in" / name).touch()
    code, out, _ = check("in")
    assert code == 1
    assert out.endswith("\n3 files passed over: in/b.fods, in/below/c.xls, in/d.CSV\n")
    assert json.loads(check("in", "--json")[1])["passed_over"] == ["in/b.fods", "in/below/c.xls", "in/d.CSV"]
    assert "passed over" not in check("in/a.xlsx")[1]


def test_an_opendocument_spreadsheet_is_checked_marked_and_corrected(check, tmp_path: Path, opendocument) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(opendocument([SLIP])[0], tmp_path / "in" / "slip.ods")
    code, out, err = check("in", "--annotate", "marked", "--fix", "fixed", "--json")
    assert code == 1
    (other,), (excel,) = json.loads(out)["files"], json.loads(check(SLIP, "--json")[1])["files"]
    assert {key for key in excel if excel[key] != other[key]} == {"file", "sha256"}
    assert err.splitlines() == [
        "marked: marked/slip.ods",
        "corrected: fixed/slip.ods: 40 formulas, 509 values, 1 value not computed (a spreadsheet does it on opening)",
    ]
    assert check("fixed")[0] == 0
    assert len(json.loads(check("marked", "--json")[1])["files"][0]["findings"]) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"epoch,w1\n1,0.15\n", "plain text (such as CSV), which holds no formulas; save the workbook itself"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\2") + "Workbook\0".encode("utf-16-le").ljust(999),
         "an old Excel workbook (.xls); open it in Excel and save it as .xlsx"),
        ("a.fods", b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:x"/>',
         "a flat OpenDocument file (.fods); open it in LibreOffice and save it as .ods or .xlsx"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_told_in_one_line_what_to_do(
    check, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, out, _ = check(name)
    assert code == 2
    assert message in " ".join(out.split())


def test_which_format_a_file_has_is_told_by_what_it_holds(check, tmp_path: Path, opendocument) -> None:
    shutil.copy(opendocument([SLIP])[0], tmp_path / "other.xlsx")
    shutil.copy(SLIP, tmp_path / "excel.ods")
    code, out, _ = check("other.xlsx", "excel.ods", "--json")
    assert (code, [len(file["findings"]) for file in json.loads(out)["files"]]) == (1, [2, 2])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such name")
def test_a_file_name_is_shown_and_not_obeyed(check, tmp_path: Path) -> None:
    name = "a\x1b]0;owned\x07\n[red]b.xlsx"
    (tmp_path / "in").mkdir()
    shutil.copy(SLIP, tmp_path / "in" / name)
    _, out, err = check("in", "--annotate", "marked", "--fix", "fixed", "--markdown", "r\x1b.md")
    assert not set("\x1b\x07") & set(out + err)
    assert err.splitlines() == [
        r"written: r\x1b.md",
        r"marked: marked/a\x1b]0;owned\x07\n[red]b.xlsx",
        r"corrected: fixed/a\x1b]0;owned\x07\n[red]b.xlsx: 40 formulas, 509 values, "
        "1 value not computed (a spreadsheet does it on opening)",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("empty",), "empty: no workbook there; files that end in .xlsx, .xlsm or .ods are checked"),
        ((SLIP, "--jobs", 0), "--jobs: at least 1 is needed (found '0')"),
        ((SLIP, "--network", "nine-weight"), "network 'nine-weight' is unknown"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(check, tmp_path: Path, arguments, message: str) -> None:
    (tmp_path / "empty").mkdir()
    code, out, err = check(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"backprop: {message}")
    assert err.count("\n") == 1


def test_reports_and_copies_are_written_where_asked(check, tmp_path: Path) -> None:
    (tmp_path / "in" / "below").mkdir(parents=True)
    shutil.copy(SLIP, tmp_path / "in" / "slip.xlsx")
    shutil.copy(SLIP, tmp_path / "in" / "below" / "slip.xlsx")
    wanted = ("--html", "p.html", "--markdown", "r.md", "--annotate", "marked", "--fix", "fixed")
    code, _, err = check("in", *wanted, "--json")
    assert code == 1
    assert "corrected: fixed/below/slip.xlsx: 40 formulas" in err
    assert "a_h2" in (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "a_h2" in (tmp_path / "r.md").read_text(encoding="utf-8")
    code, out, _ = check("fixed", "--json")
    assert code == 0
    assert [file["verdict"] for file in json.loads(out)["files"]] == ["correct", "correct"]
    code, out, _ = check("marked", "--json")
    assert [len(file["findings"]) for file in json.loads(out)["files"]] == [2, 2]


def test_what_is_there_is_overwritten_only_with_force(check, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text("mine")
    code, out, err = check(SLIP, "--html", "p.html")
    assert (code, out, err) == (2, "", "backprop: p.html exists; --force overwrites it\n")
    assert (tmp_path / "p.html").read_text() == "mine"
    assert check(SLIP, "--html", "p.html", "--force")[0] == 1
    assert (tmp_path / "p.html").read_text(encoding="utf-8") != "mine"


def test_a_report_that_cannot_be_written_is_named(check) -> None:
    code, _, err = check(SLIP, "--markdown", "missing/r.md", "--json")
    assert code == 2
    assert "missing: no such folder" in err
