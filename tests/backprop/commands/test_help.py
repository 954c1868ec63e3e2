"""Every example that a help shows runs as it is typed."""

import shlex
import shutil
import sys
from pathlib import Path

import pytest

from backprop.__main__ import main
from backprop.commands.app import app
from groundfloor.command_style import examples_of
from tests.conftest import ROOT


@pytest.mark.parametrize("example", examples_of(app))
def test_every_example_of_the_help_runs(example: str, tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "homework").mkdir()
    for file in ("mine.xlsx", "homework/one.xlsx"):
        if "-o mine.xlsx" not in example:
            shutil.copy(ROOT / "docs" / "slip.xlsx", tmp_path / file)
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(example.partition(" > ")[0])
    monkeypatch.setattr(sys, "argv", [program, *words])

    with pytest.raises(SystemExit) as ended:
        main()

    finds = words[0] == "check"  # the workbook has a slip
    assert (program, ended.value.code) == ("backprop", int(finds)), capsys.readouterr().err
