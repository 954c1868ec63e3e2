"""Sweeps: every seed once, whatever happens in between; folders of others refused."""

from pathlib import Path

import pytest

from mnist.data.dataset import Dataset
from mnist.data.sources import rendered_digits
from mnist.errors import MnistError, RunError
from mnist.jobs.sweeps.plan import PlannedRun, parse_seeds, plan
from mnist.jobs.sweeps.sweep import RunStatus, run_status, sweep
from mnist.nets.catalogue import NETS
from mnist.runs.folder import Run, load_run
from tests.mnist.conftest import Recorder

TINY = NETS["tiny"]
RECIPE = TINY.recipe.model_copy(update={"epochs": 2, "batch_size": 50})


class SweepRecorder(Recorder):
    """Keeps which runs were trained."""

    def __init__(self, stop_after: float = float("inf")) -> None:
        super().__init__(stop_after)
        self.begun: list[list[int]] = []
        self.ended: list[list[int]] = []
        self.left: list[int] = []

    def begin(self, statuses: list[RunStatus], /) -> None:
        self.left = [status.epochs_left for status in statuses]

    def start(self, group: list[RunStatus], /) -> None:
        self.begun.append([status.planned.seed for status in group])

    def end(self, runs: list[Run], /) -> None:
        self.ended.append([run.record.seed for run in runs])


def go(digits: Dataset, out: Path, stop: float = float("inf"), together: int = 1) -> tuple[SweepRecorder, list[Run]]:
    planned_runs = plan([(TINY, RECIPE)], (0, 1, 2), out)
    recorder = SweepRecorder(stop)
    statuses = [run_status(planned, digits) for planned in planned_runs]
    try:
        return recorder, sweep(statuses, digits, device="cpu", threads=1, progress=recorder, together=together)
    except KeyboardInterrupt:
        return recorder, []


@pytest.mark.parametrize(
    ("text", "seeds"), [("0..3", (0, 1, 2, 3)), ("7", (7,)), ("0,3,5..7", (0, 3, 5, 6, 7)), (" 1, 0 ", (1, 0))]
)
def test_seeds_are_numbers_and_ranges(text: str, seeds: tuple[int, ...]):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "whole numbers and ranges are needed"),
        ("1..", "whole numbers and ranges are needed"),
        ("-1", "whole numbers and ranges are needed"),
        ("0.5", "whole numbers and ranges are needed"),
        ("3..1", r"3\.\.1 is no range"),
        ("0..99999999999", "is no range of 1 to 10,000 seeds"),
        ("1,0..2", "a seed occurs twice"),
    ],
)
def test_other_seeds_are_refused(text: str, message: str):
    with pytest.raises(MnistError, match=message):
        parse_seeds(text)


def test_folders_are_named_by_what_differs_from_the_nets_recipe():
    faster = TINY.recipe.model_copy(update={"learning_rate": 0.2, "batch_size": 256})

    planned_runs = plan([(TINY, TINY.recipe), (TINY, faster)], (0, 1), Path("out"))

    names = ["tiny-seed0", "tiny-seed1", "tiny-batchsize256-learningrate0.2-seed0"]
    assert [planned.folder.name for planned in planned_runs][:3] == names


def test_a_stopped_sweep_goes_on_where_it_was_and_trains_nothing_twice(digits: Dataset, tmp_path: Path):
    _, expected = go(digits, tmp_path / "whole")
    first, _ = go(digits, tmp_path / "stopped", stop=8 + 4 + 2)  # 4 steps an epoch: in seed 1's second
    second, runs = go(digits, tmp_path / "stopped")
    third, _ = go(digits, tmp_path / "stopped")

    assert (first.begun, first.ended) == ([[0], [1]], [[0]])
    assert (second.left, second.begun, second.ended) == ([0, 1, 2], [[1], [2]], [[1], [2]])
    assert (third.left, third.begun) == ([0, 0, 0], [])
    for run, whole in zip(runs, expected, strict=True):
        assert (run.path / "weights.safetensors").read_bytes() == (whole.path / "weights.safetensors").read_bytes()
        assert run.evaluation == whole.evaluation
    assert sorted(file.name for file in (tmp_path / "stopped").iterdir()) == [
        f"tiny-epochs2-batchsize50-seed{seed}" for seed in range(3)
    ]


def test_seeds_are_trained_together_those_begun_alone(digits: Dataset, tmp_path: Path):
    _, alone = go(digits, tmp_path / "alone")
    go(digits, tmp_path / "together", stop=6)  # in seed 0's second epoch
    recorder, runs = go(digits, tmp_path / "together", together=2)

    assert (recorder.begun, recorder.ended) == ([[0], [1, 2]], [[0], [1, 2]])
    assert [run.record.together for run in runs] == [1, 2, 2]
    for run, other in zip(runs, alone, strict=True):
        assert run.last.train_loss == pytest.approx(other.last.train_loss, rel=1e-2)
    assert go(digits, tmp_path / "more", together=5)[0].begun == [[0, 1, 2]]


def test_a_folder_of_another_configuration_is_refused_before_anything_is_trained(digits: Dataset, tmp_path: Path):
    go(digits, tmp_path)
    other = PlannedRun(TINY, RECIPE.model_copy(update={"epochs": 3}), 0, tmp_path / "tiny-epochs2-batchsize50-seed0")
    mine = load_run(tmp_path / "tiny-epochs2-batchsize50-seed0")
    assert mine.record.seed == 0

    with pytest.raises(RunError, match=r"seed0: belongs to another configuration \(epochs 2\); name another --out"):
        run_status(other, digits)
    with pytest.raises(RunError, match=r"belongs to another configuration \(seed 0\)"):
        run_status(PlannedRun(TINY, RECIPE, 5, mine.path), digits)
    with pytest.raises(RunError, match=r"belongs to another configuration \(network tiny"):
        run_status(PlannedRun(NETS["small"], RECIPE, 0, mine.path), digits)


def test_a_folder_of_other_data_is_refused(digits: Dataset, tmp_path: Path):
    go(digits, tmp_path)

    with pytest.raises(RunError, match="was trained on other data than this"):
        run_status(plan([(TINY, RECIPE)], (0,), tmp_path)[0], rendered_digits(60, 10))


def test_a_checkpoint_of_another_configuration_is_refused(digits: Dataset, tmp_path: Path):
    go(digits, tmp_path, stop=6)
    planned = plan([(TINY, RECIPE)], (0,), tmp_path)[0]

    with pytest.raises(RunError, match=r"checkpoint: belongs to another configuration \(epochs 2\)"):
        run_status(PlannedRun(TINY, RECIPE.model_copy(update={"epochs": 3}), 0, planned.folder), digits)


def test_a_foreign_folder_in_the_way_is_named(digits: Dataset, tmp_path: Path):
    planned = plan([(TINY, RECIPE)], (0,), tmp_path)[0]
    planned.folder.mkdir()

    with pytest.raises(RunError, match=r"seed0: no run\.json"):
        run_status(planned, digits)
