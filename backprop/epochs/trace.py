"""The trace: every quantity of every epoch at every learning rate, as NumPy arrays.

`exp` and its like are the C library's (math.exp), which spreadsheet engines call too: the numbers equal theirs bit for
bit, where numpy.exp differs in the last bit of about one value in forty.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import sample_name
from backprop.epochs.columns import column_names
from backprop.epochs.compiled import Functions, compile_epoch
from backprop.errors import TraceError
from backprop.printers.numpy import epoch_source

Array = NDArray[np.float64]

DEFAULT_LEARNING_RATES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
DEFAULT_EPOCHS = 100
CHUNK = 16_384  # numbers computed at a time

_OF_ONE_NUMBER = {"exp": math.exp, "log": math.log, "tanh": math.tanh, "cos": math.cos}
SCALARS: Functions = {
    **_OF_ONE_NUMBER,
    "sqrt": math.sqrt,
    "floor": math.floor,
    "pi": math.pi,
    "maximum": max,
    "minimum": min,
    "where": lambda condition, yes, no: yes if condition else no,
}


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


def run_trace(
    derivation: Derivation,
    learning_rates: Sequence[float] = DEFAULT_LEARNING_RATES,
    epochs: int = DEFAULT_EPOCHS,
    form: Form = "closed",
) -> Trace:
    """The training from the network's weights; TraceError where a number leaves the range of doubles."""
    rates = check_learning_rates(learning_rates)
    check_epochs(epochs)
    names = column_names(derivation, form)
    try:
        values = np.empty((len(rates), epochs, len(names)))
    except (MemoryError, ValueError) as error:
        raise TraceError(f"epochs: {epochs:,} at {len(rates)} learning rates do not fit in memory") from error
    run = Run(derivation, form, epochs)
    for table, rate in zip(values, rates, strict=True):
        done = 0
        for chunk in run.chunks(rate):
            table[done : done + len(chunk)] = chunk
            done += len(chunk)
    return Trace(rates, names, values)


class Run:
    """A derivation, compiled: computes its epoch tables a chunk of rows at a time."""

    def __init__(self, derivation: Derivation, form: Form, epochs: int) -> None:
        check_epochs(epochs)
        self.names = column_names(derivation, form)
        self.epochs = epochs
        self.chunk = max(1, CHUNK // len(self.names))  # epochs computed at a time
        network = derivation.network
        self._batch = bool(derivation.per_sample)
        self._epoch = compile_epoch(epoch_source(derivation, form), ARRAYS if self._batch else SCALARS)
        if self._batch:
            self._epoch = np.errstate(all="ignore")(self._epoch)  # chunks() looks for what is not finite
        self._numbered = derivation.needs_epoch
        self._constants = network.training.constants(epochs)
        self._parameters = {symbol.name: value for symbol, value in derivation.parameters.items()}
        self._kept = [equation.target.name for equation in derivation.states]
        data: list[tuple[Any, Any]] = list(zip(network.inputs, network.targets, strict=True))
        if self._batch:
            data = [(np.array(network.inputs).T, np.array(network.targets).T)]
        self._data = data
        given = [symbol.name for symbol in derivation.inputs + derivation.targets]
        self._given = [
            dict(zip(given, (*inputs, *targets), strict=True)) | {"sample": float(number)}
            for number, (inputs, targets) in enumerate(data, 1)
        ]
        self._row = self._batch_row(derivation) if self._batch else itemgetter(*self.names)

    def chunks(self, rate: float) -> Iterator[Array]:
        """The rows of one learning rate's table, (at most `chunk`, quantities) at a time."""
        rows: list[Sequence[float]] = []
        for epoch, known in enumerate(self.states(rate), 1):
            rows.append(self._row(known))
            if len(rows) == self.chunk or epoch == self.epochs:
                chunk = np.array(rows, dtype=np.float64)
                finite = np.isfinite(chunk).all(axis=1)
                if not finite.all():
                    raise _out_of_range(epoch - len(rows) + 1 + int(np.argmin(finite)), rate)
                yield chunk
                rows = []

    def states(self, rate: float) -> Iterator[dict[str, Any]]:
        """Every quantity of each epoch by its name; where an epoch has several samples, an array over them."""
        weights: list[Any] = list(self._parameters.values())
        kept: list[Any] = [0.0] * len(self._kept)
        for epoch in range(1, self.epochs + 1):
            sample = (epoch - 1) % len(self._data)
            arguments = [kept] * bool(kept) + [epoch] * self._numbered
            try:
                computed, following = self._epoch(*self._data[sample], weights, rate, *arguments, **self._constants)
            except (OverflowError, ZeroDivisionError, ValueError) as error:
                raise _out_of_range(epoch, rate) from error
            yield {**self._given[sample], **dict(zip(self._parameters, weights, strict=True)), **computed}
            kept = [computed[name] for name in self._kept]
            weights = following

    def _batch_row(self, derivation: Derivation) -> Callable[[dict[str, Any]], list[float]]:
        places: dict[str, tuple[str, int | None]] = {}
        for name in derivation.per_sample:
            for sample in range(derivation.network.batch):
                places[sample_name(name, sample + 1)] = name, sample
        order = [places.get(name, (name, None)) for name in self.names]
        return lambda known: [known[name] if sample is None else known[name][sample] for name, sample in order]


def _out_of_range(epoch: int, rate: float) -> TraceError:
    return TraceError(
        f"epoch {epoch:,}: a number leaves the range of doubles at learning rate {format_rate(rate)}; "
        "choose smaller learning rates, inputs or weights"
    )


def check_epochs(epochs: int) -> None:
    """TraceError for less than one."""
    if epochs < 1:
        raise TraceError(f"epochs: {epochs}; at least 1 needed")


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


def _over_arrays(function: Callable[[float], float]) -> Callable[[Any], Any]:
    def elementwise(values: Any) -> Any:
        array = np.asarray(values, dtype=np.float64)
        return np.fromiter(map(function, array.ravel().tolist()), np.float64, array.size).reshape(array.shape)[()]

    return elementwise


ARRAYS: Functions = {
    **{name: _over_arrays(function) for name, function in _OF_ONE_NUMBER.items()},
    **{name: getattr(np, name) for name in ("sqrt", "floor", "full_like", "pi", "maximum", "minimum", "where")},
}
