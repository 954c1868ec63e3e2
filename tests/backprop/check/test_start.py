"""A check starts fast: what a workbook does not need is not imported, neither by the command nor by its process."""

import json
import subprocess
import sys

import pytest

from backprop.network.load import load_network
from tests.backprop.conftest import Written
from tests.conftest import ROOT

COMMANDS = """
import json, sys
from backprop.__main__ import main
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["backprop", *arguments]
    try: main()
    except SystemExit: pass
    print("---")
print(json.dumps(sorted(sys.modules)))
"""
PROCESS = """
import json, sys
from pathlib import Path
from backprop.check.isolated import _check
print([_check(None, Path(file)).verdict for file in sys.argv[1:]])
print(json.dumps(sorted(sys.modules)))
"""


def imported(code: str, *arguments: str) -> tuple[str, set[str]]:
    """What the code prints, and the modules that it has imported in the end."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    *lines, modules = done.stdout.splitlines()
    return "\n".join(lines), set(json.loads(modules))


def test_the_commands_import_nothing_that_their_processes_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    commands = [
        ("check", "docs/slip.xlsx"),
        ("check", "docs/slip.xlsx", "--json"),
        ("check", "docs/matrix.xlsx", "--network", "mazur"),
        ("differentiate", "docs/loan.xlsx", "--of", "Loan!B9", "--by", "Loan!B2:B4"),
    ]
    said, modules = imported(COMMANDS, json.dumps(commands))
    assert all(part.strip() for part in said.split("---\n")[:-1])
    assert said.count("---") == len(commands)
    heavy = {"sympy", "mpmath", "numpy", "openpyxl", "lxml", "jinja2", "matplotlib"} & modules
    assert heavy == set()
    assert "backprop.check.check" not in modules
    assert "backprop.gradient.differentiate" not in modules


def test_any_model_a_repair_that_changes_a_formula_and_a_right_workbook_need_no_sympy(written: Written) -> None:
    """The right one is of the known network."""
    right = written(load_network("eight-weight"))
    files = [*(ROOT / "docs" / f"{name}.xlsx" for name in ("matrix", "loan", "slip")), right]
    said, modules = imported(PROCESS, *map(str, files))
    assert said == "['mistakes', 'no_derivatives', 'mistakes', 'correct']"
    assert not {"sympy", "jinja2", "matplotlib", "rich", "typer"} & modules
