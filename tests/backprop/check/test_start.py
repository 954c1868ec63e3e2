"""A check starts fast: what a workbook does not need is not imported, neither by the command nor by its process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backprop.derivation.derive import derive
from backprop.network.load import load_network
from backprop.workbook.write import write_workbook
from tests.conftest import ROOT

COMMAND = """
import json, sys
from backprop.__main__ import main
sys.argv = ["backprop", *sys.argv[1:]]
try: main()
except SystemExit: pass
print(json.dumps(sorted(sys.modules)))
"""
PROCESS = """
import json, sys
from pathlib import Path
from backprop.check.isolated import _check
print(_check(None, Path(sys.argv[1])).verdict)
print(json.dumps(sorted(sys.modules)))
"""


def imported(code: str, *arguments: str) -> tuple[str, set[str]]:
    """What the code prints, and the modules that it has imported in the end."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    *lines, modules = done.stdout.splitlines()
    return "\n".join(lines), set(json.loads(modules))


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "docs/slip.xlsx"),
        ("check", "docs/slip.xlsx", "--json"),
        ("check", "docs/matrix.xlsx", "--network", "mazur"),
        ("differentiate", "docs/loan.xlsx", "--of", "Loan!B9", "--by", "Loan!B2:B4"),
    ],
)
def test_the_command_imports_nothing_that_its_process_imports(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    said, modules = imported(COMMAND, *arguments)
    assert said
    heavy = {"sympy", "mpmath", "numpy", "openpyxl", "lxml", "jinja2", "matplotlib"} & modules
    assert heavy == set()
    assert "backprop.check.check" not in modules
    assert "backprop.gradient.differentiate" not in modules


@pytest.mark.parametrize("name", ["matrix.xlsx", "loan.xlsx", "slip.xlsx"])
def test_neither_any_model_nor_a_repair_that_changes_a_formula_needs_sympy(name: str) -> None:
    said, modules = imported(PROCESS, str(ROOT / "docs" / name))
    assert said in ("mistakes", "no_derivatives")
    assert not {"sympy", "jinja2", "matplotlib", "rich", "typer"} & modules


def test_a_right_workbook_of_the_known_network_needs_no_sympy(tmp_path: Path) -> None:
    file = tmp_path / "right.xlsx"
    write_workbook(derive(load_network("eight-weight")), file, [0.5], epochs=4)
    said, modules = imported(PROCESS, str(file))
    assert said == "correct"
    assert not {"sympy", "jinja2", "matplotlib", "rich", "typer"} & modules
