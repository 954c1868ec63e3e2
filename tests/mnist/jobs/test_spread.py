"""Sweeps trained elsewhere: the same records, whatever dies; data found or sent; nobody else's disk needed."""

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from groundfloor.errors import InputError
from groundfloor.process.claim import claim
from groundfloor.work.task import carry_out
from mnist.data import by_hash
from mnist.data.by_hash import find_by_hash, write_data
from mnist.data.dataset import Dataset
from mnist.data.sources import rendered_digits
from mnist.errors import DataError, TrainingError
from mnist.jobs.sweeps import spread
from mnist.jobs.sweeps.plan import PlannedRun
from mnist.jobs.sweeps.stretch import Stretch
from mnist.modules.find import find_network
from mnist.nets.catalogue import NETS
from mnist.nets.net import Network
from mnist.runs.folder import Run
from mnist.training import recording
from tests.mnist.jobs.sweeping import Told, alone, assert_same, elsewhere

MODULE = """
from torch import nn

class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.wide = nn.Conv2d(1, width, 3)
        self.drop = nn.Dropout(0.3)
        self.last = nn.Linear(width, 10)

    def forward(self, images):
        return self.last(self.drop(self.wide(images).relu().amax((2, 3))))
"""


class Elsewhere(Executor):
    """Another machine, in this process: everything reaches it, and comes back, as bytes."""

    here, several = True, False

    def __init__(self) -> None:
        self.given: list[Stretch] = []
        self.files: list[int] = []  # that came with each

    def slots(self) -> int:
        return 1

    def submit(self, _function: Callable[..., Any], tasks: Sequence[Any], /) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result([self._done(task) for task in tasks])
        return future

    def _done(self, task: Any) -> Any:
        function, argument = pickle.loads(pickle.dumps((task.function, task.argument)))
        self.given.append(argument)
        self.files.append(len(task.files))
        try:
            return pickle.loads(pickle.dumps(carry_out((function, argument, task.files))))
        except InputError as error:
            return error

    def stop(self) -> None:
        pass


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """No data in this process from the test before."""
    monkeypatch.setattr(by_hash, "_held", {})


def planned(net: Network, out: Path, seeds: Sequence[int] = (0,), **changes: object) -> list[PlannedRun]:
    recipe = net.recipe.model_copy(update={"epochs": 2, "batch_size": 50, **changes})
    return [PlannedRun(net, recipe, seed, out / f"seed{seed}") for seed in seeds]


