"""The command line: `mnist nets`, `mnist summary`, `mnist train`. The only module that prints or exits."""

import contextlib
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from mnist.errors import MnistError, RunError
from mnist.nets import NETS, Net, find_net
from mnist.runs import FILES, Recipe, Run, Summary, load_run, save_run
from mnist.summary import summarise

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
        code = app(standalone_mode=False)
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
        accuracy = net.published.accuracy
        table.add_row(
            net.name,
            f"{net.parameters:,}",
            "not stated" if accuracy is None else f"{accuracy:.2%}",
            net.source,
        )
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
        ("Input size (MB)", f"{table.input_mb:.2f}"),
        ("Forward/backward pass size (MB)", f"{table.forward_backward_mb:.2f}"),
        ("Parameters size (MB)", f"{table.parameters_mb:.2f}"),
        ("Estimated total size (MB)", f"{table.total_mb:.2f}"),
    ):
        console.print(f"{label + ':':<33}{value}", highlight=False)
    console.print(f"\nSource: {found.source}.", highlight=False)
    console.print(f"Published: {found.published.statement}", highlight=False)
    console.print(f"Recipe: {_recipe_line(found.recipe)}.", highlight=False)
    console.print("Chosen here, where the source is silent:", highlight=False)
    for choice in (*found.choices, *found.recipe_choices.values()):
        console.print(f"- {choice}", highlight=False)


@app.command()
def train(
    net: NetName,
    epochs: Annotated[int | None, typer.Option(help="Epochs.  [default: the network's recipe]")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step.  [default: the recipe]")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.  [default: the recipe]")] = None,
    momentum: Annotated[float | None, typer.Option(help="Momentum, 0 to below 1.  [default: the recipe]")] = None,
    seed: Annotated[int, typer.Option(help="Seed of weights, order and dropout.")] = 0,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|rendered",
            help="Folder of the four MNIST files, or `rendered` for digits drawn from fonts.  "
            "[default: $MNIST_DIR, the cache, a download, rendered]",
        ),
    ] = None,
    device: Annotated[str, typer.Option(metavar="cpu|cuda|auto", help="Where to train.")] = "cpu",
    threads: Annotated[int, typer.Option(help="Processor threads; more pay only where nothing else runs.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The run folder.  [default: runs/NET-seedSEED]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FOLDER if it is a run folder.")] = False,
) -> None:
    """Train a network and write the run as a folder. Ctrl-C keeps the finished epochs.

    Examples:

      mnist train published-10066

      mnist train published-18138 --epochs 2 --seed 1 --out runs/quick
    """
    found = find_net(net)
    recipe = _recipe(found, epochs=epochs, batch_size=batch_size, learning_rate=lr, momentum=momentum)
    folder = out if out is not None else Path("runs") / f"{found.name}-seed{seed}"
    _check_out(folder, force)
    if not 0 <= seed < 2**63:
        raise MnistError(f"--seed {seed}: a whole number from 0 to 2^63 - 1 is needed")
    if not 1 <= threads <= 1024:
        raise MnistError(f"--threads {threads}: 1 to 1024 are allowed")
    missing = [name for name in ("torch", "safetensors", "pooch") if find_spec(name) is None]
    if missing:
        raise MnistError(
            f"training needs {' and '.join(missing)}, not installed here: pip install 'backprop-workbook[mnist]'"
        )

    try:
        run = _train(found, recipe, folder, seed=seed, data=data, device=device, threads=threads)
    except KeyboardInterrupt:
        print("mnist: interrupted before an epoch was finished; nothing was written", file=sys.stderr)
        raise typer.Exit(130) from None
    if run.record.status == "interrupted":
        kept = _count(len(run.record.epochs), "finished epoch")
        print(f"mnist: interrupted; {folder} holds {kept}", file=sys.stderr)
        raise typer.Exit(130)


