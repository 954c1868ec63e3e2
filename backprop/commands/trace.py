"""`backprop trace`: the epoch table as numbers, for other programs."""

import sys
from typing import Annotated, Literal

import typer

from backprop.commands.network_options import EpochsOption, EtaOption, FormOption, with_network
from backprop.network.network import Network


@with_network
def trace(
    network: Network,
    eta: EtaOption = None,
    epochs: EpochsOption = 100,
    target: Annotated[Literal["csv", "json"], typer.Option("--format", help="Output format.")] = "csv",
    form: FormOption = "closed",
) -> None:
    """Print the epoch table with every quantity at full precision.

    Without --eta: the network's own learning rates, or 0.5.
    """
    from backprop.derivation.derive import derive as derive_network
    from backprop.epochs.trace import run_trace, write_csv, write_json

    rates = eta or network.training.learning_rates or [0.5]
    result = run_trace(derive_network(network), rates, epochs, form)
    write = write_csv if target == "csv" else write_json
    write(result, sys.stdout)
