"""Strangers' workbooks of other models, beside those of the known network: verdicts and places of mistakes."""

from pathlib import Path

import pytest

from backprop.check.check import check_any_book
from backprop.spreadsheet.read import read_workbook

ANSWERS: dict[str, tuple[str, list[str]]] = {
    "b1-blocks-and-gate.xlsx": ("correct", []),
    "b2-blocks-to-the-right.xlsx": ("correct", []),
    "f1-plain-function.xlsx": ("correct", []),
    "m1-matrix-relu-softmax.xlsx": ("mistakes", ["P20"]),
    "m2-matrix-121-samples.xlsm": ("correct", []),
    "n1-perceptron.xlsx": ("no_derivatives", []),
    "n2-xor-forward.xlsx": ("no_derivatives", []),
    "n5-macros.xlsm": ("no_derivatives", []),
    "n6-xor.ods": ("no_derivatives", []),
    "n8-lstm-forward.xlsx": ("no_derivatives", []),
    "n9-solver.xlsx": ("no_derivatives", []),
    "o1-optimisers-row-a-sample.xlsm": ("mistakes", ["J5"]),
    "o2-optimisers-row-a-sample.xlsm": ("correct", []),
    "r1-linear-row-an-epoch.xlsx": ("correct", []),
    "r2-eight-weights-local.xlsx": ("correct", []),
    "s1-one-step-labels.xlsx": ("mistakes", ["R5", "R6", "V8", "V9"]),
    "s2-update-only.xlsx": ("mistakes", ["V50"]),
    "t1-typed-numbers.xlsx": ("no_derivatives", []),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_wrong_in_each(stranger_workbooks: Path, name: str) -> None:
    file = stranger_workbooks.with_name("workbooks-other") / name
    if not file.exists():
        pytest.skip("the strangers' workbooks of other models are missing: they lie beside BACKPROP_WORKBOOKS")
    found = check_any_book(read_workbook(file))
    assert (found.verdict, [each.cell for each in found.findings]) == ANSWERS[name]
