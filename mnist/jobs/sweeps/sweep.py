"""Sweeps: many seeds of some networks and recipes, a run folder each, safe to stop and start again. Prints nothing."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mnist.data.dataset import Dataset
from mnist.data.sources import Say, load_data
from mnist.errors import BusyError, RunError
from mnist.jobs.run_folder import check_data, check_writable, claim_run, train_group_into, train_into
from mnist.jobs.sweeps.plan import PlannedRun
from mnist.modules.fit import Fitted, fit
from mnist.runs.architecture import Kept, same_network
from mnist.runs.environment import versions
from mnist.runs.folder import Run, load_run
from mnist.runs.recipe import differences
from mnist.runs.record import Record
from mnist.runs.versions import resumption_note
from mnist.training.checkpoint import Checkpoint, PartialRecord, checkpoint_file, read_checkpoint
from mnist.training.loop import Progress, split

POLL = 1.0  # seconds between looks at what another process trains


@dataclass(frozen=True, slots=True)
class Training:
    """On what, where, and by how many threads each run is trained."""

    data: Dataset
    device: str
    threads: int


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

    def taken(self, group: Sequence[RunStatus], /) -> None:
        """Once for runs that another process trains; they end here all the same."""

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


def prepare(
    planned_runs: Sequence[PlannedRun], data: str | None, say: Say, size: str | None = None
) -> tuple[Dataset, list[RunStatus]]:
    """The data and how far each run has come; MnistError before anything is trained. Rendered digits only if asked."""
    dataset = load_data(data, say=say, stand_in=False, size=size)
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

    A run that another process is training is left to it, and waited for at the end. KeyboardInterrupt passes through,
    with the run it came in kept as `train_into` keeps it.
    """
    progress.begin(statuses)
    how = Training(data, device, threads)
    runs = train_free(list(_groups(statuses, together)), how, progress)
    return [runs[status.planned.folder] for status in statuses]


def train_free(
    groups: Sequence[Sequence[RunStatus]], how: Training, progress: SweepProgress, *, wait: bool = True
) -> dict[Path, Run]:
    """The runs by folder; without `wait`, those that no other process has claimed."""
    runs: dict[Path, Run] = {}
    told: set[Path] = set()
    left = list(groups)
    while left:
        busy: list[Sequence[RunStatus]] = []
        for group in left:
            folders = [status.planned.folder for status in group]
            try:
                trained = _claimed(group, how, progress, waited=folders[0] in told)
            except BusyError:
                busy.append(group)
                if wait and folders[0] not in told:
                    told.update(folders)
                    progress.taken(group)
                continue
            runs |= dict(zip(folders, trained, strict=True))
        if busy and not wait:
            break
        if busy == left:
            time.sleep(POLL)
        left = busy
    return runs


def _claimed(group: Sequence[RunStatus], how: Training, progress: SweepProgress, *, waited: bool) -> list[Run]:
    """The runs of a group, trained while nobody else can; BusyError where somebody is at one of them."""
    if all(status.run is not None for status in group):
        return [status.run for status in group if status.run is not None]
    with contextlib.ExitStack() as claims:
        for status in group:
            claims.enter_context(claim_run(status.planned.folder))
        # as they stand now: another process may have trained them in the meantime
        now = [run_status(status.planned, how.data, status.fitted) for status in group]
        if len(now) > 1 and not any(status.run or status.checkpoint for status in now):
            progress.start(now)
            trained = _together(now, how, progress)
            progress.end(trained)
            return trained
        runs = []
        for status in now:
            if status.run is None:
                progress.start([status])
                run = _alone(status, how, progress)
            else:
                run = status.run
                if not waited:
                    progress.taken([status])
            progress.end([run])
            runs.append(run)
        return runs


def _alone(status: RunStatus, how: Training, progress: SweepProgress) -> Run:
    planned = status.planned
    run = train_into(
        planned.folder,
        status.fitted,
        planned.recipe,
        how.data,
        seed=planned.seed,
        device=how.device,
        threads=how.threads,
        progress=progress,
        resumed=status.checkpoint,
    )
    if run.record.status == "interrupted":
        raise KeyboardInterrupt
    return run


def _together(group: Sequence[RunStatus], how: Training, progress: SweepProgress) -> list[Run]:
    return train_group_into(
        [status.planned.folder for status in group],
        group[0].fitted,
        group[0].planned.recipe,
        how.data,
        seeds=[status.planned.seed for status in group],
        device=how.device,
        threads=how.threads,
        progress=progress,
    )


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
