"""`mnist train`: one run, from its beginning or from where it was interrupted."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundfloor.command import INTERRUPTED
from groundfloor.terminal import console
from groundfloor.text import count
from groundfloor.work.engine import Where, open_engine
from groundfloor.work.options import Scheduler, Slurm
from mnist.commands.options import (
    NET,
    Arguments,
    Augment,
    Data,
    Device,
    Epochs,
    Seed,
    Settings,
    Size,
    Threads,
    Trust,
    Validation,
    print_text,
)
from mnist.errors import MnistError

if TYPE_CHECKING:
    from mnist.jobs.single import Job
    from mnist.jobs.sweeps.plan import PlannedRun


def train(
    net: Annotated[str | None, typer.Argument(metavar="NET", help=NET, show_default=False)] = None,
    arguments: Arguments = None,
    epochs: Epochs = None,
    batch_size: Annotated[int | None, typer.Option(metavar="N", help="Images a step.  [default: the recipe]")] = None,
    lr: Annotated[float | None, typer.Option(metavar="X", help="Learning rate.  [default: the recipe]")] = None,
    momentum: Annotated[
        float | None, typer.Option(metavar="X", help="Momentum, 0 to below 1.  [default: the recipe]")
    ] = None,
    validation: Validation = None,
    settings: Settings = None,
    augment: Augment = None,
    seed: Seed = 0,
    data: Data = None,
    size: Size = None,
    device: Device = "cpu",
    threads: Threads = 1,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="The run folder.  [default: runs/NET-seedSEED]"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FOLDER if it is a run folder.")] = False,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Go on with an unfinished run, as it was begun; with --data at most."),
    ] = None,
    trust: Trust = False,
    scheduler: Scheduler = None,
    slurm: Slurm = None,
) -> None:
    """Train a network and write the run as a folder. Ctrl-C keeps the finished epochs.

    While a run is unfinished, FOLDER.checkpoint lies beside it: --resume FOLDER goes on after the last finished
    epoch, also where the process was killed, and ends with the numbers of a run that was never stopped. Trained
    elsewhere, the run comes back every ten seconds or after each epoch, whichever is longer, and goes on from there
    whatever dies; stopped, it goes on by the same command, or here by --resume.

    A module of your own takes the images, (n, 1, 28, 28) for MNIST, and gives (n, classes) logits or log-probabilities;
    which, is told from what it gives. Its code is kept with the run, and a graph that runs without it.
    """
    from mnist.modules.find import find_network, parse_arguments
    from mnist.nets.settings import augmentation_settings, changed_recipe
    from mnist.requirements import need_libraries

    where = Where(1, scheduler, slurm)
    if where != Where(1) and (force or resume is not None):
        option = "--force" if resume is None else f"--resume {resume}"
        raise MnistError(f"{option}: is for a run that is trained here, without --scheduler and --slurm")
    if resume is not None:
        given = (net, arguments, epochs, batch_size, lr, momentum, validation, settings, augment, size, out)
        if any(value is not None for value in given) or force or (seed, device, threads) != (0, "cpu", 1):
            raise MnistError(
                f"--resume {resume}: goes on as the run was begun; only --data and --trust can be given beside it"
            )
        need_libraries()
        from mnist.jobs.single import go_on

        _train(lambda: go_on(resume, data=data, say=print_text, trust=trust))
        return
    if net is None:
        raise MnistError("Missing argument 'NET'")
    if trust:
        raise MnistError("--trust: is for --resume FOLDER; what is named here is run anyway")
    network = find_network(net, parse_arguments(arguments or ()))
    numbers = {"epochs": epochs, "batch_size": batch_size, "learning_rate": lr, "momentum": momentum}
    recipe = changed_recipe(
        network, [*augmentation_settings(augment), *(settings or ())], validation=validation, **numbers
    )
    need_libraries()
    from mnist.jobs.single import begin, run_folder
    from mnist.jobs.sweeps.plan import PlannedRun

    if where != Where(1):
        planned = PlannedRun(network, recipe, seed, run_folder(network, seed, out))
        _train_elsewhere(planned, where, data, size, device, threads)
        return
    _train(
        lambda: begin(
            network,
            recipe,
            out,
            seed=seed,
            data=data,
            size=size,
            device=device,
            threads=threads,
            force=force,
            say=print_text,
        )
    )


def _train(prepare: "Callable[[], Job]") -> None:
    """Train what is prepared, with a bar; an interruption is told with what is kept."""
    from mnist.jobs.progress import TerminalProgress
    from mnist.jobs.signals import interruptible

    try:
        with interruptible():
            job = prepare()
            if job.note is not None:
                print(f"mnist: {job.note}", file=sys.stderr)
            for line in job.heading:
                print_text(line)
            with TerminalProgress(console(), job.recipe.epochs) as progress:
                run = job.train(progress)
    except KeyboardInterrupt:
        print("mnist: interrupted before an epoch was finished; nothing was written", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    print_text(f"{run.path}: {run.result}")
    if run.record.status == "interrupted":
        kept = count(len(run.record.epochs), "finished epoch")
        print(f"mnist: interrupted; {run.path} holds {kept}; --resume {run.path} goes on", file=sys.stderr)
        raise SystemExit(INTERRUPTED)


def _train_elsewhere(
    planned: "PlannedRun", where: Where, data: str | None, size: str | None, device: str, threads: int
) -> None:
    """A sweep of one run, which goes on if it was begun."""
    from mnist.jobs.progress import TerminalSweepProgress
    from mnist.jobs.run_folder import check_free
    from mnist.jobs.signals import interruptible
    from mnist.jobs.single import check_seed, check_threads
    from mnist.jobs.sweeps.spread import sweep_elsewhere
    from mnist.jobs.sweeps.sweep import Training, prepare

    check_seed(planned.seed)
    check_threads(threads)
    check_free(planned.folder, begun=True)
    try:
        with interruptible():
            dataset, statuses = prepare([planned], data, print_text, size)
            with TerminalSweepProgress(console(error=True)) as progress, open_engine(where) as engine:
                (run,) = sweep_elsewhere(statuses, Training(dataset, device, threads), engine, progress=progress)
    except KeyboardInterrupt:
        print(f"mnist: interrupted; what came back of {planned.folder} is kept, the same command goes on; "
              f"here --resume {planned.folder} does", file=sys.stderr)  # fmt: skip
        raise SystemExit(INTERRUPTED) from None
    print_text(f"{run.path}: {run.result}")
