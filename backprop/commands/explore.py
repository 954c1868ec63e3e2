"""`backprop explore`: a network as a page that runs its equations."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop.commands.network_options import with_network

if TYPE_CHECKING:
    from backprop.network.network import Network


@with_network
def explore(
    network: "Network",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="The page.  [default: NETWORK.html in this folder]"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a page, one file, that runs the derived equations: play, step, drag weights, see every derivative.

    It opens in any browser, needs no network and sends nothing.
    """
    from backprop.library import write_explorer

    file = write_explorer(network, out or Path(f"{network.name}.html"), force=force)
    print(f"{file}: {file.stat().st_size / 1000:,.0f} kB")
