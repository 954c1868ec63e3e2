"""`backprop workbook`: a network as a live Excel workbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backprop.commands.exercise import LEVELS, SelfCheckOption
from backprop.commands.network_options import EpochsOption, EtaOption, WorkbookFormOption, with_network
from backprop.errors import WorkbookError
from groundfloor.terminal import progress
from groundfloor.text import count
from groundfloor.words import ENGLISH_CODE, languages, speak

if TYPE_CHECKING:
    from backprop.network.network import Network

USUAL_LEVEL = 2
ONE_RATE = 0.5  # of an exercise of a network that names none
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
    blank: Annotated[
        bool, typer.Option("--blank", help="An exercise: the workbook with cells to fill in, and its key beside it.")
    ] = False,
    level: Annotated[
        int | None, typer.Option(min=1, max=4, help=f"Of --blank. {LEVELS}  [default: 2]", show_default=False)
    ] = None,
    self_check: SelfCheckOption = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write an Excel workbook in which every computed number is a live formula, a sheet per learning rate.

    Without --eta: the network's own learning rates, or 0.1, 0.2, 0.5, 0.8, 1 and 2.
    """
    if blank:
        _write_blank(network, out, eta, epochs, form, lang, level or USUAL_LEVEL, self_check, force)
        return
    if level is not None or self_check:
        raise WorkbookError(f"{'--self-check' if self_check else f'--level {level}'}: belongs to --blank, an exercise")
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


def _write_blank(
    network: "Network", out: Path | None, eta: list[float] | None, epochs: int, form: str, lang: str, level: int,
    self_check: bool, force: bool,
) -> None:  # fmt: skip
    """The exercise and its key, of one learning rate unless several are asked for."""
    from backprop.classroom.blank.write import write_blank
    from backprop.derivation.derive import derive as derive_network
    from backprop.workbook.write import write_workbook
    from groundfloor.files import refuse_existing

    if form == "matrix" or lang != ENGLISH_CODE:
        option = "--form matrix" if form == "matrix" else f"--lang {lang}"
        raise WorkbookError(f"--blank {option}: exercises are in English, with closed derivatives or steps")
    file = out or Path(f"{network.name}-exercise.xlsx")
    key = file.with_name(f"{file.stem}-key{file.suffix}")
    if not force:
        refuse_existing(file, key)
    rates = eta or (network.training.learning_rates or (ONE_RATE,))[:1]
    derivation = derive_network(network)
    written: Literal["closed", "steps"] = "steps" if form == "steps" else "closed"
    write_blank(derivation, file, level, rates, epochs, written, self_check=self_check, force=force)
    write_workbook(derivation, key, rates, epochs, written, force)
    print(f"{file}: an exercise of level {level}, to fill in; its key: {key}")