def _train(net: Net, recipe: Recipe, folder: Path, *, seed: int, data: str | None, device: str, threads: int) -> Run:
    from mnist.data import load_data
    from mnist.progress import TerminalProgress
    from mnist.train import find_device, train

    console = Console()
    place = find_device(device)
    with _on_signal(signal.default_int_handler, signal.SIGTERM):
        dataset = load_data(data, say=lambda text: console.print(text, highlight=False, markup=False, soft_wrap=True))
        if recipe.batch_size > dataset.source.train_samples:
            raise MnistError(f"--batch-size {recipe.batch_size}: the data has {dataset.source.train_samples} images")
        on = f"{place}, {_count(threads, 'thread')}"
        console.print(f"{net.name}: {net.parameters:,} parameters; seed {seed}; {on}", highlight=False)
        console.print(_recipe_line(recipe), highlight=False)
        with TerminalProgress(console, recipe.epochs) as progress:
            trained = train(net, recipe, dataset, seed=seed, device=place, threads=threads, progress=progress)
        with _on_signal(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not cost the record
            try:
                save_run(folder, trained.record, trained.evaluation, trained.wrong_images, trained.weights)
            except OSError as error:
                raise RunError(f"{folder}: cannot be written ({error.strerror or error})") from error
            run = load_run(folder)
    console.print(_result_line(run), highlight=False, markup=False, soft_wrap=True)
    return run


@contextlib.contextmanager
def _on_signal(handler: Callable[[int, FrameType | None], object] | signal.Handlers, *numbers: int) -> Iterator[None]:
    """Handles the signals so, and as before afterwards."""
    before = [(number, signal.signal(number, handler)) for number in numbers]
    try:
        yield
    finally:
        for number, earlier in before:
            signal.signal(number, earlier)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _complain(message: str) -> int:
    print(f"mnist: {' '.join(message.split())}", file=sys.stderr)
    return 2


def _recipe(net: Net, **given: float | None) -> Recipe:
    """The network's recipe with what the command line gives; MnistError on a value out of range."""
    values = net.recipe.model_dump() | {name: value for name, value in given.items() if value is not None}
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        option = {"learning_rate": "lr"}.get(str(first["loc"][0]), str(first["loc"][0]))
        said = first["msg"].replace("Input should be", "must be")
        raise MnistError(f"--{option.replace('_', '-')} {first['input']}: {said}") from error


def _recipe_line(recipe: Recipe) -> str:
    return (
        f"{_count(recipe.epochs, 'epoch')}, batches of {recipe.batch_size}, "
        f"SGD with learning rate {recipe.learning_rate:g} and momentum {recipe.momentum:g}"
    )


def _check_out(folder: Path, force: bool) -> None:
    """RunError unless a run can be written to `folder` without losing anything else; leaves no trace."""
    if folder.is_symlink() or folder.exists():
        if not force:
            raise RunError(f"{folder}: exists already; name another --out, or --force to replace a run")
        inside = {entry.name for entry in folder.iterdir()} if folder.is_dir() and not folder.is_symlink() else set()
        if FILES[0] not in inside or not inside <= set(FILES):
            raise RunError(
                f"{folder}: is not a run folder ({FILES[0]} and nothing but {', '.join(FILES[1:])}); "
                "--force replaces only those"
            )
    above = folder.absolute().parent
    while not above.exists():
        above = above.parent
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=above):  # as save_run will
            pass
    except OSError as error:
        raise RunError(f"{folder}: cannot be written ({error.strerror} in {above})") from error


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
        "published": net.published.model_dump(),
        "recipe": net.recipe.model_dump(),
        "choices": [*net.choices, *net.recipe_choices.values()],
    }


def _result_line(run: Run) -> str:
    best, last = run.best, run.last
    return (
        f"{run.path}: last epoch {last.epoch}: {last.test_accuracy:.2%}; "
        f"best on the test set, epoch {best.epoch}: {best.test_accuracy:.2%}"
    )
