"""`import backprop` is light, and offers what a Python user needs."""

import subprocess
import sys
from pathlib import Path

import pytest

import backprop
from tests.conftest import ROOT

HEAVY = ("sympy", "numpy", "torch", "matplotlib", "openpyxl", "pydantic", "lxml", "rich", "typer")


def test_importing_it_imports_nothing_heavy() -> None:
    code = f"import sys, backprop; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_name_is_there_and_listed() -> None:
    for name in backprop.__all__:
        assert getattr(backprop, name) is not None
        assert name in dir(backprop)
    assert backprop.__version__[0].isdigit()


def test_a_misspelt_name_gets_the_nearest() -> None:
    with pytest.raises(AttributeError, match="has no 'derrive'; did you mean derive"):
        _ = backprop.derrive


def test_a_network_goes_all_the_way(tmp_path: Path) -> None:
    network = backprop.load_network("mazur")
    derivation = backprop.derive(network)
    assert backprop.derive(derivation) is derivation
    assert "∂E/∂w5 =" in backprop.equations(network)
    trace = backprop.trace(network, learning_rates=[0.5], epochs=3)
    assert trace.column("E_total")[0, 0] == pytest.approx(0.298371109)
    file = backprop.write_workbook(network, tmp_path / "mazur.xlsx", learning_rates=[0.5], epochs=3)
    assert backprop.check_workbook(file, network).verdict == "correct"
    with pytest.raises(backprop.InputError, match="exists"):
        backprop.write_workbook(network, file)


def test_a_checked_workbook_has_findings() -> None:
    report = backprop.check_workbook(ROOT / "docs" / "slip.xlsx")
    assert {finding.quantity for finding in report.findings} == {"dE_dw3", "dE_dw4"}


def test_a_missing_workbook_is_called_missing(tmp_path: Path) -> None:
    with pytest.raises(backprop.InputError, match="no such file"):
        backprop.check_workbook(tmp_path / "none.xlsx")


def test_without_learning_rates_the_networks_own_or_the_six() -> None:
    assert backprop.trace("eight-weight", epochs=1).learning_rates == (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
    assert "eight-weight" in backprop.network_names()
