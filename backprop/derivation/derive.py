"""Derivation: from a network to ordered equations, forward, loss, backward and update, by the chain rule in sympy.

Every right side is over earlier targets only, so the work grows with the number of weights. Differentiating the
expanded loss instead would square it at each layer. Expressions keep the order in which people write them.

The equations are those of one sample. Where a step takes several, quantities of the forward pass, the losses of the
outputs, the deltas and the derivatives by inputs are there once a sample, and E_total and the derivatives by parameters
are means over them, or sums where the network says so. The derivative by a parameter that is used in several places is
the sum over these.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sympy import Expr, Integer, Rational, Symbol

from backprop.derivation.closed_forms import closed_deltas
from backprop.derivation.equation import (
    BATCH,
    EPOCH,
    EPOCH_LOSS,
    SAMPLE,
    STEP,
    TOTAL_LOSS,
    Equation,
    Neuron,
    Stage,
    derivative_name,
)
from backprop.derivation.expressions import mean, negative, product, renamed, summed, total, weighted_sum
from backprop.derivation.functions import ACTIVATIONS, local_derivative, loss_slope, output_loss
from backprop.derivation.optimisers import optimise, schedule
from backprop.derivation.softmax import softmax_forward, softmax_symbols
from backprop.derivation.structure import Structure, lay_out, numbered
from backprop.errors import NetworkError
from backprop.functions.losses import LOSSES, Output
from backprop.network.network import Network

Form = Literal["closed", "steps"]


@dataclass(frozen=True)
class Derivation(Structure):
    """Everything that one step computes, or an epoch that has one.

    A derivative is one expression; the gradient is all of them.
    """

    schedule: tuple[Equation, ...]
    forward: tuple[Equation, ...]
    loss: tuple[Equation, ...]
    deltas: tuple[Equation, ...]  # delta_j = dE/dz_j, output layer first
    gradient: tuple[Equation, ...]  # dE/dw in steps: over the deltas
    input_gradient: tuple[Equation, ...]  # dE/di in steps, where it is asked for
    states: tuple[Equation, ...]  # what the optimiser keeps
    updates: tuple[Equation, ...]  # w - eta*dE/dw

    @property
    def per_sample(self) -> frozenset[str]:
        """The quantities that a step holds once a sample; none where a step has one sample."""
        if self.network.batch == 1:
            return frozenset()
        computed = (*self.forward, *self.loss[:-1], *self.deltas, *self.input_gradient)
        return frozenset(symbol.name for symbol in (*self.inputs, *self.targets, *(e.target for e in computed)))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Which numbers enter an equation: of the step, of the epoch."""
        equations = (*self.schedule, *self.states[:1], *self.updates[:1])
        return tuple(
            name for name in (STEP, EPOCH) if any(equation.expression.has(Symbol(name)) for equation in equations)
        )

    @property
    def closed(self) -> tuple[Equation, ...]:
        """dE/dw over forward quantities alone. Each layer multiplies its length by the layer's width: small nets."""
        deltas = closed_deltas(self, self.deltas)
        return _gradient(self, deltas) + _input_gradient(self, deltas)

    def backward(self, form: Form) -> tuple[Equation, ...]:
        """The gradient in closed form, or in steps with the deltas before it."""
        return self.closed if form == "closed" else self.deltas + self.gradient + self.input_gradient

    def equations(self, form: Form = "closed") -> tuple[Equation, ...]:
        """One step, in an order in which it can be computed."""
        return self.schedule + self.forward + self.loss + self.backward(form) + self.states + self.updates

    def sections(self, form: Form = "closed") -> list[tuple[str, tuple[Equation, ...]]]:
        """The same equations under the headings of every listing."""
        samples = f", for each of the {self.network.batch} samples" if self.per_sample else ""
        sections = [
            ("Learning rate", self.schedule),
            (f"Forward pass{samples}", self.forward),
            ("Loss", self.loss),
            ("Backward pass: derivatives of E_total", self.backward(form)),
            ("Optimiser", self.states),
            (f"Update, for the next {self.counted}", self.updates),
        ]
        return [(title, equations) for title, equations in sections if equations]

    def _repr_latex_(self) -> str:
        """What a notebook shows."""
        from backprop.printers.notebook import MOST_CLOSED, aligned  # above this folder, loaded when a notebook asks

        return aligned(self.sections("closed" if len(self.weights) <= MOST_CLOSED else "steps"))


def derive(network: Network) -> Derivation:
    """The equations of one step of the network's training."""
    structure = lay_out(network, Symbol)
    inputs, targets, layers = structure.inputs, structure.targets, structure.layers
    forward = [
        equation
        for layer, description in zip(layers, network.layers, strict=True)
        for equation in _forward(layer, description.activation)
    ]
    loss = _loss(network, layers[-1], targets)
    deltas = _deltas(structure)
    as_they_are: dict[Symbol, Expr] = {equation.target: equation.target for equation in deltas}
    rate = schedule(network.training)
    states, updates = optimise(network.training, structure.trained)
    if structure.takes_turns:  # the rows of optimisers and schedules are written for epochs of one step
        states, updates = _by_step(states), _by_step(updates)
        rate = _by_step(rate) if network.training.schedule_counts == "steps" else rate
    derivation = Derivation(
        network, inputs, targets, layers, rate, tuple(forward), tuple(loss), tuple(deltas),
        _gradient(structure, as_they_are), _input_gradient(structure, as_they_are), states, updates,
    )  # fmt: skip
    _refuse_duplicates(derivation)
    return derivation


