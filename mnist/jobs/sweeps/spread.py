"""A sweep whose runs are trained elsewhere: by processes of this machine or on a cluster, a stretch at a time.

Each stretch ends with a checkpoint, which is written here beside the run's folder at once and is what the next one
begins with. So whatever dies, a worker, the scheduler or this process, the run goes on from there, and nothing is
written but here: a run folder when its last stretch has come back.
"""

import hashlib
import pickle
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from groundfloor.disk.scratch import temporary_folder
from groundfloor.errors import InputError
from groundfloor.process.claim import Claim
from groundfloor.work.completed import completed
from groundfloor.work.engine import Engine
from groundfloor.work.task import Shared, Task
from mnist.data.by_hash import write_data
from mnist.errors import BusyError, MnistError
from mnist.jobs.run_folder import claim_run, save_trained
from mnist.jobs.sweeps.stretch import Stretch, train_stretch
from mnist.jobs.sweeps.sweep import POLL, RunStatus, SweepProgress, Training, run_status
from mnist.runs.folder import Run
from mnist.training.checkpoint import Checkpoint, checkpoint_bytes, checkpoint_file, parse_checkpoint, write_checkpoint
from mnist.training.loop import split
from mnist.training.recording import finish_record

SECONDS = 10.0  # of a stretch, whose beginning costs 0.2 s: what is lost at most with a process, beside an epoch
A_JOB = 600.0  # where each stretch waits in a queue
A_SECOND = 5  # stretches that come back, at most: to write one takes this process 20 ms


class SpreadProgress(SweepProgress, Protocol):
    """Hears of runs that go on side by side."""

    def worked(self, status: RunStatus, /) -> None:
        """After each epoch of any run."""


def sweep_elsewhere(
    statuses: Sequence[RunStatus],
    how: Training,
    engine: Engine,
    *,
    progress: SpreadProgress,
    seconds: float | None = None,
) -> list[Run]:
    """All the runs, with the numbers of `sweep`; `seconds` are those of a stretch.

    A run that another sweep trains is left to it, and waited for at the end. MnistError of the first run that meets
    one, or that is lost too often; as by KeyboardInterrupt, the checkpoints that came back are kept.
    """
    progress.begin(statuses)
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("sweep"))
        told = _Spread(how, progress, folder, engine, seconds, stack)
        if engine.several:  # to be asked for the data would cost another wait in the queue
            told.offer_data()
        told.runs = {number: status.run for number, status in enumerate(statuses) if status.run is not None}
        while left := [(number, status) for number, status in enumerate(statuses) if number not in told.runs]:
            trained = len(told.runs)
            for _ in completed(told.first_stretches(left), engine, then=told.next_stretch):
                pass
            if len(told.runs) == trained:
                time.sleep(POLL)
    return [told.runs[number] for number in range(len(statuses))]


@dataclass(slots=True)
class _Spread:
    """How far the runs have come, by their numbers."""

    how: Training
    progress: SpreadProgress
    folder: Path  # for the data, where a worker lacks them
    engine: Engine
    seconds: float | None  # of a stretch; None for what the engine is best used by
    claims: ExitStack  # all that are held
    runs: dict[int, Run] = field(default_factory=dict)  # that are finished
    going: dict[int, tuple[RunStatus, Claim]] = field(default_factory=dict)
    waited: set[int] = field(default_factory=set)  # that another process trains, of which is told once
    data: Shared | None = None

    def first_stretches(self, left: Sequence[tuple[int, RunStatus]]) -> Iterator[Task[bytes | None]]:
        """Of each run that nobody else trains, when there is room for it."""
        for number, status in left:
            try:
                claim = claim_run(status.planned.folder)
            except BusyError:
                self._tell_taken(number, status)
                continue
            self.claims.enter_context(claim)
            # as it stands now: another process may have trained it in the meantime
            now = run_status(status.planned, self.how.data, status.fitted)
            if now.run is not None:
                self._tell_taken(number, status)
                self._end(number, now.run, claim)
                continue
            self.progress.start([now])
            self.going[number] = now, claim
            if now.checkpoint is not None and not now.epochs_left:
                self._finish(number, now.checkpoint)
            else:
                yield self._task(self._first(number, now))

    def next_stretch(self, task: Task[bytes | None], result: bytes | InputError | None) -> Sequence[Task[bytes | None]]:
        """What follows a stretch: itself with the data, the next one, or none when the run is finished."""
        stretch: Stretch = task.argument
        status = self.going[stretch.number][0]
        folder = status.planned.folder
        if isinstance(result, MnistError):
            raise result
        if isinstance(result, InputError):
            raise MnistError(f"{folder.name}: {result}; {folder.parent} keeps what is finished") from result
        if result is None:
            self.offer_data()
            return [self._task(stretch)]
        write_checkpoint(checkpoint_file(folder), result)
        checkpoint = parse_checkpoint(result, folder)
        before = 0 if status.checkpoint is None else len(status.checkpoint.run.epochs)
        now = replace(status, checkpoint=checkpoint)
        self.going[stretch.number] = now, self.going[stretch.number][1]
        for _ in checkpoint.run.epochs[before:]:
            self.progress.worked(status)
        if now.epochs_left:
            return [self._task(replace(stretch, begun=result, handed_on=True, seconds=self._stretch_seconds()))]
        self._finish(stretch.number, checkpoint)
        return []

    def _first(self, number: int, status: RunStatus) -> Stretch:
        planned, how = status.planned, self.how
        return Stretch(
            number,
            pickle.dumps(status.fitted.network),
            planned.recipe,
            planned.seed,
            how.data.source,
            how.device,
            how.threads,
            self._stretch_seconds(),
            None if status.checkpoint is None else checkpoint_bytes(status.checkpoint),
        )

    def _stretch_seconds(self) -> float:
        if self.seconds is not None:
            return self.seconds
        return A_JOB if self.engine.several else max(SECONDS, self.engine.slots() / A_SECOND)

    def _task(self, stretch: Stretch) -> Task[bytes | None]:
        return Task(train_stretch, stretch, () if self.data is None else (self.data,))

    def offer_data(self) -> None:
        """From now on, to every worker."""
        if self.data is None:
            file = self.folder / "data.npz"
            write_data(self.how.data, file)
            self.data = Shared(file, digest=hashlib.sha256(file.read_bytes()).hexdigest())

    def _finish(self, number: int, checkpoint: Checkpoint) -> None:
        status, claim = self.going[number]
        trained = finish_record(checkpoint, split(self.how.data, status.planned.recipe))
        self._end(number, save_trained(status.planned.folder, trained), claim)

    def _tell_taken(self, number: int, status: RunStatus) -> None:
        if number not in self.waited:
            self.waited.add(number)
            self.progress.taken([status])

    def _end(self, number: int, run: Run, claim: Claim) -> None:
        self.going.pop(number, None)
        self.runs[number] = run
        claim.give_up()
        self.progress.end([run])
