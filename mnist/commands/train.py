"""The commands that train: `mnist train` and `mnist sweep`."""

import json
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from mnist.errors import MnistError
from mnist.nets.catalogue import find_net
from mnist.nets.net import Net
from mnist.nets.settings import changed_recipe
from mnist.runs.folder import Run
from mnist.runs.recipe import Recipe, recipe_sentence
from mnist.runs.table import Line, tabulate

if TYPE_CHECKING:
    from mnist.data.sources import Dataset

T = TypeVar("T", int, float)

Epochs = Annotated[int | None, typer.Option(help="Epochs.  [default: the network's recipe]")]
Validation = Annotated[
    int | None,
    typer.Option(metavar="N", help="Hold out the last N training images and test on them, never on the test set."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Another field of the recipe, as `mnist nets --json` names it."),
]
Data = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|rendered",
        help="Folder of the four MNIST files, or `rendered` for digits drawn from fonts.  "
        "[default: $MNIST_DIR, the cache, a download, rendered]",
    ),
]
SweepData = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|rendered",
        help="Folder of the four MNIST files, or `rendered` for digits drawn from fonts (only if asked for).  "
        "[default: $MNIST_DIR, the cache, a download]",
    ),
]
Device = Annotated[str, typer.Option(metavar="cpu|cuda|auto", help="Where to train.")]
Threads = Annotated[int, typer.Option(help="Processor threads; more pay only where nothing else runs.")]


def train(
    net: Annotated[
        str | None, typer.Argument(metavar="NET", help="A network of `mnist nets`.", show_default=False)
    ] = None,
    epochs: Epochs = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step.  [default: the recipe]")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.  [default: the recipe]")] = None,
    momentum: Annotated[float | None, typer.Option(help="Momentum, 0 to below 1.  [default: the recipe]")] = None,
    validation: Validation = None,
    settings: Settings = None,
    seed: Annotated[int, typer.Option(help="Seed of weights, order, augmentation and dropout.")] = 0,
    data: Data = None,
    device: Device = "cpu",
    threads: Threads = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The run folder.  [default: runs/NET-seedSEED]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FOLDER if it is a run folder.")] = False,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Go on with an unfinished run, as it was begun; with --data at most."),
    ] = None,
) -> None:
    """Train a network and write the run as a folder. Ctrl-C keeps the finished epochs.

    While a run is unfinished, FOLDER.checkpoint lies beside it: --resume FOLDER goes on after the last finished
    epoch, also where the process was killed, and ends with the numbers of a run that was never stopped.

    Examples:

      mnist train published-10066

      mnist train published-18138 --epochs 2 --seed 1 --out runs/quick

      mnist train --resume runs/quick
    """
    if resume is not None:
        given = (net, epochs, batch_size, lr, momentum, validation, settings, out)
        if any(value is not None for value in given) or force or (seed, device, threads) != (0, "cpu", 1):
            raise MnistError(f"--resume {resume}: goes on as the run was begun; only --data can be given beside it")
        need_libraries()
        run = _interruptible(lambda: _resume(resume, data))
    else:
        if net is None:
            raise MnistError("Missing argument 'NET'")
        found = find_net(net)
        recipe = changed_recipe(
            found,
            settings or (),
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=lr,
            momentum=momentum,
            validation=validation,
        )
        folder = out if out is not None else Path("runs") / f"{found.name}-seed{seed}"
        if not 0 <= seed < 2**63:
            raise MnistError(f"--seed {seed}: a whole number from 0 to 2^63 - 1 is needed")
        _check_threads(threads)
        need_libraries()
        run = _interruptible(
            lambda: _train(found, recipe, folder, seed=seed, data=data, device=device, threads=threads, force=force)
        )
    if run.record.status == "interrupted":
        kept = _count(len(run.record.epochs), "finished epoch")
        print(f"mnist: interrupted; {run.path} holds {kept}; --resume {run.path} goes on", file=sys.stderr)
        raise typer.Exit(130)


