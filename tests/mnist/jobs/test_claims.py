"""No run is trained by two: a second `mnist train` ends, a second sweep leaves the run to the first and waits."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Timer

import pytest

from groundfloor.process.claim import claim
from groundfloor.work.local_engine import LocalEngine
from mnist.data.dataset import Dataset
from mnist.jobs.sweeps import sweep as sweeps
from mnist.jobs.sweeps.plan import PlannedRun
from mnist.jobs.sweeps.spread import sweep_elsewhere
from mnist.jobs.sweeps.sweep import RunStatus, Training, run_status, sweep
from mnist.nets.catalogue import NETS
from tests.mnist.commands.commands import Mnist, files, quick
from tests.mnist.jobs.sweeping import Told

NET = NETS["published-18138"]
RECIPE = NET.recipe.model_copy(update={"epochs": 1, "batch_size": 100})


def statuses(folder: Path, digits: Dataset, seeds: Sequence[int]) -> list[RunStatus]:
    planned = [PlannedRun(NET, RECIPE, seed, folder / f"seed{seed}") for seed in seeds]
    return [run_status(one, digits) for one in planned]


def test_a_second_training_into_a_folder_ends_with_one_line(cli: Mnist, tmp_path: Path):
    with claim(tmp_path / "one"):
        code, out, err = cli(*quick("one"))
    assert (code, out) == (2, "")
    assert err == "mnist: one: another process is training it; name another --out, or wait for it\n"

    assert cli(*quick("one"))[0] == 0
    assert not (tmp_path / ".one.lock").exists()
    with claim(tmp_path / "one"):
        forced = cli(*quick("one", "--force"))
    assert (forced[0], forced[2].count("\n")) == (2, 1)
    assert [file for file in files(tmp_path) if "lock" in file] == []


def test_a_run_that_another_process_trains_is_left_to_it_and_waited_for(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sweeps, "POLL", 0.05)
    (run,) = sweep(statuses(tmp_path / "elsewhere", digits, [0]), digits, device="cpu", threads=1, progress=Told())
    told = Told()
    held = claim(tmp_path / "here" / "seed0")

    def finish() -> None:
        shutil.copytree(run.path, tmp_path / "here" / "seed0")
        held.give_up()

    begun = statuses(tmp_path / "here", digits, [0, 1])
    Timer(0.5, finish).start()
    runs = sweep(begun, digits, device="cpu", threads=1, progress=told)

    assert [run.record.seed for run in runs] == [0, 1]
    assert runs[0].evaluation == run.evaluation
    assert told.heard == [("taken", "seed0"), ("start", "seed1"), ("end", "seed1"), ("end", "seed0")]


def test_several_processes_train_each_run_once_with_the_numbers_of_one(digits: Dataset, tmp_path: Path):
    alone = sweep(statuses(tmp_path / "one", digits, range(3)), digits, device="cpu", threads=1, progress=Told())
    told = Told()

    with LocalEngine(2) as engine:
        runs = sweep_elsewhere(
            statuses(tmp_path / "two", digits, range(3)), Training(digits, "cpu", 1), engine, progress=told
        )

    assert [run.evaluation for run in runs] == [run.evaluation for run in alone]
    assert [run.last.test_loss for run in runs] == [run.last.test_loss for run in alone]
    assert sorted(told.heard) == sorted(
        (what, f"seed{seed}") for what in ("start", "worked", "end") for seed in range(3)
    )
    assert not [file for file in files(tmp_path) if "lock" in file]