def _by_step(equations: Iterable[Equation]) -> tuple[Equation, ...]:
    """The equations over the number of the step instead of the epoch's."""
    return tuple(
        replace(equation, expression=renamed(equation.expression, Symbol(EPOCH), Symbol(STEP)))
        for equation in equations
    )


def _forward(layer: tuple[Neuron, ...], activation: str) -> list[Equation]:
    equations = []
    for neuron in layer:
        terms = [product(w, x) for w, x in zip(neuron.weights, neuron.incoming, strict=True)]
        if neuron.bias is not None:
            terms.append(negative(neuron.bias) if neuron.has_threshold else neuron.bias)
        value = total(terms)
        equations.append(Equation(neuron.z, value, Stage.FORWARD))
        if activation != "softmax":
            equations.append(Equation(neuron.a, ACTIVATIONS[activation](neuron.z), Stage.FORWARD))
    if activation == "softmax":
        equations += [Equation(symbol, value, Stage.FORWARD) for symbol, value in softmax_forward(layer)]
    return equations


def _loss(network: Network, outputs: tuple[Neuron, ...], targets: tuple[Symbol, ...]) -> list[Equation]:
    values = [output_loss(network.loss, output) for output in loss_outputs(outputs, targets)]
    losses = numbered("E", len(values), Symbol)
    equations = [Equation(symbol, value, Stage.LOSS) for symbol, value in zip(losses, values, strict=True)]
    return [*equations, Equation(Symbol(TOTAL_LOSS), _over_samples(network, total(losses)), Stage.LOSS)]


def loss_outputs(outputs: tuple[Neuron, ...], targets: tuple[Symbol, ...]) -> list[Output]:
    """What the loss of each neuron of the output layer is written over; there may be no targets."""
    largest, whole, _ = softmax_symbols(outputs)
    return [
        Output(neuron.z, neuron.a, target, len(outputs), largest, whole)
        for neuron, target in zip(outputs, targets or (None,) * len(outputs), strict=True)
    ]


def _deltas(structure: Structure) -> list[Equation]:
    deltas = []
    network, layers = structure.network, structure.layers
    outputs = loss_outputs(layers[-1], structure.targets)
    for position in reversed(range(len(layers))):
        activation = network.layers[position].activation
        for number, neuron in enumerate(layers[position]):
            fed = structure.fed.get(neuron.a)
            if fed is None:
                value = _output_delta(network, activation, outputs[number])
            else:  # dE/da = sum over what it feeds of their delta times the weight from here
                slope = weighted_sum([n.delta for n, _ in fed], [weight for _, weight in fed])
                value = product(slope, local_derivative(activation, neuron.z, neuron.a))
            deltas.append(Equation(neuron.delta, value, Stage.BACKWARD))
    return deltas


def _output_delta(network: Network, activation: str, output: Output) -> Expr:
    slope = loss_slope(network.loss, output)
    by_sum = LOSSES[network.loss].by_sum
    return slope if by_sum else product(slope, local_derivative(activation, output.z, output.a))


def _gradient(structure: Structure, deltas: dict[Symbol, Expr]) -> tuple[Equation, ...]:
    """dE/dw of every trained parameter, with these expressions for the deltas."""
    equations = []
    for parameter in structure.trained:
        terms = []
        for neuron, source in structure.uses[parameter]:
            delta = deltas[neuron.delta]
            moved = negative(delta) if source is None and neuron.has_threshold else delta
            terms.append(moved if source is None else product(delta, source))
        value = _over_samples(structure.network, total(terms))
        equations.append(Equation(Symbol(derivative_name(parameter.name)), value, Stage.BACKWARD))
    return tuple(equations)


def _input_gradient(structure: Structure, deltas: dict[Symbol, Expr]) -> tuple[Equation, ...]:
    """dE/di of every input that is used, where it is asked for: of each sample's, with its share in the mean."""
    network = structure.network
    if not network.input_gradient:
        return ()
    share = Integer(1) if network.reduction == "sum" else Rational(1, network.batch)
    return tuple(
        Equation(
            Symbol(derivative_name(symbol.name)),
            product(share, total([product(deltas[n.delta], weight) for n, weight in structure.fed[symbol]])),
            Stage.BACKWARD,
        )
        for symbol in structure.inputs
        if symbol in structure.fed
    )


def _over_samples(network: Network, expression: Expr) -> Expr:
    """Of several samples in an epoch the mean, or the sum."""
    if network.batch == 1:
        return expression
    return (mean if network.reduction == "mean" else summed)(expression, Integer(network.batch))


def _refuse_duplicates(derivation: Derivation) -> None:
    """Only names that the network's notation sets can meet others."""
    given = [symbol.name for symbol in (*derivation.inputs, *derivation.targets, *derivation.parameters)]
    seen = {*given, "eta", EPOCH, STEP, SAMPLE, BATCH, EPOCH_LOSS, *derivation.network.training.constants(1)}
    equations = derivation.schedule + derivation.forward + derivation.loss + derivation.deltas
    for equation in equations + derivation.gradient + derivation.input_gradient + derivation.states:
        name = equation.target.name
        if name in seen:
            raise NetworkError(f"network '{derivation.network.name}': notation gives two quantities the name '{name}'")
        seen.add(name)
