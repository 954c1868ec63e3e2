"""Formulas of networks that no name is known of: the text's own forward pass is what derivatives are held against."""

import pytest

from reports.readmes.proof.findings import Kind

OWN = """\
```
z1 = v11*x1 + v12*x2 + b1
z2 = v21*x1 + v22*x2 + b2
y1 = sigmoid(z1)
y2 = tanh(z2)
zo = u1*y1 + u2*y2 + c
yo = 1/(1 + e^(-zo))
L = 1/2*(T - yo)^2
```

∂L/∂u1 = (yo - T) * yo * (1 - yo) * y1

∂L/∂u2 = (yo - T) * yo * (1 - yo) * y2

∂L/∂c = (yo - T) * yo * (1 - yo)

∂L/∂v11 = (yo - T) * yo * (1 - yo) * u1 * y1 * (1 - y1) * x1

∂L/∂v21 = (yo - T) * yo * (1 - yo) * u2 * (1 - y2^2) * x1

u1 = u1 - η * ∂L/∂u1
"""
INDICES = """\
- z_i = θ_1 \\* x_1 + θ_2 \\* x_2 + β
- a_i = 1/(1+exp(-z_i))
- z_j = θ_3 \\* a_i
- a_j = σ(z_j)
- E = (y − a_j)²

𝜕E/𝜕a_j = –2 \\* (y – a_j)

𝜕E/𝜕θ_3 = –2 \\* (y – a_j) \\* a_j \\* (1 – a_j) \\* a_i

𝜕E/𝜕θ_1 = –2 \\* (y – a_j) \\* a_j \\* (1 – a_j) \\* θ_3 \\* a_i \\* (1 – a_i) \\* x_1
"""


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (OWN, "", ""),
        (OWN, "(1 - yo) * y2", "(1 - yo) * y1"),
        (OWN, "(1 - y2^2)", "(1 - y2)"),
        (OWN, "u1 - η", "u1 + η"),
        (INDICES, "", ""),
        (INDICES, "\\* x_1\n", "\\* x_2\n"),
    ],
)
def test_derivatives_of_the_texts_own_network(check, text, old, new):
    if old == "\\* x_1\n":
        text = text.removesuffix("x_1\n") + "x_2\n"
    elif old:
        assert text.count(old) == 1
        text = text.replace(old, new)

    report = check(text)

    assert [finding.kind for finding in report.findings] == ([Kind.FORMULA] if old else [])
    assert report.checked[Kind.FORMULA] >= (3 if "θ" in text else 6)


def test_without_a_loss_or_beside_mostly_wrong_ones_nothing_is_said(check):
    assert check(OWN.replace("L = 1/2*(T - yo)^2\n", "")).findings == ()
    assert check(OWN.replace("(yo - T)", "(T - yo)")).findings == ()  # another sign is a convention


EIGHT = (
    "h1 = w1*i1 + w2*i2\nh2 = w3*i1 + w4*i2\na_h1 = σ(h1)\na_h2 = σ(h2)\no1 = w5*a_h1 + w6*a_h2\n"
    "o2 = w7*a_h1 + w8*a_h2\na_o1 = σ(o1)\na_o2 = σ(o2)\nE1 = 1/2*(t1 - a_o1)2\nE2 = 1/2*(t2 - a_o2)2\n"
    "E_total = E1 + E2\n"
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("∂E1/∂a_o1 = ∂(1/2*(t1 - a_o1)2)/∂a_o1", "∂E1/∂a_o1 = ∂(1/2*(t1 - a_o1)2)/∂a_o2"),  # a lost exponent
        ("∂E2/∂a_o1 = 0", "∂E1/∂a_o1 = 0"),
        ("δE_total/δw5 = δ(E1 + E2)/δw5", "δE_total/δw5 = δ(E2 + E2)/δw5"),
        ("∂E_total/∂w5 = ∂E1/∂w5\n= (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1",
         "∂E_total/∂w5 = ∂E1/∂w5\n= (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h2"),
        ("∂E_total/∂w5 = (ao_o1 - t1) * ao_o1 * (1 - a_o1) * a_h1\n"
         "∂E_total/∂w6 = (ao_o1 - t1) * ao_o1 * (1 - a_o1) * a_h2\n"
         "∂E_total/∂w6 = (a_o1 - t1) * ao_o1 * (1 - a_o1) * a_h2",
         "∂E_total/∂w5 = (ao_o1 - t1) * ao_o1 * (1 - a_o1) * a_h1\n"
         "∂E_total/∂w6 = (ao_o1 - t1) * ao_o1 * (1 - a_o1) * a_h2\n"
         "∂E_total/∂w6 = (a_o1 - t1) * ao_o1 * (1 - a_o1) * a_h1"),
        ("∂E_total/∂w1 = ∂E_total/∂a_o1 * ∂a_o1/∂o1 * ∂o1/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w1",  # short for both paths
         "∂E_total/∂w3 = ∂E_total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w3"),
    ],
)  # fmt: skip
def test_spellings_of_the_8_weight_network(check, right, wrong):
    assert check(f"```\n{EIGHT}{right}\n```\n").findings == ()
    assert len(check(f"```\n{EIGHT}{wrong}\n```\n").findings) == 1
