"""Updates through what an optimiser keeps: recognised by what they do, and mended to the rule of their step."""

from collections.abc import Callable

import numpy as np
import pytest

from backprop.check.any_model.optimisers.rule import Rule
from backprop.check.any_model.optimisers.templates import name_of_rule

Cells = dict[str, object]
STEPS = range(6, 11)


def rule(kind: Callable[..., tuple[np.ndarray, tuple[np.ndarray, ...]]], kept: int, *constants: float) -> Rule:
    """A rule at drawn numbers; `kind` gives the new value and the helper cells."""
    draw = np.random.default_rng(3)
    g, before, w = draw.normal(size=(3, 24))
    memory = tuple(draw.uniform(0.3, 1.7, 24) for _ in range(kept))
    new, helpers = kind(g, w, *memory)
    at_zero, _ = kind(g, np.zeros_like(w), *memory)
    return Rule(g, before, w, memory, (), helpers, new, at_zero, constants, 2)


def momentum(sign: float) -> Callable[..., tuple[np.ndarray, tuple[np.ndarray, ...]]]:
    def kind(g: np.ndarray, w: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        velocity = 0.9 * kept + sign * 0.1 * g
        return w - 0.5 * velocity, (velocity,)

    return kind


def adam(one: float, two: float) -> Callable[..., tuple[np.ndarray, tuple[np.ndarray, ...]]]:
    def kind(g: np.ndarray, w: np.ndarray, m: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        mean, square = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        return w - 0.05 * mean / (1 - one) / (np.sqrt(square / (1 - two)) + 1e-6), (mean, square)

    return kind


def test_rules_have_names():
    assert name_of_rule(rule(lambda g, w: (w - 0.3 * g, ()), 0, 0.3)) == "gradient descent"
    assert name_of_rule(rule(momentum(1), 1, 0.9, 0.1, 0.5)) == "momentum"
    constants = (0.05, 0.9, 0.1, 0.99, 0.01, 1e-6)
    assert name_of_rule(rule(adam(0.9**2, 0.99**2), 2, *constants)) == "Adam"
    assert name_of_rule(rule(adam(0, 0), 2, *constants)) == "Adam"


def test_what_is_near_a_rule_has_no_name():
    assert name_of_rule(rule(lambda g, w: (w + 0.3 * g, ()), 0, 0.3)) is None  # uphill
    assert name_of_rule(rule(momentum(-1), 1, 0.9, 0.1, 0.5)) is None
    constants = (0.05, 0.9, 0.1, 0.99, 0.01, 1e-6)
    assert name_of_rule(rule(adam(0.99**2, 0.99**2), 2, *constants)) is None  # corrected by the other rate


def descent(optimiser: str) -> Cells:
    """A line y = a·x + b through two points, a row an epoch, by momentum or RMSprop."""
    cells: Cells = {"A1": "rate", "B1": 0.05, "C1": "keep", "D1": 0.9, "E1": "small", "F1": 0.001}
    cells |= {"A2": 0.7, "B2": 1.1, "C2": -0.4, "D2": 0.3}  # x, y, x, y
    heads = ("a", "b", "E", "dE/da", "dE/db", "kept a", "kept b", "new a", "new b")
    cells |= {f"{column}4": head for column, head in zip("ABCDEFGHI", heads, strict=True)}
    cells |= {"A5": 0.2, "B5": -0.1, "F5": 0, "G5": 0}
    for row in STEPS:
        one, two = f"($A$2*A{row}+B{row}-$B$2)", f"($C$2*A{row}+B{row}-$D$2)"
        cells |= (
            {f"A{row}": f"=H{row - 1}", f"B{row}": f"=I{row - 1}"} if row > STEPS[0] else {"A6": "=A5", "B6": "=B5"}
        )
        cells |= {
            f"C{row}": f"={one}^2+{two}^2",
            f"D{row}": f"=2*{one}*$A$2+2*{two}*$C$2",
            f"E{row}": f"=2*{one}+2*{two}",
        }
        for kept, gradient, old, new in (("F", "D", "A", "H"), ("G", "E", "B", "I")):
            power = "^2" if optimiser == "rmsprop" else ""
            cells[f"{kept}{row}"] = f"=$D$1*{kept}{row - 1}+(1-$D$1)*{gradient}{row}{power}"
            step = f"{gradient}{row}/(SQRT({kept}{row})+$F$1)" if optimiser == "rmsprop" else f"{kept}{row}"
            cells[f"{new}{row}"] = f"={old}{row}-$B$1*{step}"
    return cells


@pytest.mark.parametrize("optimiser", ["momentum", "rmsprop"])
def test_right_ones_are_correct_and_named(report, optimiser):
    found = report(descent(optimiser))
    assert (found.verdict, found.findings) == ("correct", ())
    assert (found.proof.updates, found.proof.through_optimiser) == (10, 10)
    name = {"momentum": "momentum", "rmsprop": "RMSprop"}[optimiser]
    assert any(f"10 by {name}" in note.text for note in found.notes)


@pytest.mark.parametrize(
    ("optimiser", "cell", "formula", "at", "should_be"),
    [
        ("momentum", "G8", "=$D$1*F7+(1-$D$1)*E8", "G8", "=$D$1*G7+(1-$D$1)*E8"),  # what the other parameter kept
        ("momentum", "F8", "=$D$1*F7+(1-$D$1)*E8", "F8", "=$D$1*F7+(1-$D$1)*D8"),  # the other derivative
        ("momentum", "F8", "=$D$1*F7+(1+$D$1)*D8", "F8", "=$D$1*F7+(1-$D$1)*D8"),
        ("rmsprop", "G9", "=$D$1*G8+(1-$D$1)*E9", "G9", "=$D$1*G8+(1-$D$1)*E9^2"),  # not squared
        ("rmsprop", "H8", "=A8+$B$1*D8/(SQRT(F8)+$F$1)", "H8", "=A8-$B$1*D8/(SQRT(F8)+$F$1)"),
    ],
)
def test_a_slip_is_found_where_it_is(report, optimiser, cell, formula, at, should_be):
    found = report({**descent(optimiser), cell: formula})
    assert [(each.cell, each.should_be) for each in found.findings] == [(at, should_be)]


def test_an_optimiser_without_a_name_is_not_called_correct(report):
    cells = descent("momentum")
    for row in STEPS:
        cells |= {f"F{row}": f"=$D$1*F{row - 1}+SIN(D{row})", f"G{row}": f"=$D$1*G{row - 1}+SIN(E{row})"}
    found = report(cells)
    assert (found.verdict, found.findings) == ("not_understood", ())


def test_one_number_in_two_roles_is_not_a_rate_of_its_own(report):
    cells = descent("rmsprop")
    for row in STEPS:
        cells[f"H{row}"] = f"=A{row}-$D$1*D{row}/(SQRT(F{row})+$F$1)"  # the decay of the averages
    found = report(cells).findings
    assert {each.should_be for each in found} == {f"=A{STEPS[0]}-$B$1*D{STEPS[0]}/(SQRT(F{STEPS[0]})+$F$1)"}


def test_a_new_value_with_the_other_sign_is_not_passed_over(report):
    cells = {"A1": "x", "A2": "rate", "A4": "f(x)", "A5": "f'(x)", "A6": "x new", "B1": 3.0, "B2": 0.1,
             "B4": "=B1^2+3*B1", "B5": "=2*B1+3", "B6": "=-(B1-B2*B5)"}  # fmt: skip
    found = report(cells)
    assert (found.verdict, found.findings) == ("not_understood", ())
    assert "Sheet!B6" in found.message
    assert report(cells | {"B6": "=B1-B2*B5"}).verdict == "correct"


def velocities(second: str = "=$D$1*G{before}-$B$1*E{row}") -> dict[str, object]:
    """Momentum whose first velocity keeps nothing; a row a step, the velocity in its own column."""
    titles = zip("ABCDEFG", ("x", "y", "f(x, y)", "g x", "g y", "m x", "m y"), strict=True)
    cells: dict[str, object] = {f"{column}3": title for column, title in titles}
    cells |= {"A1": "rate", "B1": 0.1, "C1": "momentum", "D1": 0.7, "A4": 0.5, "B4": -0.9}
    for row in range(4, 9):
        cells |= {
            f"C{row}": f"=0.5*(A{row}*B{row}-1)^2+(A{row}-2)^2",
            f"D{row}": f"=(A{row}*B{row}-1)*B{row}+2*(A{row}-2)",
            f"E{row}": f"=(A{row}*B{row}-1)*A{row}",
            f"F{row}": f"=$D$1*F{row - 1}-$B$1*D{row}" if row > 4 else "=-$B$1*D4",
            f"G{row}": second.format(before=row - 1, row=row) if row > 4 else "=-$B$1*E4",
        }
        if row > 4:
            cells |= {f"A{row}": f"=A{row - 1}+F{row - 1}", f"B{row}": f"=B{row - 1}+G{row - 1}"}
    return cells


def test_a_velocity_with_the_other_sign_is_mended_and_no_derivative(report):
    assert report(velocities()).verdict == "correct"
    (found,) = report(velocities("=-$D$1*G{before}-$B$1*E{row}")).findings
    assert (found.range, found.kind, found.should_be) == ("G5:G7", "sign", "=$D$1*G4-$B$1*E5")
