"""The figures of gradient descent on one network, from its trace: how far and how fast the loss fell at each rate."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop.derive import Derivation
from backprop.equation import TOTAL_LOSS
from backprop.printers.text import TextPrinter
from backprop.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES, Trace
from reports.formats import shortest

FIRST_ROWS, LAST_ROWS = 5, 2
COLUMNS = 8
ALIKE = 1.1


@dataclass(frozen=True, slots=True)
class Descent:
    """Gradient descent at one learning rate. Epoch n computes the loss before its own update."""

    learning_rate: float
    first_loss: float
    last_loss: float
    direction: str  # fell | rose | stayed
    factor: float | None  # by how much, 1 or more; None where the smaller loss is 0
    rises: int  # epochs with a higher loss than the epoch before
    always_fell: bool
    to_half: int | None  # the first epoch at half of the first loss; None where it was not reached
    to_tenth: int | None
    image: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some columns of the first and the last epochs at one learning rate; a row of None stands for those between."""

    columns: tuple[str, ...]
    left_out: int  # columns that did not fit
    rows: tuple[tuple[int, tuple[float, ...]] | None, ...]


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """One network, trained on its one sample at several learning rates."""

    name: str
    title: str
    sizes: tuple[int, ...]  # inputs, then neurons of each layer
    inputs: tuple[float, ...]
    targets: tuple[float, ...]
    start_weights: tuple[float, ...]
    outputs: tuple[float, ...]  # activations of the output layer, first epoch
    epochs: int
    descents: tuple[Descent, ...]  # in order of learning rate
    lowest: Descent  # of the last loss
    highest: Descent
    rose: tuple[Descent, ...]  # those whose loss rose at least once
    always_fell: bool  # at every rate, from each epoch to the next
    halved: tuple[Descent, ...]  # those that reached half of the first loss, fastest first
    not_halved: tuple[Descent, ...]
    work: tuple[float, float] | None  # least and most of learning rate × updates to half of the first loss
    work_alike: bool  # the two lie within a tenth of each other
    excerpt_rate: float
    losses: Excerpt
    weights: Excerpt
    gradient: Excerpt
    picture: str
    all_rates: str
    derive_command: str
    trace_command: str
    workbook_command: str


def summarize_network(derivation: Derivation, trace: Trace, argument: str) -> NetworkSummary:
    """The figures of Part 1; `argument` is how a command line names the network."""
    network = derivation.network
    loss = trace.column(TOTAL_LOSS.name)
    order = sorted(range(len(trace.learning_rates)), key=lambda index: trace.learning_rates[index])
    descents = tuple(describe(trace.learning_rates[index], loss[index]) for index in order)
    lowest = min(descents, key=lambda descent: descent.last_loss)
    halved = sorted((d for d in descents if d.to_half is not None), key=lambda d: (d.to_half, d.learning_rate))
    work = [d.learning_rate * (d.to_half - 1) for d in halved if d.to_half is not None]
    rate = trace.learning_rates.index(lowest.learning_rate)
    outputs = [neuron.a.name for neuron in derivation.layers[-1]]
    losses = [equation.target.name for equation in derivation.loss]
    weights = [weight.name for weight in derivation.weights]
    return NetworkSummary(
        name=network.name,
        title=network.title,
        sizes=network.sizes,
        inputs=network.inputs[0],
        targets=network.targets[0],
        start_weights=network.weights,
        outputs=tuple(float(trace.column(name)[rate, 0]) for name in outputs),
        epochs=trace.epochs,
        descents=descents,
        lowest=lowest,
        highest=max(descents, key=lambda descent: descent.last_loss),
        rose=tuple(descent for descent in descents if descent.rises),
        always_fell=all(descent.always_fell for descent in descents),
        halved=tuple(halved),
        not_halved=tuple(descent for descent in descents if descent.to_half is None),
        work=(min(work), max(work)) if work else None,
        work_alike=len(work) > 1 and max(work) <= ALIKE * min(work),
        excerpt_rate=lowest.learning_rate,
        losses=excerpt(trace, rate, [*outputs, *losses], keep=len(losses) if len(losses) < COLUMNS else 1),
        weights=excerpt(trace, rate, weights),
        gradient=excerpt(trace, rate, [f"dE_d{name}" for name in weights]),
        picture="assets/network.svg",
        all_rates="assets/loss-all-rates.svg",
        derive_command=shlex.join(["backprop", "derive", argument, "--format", "latex", "--form", "steps"]),
        trace_command=_command("trace", argument, [lowest.learning_rate], trace.epochs, "--format", "csv"),
        workbook_command=_command(
            "workbook", argument, trace.learning_rates, trace.epochs, "-o", f"{network.name}.xlsx"
        ),
    )


def describe(learning_rate: float, loss: NDArray[np.float64]) -> Descent:
    """The course of one loss; `loss` holds one value an epoch."""
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
        image=f"assets/loss-eta-{shortest(learning_rate)}.svg",
    )


def excerpt(trace: Trace, rate: int, names: Sequence[str], keep: int = 0) -> Excerpt:
    """The first and last epochs of these columns, cut to COLUMNS of them; the last `keep` are never cut."""
    cut = max(0, len(names) - COLUMNS)
    kept = [*names[: len(names) - cut - keep], *names[len(names) - keep :]] if cut else list(names)
    values = np.stack([trace.column(name)[rate] for name in kept], axis=-1)  # (epochs, columns)
    rows: list[tuple[int, tuple[float, ...]] | None] = []
    for index, row in enumerate(values):
        if index < FIRST_ROWS or index >= trace.epochs - LAST_ROWS:
            rows.append((index + 1, tuple(map(float, row))))
        elif index == FIRST_ROWS:
            rows.append(None)
    printer = TextPrinter()
    return Excerpt(tuple(printer.symbol(name) for name in kept), cut, tuple(rows))


def _command(verb: str, argument: str, rates: Sequence[float], epochs: int, *rest: str) -> str:
    """A command line of the backprop package, without the options that are its defaults."""
    words = ["backprop", verb, argument]
    if tuple(rates) != DEFAULT_LEARNING_RATES:
        words += [word for rate in rates for word in ("--eta", shortest(rate))]
    if epochs != DEFAULT_EPOCHS or verb == "trace":
        words += ["--epochs", str(epochs)]
    return shlex.join([*words, *rest])


def _first_epoch_at(loss: NDArray[np.float64], level: float) -> int | None:
    reached = np.flatnonzero(loss <= level)
    return int(reached[0]) + 1 if reached.size else None
