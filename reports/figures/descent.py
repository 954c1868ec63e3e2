"""The figures of gradient descent on one network, from its trace: how far and how fast the loss fell at each rate."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import EPOCH_LOSS, TOTAL_LOSS, sample_name
from backprop.epochs.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES, Trace
from backprop.printers.text import TextPrinter
from reports.figures.formats import shortest
from reports.figures.step import Step, first_steps

FIRST_ROWS, LAST_ROWS = 5, 2
COLUMNS = 10
ALIKE = 1.1
MOST_CELLS = 500_000  # of a workbook that goes with a report: some 5 MB


@dataclass(frozen=True, slots=True)
class Descent:
    """Training at one learning rate, epoch by epoch; where it diverged, until then."""

    learning_rate: float
    first_loss: float
    last_loss: float
    direction: str  # fell | rose | stayed
    factor: float | None  # by how much, 1 or more; None where the smaller loss is 0
    rises: int  # epochs with a higher loss than the one before
    always_fell: bool
    to_half: int | None  # the first one at half of the first loss; None where it was not reached
    to_tenth: int | None
    diverged: int | None  # the epoch in which a number left the range of doubles
    image: str


class Row(NamedTuple):
    """One line of an excerpt."""

    number: int  # of the epoch or the sample
    values: tuple[float, ...]
    step: int | None = None  # where an epoch has several
    turn: int | None = None  # the sample or the batch that the step takes


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some columns of the first and the last rows of a table; a row of None stands for those between."""

    columns: tuple[str, ...]
    left_out: int  # columns that did not fit
    rows: tuple[Row | None, ...]


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """One network, trained at several learning rates."""

    name: str
    title: str
    sizes: tuple[int, ...]  # inputs, then neurons of each layer
    samples: int
    steps: int  # of an epoch
    batch: int  # samples of a step
    turn: str  # what takes turns where an epoch has several steps: sample | batch
    numbers: tuple[str, ...]  # which enter the equations: step, epoch
    inputs: tuple[float, ...]  # of the first sample
    targets: tuple[float, ...]
    data: Excerpt | None  # of several samples
    start_weights: tuple[float, ...]
    start_biases: tuple[float, ...]
    train_biases: bool
    bias_kinds: tuple[str, ...]  # one a neuron: neuron; one a layer: layer
    loss: str  # half_squared_error, ...
    reduction: str  # mean or sum, over the samples of an epoch
    shares: bool  # weights that are used in several places
    optimiser: str  # sgd, ...
    schedule: str  # constant | step | cosine
    weight_decay: float
    outputs: tuple[float, ...]  # activations of the output layer, first sample, first epoch
    epochs: int
    descents: tuple[Descent, ...]  # in order of learning rate
    lowest: Descent  # of the last loss, of those that did not diverge if there are any
    highest: Descent
    diverged: tuple[Descent, ...]
    rose: tuple[Descent, ...]  # those whose loss rose at least once
    always_fell: bool  # at every rate, from each to the next
    halved: tuple[Descent, ...]  # those that reached half of the first loss, fastest first
    not_halved: tuple[Descent, ...]
    work: tuple[float, float] | None  # least and most of learning rate × updates to half of the first loss, plain sgd
    work_alike: bool  # the two lie within a tenth of each other
    excerpt_rate: float
    first_step: tuple[Step, ...]  # what it does to each parameter, at that rate
    first_step_left_out: int
    losses: Excerpt
    weights: Excerpt  # with the biases, where they are trained
    gradient: Excerpt
    picture: str
    all_rates: str
    sheet: str  # the picture of a sheet of the workbook
    workbook: str | None  # its file; None where it would be too large to go with a report
    derive_command: str
    trace_command: str
    workbook_command: str


