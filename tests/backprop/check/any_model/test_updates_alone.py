"""No cell of a derivative: each new weight is one formula of the error, the output and its own input."""

import pytest

from tests.backprop.check.any_model.test_check import Cells

INPUTS = range(3, 9)  # rows; 0s hide what is wrong behind them
AGAIN = len(INPUTS) + 2  # rows that the new weights are below the old ones


def delta_rule(slope: str, loss: str = "=(G2-F2)^2") -> Cells:
    """A sigmoid neuron of six inputs with one step of w + α (t − p) p (1 − p) x, then its second forward pass."""
    cells: Cells = {"A1": "x", "B1": "w", "C1": "x w", "D1": "bias", "D2": 0.5, "F1": "p", "G1": "expected", "G2": 0}
    cells |= {"H1": "error", "H2": loss, "E4": "α", "E5": 0.4, "F4": "t − p", "F5": "=G2-F2"}
    for place, row in enumerate(INPUTS):
        cells |= {f"A{row}": place % 2, f"B{row}": round(0.3 - 0.1 * place, 1), f"C{row}": f"=A{row}*B{row}"}
        new = row + AGAIN
        cells |= {f"B{new}": f"=B{row}+$E$5*$F$5*$F$2*{slope}*A{row}", f"C{new}": f"=B{new}*A{row}"}
    first, last = INPUTS[0], INPUTS[-1]
    cells |= {"E1": "sum", "E2": f"=SUM(C{first}:C{last})+D2", "F2": "=1/(1+EXP(-E2))"}
    cells |= {"E11": f"=SUM(C{first + AGAIN}:C{last + AGAIN})+D2", "F11": "=1/(1+EXP(-E11))"}
    return cells


@pytest.mark.parametrize("loss", ["=(G2-F2)^2", "=(G2-F2)^2/2"])
def test_the_updates_alone_are_proven_and_refuted(report, loss):
    """Half of the squared error that a cell holds is left to the rate: no other loss is meant for that."""
    assert report(delta_rule("(1-$F$2)", loss)).verdict == "correct"
    found = report(delta_rule("(1-$F$5)", loss))
    assert found.verdict == "mistakes"
    assert [each.cell for each in found.findings] == [f"B{INPUTS[0] + AGAIN}"]
    assert found.findings[0].range == f"B{INPUTS[0] + AGAIN}:B{INPUTS[-1] + AGAIN}"
    assert found.findings[0].should_be == "=B3+$E$5*$F$5*$F$2*(1-$F$2)*A3"
