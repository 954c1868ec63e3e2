"""A sweep by several processes: each claims run after run, trains it and leaves its folder, until none is free.

They need to know nothing of each other, because a run is trained by whoever has claimed its folder: one that is killed
loses its claim, and the others go on with what it left.
"""

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import Empty
from threading import Thread
from typing import Any, Protocol

import numpy as np

from mnist.data.dataset import Dataset
from mnist.errors import MnistError
from mnist.jobs.signals import interruptible, uninterrupted
from mnist.jobs.sweeps.plan import PlannedRun
from mnist.jobs.sweeps.sweep import RunStatus, SweepProgress, Training, run_status, train_free
from mnist.runs.data_source import DataSource
from mnist.runs.folder import Run
from mnist.runs.record import EpochMetrics

_POLL = 0.2  # seconds
_ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")


class ParallelProgress(SweepProgress, Protocol):
    """Hears of runs that go on side by side."""

    def worked(self, status: RunStatus, /) -> None:
        """After each epoch of any run."""


def sweep_in_processes(
    statuses: Sequence[RunStatus], how: Training, *, jobs: int, progress: ParallelProgress
) -> list[Run]:
    """All the runs, trained by up to `jobs` processes. Their numbers are those of one process.

    MnistError of the first process that meets one: the others then end as by Ctrl-C, with what is finished kept.
    KeyboardInterrupt ends them all likewise.
    """
    progress.begin(statuses)
    unfinished = [status for status in statuses if status.run is None]
    if unfinished:
        _spread(unfinished, how, min(jobs, len(unfinished)), progress)
    now = [status if status.run else run_status(status.planned, how.data, status.fitted) for status in statuses]
    runs = train_free([[status] for status in now], how, progress)  # what a process that was killed has left
    return [runs[status.planned.folder] for status in statuses]


def _spread(statuses: Sequence[RunStatus], how: Training, jobs: int, progress: ParallelProgress) -> None:
    context = get_context("spawn")
    events = context.Queue()
    planned = [status.planned for status in statuses]
    by_folder = {status.planned.folder: status for status in statuses}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.npz"  # read by each; what is sent to a process that dies at once would block
        np.savez(file, **{name: getattr(how.data, name) for name in _ARRAYS})
        arguments = (planned, file, how.data.source, how.device, how.threads, events)
        workers = [context.Process(target=_work, args=arguments) for _ in range(jobs)]
        _watch(workers, events, by_folder, progress)


def _watch(
    workers: Sequence[SpawnProcess], events: Any, by_folder: dict[Path, RunStatus], progress: ParallelProgress
) -> None:
    try:
        for worker in workers:
            worker.start()
        for kind, content in _heard(events, workers):
            if kind == "error":
                raise MnistError(content)
            _tell(progress, kind, content, by_folder)
    finally:
        with uninterrupted():
            for worker in workers:
                if worker.is_alive():
                    worker.terminate()
            for worker in workers:
                if worker.pid is not None:
                    worker.join()


def _heard(events: Any, workers: Sequence[SpawnProcess]) -> Iterator[tuple[str, Any]]:
    """What the workers tell, until all have ended."""
    while True:
        running = any(worker.is_alive() for worker in workers)
        try:
            yield events.get(timeout=_POLL)
        except Empty:
            if not running:
                return


def _tell(progress: ParallelProgress, kind: str, content: Any, by_folder: dict[Path, RunStatus]) -> None:
    if kind == "start":
        progress.start([by_folder[content]])
    elif kind == "epoch":
        progress.worked(by_folder[content])
    else:
        progress.end(content)


class _Told:
    """What a worker's training tells, to the process that started it."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self._folder: Path | None = None

    def begin(self, _statuses: Sequence[RunStatus], /) -> None:
        """Nothing: that process has begun already."""

    def taken(self, _group: Sequence[RunStatus], /) -> None:
        """Nothing: whoever trains it tells."""

    def start(self, group: Sequence[RunStatus], /) -> None:
        """Which run."""
        self._folder = group[0].planned.folder
        self._events.put(("start", self._folder))

    def batch(self, _epoch: int, _done: int, _batches: int, _loss: float, /) -> None:
        """Nothing: too often to be sent."""

    def epoch(self, _metrics: EpochMetrics, /) -> None:
        """Of which run."""
        self._events.put(("epoch", self._folder))

    def end(self, runs: Sequence[Run], /) -> None:
        """The runs, unless another worker has told of them."""
        if self._folder is not None and runs[0].path == self._folder:
            self._events.put(("end", list(runs)))


def _work(
    planned: Sequence[PlannedRun], file: Path, source: DataSource, device: str, threads: int, events: Any
) -> None:
    """One worker: every run that is free."""
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        with interruptible():
            with np.load(file, allow_pickle=False) as arrays:
                data = Dataset(**{name: arrays[name] for name in _ARRAYS}, source=source)
            how = Training(data, device, threads)
            groups = [[run_status(one, how.data)] for one in planned]
            train_free(groups, how, _Told(events), wait=False)
    except KeyboardInterrupt:
        pass  # what is finished is kept
    except MnistError as error:
        events.put(("error", str(error)))


def _end_with_parent() -> None:
    """As by Ctrl-C, so that the finished epochs are kept, where the process that started this one is killed."""
    if parent := parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
