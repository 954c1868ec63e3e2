"""`mnist sweep`: many runs, and their statistics."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from groundfloor.command import INTERRUPTED, list_option
from groundfloor.terminal import console
from groundfloor.work.engine import Where, open_engine
from groundfloor.work.options import with_work
from mnist.commands.options import AsJson, Augment, Data, Device, Epochs, Settings, Size, Threads, Validation
from mnist.errors import MnistError


@with_work("Runs trained, each by --threads threads,", most=1)
def sweep(
    nets: Annotated[
        list[str],
        typer.Argument(
            metavar="NETS",
            help="Networks of `mnist nets` FILE.toml or FILE.py:NAME, with commas or side by side.",
            show_default=False,
        ),
    ],
    seeds: Annotated[
        list[str],
        list_option(str, "a seed", metavar="0..29,...", help="Seeds: numbers and ranges, with commas or repeated."),
    ],
    lr: Annotated[
        list[float] | None,
        list_option(float, "a number", metavar="X,...", help="Learning rates, likewise.  [default: the recipe]"),
    ] = None,
    batch_size: Annotated[
        list[int] | None,
        list_option(int, "a whole number", metavar="N,...", help="Images a step, likewise.  [default: the recipe]"),
    ] = None,
    epochs: Epochs = None,
    validation: Validation = None,
    settings: Settings = None,
    augment: Augment = None,
    data: Data = None,
    size: Size = None,
    device: Device = "cpu",
    threads: Threads = 1,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FOLDER", help="Where the run folders go.")] = Path(
        "runs"
    ),
    together: Annotated[
        int, typer.Option(metavar="N", help="Seeds trained at once, as one grouped network; saves nothing on one core.")
    ] = 1,
    weights: Annotated[
        str,
        typer.Option(
            metavar="all|median", help="Whose weights are kept: every run's, or of each configuration the median run's."
        ),
    ] = "all",
    as_json: AsJson = False,
    *,
    where: Where,
) -> None:
    """Train every network with every seed, learning rate and batch size: a run folder each, one table at the end.

    Stopped and given again, the same command skips the finished runs and goes on with the one that was not. Given twice
    at once, each run is trained by one of the two. Trained elsewhere, a run comes back every ten seconds or after each
    epoch, whichever is longer, and goes on from there whatever dies; its numbers are the same.
    """
    from mnist.jobs.sweeps.plan import grid, parse_seeds, plan
    from mnist.modules.find import find_network
    from mnist.nets.settings import augmentation_settings
    from mnist.requirements import need_libraries

    names = [name.strip() for part in nets for name in part.split(",")]
    numbers = parse_seeds(",".join(seeds))
    recipes = grid(
        [find_network(name) for name in dict.fromkeys(names)],
        lr or [None],
        batch_size or [None],
        [*augmentation_settings(augment), *(settings or ())],
        epochs=epochs,
        validation=validation,
    )
    if weights not in ("all", "median"):
        raise MnistError(f"--weights {weights}: all or median is needed")
    here = where == Where(1)
    if not here and together > 1:
        raise MnistError(f"--together {together}: trains in this process; --jobs, --scheduler and --slurm do not")
    if not 1 <= together <= 1024:
        raise MnistError(f"--together {together}: 1 to 1024 are allowed")
    need_libraries()
    from mnist.commands.table import print_statistics
    from mnist.jobs.kept_weights import keep_median
    from mnist.jobs.progress import TerminalSweepProgress
    from mnist.jobs.signals import interruptible
    from mnist.jobs.single import check_threads
    from mnist.jobs.sweeps.spread import sweep_elsewhere
    from mnist.jobs.sweeps.sweep import Training, prepare
    from mnist.jobs.sweeps.sweep import sweep as train_all
    from mnist.runs.statistics import tabulate
    from mnist.training.device import find_device

    check_threads(threads)
    place = device if where.scheduler or where.slurm else find_device(device)
    output = console(error=True)
    try:
        with interruptible():
            dataset, statuses = prepare(plan(recipes, numbers, out), data, output.print, size)
            with TerminalSweepProgress(output) as progress:
                if not here:
                    with open_engine(where) as engine:
                        runs = sweep_elsewhere(statuses, Training(dataset, place, threads), engine, progress=progress)
                else:
                    runs = train_all(
                        statuses, dataset, device=place, threads=threads, progress=progress, together=together
                    )
    except KeyboardInterrupt:
        print(f"mnist: interrupted; {out} keeps what is finished, the same command goes on", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    if weights == "median":
        for line in keep_median(runs):
            output.print(line)
    print_statistics(tabulate(run.record for run in runs), as_json)
