"""`mnist net`: a network as TOML, a start for one's own."""

from typing import Annotated

import typer

from mnist.commands.options import NET, Arguments


def net(
    network: Annotated[str, typer.Argument(metavar="NET", help=f"{NET} Or a run folder.", show_default=False)],
    arguments: Arguments = None,
) -> None:
    """Print a network as TOML, which `mnist train FILE.toml` takes.

    A module of your own can be printed where its forward consists of layers that the language has: convolutions,
    fully connected ones, normalisations, activations, pools, dropout, sums and joins.
    """
    from mnist.modules.find import describe_network, parse_arguments
    from mnist.nets.description import write_description

    print(write_description(describe_network(network, parse_arguments(arguments or ()))), end="")
