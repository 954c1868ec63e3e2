"""What the tests of sweeps share: a sweep here and elsewhere, what it tells, and whether two runs are the same."""

import math
from collections.abc import Sequence
from typing import Any

from groundfloor.work.engine import Engine
from mnist.data.dataset import Dataset
from mnist.jobs.sweeps.plan import PlannedRun
from mnist.jobs.sweeps.spread import sweep_elsewhere
from mnist.jobs.sweeps.sweep import RunStatus, Training, run_status, sweep
from mnist.runs.folder import Run
from mnist.runs.record import EpochMetrics

EACH_EPOCH = 1e-9  # seconds of a stretch


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


def alone(runs: Sequence[PlannedRun], digits: Dataset) -> list[Run]:
    """In this process."""
    return sweep([run_status(one, digits) for one in runs], digits, device="cpu", threads=1, progress=Told())


def elsewhere(
    engine: Engine,
    runs: Sequence[PlannedRun],
    digits: Dataset,
    told: Told | None = None,
    *,
    device: str = "cpu",
    seconds: float | None = EACH_EPOCH,
) -> list[Run]:
    """By the engine, which is closed afterwards."""
    statuses = [run_status(one, digits) for one in runs]
    with engine:
        return sweep_elsewhere(statuses, Training(digits, device, 1), engine, progress=told or Told(), seconds=seconds)


def without_times(run: Run) -> dict[str, Any]:
    """The record, but for when it began and how long it took."""
    epochs = tuple(metrics.model_copy(update={"seconds": 0.0}) for metrics in run.record.epochs)
    return run.record.model_copy(update={"started": "", "epochs": epochs}).model_dump()


def assert_same(run: Run, other: Run, *, but: str = "") -> None:
    """Every file, to the byte; of the record all but times and the field `but`."""
    record, expected = without_times(run), without_times(other)
    assert {name: record[name] for name in record if name != but} == {
        name: expected[name] for name in expected if name != but
    }
    names = sorted(file.name for file in run.path.iterdir())
    assert names == sorted(file.name for file in other.path.iterdir())
    for name in set(names) - {"run.json"}:
        assert (run.path / name).read_bytes() == (other.path / name).read_bytes(), name
