"""`backprop derive`: the equations of one epoch, in a language of one's choice."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backprop.commands.network_options import FormOption, with_network

if TYPE_CHECKING:
    from backprop.network.network import Network


@with_network
def derive(
    network: "Network",
    target: Annotated[
        Literal["text", "latex", "excel", "numpy", "javascript"],
        typer.Option("--format", help="Language of the equations."),
    ] = "text",
    form: FormOption = "closed",
) -> None:
    """Print the equations of one epoch: forward pass, loss, every partial derivative, update."""
    from backprop.derivation.derive import derive as derive_network
    from backprop.listing import list_equations

    print(list_equations(derive_network(network), target, form))
