"""Sweeps: many seeds of some networks and recipes, a run folder each, safe to stop and start again. Prints nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mnist.data.sources import Dataset, Say, load_data
from mnist.errors import RunError
from mnist.jobs.plan import PlannedRun
from mnist.jobs.run_folder import check_data, check_writable, train_group_into, train_into
from mnist.modules.fit import Fitted, fit
from mnist.runs.architecture import Kept, same_network
from mnist.runs.environment import versions
from mnist.runs.folder import Run, load_run
from mnist.runs.recipe import differences
from mnist.runs.record import Record
from mnist.runs.versions import resumption_note
from mnist.training.checkpoint import Checkpoint, PartialRecord, checkpoint_file, read_checkpoint
from mnist.training.loop import Progress, split


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A planned run and how far it has come: the finished run, or the checkpoint of a begun one, or neither."""

    planned: PlannedRun
    fitted: Fitted
    run: Run | None = None
    checkpoint: Checkpoint | None = None

    @property
    def epochs_left(self) -> int:
        """Epochs still to train."""
        if self.run is not None:
            return 0
        return self.planned.recipe.epochs - (len(self.checkpoint.run.epochs) if self.checkpoint else 0)

    @property
    def note(self) -> str | None:
        """What is said of a run that goes on with other versions than it began with."""
        if self.checkpoint is None:
            return None
        return resumption_note(self.checkpoint.run.environment.versions, versions())


class SweepProgress(Progress, Protocol):
    """Told how a sweep goes."""

    def begin(self, statuses: Sequence[RunStatus], /) -> None:
        """Once, before the first run."""

    def start(self, group: Sequence[RunStatus], /) -> None:
        """Before each run that is trained, or those that are trained together."""

    def end(self, runs: Sequence[Run], /) -> None:
        """After them."""


def run_status(planned: PlannedRun, data: Dataset, fitted: Fitted | None = None) -> RunStatus:
    """How far the planned run has come; `fitted` is its network, where that is fitted to the data already.

    RunError where its folder or checkpoint is of another configuration or data, or where it cannot be written.
    """
    fitted = fit(fitted or planned.net, data.source)
    file = checkpoint_file(planned.folder)
    checkpoint = read_checkpoint(file) if file.exists() else None
    run = load_run(planned.folder) if planned.folder.exists() else None
    if checkpoint is not None:
        about = checkpoint.run.about
        _check_same(file, planned, fitted, checkpoint.run, None if about is None else about.network)
        check_data(file, checkpoint.run.data.sha256, data)
    if run is not None:
        _check_same(planned.folder, planned, fitted, run.record, run.record.network)
        check_data(planned.folder, run.record.data.sha256, data)
    finished = run is not None and run.record.status == "finished"
    if not finished:
        check_writable(planned.folder)
    return RunStatus(planned, fitted, run if finished else None, None if finished else checkpoint)


def prepare(planned_runs: Sequence[PlannedRun], data: str | None, say: Say) -> tuple[Dataset, list[RunStatus]]:
    """The data and how far each run has come; MnistError before anything is trained. Rendered digits only if asked."""
    dataset = load_data(data, say=say, stand_in=False)
    for planned in planned_runs:
        split(dataset, planned.recipe)  # complains
    fitted: dict[str, Fitted] = {}  # by name, which holds what a module was made with
    statuses = []
    for planned in planned_runs:
        name = planned.net.name
        fitted[name] = fit(fitted.get(name) or planned.net, dataset.source)
        statuses.append(run_status(planned, dataset, fitted[name]))
    return dataset, statuses


def sweep(
    statuses: Sequence[RunStatus],
    data: Dataset,
    *,
    device: str,
    threads: int,
    progress: SweepProgress,
    together: int = 1,
) -> list[Run]:
    """All the runs, those that are not finished trained or gone on with, up to `together` seeds at once.

    KeyboardInterrupt passes through, with the run it came in kept as `train_into` keeps it.
    """
    progress.begin(statuses)
    runs: list[Run] = []
    for group in _groups(statuses, together):
        first = group[0]
        network, recipe = first.fitted, first.planned.recipe
        if first.run is not None:
            runs.append(first.run)
            continue
        progress.start(group)
        if len(group) == 1:
            run = train_into(
                first.planned.folder,
                network,
                recipe,
                data,
                seed=first.planned.seed,
                device=device,
                threads=threads,
                progress=progress,
                resumed=first.checkpoint,
            )
            if run.record.status == "interrupted":
                raise KeyboardInterrupt
            trained = [run]
        else:
            folders, seeds = ([getattr(one.planned, name) for one in group] for name in ("folder", "seed"))
            trained = train_group_into(
                folders, network, recipe, data, seeds=seeds, device=device, threads=threads, progress=progress
            )
        progress.end(trained)
        runs += trained
    return runs


def _groups(statuses: Sequence[RunStatus], together: int) -> Iterator[list[RunStatus]]:
    """Neighbours of the same network and recipe that have not begun, at most `together` of them; others alone."""
    group: list[RunStatus] = []
    for status in statuses:
        planned, first = status.planned, group[0].planned if group else status.planned
        begun = status.run is not None or status.checkpoint is not None
        like = (first.net.name, first.recipe) == (planned.net.name, planned.recipe)
        if group and (begun or not like or len(group) == together):
            yield group
            group = []
        if begun:
            yield [status]
        else:
            group.append(status)
    if group:
        yield group


def _check_same(
    path: Path, planned: PlannedRun, fitted: Fitted, begun: PartialRecord | Record, kept: Kept | None
) -> None:
    recipe = begun.recipe
    others = [f"network {begun.net}"] if begun.net != planned.net.name else []
    if not others and not same_network(kept, fitted.kept):
        others = [f"another network of the name {begun.net}"]
    others += [f"seed {begun.seed}"] if begun.seed != planned.seed else []
    others += [differences(recipe, planned.recipe)] if recipe != planned.recipe else []
    if others:
        raise RunError(f"{path}: belongs to another configuration ({', '.join(others)}); name another --out")
