"""The first step of a descent in numbers: one derivative factor by factor, and what the step does to each parameter."""

import math
from dataclasses import dataclass

from sympy import Expr

from backprop.derivation.derive import Derivation, loss_outputs
from backprop.derivation.equation import derivative_name
from backprop.derivation.functions import local_derivative, loss_slope
from backprop.epochs.trace import Trace
from backprop.functions.losses import LOSSES
from backprop.printers.text import TextPrinter

MOST_STEPS = 16  # parameters in the table


@dataclass(frozen=True, slots=True)
class Step:
    """A parameter over the first step."""

    name: str
    before: float
    derivative: float
    change: float
    after: float


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a derivative: top over bottom, symbols of the derivation, what it is, and its value."""

    top: str
    bottom: str
    expression: Expr
    value: float


@dataclass(frozen=True, slots=True)
class Worked:
    """dE/dw of one weight as the product of factors, in epoch 1."""

    weight: str
    factors: tuple[Factor, ...]
    value: float  # of the trace, which the product equals up to rounding


def first_steps(derivation: Derivation, trace: Trace, rate: int) -> tuple[Step, ...]:
    """The first MOST_STEPS trained parameters in the first two rows; none where the trace has one."""
    if trace.rows[rate] < 2:
        return ()
    printer, steps = TextPrinter(), []
    for symbol in derivation.trained[:MOST_STEPS]:
        before, after = (float(value) for value in trace.column(symbol.name)[rate, :2])
        derivative = float(trace.column(derivative_name(symbol.name))[rate, 0])
        steps.append(Step(printer.symbol(symbol.name), before, derivative, after - before, after))
    return tuple(steps)


def work_derivative(derivation: Derivation, trace: Trace) -> Worked | None:
    """The derivative by the first weight of the last layer; None where it is no product, as of shared weights.

    Where loss and output activation leave one difference together (cross-entropies), that is one factor.
    """
    network, layer = derivation.network, derivation.layers[-1]
    if derivation.per_sample or len(derivation.targets) != len(layer):
        return None
    neuron, total = layer[0], derivation.loss[-1].target.name
    slope = loss_slope(network.loss, loss_outputs(layer, derivation.targets)[0])
    weight, source = neuron.weights[0].name, neuron.incoming[0]
    if LOSSES[network.loss].by_sum:
        parts = [(total, neuron.z.name, slope)]
    else:
        steep = local_derivative(network.layers[-1].activation, neuron.z, neuron.a)
        parts = [(total, neuron.a.name, slope), (neuron.a.name, neuron.z.name, steep)]
    parts.append((neuron.z.name, weight, source))
    values = [_value(part, trace) for *_, part in parts]
    if not all(value.evalf().is_Number for value in values):
        return None
    factors = tuple(Factor(*part, float(value)) for part, value in zip(parts, values, strict=True))
    value = float(trace.column(derivative_name(weight))[0, 0])
    product = math.prod(factor.value for factor in factors)
    return Worked(weight, factors, value) if math.isclose(product, value, rel_tol=1e-9, abs_tol=1e-15) else None


def _value(expression: Expr, trace: Trace) -> Expr:
    """In epoch 1, which is the same at every learning rate; no number where a function has cases."""
    names = {symbol: float(trace.column(symbol.name)[0, 0]) for symbol in expression.free_symbols}
    return expression.subs(names)