@pytest.fixture(scope="module")
def in_one(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Two seeds trained in one process, never stopped."""
    return alone(planned(NETS["tiny"], tmp_path_factory.mktemp("alone"), (0, 1)), digits)


def test_stretch_by_stretch_a_run_is_what_it_is_in_one(digits: Dataset, tmp_path: Path, in_one: list[Run]):
    engine = Elsewhere()

    runs = elsewhere(engine, planned(NETS["tiny"], tmp_path, (0, 1)), digits)

    for run, other in zip(runs, in_one, strict=True):
        assert_same(run, other)
    assert len(engine.given) == 2 * 2 + 2  # the first of each is asked for the data
    assert sorted(file.name for file in tmp_path.iterdir()) == ["seed0", "seed1"]


def test_a_module_travels_as_its_source_and_its_file_is_not_needed(digits: Dataset, tmp_path: Path):
    file = tmp_path / "my.py"
    file.write_text(MODULE, encoding="utf-8")
    net = find_network(f"{file}:Net", {"width": 5})
    (expected,) = alone(planned(net, tmp_path / "here"), digits)
    file.unlink()

    (run,) = elsewhere(Elsewhere(), planned(net, tmp_path / "there"), digits)

    assert_same(run, expected)
    assert (run.path / "network.py").read_text(encoding="utf-8") == MODULE


def test_data_are_sent_only_where_they_are_not_found(digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    engine = Elsewhere()
    elsewhere(engine, planned(NETS["tiny"], tmp_path / "lacking", epochs=1), digits)
    assert engine.files == [0, 1]

    monkeypatch.setattr(by_hash, "_elsewhere", lambda source: iter([digits] if source == digits.source else []))
    by_hash._held.clear()
    found = Elsewhere()
    elsewhere(found, planned(NETS["tiny"], tmp_path / "found", epochs=1), digits)
    assert found.files == [0]


def test_mnist_is_found_in_its_folder(mnist_dir: Path, digits: Dataset, monkeypatch: pytest.MonkeyPatch):
    from mnist.data.sources import read_folder

    source = read_folder(mnist_dir).source
    monkeypatch.setenv("MNIST_DIR", str(mnist_dir))
    found = find_by_hash(source)
    assert found is not None
    assert (found.source, len(found.train_labels)) == (source, 60_000)
    assert find_by_hash(source) is found  # from memory
    assert find_by_hash(digits.source) is None


def test_sent_data_of_another_hash_are_refused(digits: Dataset, tmp_path: Path):
    write_data(rendered_digits(60, 10), tmp_path / "data.npz")

    with pytest.raises(DataError, match="the train_images that were sent are other data: their SHA-256 differs"):
        find_by_hash(digits.source, tmp_path / "data.npz")


def test_a_sweep_that_was_stopped_goes_on_from_the_checkpoints_that_came_back(
    digits: Dataset, tmp_path: Path, in_one: list[Run]
):
    runs = planned(NETS["tiny"], tmp_path / "there", (0, 1))
    second = Elsewhere()
    with pytest.raises(KeyboardInterrupt):
        elsewhere(Elsewhere(), runs, digits, Told(stop_after=3))
    assert sorted(file.name for file in (tmp_path / "there").iterdir()) == ["seed0.checkpoint", "seed1.checkpoint"]
    assert not list(tmp_path.glob("there/.*.lock"))

    now = elsewhere(second, runs, digits)

    assert len(second.given) == 2 * 2 - 3  # seed0 needs its folder only
    for run, other in zip(now, in_one, strict=True):
        assert_same(run, other, but="resumptions")
    assert [[again.after for again in run.record.resumptions] for run in now] == [[], [1]]


def test_a_run_that_moves_to_another_machine_says_so(digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    describe, machines = recording.describe, iter(["one", "other"])
    monkeypatch.setattr(recording, "describe", lambda *a: describe(*a).model_copy(update={"hardware": next(machines)}))

    (run,) = elsewhere(Elsewhere(), planned(NETS["tiny"], tmp_path), digits)

    assert run.record.environment.hardware == "one"
    assert [(again.after, again.environment.hardware) for again in run.record.resumptions] == [(1, "other")]


def test_a_run_of_another_process_is_waited_for(digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    runs = planned(NETS["tiny"], tmp_path, (0, 1), epochs=1)
    held = claim(runs[0].folder)
    monkeypatch.setattr(spread, "POLL", 0)
    monkeypatch.setattr(spread.time, "sleep", lambda _: held.give_up())
    told = Told()

    elsewhere(Elsewhere(), runs, digits, told)

    assert told.heard == [
        ("taken", "seed0"),
        *((what, f"seed{seed}") for seed in (1, 0) for what in ("start", "worked", "end")),
    ]


@pytest.mark.parametrize(("slots", "several", "seconds"), [(2, False, 10), (1_000, False, 200), (2, True, 600)])
def test_the_more_workers_the_longer_the_stretches(
    digits: Dataset, tmp_path: Path, slots: int, several: bool, seconds: float
):
    engine = Elsewhere()
    engine.slots, engine.several = lambda: slots, several  # type: ignore[method-assign]

    elsewhere(engine, planned(NETS["tiny"], tmp_path, epochs=1), digits, seconds=None)

    assert {stretch.seconds for stretch in engine.given} == {seconds}


def test_what_a_worker_cannot_do_ends_the_sweep_with_its_reason(digits: Dataset, tmp_path: Path):
    with pytest.raises(TrainingError, match="device 'cuda:99': this machine has"):
        elsewhere(Elsewhere(), planned(NETS["tiny"], tmp_path), digits, device="cuda:99")
    assert list(tmp_path.iterdir()) == []
