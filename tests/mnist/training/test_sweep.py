"""Sweeps: every seed once, whatever happens in between; folders of others refused."""

from pathlib import Path

import pytest

from mnist.data.sources import Dataset, rendered_digits
from mnist.errors import MnistError, RunError
from mnist.nets.catalogue import NETS
from mnist.runs.record import Run, load_run
from mnist.training.sweep import Job, Standing, parse_seeds, plan, stand, sweep
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

    def begin(self, standings: list[Standing], /) -> None:
        self.left = [standing.epochs_left for standing in standings]

    def start(self, group: list[Standing], /) -> None:
        self.begun.append([standing.job.seed for standing in group])

    def end(self, runs: list[Run], /) -> None:
        self.ended.append([run.record.seed for run in runs])


def go(digits: Dataset, out: Path, stop: float = float("inf"), together: int = 1) -> tuple[SweepRecorder, list[Run]]:
    jobs = plan([(TINY, RECIPE)], (0, 1, 2), out)
    recorder = SweepRecorder(stop)
    standings = [stand(job, digits) for job in jobs]
    try:
        return recorder, sweep(standings, digits, device="cpu", threads=1, progress=recorder, together=together)
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

    jobs = plan([(TINY, TINY.recipe), (TINY, faster)], (0, 1), Path("out"))

    names = ["tiny-seed0", "tiny-seed1", "tiny-batchsize256-learningrate0.2-seed0"]
    assert [job.folder.name for job in jobs][:3] == names


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
    other = Job(TINY, RECIPE.model_copy(update={"epochs": 3}), 0, tmp_path / "tiny-epochs2-batchsize50-seed0")
    mine = load_run(tmp_path / "tiny-epochs2-batchsize50-seed0")
    assert mine.record.seed == 0

    with pytest.raises(RunError, match=r"seed0: belongs to another configuration \(epochs 2\); name another --out"):
        stand(other, digits)
    with pytest.raises(RunError, match=r"belongs to another configuration \(seed 0\)"):
        stand(Job(TINY, RECIPE, 5, mine.path), digits)
    with pytest.raises(RunError, match=r"belongs to another configuration \(network tiny"):
        stand(Job(NETS["small"], RECIPE, 0, mine.path), digits)


def test_a_folder_of_other_data_is_refused(digits: Dataset, tmp_path: Path):
    go(digits, tmp_path)

    with pytest.raises(RunError, match="was trained on other data than this"):
        stand(plan([(TINY, RECIPE)], (0,), tmp_path)[0], rendered_digits(60, 10))


def test_a_checkpoint_of_another_configuration_is_refused(digits: Dataset, tmp_path: Path):
    go(digits, tmp_path, stop=6)
    job = plan([(TINY, RECIPE)], (0,), tmp_path)[0]

    with pytest.raises(RunError, match=r"checkpoint: belongs to another configuration \(epochs 2\)"):
        stand(Job(TINY, RECIPE.model_copy(update={"epochs": 3}), 0, job.folder), digits)


def test_a_foreign_folder_in_the_way_is_named(digits: Dataset, tmp_path: Path):
    job = plan([(TINY, RECIPE)], (0,), tmp_path)[0]
    job.folder.mkdir()

    with pytest.raises(RunError, match=r"seed0: no run\.json"):
        stand(job, digits)
