"""What a sweep says of its time."""

import io
from pathlib import Path

import pytest
from rich.console import Console

import mnist.jobs.progress
from mnist.jobs.progress import TerminalSweepProgress, duration
from mnist.jobs.sweeps.plan import PlannedRun, plan
from mnist.jobs.sweeps.sweep import RunStatus
from mnist.modules.fit import fit
from mnist.nets.catalogue import NETS
from mnist.runs.data_source import DataSource


def status(planned: PlannedRun) -> RunStatus:
    mnist_like = DataSource(name="mnist", train_samples=1, test_samples=1, sha256={})
    return RunStatus(planned, fit(planned.net, mnist_like))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (89, "89 s"), (90, "2 min"), (3600, "60 min"), (5400, "1 h 30 min"), (11_100, "3 h 05 min")],
)
def test_durations_are_told_in_their_own_unit(seconds: float, told: str):
    assert duration(seconds) == told


def test_the_time_left_is_that_of_the_work_left_at_the_speed_so_far(monkeypatch: pytest.MonkeyPatch):
    now = [1000.0]
    monkeypatch.setattr(mnist.jobs.progress.time, "monotonic", lambda: now[0])
    recipe = NETS["tiny"].recipe.model_copy(update={"epochs": 4})
    statuses = [status(planned) for planned in plan([(NETS["tiny"], recipe)], (0, 1, 2), Path())]
    progress = TerminalSweepProgress(Console(file=io.StringIO()))

    progress.begin(statuses)
    progress.start(statuses[:1])
    for _ in range(3):
        now[0] += 10
        progress.epoch(None)

    assert progress.left == 90  # 3 epochs took 30 s, 9 are left


def test_a_larger_network_counts_for_more(monkeypatch: pytest.MonkeyPatch):
    now = [0.0]
    monkeypatch.setattr(mnist.jobs.progress.time, "monotonic", lambda: now[0])
    nets = [NETS["tiny"], NETS["best"]]
    planned_runs = plan([(net, net.recipe.model_copy(update={"epochs": 1})) for net in nets], (0,), Path())
    progress = TerminalSweepProgress(Console(file=io.StringIO()))

    progress.begin([status(planned) for planned in planned_runs])
    progress.start([status(planned_runs[0])])
    now[0] = 10
    progress.epoch(None)

    assert progress.left == pytest.approx(10 * 3_092_736 / 1_093_770)  # by the multiply-adds of the two
