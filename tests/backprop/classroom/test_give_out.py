"""An exercise for a class: the folder, the manifest that ties it together, what is refused."""

import hashlib
import sys

import pytest

import backprop.__main__
from backprop.check.check import check_any_file
from backprop.classroom.give_out import refuse_folder
from backprop.classroom.manifest import exercise_of, read_manifest
from backprop.epochs.trace import run_trace
from backprop.library import derive
from tests.backprop.conftest import read_values

ROSTER = "id,name,email\n1001,Ada Lovelace,ada@x.org\n1002,=1+1,\n"


def run(monkeypatch, capsys, *arguments, command="exercise"):
    monkeypatch.setattr(sys, "argv", ["backprop", command, *map(str, arguments)])
    with pytest.raises(SystemExit) as exited:
        backprop.__main__.main()
    return exited.value.code or 0, capsys.readouterr()


@pytest.fixture
def roster(tmp_path):
    file = tmp_path / "class.csv"
    file.write_text(ROSTER)
    return file


def test_a_class_gets_workbooks_keys_and_a_manifest(roster, tmp_path, monkeypatch, capsys):
    out = tmp_path / "week-3"
    code, said = run(monkeypatch, capsys, "--students", roster, "-o", out, "--jobs", 1, "--epochs", 5, "--seed", 3)
    assert code == 0
    assert said.out == f"{out}: 2 students, level 2, seed 3: students/, keys/, manifest.json\n"
    assert said.err == ""
    manifest = read_manifest(out / "manifest.json")
    assert [(student.id, student.name, student.email) for student in manifest.students] == [
        ("1001", "Ada Lovelace", "ada@x.org"), ("1002", "=1+1", None),
    ]  # fmt: skip
    for student in manifest.students:
        for folder, digest in (("students", student.sha256), ("keys", student.key_sha256)):
            assert hashlib.sha256((out / folder / student.file).read_bytes()).hexdigest() == digest
    exercise = exercise_of(manifest, manifest.students[0])
    key = read_values(out / "keys" / manifest.students[0].file)
    (sheet,) = (name for name in key if name.startswith("η"))
    losses = [value for cell, value in sorted(key[sheet].items()) if cell.startswith("X") and cell[1:].isdigit()]
    expected = run_trace(derive(exercise.network), exercise.rates, 5).losses[0]
    assert set(expected.tolist()) <= set(losses)
    assert check_any_file(out / "keys" / manifest.students[1].file, None).verdict == "correct"
    assert check_any_file(out / "students" / manifest.students[1].file, None).verdict == "incomplete"

    code, said = run(monkeypatch, capsys, "--students", roster, "-o", out)
    assert (code, said.out) == (2, "")
    assert said.err == f"backprop: {out}: holds an exercise; --force replaces it\n"


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("--students", "nobody.csv"), "nobody.csv: no such file"),
        (("--eta", "0"), "learning rate 0.0: a finite number above 0 is needed"),
        (("--layers", "2,3,2", "mazur"), "one of them at most"),
        (("--level", "5"), "5"),
    ],
)
def test_bad_input_is_told_in_one_line(arguments, match, roster, tmp_path, monkeypatch, capsys):
    given = arguments if "--students" in arguments else ("--students", roster, *arguments)
    code, said = run(monkeypatch, capsys, *given, "-o", tmp_path / "out")
    assert (code, said.out, said.err.count("\n")) == (2, "", 1)
    assert match in said.err
    assert not (tmp_path / "out").exists()


def test_a_blank_for_everybody_has_its_key_beside_it(tmp_path, monkeypatch, capsys):
    file = tmp_path / "one.xlsx"
    code, said = run(monkeypatch, capsys, "--blank", "--level", 1, "-o", file, command="workbook")
    assert (code, said.out) == (
        0,
        f"{file}: an exercise of level 1, to fill in; its key: {tmp_path / 'one-key.xlsx'}\n",
    )
    assert check_any_file(file, None).verdict == "incomplete"
    assert check_any_file(tmp_path / "one-key.xlsx", None).verdict == "correct"


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("--level", 3), "--level 3: belongs to --blank, an exercise"),
        (("--self-check",), "--self-check: belongs to --blank"),
        (("--blank", "--form", "matrix"), "--blank --form matrix: exercises are in English"),
        (("--blank", "--lang", "de"), "--blank --lang de: exercises are in English"),
        (("--blank", "--epochs", 1_000_000), "1,000,000 rows of 32 columns for 1 η are no exercise"),
    ],
)
def test_options_that_do_not_fit_are_told(arguments, match, tmp_path, monkeypatch, capsys):
    code, said = run(monkeypatch, capsys, *arguments, "-o", tmp_path / "x.xlsx", command="workbook")
    assert (code, said.out, said.err.count("\n")) == (2, "", 1)
    assert match in said.err
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_else_is_never_replaced(tmp_path):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(Exception, match=r"holds thesis\.docx; a new folder, or an empty one, is needed"):
        refuse_folder(tmp_path, force=True)
