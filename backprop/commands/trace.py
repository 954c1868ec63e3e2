"""`backprop trace`: the epoch table as numbers, for other programs."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backprop.commands.network_options import EpochsOption, EtaOption, FormOption, with_network
from groundfloor.terminal import progress

if TYPE_CHECKING:
    from backprop.network.network import Network

PROGRESS_FROM = 20_000  # rows; fewer are there before a bar could be read


@with_network
def trace(
    network: "Network",
    eta: EtaOption = None,
    epochs: EpochsOption = 100,
    target: Annotated[Literal["csv", "json"], typer.Option("--format", help="Output format.")] = "csv",
    form: FormOption = "closed",
) -> None:
    """Print the epoch table with every quantity at full precision: a row an epoch, or a step where it has several.

    Without --eta: the network's own learning rates, or 0.5.
    """
    from backprop.derivation.derive import derive as derive_network
    from backprop.epochs.trace import OUT_OF_RANGE, Run, divergence, format_rate
    from backprop.epochs.write import write_csv, write_json

    rates = eta or network.training.learning_rates or [0.5]
    rows = epochs * network.steps * len(rates)
    write = write_csv if target == "csv" else write_json
    watched = rows >= PROGRESS_FROM and not sys.stdout.isatty()  # on a terminal the rows themselves pass by
    with progress("epoch rows", rows, worth_it=watched) as advance:
        diverged = write(Run(derive_network(network), form, epochs), rates, sys.stdout, advance)
    for rate, epoch in diverged.items():
        print(f"η = {format_rate(rate)}: {divergence(epoch)}, {OUT_OF_RANGE}", file=sys.stderr)
