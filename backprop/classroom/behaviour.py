"""Which drawn numbers make a good exercise: nothing saturates, no quantity equals another, the loss falls.

A quantity that equals another at the digits that are shown would hide the mistake of taking one for the other.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import median_low

import numpy as np

from backprop.classroom.manifest import FORMULA_FORMS, drawn
from backprop.derivation.derive import Derivation, derive
from backprop.derivation.equation import sample_name
from backprop.epochs.trace import Trace, run_trace
from backprop.errors import BackpropError, TraceError
from backprop.functions.activations import ACTIVATIONS
from backprop.network.network import Network
from backprop.workbook.look import style

MOST_DRAWS = 500
FAR = 3.0  # a weighted sum beyond that lies where a sigmoid or tanh is flat
NEAR = 0.05  # a weighted sum so close to a kink of its activation is no place to begin
NEVER_FLAT = {"identity", "relu", "leaky_relu", "softplus", "softmax"}
LOOKS = 15  # draws whose median tells how many of a network's quantities differ: some are equal by what they are
RUNS_AWAY, SATURATES, BECOMES_FLAT, AT_A_KINK, EQUAL, RISES = (
    "the training runs away", "a neuron saturates", "a neuron saturates in a later epoch",
    "a weighted sum is close to a kink of its activation",
    "two quantities are equal at the digits shown", "the loss does not fall",
)  # fmt: skip
MENDING = {
    RUNS_AWAY: "choose a smaller η", BECOMES_FLAT: "choose a smaller η", RISES: "choose a smaller η, or other epochs",
    SATURATES: "choose smaller inputs", AT_A_KINK: "choose fewer neurons",
    EQUAL: "choose fewer neurons, or inputs that differ more",
}  # fmt: skip


class DrawError(BackpropError):
    """A network, η or number of epochs with which no draw of numbers behaves well."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells good draws of a network from others; of all students, so that the equations are derived once."""

    derivation: Derivation
    form: FORMULA_FORMS
    epochs: int
    different: int  # quantities of an epoch that differ in the usual draw, as a network has equal ones by what it is

    def of(self, network: Network) -> Derivation:
        """The equations with the numbers of a draw of the network."""
        return replace(self.derivation, network=network)

    def complaint(self, network: Network) -> str:
        """What is wrong with a draw; nothing where it behaves well."""
        derivation = self.of(network)
        try:
            trace = run_trace(derivation, network.training.learning_rates or (), self.epochs, self.form)
        except TraceError:
            return RUNS_AWAY
        if any(epoch is not None for epoch in trace.diverged):
            return RUNS_AWAY
        if any(_flat(derivation, trace, slice(0, 1))):
            return SATURATES
        if any(_flat(derivation, trace, slice(1, None))):
            return BECOMES_FLAT
        if any(_at_a_kink(derivation, trace)):
            return AT_A_KINK
        if different(trace) < self.different:
            return EQUAL
        return "" if _falls(derivation, trace) else RISES


def judge(network: Network, form: FORMULA_FORMS, epochs: int) -> Judge:
    """What judges the draws of a network for tables of so many epochs."""
    derivation = derive(network)
    looks = (drawn(network, 0, str(look), 0) for look in range(LOOKS))
    traces = (_first_row(replace(derivation, network=look), form) for look in looks)
    counts = [different(trace) for trace in traces if trace is not None]
    return Judge(derivation, form, epochs, median_low(counts) if counts else 0)


def first_good(judge: Judge, seed: int, student: str, learning_rates: Sequence[float] | None) -> tuple[int, Network]:
    """The number of the student's first draw that behaves well, and the network; DrawError where none does."""
    complaints: Counter[str] = Counter()
    for number in range(MOST_DRAWS):
        network = drawn(judge.derivation.network, seed, student, number, learning_rates)
        complaint = judge.complaint(network)
        if not complaint:
            return number, network
        complaints[complaint] += 1
    (worst, count), *_ = complaints.most_common()
    rates = "" if learning_rates is None else f", η {', '.join(f'{rate:g}' for rate in learning_rates)}"
    raise DrawError(
        f"network '{judge.derivation.network.name}'{rates}, {judge.epochs} epochs: none of {MOST_DRAWS} draws of "
        f"numbers is fit for an exercise; in {count} {worst}: {MENDING[worst]}"
    )


def different(trace: Trace) -> int:
    """How many of the quantities of the first epoch differ in size at the digits that are shown."""
    digits = [_digits(name) for name in trace.names]
    return len({round(abs(float(value)), places) for value, places in zip(trace.values[0, 0], digits, strict=True)})


@cache
def _digits(name: str) -> int:
    shown = style.number_format(name)
    return len(shown) - 2 if shown != style.EXACT else 9


def _first_row(derivation: Derivation, form: FORMULA_FORMS) -> Trace | None:
    try:
        return run_trace(derivation, (1.0,), 1, form)
    except TraceError:
        return None


def _sums(derivation: Derivation, activations: set[str]) -> Iterator[tuple[str, str]]:
    """The columns of the weighted sums of layers with these activations, each with its activation."""
    batch = derivation.network.batch
    for layer, description in zip(derivation.layers, derivation.network.layers, strict=True):
        if description.activation in activations:
            for neuron in layer:
                names = [neuron.z.name]
                if neuron.z.name in derivation.per_sample:
                    names = [sample_name(neuron.z.name, sample) for sample in range(1, batch + 1)]
                yield from ((name, description.activation) for name in names)


def _flat(derivation: Derivation, trace: Trace, rows: slice) -> Iterator[bool]:
    for name, _ in _sums(derivation, set(ACTIVATIONS) - NEVER_FLAT):
        yield bool((np.abs(trace.column(name)[:, rows]) > FAR).any())


def _at_a_kink(derivation: Derivation, trace: Trace) -> Iterator[bool]:
    for name, activation in _sums(derivation, {row.name for row in ACTIVATIONS.values() if row.kinks}):
        first = trace.column(name)[:, 0]
        yield any(bool((np.abs(first - kink) < NEAR).any()) for kink, _ in ACTIVATIONS[activation].kinks)


def _falls(derivation: Derivation, trace: Trace) -> bool:
    """Plain descent on all samples falls epoch by epoch; others from the first to the last."""
    losses = trace.losses
    if losses.shape[1] == 1:
        return True
    if derivation.network.training.optimiser == "sgd" and derivation.network.steps == 1:
        return bool((np.diff(losses, axis=1) < 0).all())
    return bool((losses[:, -1] < losses[:, 0]).all())
