"""Derivatives in the notations in which people write them."""

import pytest

from reports.readmes.proof.findings import Kind

FORWARD = """\
h1 = w1*i1 + w2*i2

h2 = w3*i1 + w4*i2

a_h1 = 1/(1 + exp(-h1))

a_h2 = 1/(1 + exp(-h2))

o1 = w5*a_h1 + w6*a_h2

o2 = w7*a_h1 + w8*a_h2

a_o1 = 1/(1 + exp(-o1))

a_o2 = 1/(1 + exp(-o2))

E_total = 0.5*(t1 - a_o1)^2 + 0.5*(t2 - a_o2)^2

"""
WAYS = [
    r"\delta E_t / \delta {0} = {1}",
    r"\frac{{\delta E_t}}{{\delta {0}}} = {1}",
    "δ E_t / δ {0} = {1}",
    "d E_t / d {0} = {1}",
    "∂E_t/∂{0} = {1}",
    "delta E_t / delta {0} = {1}",
]
RIGHT = "(a_o{0} - t{0}) * a_o{0} * (1 - a_o{0}) * a_h{1}"


@pytest.mark.parametrize("way", WAYS)
def test_a_slip_is_found_in_every_notation(check, way):
    lines = [way.format(f"w{4 + n}", RIGHT.format((n + 1) // 2, 2 - n % 2)) for n in range(1, 5)]
    assert not check(FORWARD + "\n\n".join(lines)).findings
    lines[2] = lines[2].replace("t2", "t1")
    (finding,) = check(FORWARD + "\n\n".join(lines)).findings
    assert finding.kind is Kind.FORMULA
    assert finding.edit
    assert (finding.edit.old, finding.edit.new) == ("t1", "t2")
