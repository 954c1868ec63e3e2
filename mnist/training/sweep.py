"""Sweeps: many seeds of some networks and recipes, a run folder each, safe to stop and start again. Prints nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mnist.data.sources import Dataset
from mnist.errors import MnistError, RunError
from mnist.nets.net import Net
from mnist.runs.checkpoint import Checkpoint, checkpoint_file, read_checkpoint
from mnist.runs.record import Recipe, Run, load_run
from mnist.runs.table import differences
from mnist.training.folders import check_data, check_writable, train_group_into, train_into
from mnist.training.train import Progress

MOST_SEEDS = 10_000


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a sweep."""

    net: Net
    recipe: Recipe
    seed: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Standing:
    """A job and how far it has come: the finished run, or the checkpoint of a begun one, or neither."""

    job: Job
    run: Run | None = None
    checkpoint: Checkpoint | None = None

    @property
    def epochs_left(self) -> int:
        """Epochs still to train."""
        if self.run is not None:
            return 0
        return self.job.recipe.epochs - (len(self.checkpoint.run.epochs) if self.checkpoint else 0)


class SweepProgress(Progress, Protocol):
    """Told how a sweep goes."""

    def begin(self, standings: Sequence[Standing], /) -> None:
        """Once, before the first run."""

    def start(self, group: Sequence[Standing], /) -> None:
        """Before each run that is trained, or those that are trained together."""

    def end(self, runs: Sequence[Run], /) -> None:
        """After them."""


def parse_seeds(text: str) -> tuple[int, ...]:
    """ "0..29" or "0,3,5..7" as numbers in the order given; MnistError on anything else and on repetitions."""
    seeds: list[int] = []
    for part in text.split(","):
        first, dots, last = part.strip().partition("..")
        if not first.isdecimal() or (dots and not last.isdecimal()):
            raise MnistError(f"--seeds {text}: whole numbers and ranges are needed, as in 0..29 or 0,3,5..7")
        start, stop = int(first), int(last or first)
        if stop < start or stop - start >= MOST_SEEDS or stop >= 2**63:
            raise MnistError(f"--seeds {text}: {part.strip()} is no range of 1 to {MOST_SEEDS:,} seeds below 2^63")
        seeds += range(start, stop + 1)
    if len(set(seeds)) < len(seeds):
        raise MnistError(f"--seeds {text}: a seed occurs twice")
    return tuple(seeds)


def plan(recipes: Iterable[tuple[Net, Recipe]], seeds: Sequence[int], out: Path) -> list[Job]:
    """All jobs, seed by seed within a configuration; folders are named by what differs from the net's own recipe."""
    jobs = []
    for net, recipe in recipes:
        words = differences(recipe, net.recipe).replace(" ", "").replace("_", "").split(",")
        name = "-".join([net.name, *filter(None, words)])
        jobs += [Job(net, recipe, seed, out / f"{name}-seed{seed}") for seed in seeds]
    return jobs


def stand(job: Job, data: Dataset) -> Standing:
    """How far the job has come.

    RunError where its folder or checkpoint is of another configuration or data, or where it cannot be written.
    """
    file = checkpoint_file(job.folder)
    checkpoint = read_checkpoint(file) if file.exists() else None
    run = load_run(job.folder) if job.folder.exists() else None
    if checkpoint is not None:
        _check_same(file, job, checkpoint.run.net, checkpoint.run.recipe, checkpoint.run.seed)
        check_data(file, checkpoint.run.data.sha256, data)
    if run is not None:
        _check_same(job.folder, job, run.record.net, run.record.recipe, run.record.seed)
        check_data(job.folder, run.record.data.sha256, data)
    finished = run is not None and run.record.status == "finished"
    if not finished:
        check_writable(job.folder)
    return Standing(job, run if finished else None, None if finished else checkpoint)


def sweep(
    standings: Sequence[Standing],
    data: Dataset,
    *,
    device: str,
    threads: int,
    progress: SweepProgress,
    together: int = 1,
) -> list[Run]:
    """The runs of all jobs, those that are not finished trained or gone on with, up to `together` seeds at once.

    KeyboardInterrupt passes through, with the run it came in kept as `train_into` keeps it.
    """
    progress.begin(standings)
    runs: list[Run] = []
    for group in _groups(standings, together):
        first = group[0]
        net, recipe = first.job.net, first.job.recipe
        if first.run is not None:
            runs.append(first.run)
            continue
        progress.start(group)
        if len(group) == 1:
            run = train_into(
                first.job.folder,
                net,
                recipe,
                data,
                seed=first.job.seed,
                device=device,
                threads=threads,
                progress=progress,
                resumed=first.checkpoint,
            )
            if run.record.status == "interrupted":
                raise KeyboardInterrupt
            trained = [run]
        else:
            folders, seeds = ([getattr(one.job, name) for one in group] for name in ("folder", "seed"))
            trained = train_group_into(
                folders, net, recipe, data, seeds=seeds, device=device, threads=threads, progress=progress
            )
        progress.end(trained)
        runs += trained
    return runs


def _groups(standings: Sequence[Standing], together: int) -> Iterator[list[Standing]]:
    """Neighbours of the same network and recipe that have not begun, at most `together` of them; others alone."""
    group: list[Standing] = []
    for standing in standings:
        job, begun = standing.job, standing.run is not None or standing.checkpoint is not None
        like = bool(group) and (group[0].job.net.name, group[0].job.recipe) == (job.net.name, job.recipe)
        if group and (begun or not like or len(group) == together):
            yield group
            group = []
        if begun:
            yield [standing]
        else:
            group.append(standing)
    if group:
        yield group


def _check_same(path: Path, job: Job, net: str, recipe: Recipe, seed: int) -> None:
    found = [f"network {net}"] if net != job.net.name else []
    found += [f"seed {seed}"] if seed != job.seed else []
    found += [differences(recipe, job.recipe)] if recipe != job.recipe else []
    if found:
        raise RunError(f"{path}: belongs to another configuration ({', '.join(found)}); name another --out")