def sweep(
    nets: Annotated[list[str], typer.Argument(metavar="NETS...", help="Networks of `mnist nets`.", show_default=False)],
    seeds: Annotated[str, typer.Option(metavar="0..29", help="Seeds: numbers and ranges, with commas.")],
    lr: Annotated[str | None, typer.Option(metavar="X,Y,...", help="Learning rates.  [default: the recipe]")] = None,
    batch_size: Annotated[
        str | None, typer.Option(metavar="N,M,...", help="Images a step.  [default: the recipe]")
    ] = None,
    epochs: Epochs = None,
    validation: Validation = None,
    settings: Settings = None,
    data: SweepData = None,
    device: Device = "cpu",
    threads: Threads = 1,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the run folders go.")] = Path("runs"),
    together: Annotated[
        int, typer.Option(metavar="N", help="Seeds trained at once, as one grouped network; saves nothing on one core.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table as JSON.")] = False,
) -> None:
    """Train every network with every seed, learning rate and batch size: a run folder each, one table at the end.

    Stopped and given again, the same command skips the finished runs and goes on with the one that was not.

    Example: mnist sweep tiny small --seeds 0..9 --out runs
    """
    from mnist.training.plan import parse_seeds, plan

    numbers = parse_seeds(seeds)
    chosen = [
        (
            net,
            changed_recipe(
                net, settings or (), epochs=epochs, batch_size=size, learning_rate=rate, validation=validation
            ),
        )
        for net in map(find_net, dict.fromkeys(nets))
        for rate in _numbers("--lr", lr, float)
        for size in _numbers("--batch-size", batch_size, int)
    ]
    _check_threads(threads)
    if not 1 <= together <= 1024:
        raise MnistError(f"--together {together}: 1 to 1024 are allowed")
    need_libraries()
    planned_runs = plan(chosen, numbers, out)

    def run() -> list[Run]:
        from mnist.commands.progress import TerminalSweepProgress
        from mnist.data.sources import load_data
        from mnist.training.device import find_device
        from mnist.training.loop import split
        from mnist.training.run_folder import on_signal
        from mnist.training.sweep import run_status, sweep

        console = Console(stderr=True)
        place = find_device(device)
        with on_signal(signal.default_int_handler, signal.SIGTERM):
            dataset = load_data(data, say=_say(console), stand_in=False)
            for planned in planned_runs:
                split(dataset, planned.recipe)  # complains before anything is trained
            statuses = [run_status(planned, dataset) for planned in planned_runs]
            with TerminalSweepProgress(console) as progress:
                return sweep(statuses, dataset, device=place, threads=threads, progress=progress, together=together)

    try:
        runs = run()
    except KeyboardInterrupt:
        print(f"mnist: interrupted; {out} keeps what is finished, the same command goes on", file=sys.stderr)
        raise typer.Exit(130) from None
    print_lines(tabulate(run.record for run in runs), as_json)


