"""The trace: every quantity of every step at every learning rate, as NumPy arrays.

A step is an update; an epoch is a pass over all samples: one step with all of them, or several that take turns.

`exp` and its like are the C library's (math.exp), which spreadsheet engines call too: the numbers equal theirs bit for
bit, where numpy.exp differs in the last bit of about one value in forty.
"""

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import EPOCH, EPOCH_LOSS, STEP, TOTAL_LOSS, sample_name
from backprop.epochs.columns import column_names
from backprop.epochs.compiled import Functions, compile_epoch
from backprop.errors import TraceError
from backprop.printers.numpy import epoch_source

Array = NDArray[np.float64]

DEFAULT_LEARNING_RATES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
DEFAULT_EPOCHS = 100
DIVERGED = "diverged at epoch"
OUT_OF_RANGE = "where a number leaves the range of doubles"
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
    """values[rate, row, quantity]: the state in which an epoch or a step computes; its update shows in the next row.

    A table ends where a number leaves the range of doubles: the training diverged, and its rows from there are NaN.
    """

    learning_rates: tuple[float, ...]
    names: tuple[str, ...]
    values: Array  # (learning rates, epochs * steps, quantities)
    steps: int = 1  # rows of an epoch
    rows: tuple[int, ...] = ()  # computed at each learning rate

    @property
    def epochs(self) -> int:
        """Epochs asked for, at each learning rate."""
        return int(self.values.shape[1]) // self.steps

    @property
    def diverged(self) -> tuple[int | None, ...]:
        """The epoch in which each training diverged, counted from 1; None where it did not."""
        return tuple(diverged(rows, self.steps, self.epochs) for rows in self.rows)

    @property
    def losses(self) -> Array:
        """The loss of each epoch, the mean over its samples as each step met them, (learning rates, epochs)."""
        return self.column(TOTAL_LOSS if self.steps == 1 else EPOCH_LOSS)[:, self.steps - 1 :: self.steps]

    def column(self, name: str) -> Array:
        """One quantity, (learning rates, epochs * steps)."""
        return self.values[:, :, self.names.index(name)]


def divergence(epoch: int) -> str:
    """What is said of a training that diverged, in one phrase everywhere."""
    return f"{DIVERGED} {epoch}"


def diverged(rows: int, steps: int, epochs: int) -> int | None:
    """The epoch in which a table of so many rows ends too early; None where it is whole."""
    return rows // steps + 1 if rows < steps * epochs else None


def run_trace(
    derivation: Derivation,
    learning_rates: Sequence[float] = DEFAULT_LEARNING_RATES,
    epochs: int = DEFAULT_EPOCHS,
    form: Form = "closed",
) -> Trace:
    """The training from the network's weights; TraceError where even its first row leaves the range of doubles."""
    rates = check_learning_rates(learning_rates)
    check_epochs(epochs)
    names, steps = column_names(derivation, form), derivation.network.steps
    try:
        values = np.empty((len(rates), epochs * steps, len(names)))
    except (MemoryError, ValueError) as error:
        raise TraceError(f"epochs: {epochs:,} at {len(rates)} learning rates do not fit in memory") from error
    run = Run(derivation, form, epochs)
    rows = []
    for table, rate in zip(values, rates, strict=True):
        done = 0
        for chunk in run.chunks(rate):
            table[done : done + len(chunk)] = chunk
            done += len(chunk)
        table[done:] = np.nan
        rows.append(done)
    return Trace(rates, names, values, steps, tuple(rows))


class Run:
    """A derivation, compiled: computes its tables a chunk of rows at a time. A row is a step; steps make epochs."""

    def __init__(self, derivation: Derivation, form: Form, epochs: int) -> None:
        check_epochs(epochs)
        network = derivation.network
        self.names = column_names(derivation, form)
        self.epochs, self.steps = epochs, network.steps
        self.chunk = max(1, CHUNK // len(self.names))  # rows computed at a time
        self._batch = bool(derivation.per_sample)
        self._step = compile_epoch(epoch_source(derivation, form), ARRAYS if self._batch else SCALARS)
        if self._batch:
            self._step = np.errstate(all="ignore")(self._step)  # chunks() looks for what is not finite
        self._numbers = derivation.numbers
        self._constants = network.constants(epochs)
        self._parameters = {symbol.name: value for symbol, value in derivation.parameters.items()}
        self._kept = [equation.target.name for equation in derivation.states]
        data: list[tuple[Any, Any]] = list(zip(network.inputs, network.targets, strict=True))
        if self._batch:
            inputs, targets = np.array(network.inputs), np.array(network.targets)
            batches = range(network.batch, network.samples + 1, network.batch)
            data = [(inputs[end - network.batch : end].T, targets[end - network.batch : end].T) for end in batches]
        self._data = data
        given = [symbol.name for symbol in derivation.inputs + derivation.targets]
        self._given = [
            dict(zip(given, (*inputs, *targets), strict=True)) | {derivation.turn: float(number)}
            for number, (inputs, targets) in enumerate(data, 1)
        ]
        self._row = self._batch_row(derivation) if self._batch else itemgetter(*self.names)

    def chunks(self, rate: float) -> Iterator[Array]:
        """The rows of one learning rate's table, (at most `chunk`, quantities) at a time.

        Fewer than there should be where the training diverges; TraceError where it does so before its first update.
        """
        done = 0
        states = self.states(rate)
        while rows := [self._row(known) for known in islice(states, self.chunk)]:
            chunk = np.array(rows, dtype=np.float64)
            finite = np.isfinite(chunk).all(axis=1)
            if not finite.all():
                chunk = chunk[: int(np.argmin(finite))]
                states.close()
            done += len(chunk)
            if len(chunk):
                yield chunk
        if not done:
            raise TraceError(
                "epoch 1: a number leaves the range of doubles before the first update; "
                "choose smaller inputs or weights"
            )

    def states(self, rate: float) -> Generator[dict[str, Any], None, None]:
        """Every quantity of each row by its name; where a row has several samples, an array over them.

        They end where Python raises on a number out of range.
        """
        weights: list[Any] = list(self._parameters.values())
        kept: list[Any] = [0.0] * len(self._kept)
        loss = 0.0
        for row in range(self.epochs * self.steps):
            epoch, turn = divmod(row, self.steps)
            numbers = {STEP: row + 1, EPOCH: epoch + 1}
            arguments = [kept] * bool(kept) + [numbers[name] for name in self._numbers]
            try:
                computed, following = self._step(*self._data[turn], weights, rate, *arguments, **self._constants)
            except (OverflowError, ZeroDivisionError, ValueError):
                return
            known = {**self._given[turn], **dict(zip(self._parameters, weights, strict=True)), **computed}
            if self.steps > 1:
                loss = (turn * loss + computed[TOTAL_LOSS]) / (turn + 1)
                known |= {STEP: float(row + 1), EPOCH_LOSS: loss}
            yield known
            kept = [computed[name] for name in self._kept]
            weights = following

    def _batch_row(self, derivation: Derivation) -> Callable[[dict[str, Any]], list[float]]:
        places: dict[str, tuple[str, int | None]] = {}
        for name in derivation.per_sample:
            for sample in range(derivation.network.batch):
                places[sample_name(name, sample + 1)] = name, sample
        order = [places.get(name, (name, None)) for name in self.names]
        return lambda known: [_of_sample(known[name], sample) for name, sample in order]


def _of_sample(value: Any, sample: int | None) -> float:
    """The number of a sample; one number stands for all of them where none of them has a part in it."""
    number: float = value if sample is None or isinstance(value, (int, float)) else value[sample]
    return number


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