def summarize_network(derivation: Derivation, trace: Trace, argument: str) -> NetworkSummary:
    """The figures of Part 1; `argument` is how a command line names the network."""
    network, training = derivation.network, derivation.network.training
    loss = courses(trace)
    order = sorted(range(len(trace.learning_rates)), key=lambda index: trace.learning_rates[index])
    descents = tuple(describe(trace.learning_rates[index], loss[index], trace.diverged[index]) for index in order)
    converged = [descent for descent in descents if descent.diverged is None]
    lowest = min(converged or descents, key=lambda descent: descent.last_loss)
    halved = sorted((d for d in descents if d.to_half is not None), key=lambda d: (d.to_half, d.learning_rate))
    comparable = training.optimiser == "sgd" and training.schedule == "constant" and not derivation.takes_turns
    numbers = derivation.numbers
    work = [d.learning_rate * (d.to_half - 1) for d in halved if d.to_half is not None and comparable]
    rate = trace.learning_rates.index(lowest.learning_rate)
    outputs = [neuron.a.name for neuron in derivation.layers[-1]]
    losses = [equation.target.name for equation in derivation.loss]
    if derivation.takes_turns:
        losses.append(EPOCH_LOSS)
    if derivation.per_sample:
        outputs = [sample_name(name, sample) for sample in range(1, network.batch + 1) for name in outputs]
        losses = losses[len(derivation.loss) - 1 :]
    rates = [equation.target.name for equation in derivation.schedule]
    parameters = [parameter.name for parameter in derivation.trained]
    first_step = first_steps(derivation, trace, rate)
    return NetworkSummary(
        name=network.name,
        title=network.title,
        sizes=network.sizes,
        samples=network.samples,
        steps=network.steps,
        batch=network.batch,
        turn=derivation.turn,
        numbers=numbers,
        inputs=network.inputs[0],
        targets=network.targets[0],
        data=_data(derivation) if network.samples > 1 else None,
        start_weights=network.weights,
        start_biases=network.biases,
        train_biases=training.train_biases,
        bias_kinds=_bias_kinds(derivation),
        loss=network.loss,
        reduction=network.reduction,
        shares=bool(network.shared),
        optimiser=training.optimiser,
        schedule=training.schedule,
        weight_decay=training.decay,
        outputs=tuple(float(trace.column(name)[rate, 0]) for name in outputs[: network.sizes[-1]]),
        epochs=trace.epochs,
        descents=descents,
        lowest=lowest,
        highest=max(converged or descents, key=lambda descent: descent.last_loss),
        diverged=tuple(descent for descent in descents if descent.diverged is not None),
        rose=tuple(descent for descent in descents if descent.rises),
        always_fell=all(descent.always_fell for descent in descents),
        halved=tuple(halved),
        not_halved=tuple(descent for descent in converged if descent.to_half is None),
        work=(min(work), max(work)) if work else None,
        work_alike=len(work) > 1 and max(work) <= ALIKE * min(work),
        excerpt_rate=lowest.learning_rate,
        first_step=first_step,
        first_step_left_out=len(derivation.trained) - len(first_step) if first_step else 0,
        losses=excerpt(trace, rate, [*rates, *outputs, *losses], keep=len(losses) if len(losses) < COLUMNS else 1),
        weights=excerpt(trace, rate, parameters),
        gradient=excerpt(trace, rate, [f"dE_d{name}" for name in parameters]),
        picture="assets/network.svg",
        all_rates="assets/loss-all-rates.svg",
        sheet="assets/sheet.svg",
        workbook=f"{network.name}.xlsx" if trace.values.size <= MOST_CELLS else None,
        derive_command=shlex.join(["backprop", "derive", argument, "--format", "latex", "--form", "steps"]),
        trace_command=_command("trace", argument, [lowest.learning_rate], trace.epochs, "--format", "csv"),
        workbook_command=_command(
            "workbook",
            argument,
            trace.learning_rates,
            trace.epochs,
            "-o",
            f"{network.name}.xlsx",
            default=training.learning_rates,
        ),
    )


