import pytest
import sympy
from hypothesis import given

from backprop.derivation import closed_forms
from backprop.derivation.derive import Derivation, derive
from backprop.derivation.equation import Stage
from backprop.derivation.functions import ACTIVATIONS
from backprop.errors import NetworkError
from backprop.network.layer import Layer
from backprop.network.network import Network
from backprop.printers.text import TextPrinter
from tests.backprop.networks import networks
from tests.examples import drawn, part


@pytest.mark.parametrize(
    "expected",
    [
        "h1 = w1·i1 + w2·i2",
        "h2 = w3·i1 + w4·i2",
        "a_h1 = σ(h1)",
        "o1 = w5·a_h1 + w6·a_h2",
        "o2 = w7·a_h1 + w8·a_h2",
        "E1 = ½·(t1 − a_o1)²",
        "E_total = E1 + E2",
        "∂E/∂w1 = ((a_o1 − t1)·a_o1·(1 − a_o1)·w5 + (a_o2 − t2)·a_o2·(1 − a_o2)·w7)·a_h1·(1 − a_h1)·i1",
        "∂E/∂w4 = ((a_o1 − t1)·a_o1·(1 − a_o1)·w6 + (a_o2 − t2)·a_o2·(1 − a_o2)·w8)·a_h2·(1 − a_h2)·i2",
        "∂E/∂w8 = (a_o2 − t2)·a_o2·(1 − a_o2)·a_h2",
        "w5 ← w5 − η·∂E/∂w5",
    ],
)
def test_the_eight_weight_network_reads_as_people_write_it(eight_weight: Derivation, expected: str) -> None:
    assert expected in [TextPrinter().equation(equation) for equation in eight_weight.equations("closed")]


def test_steps_go_through_deltas_from_the_output_back(eight_weight: Derivation) -> None:
    lines = [TextPrinter().equation(equation) for equation in eight_weight.backward("steps")]
    assert lines[0] == "δ_o1 = (a_o1 − t1)·a_o1·(1 − a_o1)"
    assert lines[2] == "δ_h1 = (δ_o1·w5 + δ_o2·w7)·a_h1·(1 − a_h1)"
    assert lines[4] == "∂E/∂w1 = δ_h1·i1"


def expanded(derivation: Derivation) -> tuple[sympy.Expr, dict[sympy.Symbol, sympy.Expr]]:
    """The loss over inputs, targets and weights alone, and each forward quantity likewise."""
    known: dict[sympy.Symbol, sympy.Expr] = {}
    for equation in derivation.forward + derivation.loss:
        known[equation.target] = equation.expression.xreplace(known).doit()
    return known[sympy.Symbol("E_total")], known


def test_both_forms_equal_sympys_derivative_of_the_expanded_loss(eight_weight: Derivation) -> None:
    loss, known = expanded(eight_weight)
    deltas: dict[sympy.Symbol, sympy.Expr] = {}
    for equation in eight_weight.deltas:
        deltas[equation.target] = equation.expression.xreplace(deltas)
    gradients = list(zip(eight_weight.weights, eight_weight.closed, eight_weight.gradient, strict=True))
    for weight, closed, steps in gradients[:: 8 // part(4, least=2)]:  # one weight a neuron; on a desk one a layer
        expected = sympy.diff(loss, weight)
        assert sympy.simplify(closed.expression.xreplace(known).doit() - expected) == 0
        assert sympy.simplify(steps.expression.xreplace(deltas).xreplace(known).doit() - expected) == 0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activations_stated_derivative_is_that_of_its_formula(name: str) -> None:
    z = sympy.Symbol("z", real=True)
    function = ACTIVATIONS[name](z)
    formula = function.rewrite(sympy.exp)
    assert formula != function
    assert sympy.simplify(function.diff(z).rewrite(sympy.exp) - formula.diff(z)) == 0


@given(networks())
@drawn(40)
def test_every_right_side_is_over_earlier_targets_only(network: Network) -> None:
    derivation = derive(network)
    for form in ("closed", "steps"):
        known = {*derivation.inputs, *derivation.targets, *derivation.weights, sympy.Symbol("eta")}
        for equation in derivation.equations(form):
            assert equation.expression.free_symbols <= known, equation
            assert equation.stage is Stage.UPDATE or equation.target not in known
            known.add(equation.target)


def test_closed_derivatives_too_long_to_read_are_refused() -> None:
    def layer(size: int, incoming: int) -> Layer:
        return Layer(activation="sigmoid", weights=((0.1,) * incoming,) * size)

    network = Network(
        name="deep",
        title="",
        inputs=(1.0,) * 9,
        targets=(0.5,) * 9,
        loss="half_squared_error",
        layers=(layer(9, 9),) * 6,
    )
    derivation = derive(network)
    assert len(derivation.gradient) == 9 * 9 * 6
    with pytest.raises(NetworkError, match=r"'deep' \(9-9-9-9-9-9-9\): closed derivatives .* in steps"):
        derivation.equations("closed")


def test_terms_of_closed_derivatives_are_counted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each weight of the output layer of 2-3-2, and for its hidden layer one for each weight and output."""
    layers = tuple(Layer(activation="tanh", weights=rows) for rows in (((0.1,) * 2,) * 3, ((0.1,) * 3,) * 2))
    derivation = derive(
        Network(name="small", title="", inputs=(0.1, 0.2), targets=(0, 0), loss="half_squared_error", layers=layers)
    )
    monkeypatch.setattr(closed_forms, "CLOSED_TERMS", 3 * 2 + 2 * 3 * 2)
    assert derivation.equations("closed")
    monkeypatch.setattr(closed_forms, "CLOSED_TERMS", 17)
    with pytest.raises(NetworkError, match="would hold 18 terms, at most 17 are written out"):
        derive(derivation.network).equations("closed")
