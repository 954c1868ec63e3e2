"""The trace: every quantity of every epoch at every learning rate, as NumPy arrays.

`exp` is the C library's (math.exp), which spreadsheet engines call too: the numbers equal theirs bit for bit, where
numpy.exp differs in the last bit of about one value in forty.
"""

import csv
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from backprop.derive import Derivation, Form
from backprop.errors import TraceError
from backprop.printers.numpy import epoch_source

Array = NDArray[np.float64]

DEFAULT_LEARNING_RATES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
DEFAULT_EPOCHS = 100


@dataclass(frozen=True, slots=True)
class Trace:
    """values[rate, epoch - 1, quantity]: the state in which that epoch computes; its update shows in the next one."""

    learning_rates: tuple[float, ...]
    names: tuple[str, ...]
    values: Array  # (learning rates, epochs, quantities)

    @property
    def epochs(self) -> int:
        """Epochs computed, at each learning rate."""
        return int(self.values.shape[1])

    def column(self, name: str) -> Array:
        """One quantity, (learning rates, epochs)."""
        return self.values[:, :, self.names.index(name)]


def column_names(derivation: Derivation, form: Form = "closed") -> tuple[str, ...]:
    """The order people use: targets, inputs, then by layer its weights and its neurons, losses, gradient."""
    names = [symbol.name for symbol in derivation.targets + derivation.inputs]
    for layer in derivation.layers:
        names += [weight.name for neuron in layer for weight in neuron.weights]
        names += [symbol.name for neuron in layer for symbol in (neuron.z, neuron.a)]
    names += [equation.target.name for equation in derivation.loss]
    names += [equation.target.name for equation in derivation.backward(form)]
    return tuple(names)


def run_trace(
    derivation: Derivation,
    learning_rates: Sequence[float] = DEFAULT_LEARNING_RATES,
    epochs: int = DEFAULT_EPOCHS,
    form: Form = "closed",
) -> Trace:
    """Gradient descent from the network's weights; TraceError where a number leaves the range of doubles."""
    rates = check_learning_rates(learning_rates)
    if epochs < 1:
        raise TraceError(f"epochs: {epochs}; at least 1 needed")
    epoch = compile_epoch(derivation, form, _exp)
    names = column_names(derivation, form)
    network = derivation.network
    eta = np.array(rates)
    constants = {
        symbol.name: np.full_like(eta, value)
        for symbol, value in zip(derivation.inputs + derivation.targets, network.inputs + network.targets, strict=True)
    }
    inputs = [constants[symbol.name] for symbol in derivation.inputs]
    targets = [constants[symbol.name] for symbol in derivation.targets]
    weights = [np.full_like(eta, value) for value in network.weights]
    weight_names = [symbol.name for symbol in derivation.weights]
    try:
        values = np.empty((len(rates), epochs, len(names)))
    except (MemoryError, ValueError) as error:
        raise TraceError(f"epochs: {epochs:,} at {len(rates)} learning rates do not fit in memory") from error
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for number in range(epochs):
            try:
                computed, next_weights = epoch(inputs, targets, weights, eta)
            except (FloatingPointError, OverflowError) as error:
                raise TraceError(
                    f"epoch {number + 1}: a number leaves the range of doubles at learning rates "
                    f"{', '.join(map(format_rate, rates))}; choose smaller learning rates, inputs or weights"
                ) from error
            state = constants | dict(zip(weight_names, weights, strict=True)) | computed
            values[:, number, :] = np.array([state[name] for name in names]).T
            weights = next_weights
    return Trace(rates, names, values)


def check_learning_rates(learning_rates: Sequence[float]) -> tuple[float, ...]:
    """The rates as floats; TraceError for none, for one given twice, and for one that is not finite and positive."""
    rates = tuple(map(float, learning_rates))
    if not rates:
        raise TraceError("learning rates: none given; at least 1 needed")
    for position, rate in enumerate(rates):
        if not (math.isfinite(rate) and rate > 0):
            raise TraceError(f"learning rate {rate}: a finite number above 0 is needed")
        if rate in rates[:position]:
            raise TraceError(f"learning rate {format_rate(rate)} is given twice; each gets a table of its own")
    return rates


def format_rate(rate: float) -> str:
    """The shortest text that reads back as the rate: 0.1, 2."""
    return repr(rate).removesuffix(".0")


def write_csv(trace: Trace, stream: TextIO) -> None:
    """One line an epoch with its learning rate; every number reads back as the same double."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["eta", "epoch", *trace.names])
    for rate, table in zip(trace.learning_rates, trace.values, strict=True):
        writer.writerows([rate, epoch, *row] for epoch, row in enumerate(table.tolist(), 1))


def write_json(trace: Trace, stream: TextIO) -> None:
    """A table a learning rate: {"eta": 0.5, "epochs": [{"epoch": 1, "t1": 0.01, ...}, ...]}."""
    names = ("epoch", *trace.names)
    tables = [
        {
            "eta": rate,
            "epochs": [dict(zip(names, (epoch, *row), strict=True)) for epoch, row in enumerate(table.tolist(), 1)],
        }
        for rate, table in zip(trace.learning_rates, trace.values, strict=True)
    ]
    json.dump(tables, stream, indent=1)
    stream.write("\n")


def compile_epoch(derivation: Derivation, form: Form, exp: Callable[[Any], Any]) -> Callable[..., Any]:
    """The printed `epoch` function over any numbers that `exp` takes.

    What is executed holds names and numbers of the derivation only: no text from a file.
    """
    namespace: dict[str, Any] = {}
    exec(compile(epoch_source(derivation, form), "<epoch>", "exec"), namespace)
    namespace["exp"] = exp
    epoch: Callable[..., Any] = namespace["epoch"]
    return epoch


def _exp(x: Array) -> Array:
    return np.fromiter(map(math.exp, x.tolist()), np.float64, x.size)
