"""`backprop workbook`: a network as a live Excel workbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop.commands.network_options import EpochsOption, EtaOption, WorkbookFormOption, with_network
from groundfloor.terminal import progress
from groundfloor.text import count
from groundfloor.words import ENGLISH_CODE, languages, speak

if TYPE_CHECKING:
    from backprop.network.network import Network

PROGRESS_FROM = 20_000  # rows; a smaller workbook is there before a bar could be read


@with_network
def workbook(
    network: "Network",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="The file.  [default: NETWORK.xlsx in this folder]"),
    ] = None,
    eta: EtaOption = None,
    epochs: EpochsOption = 100,
    form: WorkbookFormOption = "closed",
    lang: Annotated[
        str, typer.Option(metavar="CODE", help=f"Language of every word: en, {', '.join(languages())}.")
    ] = ENGLISH_CODE,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write an Excel workbook in which every computed number is a live formula, a sheet per learning rate.

    Without --eta: the network's own learning rates, or 0.1, 0.2, 0.5, 0.8, 1 and 2.
    """
    from backprop.derivation.derive import derive as derive_network
    from backprop.epochs.trace import DEFAULT_LEARNING_RATES
    from backprop.workbook.write import write_workbook

    file = out or Path(f"{network.name}.xlsx")
    rates = eta or network.training.learning_rates or DEFAULT_LEARNING_RATES
    rows = epochs * len(rates)
    with progress("epoch rows", rows, worth_it=rows >= PROGRESS_FROM) as advance:
        write_workbook(derive_network(network), file, rates, epochs, form, force, advance, speak(lang))
    contents = f"{count(len(rates), 'learning rate')}, {count(epochs, 'epoch')}"
    print(f"{file}: {contents}, {file.stat().st_size / 2**20:.1f} MB")
