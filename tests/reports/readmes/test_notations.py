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


def test_an_exponent_that_lost_its_place(check):
    flat = FORWARD.replace("exp(-h1)", "e-h1").replace("exp(-o2)", "e-o2").replace("w1*i1", "w1*¡1")
    assert check(flat + "∂E_t/∂w5 = " + RIGHT.format(1, 1)).findings == ()
    assert check(flat).checked == check(FORWARD).checked
    (finding,) = check(flat.replace("a_o2 = 1/(1 + e-o2)", "a_o2 = 1/(1 + e-o1)")).findings
    assert finding.kind is Kind.FORMULA


def test_an_error_that_is_called_so_before_its_name(check):
    text = FORWARD + "1. Error(E1) = 0.5 * (t1 - a_o1)^2\n\n2. Error(E2) = 0.5 * ({0} - a_o2)^2\n"
    assert check(text.format("t2")).findings == ()
    (finding,) = check(text.format("t1")).findings
    assert finding.edit
    assert finding.edit.new == "t2"


def test_targets_named_after_their_outputs(check):
    text = FORWARD.replace("t1", "target_{o1}").replace("t2", "target_{o2}")
    line = r"$\frac{\partial E_{total}}{\partial w_8} = -(target_{o2} - a_{o2}) * a_{o2}(1 - a_{o2}) * a_{h2}$"
    assert check(text + line).findings == ()
    assert check(text).checked == check(FORWARD).checked
    assert [each.kind for each in check(text + line.replace("target_{o2}", "target_{o1}")).findings] == [Kind.FORMULA]