def courses(trace: Trace) -> list[NDArray[np.float64]]:
    """The loss of each epoch, at each rate, until its training diverged; of its first step where that is all."""
    first = trace.column(TOTAL_LOSS)[:, :1]
    finished = (losses[np.isfinite(losses)] for losses in trace.losses)
    return [losses if len(losses) else step for losses, step in zip(finished, first, strict=True)]


def describe(learning_rate: float, loss: NDArray[np.float64], diverged: int | None = None) -> Descent:
    """The course of one loss, one value an epoch."""
    first, last = float(loss[0]), float(loss[-1])
    small, large = sorted((first, last))
    return Descent(
        learning_rate=learning_rate,
        first_loss=first,
        last_loss=last,
        direction="fell" if last < first else "rose" if last > first else "stayed",
        factor=large / small if small > 0 else None,
        rises=int(np.count_nonzero(np.diff(loss) > 0)),
        always_fell=bool(np.all(np.diff(loss) < 0)),
        to_half=_first_epoch_at(loss, first / 2),
        to_tenth=_first_epoch_at(loss, first / 10),
        diverged=diverged,
        image=f"assets/loss-eta-{shortest(learning_rate)}.svg",
    )


def excerpt(trace: Trace, rate: int, names: Sequence[str], keep: int = 0) -> Excerpt:
    """The first and last rows of these columns, cut to COLUMNS of them; the last `keep` are never cut."""
    kept, cut = _cut(names, keep)
    values = np.stack([trace.column(name)[rate, : trace.rows[rate]] for name in kept], axis=-1)  # (rows, columns)
    return _excerpt(kept, cut, values, trace.steps)


def _data(derivation: Derivation) -> Excerpt:
    """Inputs and targets of several samples."""
    network = derivation.network
    names = [symbol.name for symbol in derivation.inputs + derivation.targets]
    values = np.hstack([network.inputs, network.targets])
    kept, cut = _cut(names, len(derivation.targets) if len(derivation.targets) < COLUMNS else 1)
    return _excerpt(kept, cut, values[:, [names.index(name) for name in kept]])


def _cut(names: Sequence[str], keep: int) -> tuple[list[str], int]:
    """COLUMNS of the names, the last `keep` among them, and how many others there are."""
    cut = max(0, len(names) - COLUMNS)
    return [*names[: len(names) - cut - keep], *names[len(names) - keep :]] if cut else list(names), cut


def _excerpt(names: Sequence[str], left_out: int, values: NDArray[np.float64], steps: int = 1) -> Excerpt:
    rows: list[Row | None] = []
    for index, row in enumerate(values):
        if index < FIRST_ROWS or index >= len(values) - LAST_ROWS:
            epoch, turn = divmod(index, steps)
            counts = (index + 1, turn + 1) if steps > 1 else ()
            rows.append(Row(epoch + 1, tuple(map(float, row)), *counts))
        elif index == FIRST_ROWS:
            rows.append(None)
    printer = TextPrinter()
    return Excerpt(tuple(printer.symbol(name) for name in names), left_out, tuple(rows))


def _bias_kinds(derivation: Derivation) -> tuple[str, ...]:
    layers = derivation.network.layers
    neuron = any(layer.biases is not None or layer.thresholds is not None for layer in layers)
    layer = any(layer.shared_bias is not None for layer in layers)
    return ("neuron",) * neuron + ("layer",) * layer


def _command(
    verb: str, argument: str, rates: Sequence[float], epochs: int, *rest: str, default: Sequence[float] | None = None
) -> str:
    """A command line of the backprop package, without the options that are its defaults."""
    words = ["backprop", verb, argument]
    if tuple(rates) != (default or DEFAULT_LEARNING_RATES):
        words += [word for rate in rates for word in ("--eta", shortest(rate))]
    if epochs != DEFAULT_EPOCHS or verb == "trace":
        words += ["--epochs", str(epochs)]
    return shlex.join([*words, *rest])


def _first_epoch_at(loss: NDArray[np.float64], level: float) -> int | None:
    reached = np.flatnonzero(loss <= level)
    return int(reached[0]) + 1 if reached.size else None
