"""The command line: all commands, their errors and exit codes; here the lists and tables. The cli modules print."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from mnist.commands import predict as cli_use
from mnist.commands import train as cli_train
from mnist.errors import MnistError
from mnist.nets.catalogue import NETS, find_net
from mnist.nets.net import Net
from mnist.nets.summary import summarise
from mnist.runs.folder import find_runs, load_run
from mnist.runs.recipe import recipe_sentence
from mnist.runs.record import Summary
from mnist.runs.table import tabulate

app = typer.Typer(
    name="mnist",
    help="Small convolutional networks on MNIST: described, summarised, and trained as recorded, repeatable runs.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
# click's base of all usage errors; typer carries a click of its own, at a place that changes
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]

NetName = Annotated[str, typer.Argument(metavar="NET", help="A network of `mnist nets`.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> NoReturn:
    """Run the command line; each error of the package becomes one line on stderr and exit code 2."""
    try:
        code = app(prog_name="mnist", standalone_mode=False)
    except MnistError as error:
        code = _complain(str(error))
    except OSError as error:
        code = _complain(f"{error.filename or 'input or output'}: {error.strerror or error}")
    except _UsageError as error:
        code = _complain(getattr(error, "format_message", error.__str__)())
    sys.exit(code or 0)


@app.callback(invoke_without_command=True)
def _describe(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def nets(as_json: AsJson = False) -> None:
    """List the networks: name, parameters, published accuracy, source.

    Example: mnist nets
    """
    if as_json:
        print(json.dumps([_net_json(net) for net in NETS.values()], indent=2, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Network", no_wrap=True)
    table.add_column("Parameters", justify="right")
    table.add_column("Published", justify="right", no_wrap=True)
    table.add_column("Source")
    for net in NETS.values():
        published = "" if net.published is None else "not stated"
        if net.published is not None and net.published.accuracy is not None:
            published = f"{net.published.accuracy:.2%}"
        table.add_row(net.name, f"{net.parameters:,}", published, net.source)
    Console().print(table)


@app.command()
def summary(net: NetName, as_json: AsJson = False) -> None:
    """Print a network's parameter table, totals, memory, recipe and choices.

    Receptive field: pixels of the input, along one side, that one output pixel sees. A layer without a number is
    called as a function; layer tables do not count it.

    Example: mnist summary published-10066
    """
    found = find_net(net)
    table = summarise(found)
    if as_json:
        print(table.model_dump_json(indent=2))
        return
    console = Console()
    console.print(_summary_table(table))
    for label, value in (
        ("Total parameters", f"{table.total:,}"),
        ("Trainable parameters", f"{table.trainable:,}"),
        ("Non-trainable parameters", f"{table.non_trainable:,}"),
        ("Multiply-adds (convolutions)", f"{table.multiply_adds:,}"),
        ("Input size (MB)", f"{table.input_mb:.2f}"),
        ("Forward/backward pass size (MB)", f"{table.forward_backward_mb:.2f}"),
        ("Parameters size (MB)", f"{table.parameters_mb:.2f}"),
        ("Estimated total size (MB)", f"{table.total_mb:.2f}"),
    ):
        console.print(f"{label + ':':<33}{value}", highlight=False)
    console.print(f"\nSource: {found.source}.", highlight=False)
    if found.published is not None:
        console.print(f"Published: {found.published.statement}", highlight=False)
    console.print(f"Recipe: {recipe_sentence(found.recipe)}.", highlight=False)
    choices = (*found.choices, *found.recipe_choices.values())
    if choices:
        title = "The recipe in words" if found.published is None else "Chosen here, where the source is silent"
        console.print(f"{title}:", highlight=False)
    for choice in choices:
        console.print(f"- {choice}", highlight=False)


app.command()(cli_train.train)
app.command()(cli_train.sweep)


@app.command()
def table(
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="[RUNS]", help="Run folders, or folders of those.  [default: runs]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the statistics of recorded runs: a line per network and configuration, over its seeds.

    Accuracy is that of the last epoch; ± is the standard deviation over n seeds, 95 % the interval of their mean
    (Student's t), Holding the share of seeds with at least 99.40 % in each of the last five epochs.

    Example: mnist table runs
    """
    records = [load_run(folder).record for folder in find_runs(runs or [Path("runs")])]
    unfinished = sum(record.status != "finished" for record in records)
    if unfinished:
        print(f"mnist: left out: {unfinished} of {len(records)} runs, not finished", file=sys.stderr)
    cli_train.print_lines(tabulate(records), as_json)


app.command()(cli_use.predict)
app.command()(cli_use.evaluate)


def _complain(message: str) -> int:
    print(f"mnist: {' '.join(message.split())}", file=sys.stderr)
    return 2


def _summary_table(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Layer", no_wrap=True)
    table.add_column("Kernel", no_wrap=True)
    table.add_column("Output", no_wrap=True)
    table.add_column("Params", justify="right", no_wrap=True)
    table.add_column("Field", justify="right", no_wrap=True)
    table.add_column("Comment")
    for row in summary.rows:
        table.add_row(
            row.type if row.number is None else f"{row.type}-{row.number}",
            row.kernel,
            "×".join(map(str, row.output_shape)),
            f"{row.parameters:,}",
            str(row.receptive_field),
            row.comment,
            style="dim" if row.number is None else None,
        )
    return table


def _net_json(net: Net) -> dict[str, object]:
    return {
        "name": net.name,
        "parameters": net.parameters,
        "source": net.source,
        "published": None if net.published is None else net.published.model_dump(),
        "recipe": net.recipe.model_dump(),
        "choices": [*net.choices, *net.recipe_choices.values()],
    }
