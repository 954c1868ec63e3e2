"""Activations and losses against their plain definitions: derivatives by sympy, values by mpmath with 50 digits."""

import random
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
import sympy

from backprop.derivation.functions import ACTIVATIONS, loss_slope, output_loss
from backprop.epochs.trace import ARRAYS, SCALARS, Functions
from backprop.functions.losses import Output
from backprop.printers.numpy import NumpyPrinter
from tests.backprop.exact import AT_THE_KINKS, EXTREMES, Z, cross_entropy, definition, exact, exact_slope, near
from tests.backprop.torch_oracle import ACTIVATIONS as TORCH
from tests.backprop.torch_oracle import double

A, T = sympy.symbols("a1 t1")
BOTH = pytest.mark.parametrize("functions", [SCALARS, ARRAYS], ids=["scalars", "arrays"])


def printed(expression: sympy.Expr, functions: Functions) -> Callable[..., object]:
    """What NumpyPrinter prints, as a function of z1, a1 and t1."""
    source = f"lambda z1, a1=0, t1=0: {NumpyPrinter().doprint(expression)}"
    function: Callable[..., object] = eval(source, {**functions})
    return function


def value_and_slope(name: str, functions: Functions, z: float) -> tuple[float, float]:
    """By the printed formulas, the slope over the printed value as in the backward pass; no overflow on the way."""
    argument = np.array([z, z]) if functions is ARRAYS else z
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        a = printed(ACTIVATIONS[name](Z), functions)(argument)
        slope = printed(ACTIVATIONS[name](Z).slope(A), functions)(argument, a)
    both = [float(np.broadcast_to(found, 2)[-1]) for found in (a, slope)]
    return both[0], both[1]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_sympys_derivative_of_the_definition_to_45_digits(name: str) -> None:
    slope = ACTIVATIONS[name](Z).slope(definition(name)).rewrite(sympy.exp)
    expected = definition(name).diff(Z)
    numbers = random.Random(7)
    for z in (numbers.uniform(-6, 6) for _ in range(40)):
        with mpmath.workdps(50):
            assert abs(exact(slope, z) - exact(expected, z)) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize(("loss", "plain"), [("half_squared_error", 1 / 2), ("mean_squared_error", 1)])
def test_a_squared_errors_slope_is_sympys_derivative_by_the_activation(loss: str, plain: float, outputs: int) -> None:
    share = sympy.nsimplify(plain) / (outputs if loss == "mean_squared_error" else 1)
    formula = share * (T - A) ** 2
    assert sympy.expand(output_loss(loss, Output(Z, A, T, outputs)) - formula) == 0
    assert sympy.expand(loss_slope(loss, Output(Z, A, T, outputs)) - formula.diff(A)) == 0


@pytest.mark.parametrize("outputs", [1, 3])
def test_binary_cross_entropys_slope_is_sympys_derivative_by_the_sum(outputs: int) -> None:
    a = ACTIVATIONS["sigmoid"](Z).rewrite(sympy.exp)
    formula = -(T * sympy.log(a) + (1 - T) * sympy.log(1 - a)) / outputs
    slope = loss_slope("binary_cross_entropy", Output(Z, a, T, outputs))
    written = output_loss("binary_cross_entropy", Output(Z, A, T, outputs)).rewrite(sympy.exp)
    assert sympy.simplify(slope - formula.diff(Z)) == 0
    for z, target in ((-3.7, 0.25), (0.4, 1.0), (2.9, 0.0)):
        with mpmath.workdps(50):
            assert abs(exact((written - formula).subs(T, target), z)) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize("classes", [2, 4])
def test_softmax_cross_entropys_slope_is_sympys_derivative_by_the_sum(classes: int) -> None:
    """For targets that add up to 1."""
    z = sympy.symbols(f"z1:{classes + 1}", real=True)
    t = sympy.symbols(f"t1:{classes}")
    t = (*t, 1 - sum(t))
    whole = sum(map(sympy.exp, z))
    formula = -sum(target * sympy.log(sympy.exp(each) / whole) for target, each in zip(t, z, strict=True))
    for target, each in zip(t, z, strict=True):
        slope = loss_slope("softmax_cross_entropy", Output(each, sympy.exp(each) / whole, target, classes))
        assert sympy.simplify(slope - formula.diff(each)) == 0


@BOTH
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes_go_to_their_limits(name: str, functions: Functions) -> None:
    for z in EXTREMES:
        value, slope = value_and_slope(name, functions, z)
        assert near(value, exact(definition(name), z)), z
        assert near(slope, exact_slope(name, z)), z


@BOTH
@pytest.mark.parametrize("name", AT_THE_KINKS)
def test_the_slope_at_a_kink_is_torchs(name: str, functions: Functions) -> None:
    for kink, expected in AT_THE_KINKS[name].items():
        for z in {float(kink), -0.0 if kink == 0 else float(kink)}:
            tensor = double(z).requires_grad_()
            value = TORCH[name](tensor)
            value.backward()
            assert tensor.grad.item() == pytest.approx(expected, rel=2e-15)  # selu's constants have 15 digits
            assert value_and_slope(name, functions, z) == (value.item(), expected)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_torch_agrees_where_it_stays_finite(name: str) -> None:
    """From 1e150 torch's derivative of gelu is 0 times infinity."""
    compared = 0
    for z in EXTREMES:
        tensor = double(z).requires_grad_()
        expected = TORCH[name](tensor)
        expected.backward()
        if np.isfinite(tensor.grad.item()):
            value, slope = value_and_slope(name, SCALARS, z)
            assert near(value, mpmath.mpf(expected.item())), z
            assert near(slope, mpmath.mpf(tensor.grad.item())), z
            compared += 1
    assert compared >= len(EXTREMES) - 4


@BOTH
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_binary_cross_entropy_stays_finite_for_any_sum(target: float, functions: Functions) -> None:
    loss = printed(output_loss("binary_cross_entropy", Output(Z, A, T, 1)), functions)
    for z in EXTREMES:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            found = loss(np.array([z]) if functions is ARRAYS else z, t1=target)
        assert near(float(np.broadcast_to(found, 1)[0]), cross_entropy(target, z)), z
