"""Every example that a help shows runs as it is typed."""

import shlex
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from backprop.__main__ import main
from backprop.classroom.grading.rubric import DEFAULT
from backprop.classroom.manifest import Manifest, Student, write_manifest
from backprop.commands.app import app
from backprop.network.load import load_network
from groundfloor.command_style import examples_of
from tests.conftest import ROOT


def a_class(folder: Path) -> None:
    """A class of one, and what it handed in."""
    network = load_network("eight-weight")
    ada = Student(id="7", name="Ada", draw=0, file="7.xlsx", sha256="0" * 64)
    (folder / "out").mkdir()
    write_manifest(Manifest(network=network, seed=1, level=3, epochs=20, students=(ada,)), folder / "out/manifest.json")
    with zipfile.ZipFile(folder / "submissions.zip", "w") as archive:
        archive.write(folder / "homework" / "one.xlsx", "Ada_7_assignsubmission_file_/one.xlsx")
    shutil.copy(DEFAULT, folder / "rubric.toml")


@pytest.mark.parametrize("example", examples_of(app))
def test_every_example_of_the_help_runs(example: str, tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "homework").mkdir()
    for file in ("mine.xlsx", "homework/one.xlsx"):
        if "-o mine.xlsx" not in example:
            shutil.copy(ROOT / "docs" / "slip.xlsx", tmp_path / file)
    (tmp_path / "class.csv").write_text("id,name\n1,Ada\n")
    if "grade" in example:
        a_class(tmp_path)
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(example.partition(" > ")[0])
    monkeypatch.setattr(sys, "argv", [program, *words])

    with pytest.raises(SystemExit) as ended:
        main()

    finds = words[0] == "check" or "--manifest" in words  # the workbook has a slip, and numbers that nobody was given
    assert (program, ended.value.code) == ("backprop", int(finds)), capsys.readouterr().err
