"""Workbooks of extreme numbers, and of formulas that lead back to themselves."""

import numpy as np
import pytest

from tests.backprop.check.any_model.test_check import neuron


@pytest.mark.parametrize(
    "cells",
    [
        {"A1": "=A1-0.1*C1", "B1": 1, "C1": "=A1-B1"},
        {"A1": "=A1-0.1*(A1-B1)", "B1": 1, "D1": "=0.5*(A1-B1)^2"},
        {"A1": "=A2", "A2": "=A1-0.1*C1", "B1": 2, "C1": "=A1-B1"},
    ],
)
def test_an_update_of_itself_claims_no_derivative(report, cells):
    assert report(cells).verdict == "no_derivatives"


@pytest.mark.parametrize("cell", ["N1", "N3", "P2", "K2"])
@pytest.mark.parametrize("factor", ["1E300", "1E-300", "EXP(B1*700)"])
def test_numbers_without_end_warn_nobody(report, cell, factor):
    cells = neuron()
    with np.errstate(all="raise"):
        found = report({**cells, cell: f"=({cells[cell][1:]})*{factor}*{factor}"})
    assert found.verdict in ("mistakes", "not_understood"), found.message
