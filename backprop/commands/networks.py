"""`backprop networks` and `backprop network`: what networks there are, and one as TOML."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from backprop.commands.network_options import with_network
from groundfloor.terminal import print_table

if TYPE_CHECKING:
    from backprop.network.network import Network


def networks(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for machines.")] = False,
) -> None:
    """List the networks that come with the package."""
    from backprop.network.load import load_network, presets

    described = [load_network(name) for name in presets()]
    if as_json:
        rows = [
            {"name": each.name, "sizes": list(each.sizes), "weights": len(each.weights), "title": each.title}
            for each in described
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    cells = [(each.name, "-".join(map(str, each.sizes)), len(each.weights), each.title) for each in described]
    print_table(("Network", "Layers", "Weights", "Title"), cells, left=("Network", "Layers", "Title"))


@with_network
def network(network: "Network") -> None:
    """Print a network's description as TOML: something to start one's own from."""
    from backprop.network.toml import network_toml

    print(network_toml(network), end="")