def print_lines(lines: Sequence[Line], as_json: bool) -> None:
    """Print the statistics of runs, as a table of at most 120 columns or as JSON."""
    if as_json:
        print(json.dumps([line.model_dump(mode="json") for line in lines], indent=2, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Network", overflow="fold")
    for title in ("Params", "Epochs", "n", "Mean ± sd", "95 %", "Min", "Max", "Holding", "Seconds"):
        table.add_column(title, justify="right", no_wrap=True)
    for line in lines:
        images = "" if line.images == "test" else f" ({line.images})"
        table.add_row(
            f"{line.net}{', ' if line.configuration else ''}{line.configuration}{images}",
            f"{line.parameters:,}",
            str(line.recipe.epochs),
            str(len(line.seeds)),
            f"{100 * line.mean:.3f}" + ("" if line.sd is None else f" ± {100 * line.sd:.3f}"),
            "" if line.low is None or line.high is None else f"{100 * line.low:.3f} to {100 * line.high:.3f}",
            f"{line.min:.2%}",
            f"{line.max:.2%}",
            f"{line.holding:.0%}",
            f"{line.seconds:.0f}",
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table, highlight=False)


def _train(
    net: Net, recipe: Recipe, folder: Path, *, seed: int, data: str | None, device: str, threads: int, force: bool
) -> Run:
    from mnist.commands.progress import TerminalProgress
    from mnist.data.sources import load_data
    from mnist.training.device import find_device
    from mnist.training.loop import split
    from mnist.training.run_folder import check_free, on_signal, train_into

    check_free(folder, force)
    console = Console()
    place = find_device(device)
    with on_signal(signal.default_int_handler, signal.SIGTERM):
        dataset = load_data(data, say=_say(console))
        split(dataset, recipe)
        on = f"{place}, {_count(threads, 'thread')}"
        console.print(f"{net.name}: {net.parameters:,} parameters; seed {seed}; {on}", highlight=False)
        console.print(recipe_sentence(recipe), highlight=False)
        with TerminalProgress(console, recipe.epochs) as progress:
            run = train_into(folder, net, recipe, dataset, seed=seed, device=place, threads=threads, progress=progress)
    console.print(_result_line(run), highlight=False, markup=False, soft_wrap=True)
    return run


def _resume(folder: Path, data: str | None) -> Run:
    from mnist.commands.progress import TerminalProgress
    from mnist.data.sources import RENDERED, load_data
    from mnist.training.device import find_device
    from mnist.training.run_folder import on_signal, resume, unfinished

    checkpoint = unfinished(folder)
    begun = checkpoint.run
    console = Console()
    place = find_device(begun.environment.device)
    rendered = begun.data.name == "rendered-digits"
    with on_signal(signal.default_int_handler, signal.SIGTERM):
        dataset: Dataset = load_data(RENDERED if rendered and data is None else data, say=_say(console))
        console.print(f"{begun.net}: seed {begun.seed}; goes on after epoch {len(begun.epochs)}", highlight=False)
        console.print(recipe_sentence(begun.recipe), highlight=False)
        with TerminalProgress(console, begun.recipe.epochs) as progress:
            threads = begun.environment.threads
            run = resume(folder, checkpoint, dataset, device=place, threads=threads, progress=progress)
    console.print(_result_line(run), highlight=False, markup=False, soft_wrap=True)
    return run


def _interruptible(run: Callable[[], Run]) -> Run:
    try:
        return run()
    except KeyboardInterrupt:
        print("mnist: interrupted before an epoch was finished; nothing was written", file=sys.stderr)
        raise typer.Exit(130) from None


def need_libraries() -> None:
    """MnistError unless the optional packages are installed."""
    missing = [name for name in ("torch", "safetensors", "pooch") if find_spec(name) is None]
    if missing:
        raise MnistError(
            f"training needs {' and '.join(missing)}, not installed here: pip install 'backprop-workbook[mnist]'"
        )


def _check_threads(threads: int) -> None:
    if not 1 <= threads <= 1024:
        raise MnistError(f"--threads {threads}: 1 to 1024 are allowed")


def _numbers(option: str, text: str | None, kind: Callable[[str], T]) -> Sequence[T | None]:
    """The numbers of "0.05,0.1"; (None,) where the option is absent."""
    if text is None:
        return (None,)
    try:
        numbers = [kind(part) for part in text.split(",")]
    except ValueError as error:
        raise MnistError(f"{option} {text}: numbers with commas between them are needed") from error
    if len(set(numbers)) < len(numbers):
        raise MnistError(f"{option} {text}: a value occurs twice")
    return numbers


def _say(console: Console) -> Callable[[str], None]:
    return lambda text: console.print(text, highlight=False, markup=False, soft_wrap=True)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _result_line(run: Run) -> str:
    best, last = run.best, run.last
    images = "validation images" if run.record.recipe.validation else "test set"
    return (
        f"{run.path}: last epoch {last.epoch}: {last.test_accuracy:.2%}; "
        f"best on the {images}, epoch {best.epoch}: {best.test_accuracy:.2%}"
    )
