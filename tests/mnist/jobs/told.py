"""What a sweep tells, kept by the names of the runs, for the tests of sweeps."""

import math
from collections.abc import Sequence

from mnist.jobs.sweeps.sweep import RunStatus
from mnist.runs.folder import Run
from mnist.runs.record import EpochMetrics


class Told:
    """Hears all of it, and interrupts after `stop_after` epochs of runs that go on side by side."""

    def __init__(self, stop_after: float = math.inf) -> None:
        self.heard: list[tuple[str, str]] = []
        self._stop_after = stop_after

    def begin(self, statuses: Sequence[RunStatus], /) -> None:
        pass

    def taken(self, group: Sequence[RunStatus], /) -> None:
        self.heard += [("taken", status.planned.folder.name) for status in group]

    def start(self, group: Sequence[RunStatus], /) -> None:
        self.heard += [("start", status.planned.folder.name) for status in group]

    def batch(self, _epoch: int, _done: int, _batches: int, _loss: float, /) -> None:
        pass

    def epoch(self, _metrics: EpochMetrics, /) -> None:
        pass

    def worked(self, status: RunStatus, /) -> None:
        self.heard.append(("worked", status.planned.folder.name))
        if sum(what == "worked" for what, _ in self.heard) >= self._stop_after:
            raise KeyboardInterrupt

    def end(self, runs: Sequence[Run], /) -> None:
        self.heard += [("end", run.name) for run in runs]
