"""The backprop command line: reads arguments, calls the library, turns its errors into one line. Imports late."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from backprop.commands.network_options import with_network
from backprop.errors import BackpropError
from backprop.network.network import DEFAULT_NETWORK, Network

INTERRUPTED = 130
PROGRESS_FROM = 20_000  # rows; a smaller workbook is there before a bar could be read

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Backpropagation you can open in a spreadsheet: derivatives, epoch tables and live Excel workbooks.",
)

EpochsOption = Annotated[int, typer.Option(help="Rows of each epoch table.")]
FormOption = Annotated[
    Literal["closed", "steps"], typer.Option(help="Derivatives in forward quantities, or in steps through δ.")
]


@app.command(epilog="Example: `backprop networks --json`")
def networks(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for machines.")] = False,
) -> None:
    """List the networks that come with the package."""
    from backprop.network.network import load_network, presets

    rows = [
        {"name": n.name, "sizes": list(n.sizes), "weights": len(n.weights), "title": n.title}
        for n in map(load_network, presets())
    ]
    if as_json:
        import json

        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "layers", "weights", "title")
    for network in map(load_network, presets()):
        table.add_row(network.name, "-".join(map(str, network.sizes)), str(len(network.weights)), network.title)
    Console().print(table)


@app.command(
    epilog="Examples: `backprop network xor`  ·  `backprop network --layers 3,4,2 --loss cross-entropy > my.toml`"
)
@with_network
def network(network: Network) -> None:
    """Print a network's description as TOML: something to start one's own from."""
    from backprop.network.toml import network_toml

    print(network_toml(network), end="")


@app.command(epilog="Examples: `backprop derive`  ·  `backprop derive --layers 2,3,2 --activation tanh --format latex`")
@with_network
def derive(
    network: Network,
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


@app.command(
    epilog="Examples: `backprop trace`  ·  `backprop trace xor --optimiser adam --eta 0.05 --epochs 1000 --format json`"
)
@with_network
def trace(
    network: Network,
    eta: Annotated[
        list[float] | None, typer.Option(help="Learning rate; repeat for several.  [default: the network's, or 0.5]")
    ] = None,
    epochs: EpochsOption = 100,
    target: Annotated[Literal["csv", "json"], typer.Option("--format", help="Output format.")] = "csv",
    form: FormOption = "closed",
) -> None:
    """Print the epoch table with every quantity at full precision."""
    from backprop.derivation.derive import derive as derive_network
    from backprop.epochs.trace import run_trace, write_csv, write_json

    rates = eta or network.training.learning_rates or [0.5]
    result = run_trace(derive_network(network), rates, epochs, form)
    write = write_csv if target == "csv" else write_json
    try:
        write(result, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough: backprop trace | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command(
    epilog="Examples: `backprop workbook`  ·  `backprop workbook mazur --form steps`  ·  "
    "`backprop workbook --layers 2,3,2 --activation tanh -o mine.xlsx`"
)
@with_network
def workbook(
    network: Network,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file.  [default: NETWORK.xlsx in this folder]")
    ] = None,
    eta: Annotated[
        list[float] | None,
        typer.Option(help="Learning rate, a sheet each.  [default: the network's, or 0.1 0.2 0.5 0.8 1 2]"),
    ] = None,
    epochs: EpochsOption = 100,
    form: FormOption = "closed",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write an Excel workbook in which every computed number is a live formula, a sheet per learning rate."""
    from backprop.derivation.derive import derive as derive_network
    from backprop.epochs.trace import DEFAULT_LEARNING_RATES
    from backprop.workbook.write import write_workbook

    file = output or Path(f"{network.name}.xlsx")
    rates = eta or network.training.learning_rates or DEFAULT_LEARNING_RATES
    rows = epochs * len(rates)
    with _progress("epoch rows", rows, rows >= PROGRESS_FROM) as advance:
        write_workbook(derive_network(network), file, rates, epochs, form, force, advance)
    sheets = f"{len(rates)} learning rate{'s' * (len(rates) > 1)}, {epochs:,} epoch{'s' * (epochs > 1)}"
    print(f"{file}: {sheets}, {file.stat().st_size / 2**20:.1f} MB")


@app.command(
    epilog="Examples: `backprop check mine.xlsx`  ·  `backprop check homework/ --html report.html --annotate marked/`"
)
def check(
    paths: Annotated[list[str], typer.Argument(help="Workbooks, folders of them, or patterns.", metavar="FILE...")],
    network: Annotated[
        str, typer.Option(help="The network they should hold: a name or a TOML file.")
    ] = DEFAULT_NETWORK,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
    markdown: Annotated[Path | None, typer.Option(help="Write the report as markdown.", metavar="FILE")] = None,
    page: Annotated[Path | None, typer.Option("--html", help="Write one page for all files.", metavar="FILE")] = None,
    annotate: Annotated[
        Path | None, typer.Option(help="Write copies with the wrong cells marked.", metavar="DIR")
    ] = None,
    fix: Annotated[Path | None, typer.Option(help="Write corrected copies.", metavar="DIR")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    jobs: Annotated[int, typer.Option(help="Files checked at the same time.")] = min(4, os.cpu_count() or 1),
) -> None:
    """Check every formula of anybody's workbooks against the derivation.

    Exit code 0: all correct; 1: findings; 2: a file that cannot be read.
    """
    from backprop.check.check import check_files
    from backprop.check.files import files_passed_over, find_files
    from backprop.check.findings import as_json as json_document
    from backprop.check.findings import exit_code
    from backprop.network.network import load_network

    description = load_network(network)
    files, passed_over = find_files(paths), [str(file) for file in files_passed_over(paths)]
    if not files:
        raise BackpropError(f"{' '.join(paths)}: no workbook there; files that end in .xlsx or .xlsm are checked")
    if jobs < 1:
        raise BackpropError(f"--jobs {jobs}; at least 1 needed")
    if not force and (markdown or page):
        from backprop.check.copies.deliver import refuse_existing

        refuse_existing(markdown, page)
    reports = []
    with _progress("workbooks", len(files), len(files) > 1) as advance:
        for report in check_files(files, description, jobs):
            reports.append(report)
            advance(1)
    if as_json:
        import json

        print(json.dumps(json_document(reports, passed_over), ensure_ascii=False, indent=1))
    else:
        from rich.console import Console

        from backprop.check.report.terminal import print_reports

        print_reports(reports, Console(), passed_over)
    if markdown or page or annotate or fix:
        from backprop.check.copies.deliver import deliver

        for line in deliver(reports, markdown=markdown, page=page, annotated=annotate, fixed=fix, force=force):
            print(line, file=sys.stderr)
    raise typer.Exit(exit_code(reports))


@contextmanager
def _progress(what: str, total: int, worth_it: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where someone watches and the work is long."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not worth_it or not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)


def main() -> None:
    """Run the command line: 0 fine, 2 bad input, 130 interrupted."""
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:  # wrong arguments; with none at all the help has been printed
        if message := _message(error):
            print(f"backprop: {message}", file=sys.stderr)
        sys.exit(2)
    except BackpropError as error:
        print(f"backprop: {error}", file=sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:  # what typer makes of Ctrl-C inside a command
        print("backprop: interrupted, nothing written", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)


def _message(error: typer.TyperException) -> str:
    """typer's message with the value that a number's option could not read, which typer leaves out."""
    message = error.format_message().replace("Value error, ", "")
    cause = error.__cause__ or error.__context__
    found = str(cause.errors()[0]["input"]) if isinstance(cause, ValidationError) else ""
    return message if found in message else f"{message} (found {found!r})"
