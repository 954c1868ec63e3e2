"""A class is graded: everyone has a line, what needs a human comes first, nothing is judged twice."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import backprop.classroom.grade as road
from backprop.__main__ import main
from backprop.classroom.manifest import Manifest, exercise_of, write_manifest
from backprop.classroom.manifest import Student as Given
from backprop.network.load import load_network
from tests.backprop.check.layouts import Cells, Layout, build, changed, save
from tests.conftest import ROOT

Run = Callable[..., tuple[int, str, str]]
CLASS = Layout("class", epochs=4)
SLIP = {("Sheet1", row, 26): f"=((R{row}-A{row})*R{row}*(1-R{row})*N{row})*J{row}" for row in range(33, 37)}


@pytest.fixture
def grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `backprop grade` in an empty folder: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["backprop", "grade", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        output = capsys.readouterr()
        return stop.value.code, output.out, output.err

    return run


def workbook(file: Path, *, slip: bool = False, given: dict[str, float] | None = None) -> Path:
    """A student's workbook; with one wrong gradient, with numbers of their own."""
    made = build(CLASS)
    if slip:
        place = made.places[0]
        wrong = Cells()
        for step in range(place.first, place.last + 1):
            cell = place.cell("dE_dw3", step)
            wrong.put(cell, f"={'+'.join(f'{letter}{step}' for letter in 'RS')}*J{step}")
        made = changed(made, wrong.cells)
    for name, value in (given or {}).items():
        place = made.places[0]
        steps = range(place.first, place.last + 1) if name in place.given else [place.first]
        made = changed(made, {place.cell(name, step): value for step in steps})
    file.parent.mkdir(parents=True, exist_ok=True)
    return save(made, file)


