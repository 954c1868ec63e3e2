"""The figures of gradient descent, beside the trace they come from."""

import numpy as np
import pytest

from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network, parse_network
from reports.figures.descent import COLUMNS, describe, excerpt, summarize_network
from reports.rendering.equations import mathematics

WIDE = """
name = "wide"
title = "Three inputs, four hidden neurons, two outputs"
inputs = [0.1, 0.2, 0.3]
targets = [0.1, 0.9]
loss = "half_squared_error"
[[layers]]
activation = "sigmoid"
weights = [[0.1, 0.2, 0.3], [0.2, 0.3, 0.4], [0.3, 0.4, 0.5], [0.4, 0.5, 0.6]]
[[layers]]
activation = "sigmoid"
weights = [[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]]
"""


@pytest.fixture(scope="module")
def derivation():
    return derive(load_network("eight-weight"))


def test_the_lowest_and_the_highest_last_loss_are_those_of_the_trace(derivation):
    trace = run_trace(derivation, (2.0, 0.1, 0.5), 100)

    summary = summarize_network(derivation, trace, "eight-weight")

    last = trace.column("E_total")[:, -1]
    assert [descent.learning_rate for descent in summary.descents] == [0.1, 0.5, 2.0]
    assert (summary.lowest.learning_rate, summary.lowest.last_loss) == (2.0, last[0])
    assert (summary.highest.learning_rate, summary.highest.last_loss) == (0.1, last[1])
    assert summary.lowest.factor == pytest.approx(trace.column("E_total")[0, 0] / last[0])
    assert summary.always_fell
    assert summary.excerpt_rate == 2.0


def test_epochs_to_half_are_counted_in_the_trace(derivation):
    trace = run_trace(derivation, (0.1, 0.2, 2.0), 100)

    summary = summarize_network(derivation, trace, "eight-weight")

    loss = trace.column("E_total")
    assert [descent.learning_rate for descent in summary.halved] == [2.0, 0.2]
    assert [descent.learning_rate for descent in summary.not_halved] == [0.1]
    fast = summary.halved[0]
    assert loss[2, fast.to_half - 1] <= loss[2, 0] / 2 < loss[2, fast.to_half - 2]
    updates = [descent.to_half - 1 for descent in summary.halved]
    assert summary.work == pytest.approx((0.2 * updates[1], 2.0 * updates[0]))
    assert summary.work_alike


@pytest.mark.parametrize(
    ("expected", "loss"),
    [
        (
            {"direction": "fell", "factor": 4.0, "rises": 0, "always_fell": True, "to_half": 2, "to_tenth": None},
            [4, 2, 1],
        ),
        ({"direction": "rose", "factor": 3.0, "rises": 1, "always_fell": False, "to_half": None}, [1, 1, 3]),
        ({"direction": "stayed", "factor": 1.0, "rises": 0, "always_fell": False}, [2, 2]),
        ({"direction": "fell", "factor": None, "rises": 0, "to_half": 2, "to_tenth": 2}, [2, 0]),
        ({"direction": "stayed", "factor": None, "rises": 0, "to_half": 1}, [0]),
        ({"direction": "fell", "rises": 1, "always_fell": False, "to_half": 2}, [8, 1, 2]),
    ],
)
def test_a_course_of_losses_is_described(expected, loss):
    described = describe(0.5, np.array(loss, dtype=float))

    assert {name: getattr(described, name) for name in expected} == expected


def test_an_excerpt_shows_the_first_and_last_epochs(derivation):
    trace = run_trace(derivation, (0.5,), 100)

    shown = excerpt(trace, 0, ["w1", "E_total"])

    assert [row and row[0] for row in shown.rows] == [1, 2, 3, 4, 5, None, 99, 100]
    assert shown.rows[-1][:2] == (100, (trace.column("w1")[0, 99], trace.column("E_total")[0, 99]))
    assert shown.columns == ("w1", "E_total")


@pytest.mark.parametrize(
    ("expected", "epochs"), [([1], 1), ([1, 2], 2), ([1, 2, 3, 4, 5, 6, 7], 7), ([1, 2, 3, 4, 5, None, 7, 8], 8)]
)
def test_no_row_of_a_short_table_is_shown_twice(derivation, expected, epochs):
    shown = excerpt(run_trace(derivation, (0.5,), epochs), 0, ["w1"])

    assert [row and row[0] for row in shown.rows] == expected


def test_a_wide_network_is_cut_to_what_can_be_read():
    wide = derive(parse_network(WIDE, "wide.toml"))

    summary = summarize_network(wide, run_trace(wide, (1.0,), 10, "steps"), "wide.toml")
    formulas = mathematics(wide, run_trace(wide, (0.5,), 2, "steps"))

    assert len(summary.weights.columns) == COLUMNS
    assert summary.weights.left_out == 20 - COLUMNS
    assert formulas.closed is None
    assert formulas.gradient.total == 20
    assert formulas.weights == r"w_{1},\, w_{2},\, \ldots,\, w_{20}"
    assert summary.workbook_command == "backprop workbook wide.toml --eta 1 --epochs 10 -o wide.xlsx"