def rows(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return {row["Student"]: row for row in csv.DictReader(stream)}


def test_a_moodle_zip_becomes_grades(grade: Run, tmp_path: Path):
    right, wrong = workbook(tmp_path / "right.xlsx"), workbook(tmp_path / "wrong.xlsx", slip=True)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(right, "Ada Lovelace_11_assignsubmission_file_/work.xlsx")
        archive.write(wrong, "=Bo Li_12_assignsubmission_file_/work.xlsx")
        archive.write(wrong, "Cy_13_assignsubmission_file_/mine.xlsx")
        archive.writestr("Di_14_assignsubmission_file_/report.pdf", b"%PDF")
        archive.writestr("Ed_15_assignsubmission_file_/work.xlsx", b"PK\\3\\4 no workbook")
        archive.writestr("Fe_16_assignsubmission_file_/work.zip", b"PK")
    code, out, err = grade("all.zip", "--network", "eight-weight", "--jobs", 1, "--due", "2026-11-20")
    assert (code, err) == (1, "")
    assert out.startswith("A human looks at\n")
    assert out.splitlines()[-3] == "6 students: 3 graded, 3 for a human, 0 missing."
    assert out.splitlines()[-2].endswith("of 6 nothing tells when they were handed in, nor whether late.")
    found = rows(tmp_path / "grades" / "grades.csv")
    assert list(found) == ["Di", "Ed", "Fe", "Ada Lovelace", "'=Bo Li", "Cy"]
    assert [row["Total"] for row in found.values()] == ["", "", "", "100", "93.06", "93.06"]
    assert [row["Same file as"] for row in found.values()] == ["", "", "", "", "Cy", "'=Bo Li"]
    assert found["Di"]["Review"] == "ends in .pdf; workbooks that end in .xlsx, .xlsm or .ods are read"
    assert found["Ed"]["Review"].startswith("cannot be read: ")
    with (tmp_path / "grades" / "moodle.csv").open(encoding="utf-8", newline="") as stream:
        moodle = {row["Identifier"]: row["Grade"] for row in csv.DictReader(stream)}
    assert moodle == {"Participant 11": "100", "Participant 12": "93.06", "Participant 13": "93.06",
                      "Participant 14": "", "Participant 15": "", "Participant 16": ""}  # fmt: skip
    with (tmp_path / "grades" / "canvas.csv").open(encoding="utf-8", newline="") as stream:
        canvas = list(csv.reader(stream))
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Backpropagation"]
    assert canvas[1] == ["Points Possible", "", "", "", "", "100"]
    assert canvas[5] == ["Lovelace, Ada", "11", "Ada Lovelace", "", "", "100"]
    for name, score in (("Cy", 93.055556), ("Ada-Lovelace", 100)):
        (file,) = (tmp_path / "grades" / "gradescope").glob(f"{name}*.json")
        document = json.loads(file.read_text(encoding="utf-8"))
        assert document["score"] == pytest.approx(score)
        assert sum(test["score"] for test in document["tests"]) == pytest.approx(score)
    document = json.loads((tmp_path / "grades" / "grades.json").read_text(encoding="utf-8"))
    (student,) = [each for each in document["students"] if each["student"]["name"] == "Cy"]
    assert [(cost["finding"]["quantity"], cost["alike"], cost["follows"]) for cost in student["costs"]] == [
        ("dE_dw3", 1, ["w3"])
    ]


def test_grades_that_are_there_are_not_overwritten(grade: Run, tmp_path: Path):
    workbook(tmp_path / "in" / "a.xlsx")
    assert grade("in", "--network", "eight-weight", "--jobs", 1)[0] == 0
    code, out, err = grade("in", "--network", "eight-weight")
    assert (code, out) == (2, "")
    assert "grades/grades.csv exists; --force overwrites it" in err


def test_what_is_judged_is_not_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copy(workbook(tmp_path / "in" / "a.xlsx"), tmp_path / "in" / "b.xlsx")
    workbook(tmp_path / "in" / "c.xlsx", slip=True)
    assignment = road.Assignment(road_rubric(), network=load_network("eight-weight"))
    judged: list[int] = []

    def dies(done: int, total: int) -> None:
        judged.append(done)
        if done == 1:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        road.grade_class([tmp_path / "in"], assignment, store=out, advance=dies)
    assert judged == [0, 1]
    results = road.grade_class([tmp_path / "in"], assignment, store=out, advance=lambda done, _: judged.append(done))
    assert judged == [0, 1, 0, 1, 2]  # a and b are one file
    monkeypatch.setattr(road, "_judge", int)  # which would fail
    again = road.grade_class([tmp_path / "in"], assignment, store=out)
    assert [each.graded for each in again] == [each.graded for each in results]


def road_rubric():
    from backprop.classroom.grading.rubric import load_rubric

    return load_rubric()


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    network = load_network("eight-weight")
    students = [
        Given(id=f"s{n}", name=name, email=f"{name.lower()}@example.org", draw=0, file=f"{n}.xlsx", sha256=f"{n}" * 64)
        for n, name in enumerate(("Ada", "Bo", "Cy", "Di"), 1)
    ]
    return Manifest(network=network, seed=5, level=3, epochs=4, learning_rates=(0.5,), students=tuple(students))


def own_numbers(manifest: Manifest, number: int) -> dict[str, float]:
    from backprop.classroom.grading.numbers import given_numbers

    return given_numbers(exercise_of(manifest, manifest.students[number]).network)


def test_a_manifest_tells_whose_numbers_they_are(grade: Run, tmp_path: Path, manifest: Manifest):
    write_manifest(manifest, tmp_path / "manifest.json")
    own = [own_numbers(manifest, number) for number in range(4)]
    workbook(tmp_path / "in" / "s1.xlsx", given=own[0])
    workbook(tmp_path / "in" / "s2.xlsx", given=own[2])  # Cy's
    workbook(tmp_path / "in" / "s3.xlsx", given={**own[2], "i1": own[2]["i1"] + 1})
    workbook(tmp_path / "in" / "eve.xlsx", given=own[3])
    code, out, _ = grade("in", "--manifest", "manifest.json", "--json", "--jobs", 1)
    assert code == 1
    found = {each["student"]["name"]: each for each in json.loads(out)["students"]}
    assert [(name, each["status"]) for name, each in found.items()] == [
        ("Bo", "review"), ("Cy", "review"), ("eve", "review"), ("Ada", "graded"), ("Di", "missing"),
    ]  # fmt: skip
    assert found["Bo"]["review"] == ["the numbers are those of Cy (s3), not the student's own"]
    assert found["Cy"]["review"][0].startswith("i1 is ")
    assert found["eve"]["review"] == ["nobody on the roster was found for it", "the numbers are those of Di (s4)"]
    (gradescope,) = (tmp_path / "grades" / "gradescope").glob("s2*.json")
    assert "Cy" not in gradescope.read_text(encoding="utf-8")  # students may read it
    assert found["Ada"]["lacking"] == ["no chart of the loss was found"]
    assert found["Ada"]["points"] == pytest.approx(100 * 90 / 95)


def test_the_blank_handed_in_again_is_worth_nothing(tmp_path: Path, manifest: Manifest):
    file = workbook(tmp_path / "in" / "s1.xlsx", given=own_numbers(manifest, 0))
    blank = manifest.students[0].model_copy(update={"sha256": hashlib.sha256(file.read_bytes()).hexdigest()})
    given = manifest.model_copy(update={"students": (blank, *manifest.students[1:])})
    results = road.grade_class([tmp_path / "in"], road.Assignment(road_rubric(), manifest=given))
    ada = next(each.graded for each in results if each.graded.student.id == "s1")
    assert (ada.points, ada.status, ada.verdict, ada.notes) == (0, "graded", "incomplete", ())
    assert ada.lacking == ("handed in as it was given out",)


def test_an_answer_key_handed_in_is_told(tmp_path: Path, manifest: Manifest):
    file = workbook(tmp_path / "in" / "s1.xlsx", given=own_numbers(manifest, 0))
    key = manifest.students[0].model_copy(update={"key_sha256": hashlib.sha256(file.read_bytes()).hexdigest()})
    given = manifest.model_copy(update={"students": (key, *manifest.students[1:])})
    (first, *_) = road.grade_class([tmp_path / "in"], road.Assignment(road_rubric(), manifest=given))
    assert first.graded.review == ("the file is the answer key of Ada",)


@pytest.mark.skipif(shutil.which("bash") is None, reason="the autograder is a bash script; bash is missing")
def test_the_autograder_of_gradescope_leaves_a_result(tmp_path: Path, manifest: Manifest):
    home = tmp_path / "autograder"
    workbook(home / "submission" / "any name.xlsx", given=own_numbers(manifest, 1))
    (home / "source").mkdir()
    write_manifest(manifest, home / "source" / "manifest.json")
    (home / "submission_metadata.json").write_text(json.dumps({"users": [{"email": "bo@example.org", "name": "Bo"}]}))
    script = ROOT / "docs" / "gradescope" / "run_autograder"
    environment = os.environ | {"AUTOGRADER": str(home), "PYTHON": sys.executable}
    subprocess.run(["bash", str(script)], env=environment, check=True, capture_output=True, cwd=ROOT)
    result = json.loads((home / "results" / "results.json").read_text(encoding="utf-8"))
    assert result["score"] == pytest.approx(100 * 90 / 95, abs=1e-6)
    assert "no chart of the loss was found" in result["output"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none",), "none: no such file or folder"),
        (("in", "--manifest", "in/a.xlsx"), "in/a.xlsx: "),
        (("in", "--rubric", "in/a.xlsx"), "in/a.xlsx: not UTF-8 text; a rubric is a TOML file"),
        (("in", "--network", "nine"), "network 'nine' is unknown"),
        (("in", "--network", "xor", "--manifest", "m.json"), "--network xor: the manifest says which network it is"),
        (("empty",), "empty: nothing was handed in there"),
        (("in", "-o", "in/a.xlsx"), "a.xlsx"),
    ],
)
def test_bad_input_is_told_in_one_line(grade: Run, tmp_path: Path, arguments: tuple[str, ...], message: str):
    (tmp_path / "empty").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xlsx").write_bytes(b"PK\xff\xfe")
    code, out, err = grade(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
