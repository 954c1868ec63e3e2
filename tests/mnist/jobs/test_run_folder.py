"""Run folders: a run that was stopped, at whatever moment, goes on and ends as one that was not."""

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from mnist.data.dataset import Dataset
from mnist.data.sources import rendered_digits
from mnist.errors import RunError, TrainingError
from mnist.jobs.run_folder import begun_network, check_data, check_free, claim_run, train_into, unfinished
from mnist.nets.catalogue import NETS
from mnist.nets.written import write_layers
from mnist.runs.architecture import KeptLayers
from mnist.runs.folder import Run, load_run
from mnist.runs.recipe import Affine, Recipe
from mnist.runs.record import EpochMetrics
from mnist.training.checkpoint import checkpoint_file, read_checkpoint, write_checkpoint
from tests.mnist.conftest import Recorder
from tests.processes import started

NET = NETS["published-10066"]  # dropout draws from torch's own random numbers
RECIPE = Recipe(
    epochs=3,
    batch_size=50,
    learning_rate=0.05,
    momentum=0.9,
    nesterov=True,
    schedule="one-cycle",
    warm_up=0.3,
    ema=0.9,
    augmentation=Affine(rotation=10, translation=2),
)


def trained(folder: Path, digits: Dataset, stop: float = float("inf")) -> Run:
    return train_into(folder, NET, RECIPE, digits, seed=3, device="cpu", threads=1, progress=Recorder(stop))


def resumed(folder: Path, digits: Dataset) -> Run:
    checkpoint = unfinished(folder)
    check_data(folder, checkpoint.run.data.sha256, digits)
    run, network = checkpoint.run, begun_network(folder, checkpoint)
    how = {"seed": run.seed, "device": "cpu", "threads": 1, "progress": Recorder(), "resumed": checkpoint}
    return train_into(folder, network, run.recipe, digits, **how)


def without_seconds(run: Run) -> list[EpochMetrics]:
    return [metrics.model_copy(update={"seconds": 0.0}) for metrics in run.record.epochs]


def same(first: Run, second: Run) -> bool:
    """Equal but for what a clock says."""
    weights = [(run.path / "weights.safetensors").read_bytes() for run in (first, second)]
    return (
        without_seconds(first) == without_seconds(second)
        and first.evaluation == second.evaluation
        and weights[0] == weights[1]
    )


@pytest.fixture(scope="module")
def whole(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return trained(tmp_path_factory.mktemp("whole") / "run", digits)


@pytest.mark.parametrize("stop", [5, 8, 11], ids="stopped in step {}".format)
def test_an_interrupted_run_goes_on_and_ends_bit_equal(digits: Dataset, whole: Run, tmp_path: Path, stop: int):
    stopped = trained(tmp_path / "run", digits, stop)
    finished = resumed(tmp_path / "run", digits)

    assert (stopped.record.status, finished.record.status) == ("interrupted", "finished")
    assert same(finished, whole)
    assert [again.after for again in finished.record.resumptions] == [(stop - 1) // 4]
    assert not checkpoint_file(tmp_path / "run").exists()


KILLED = """
import sys, mnist.data.sources
few = mnist.data.sources.rendered_digits(100, 20)
mnist.data.sources.rendered_digits = lambda: few
from mnist.__main__ import main
main()
"""


def test_a_run_killed_at_random_moments_goes_on_and_ends_bit_equal(tmp_path: Path):
    chance = random.Random(7)
    size = ("--data", "rendered", "--epochs", "24", "--batch-size", "20")
    few = rendered_digits(100, 20)
    net, recipe = NETS["tiny"], NETS["tiny"].recipe.model_copy(update={"epochs": 24, "batch_size": 20})
    expected = train_into(tmp_path / "whole", net, recipe, few, seed=0, device="cpu", threads=1, progress=Recorder())
    per_epoch = sum(metrics.seconds for metrics in expected.record.epochs) / 24
    begin, go_on = ("train", "tiny", *size, "--out", "run"), ("train", "--resume", "run")
    kills = 2  # as it begins, and as it goes on
    for _ in range(kills):
        arguments = go_on if (tmp_path / "run.checkpoint").exists() else begin
        with started(
            "-c", KILLED, *arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            assert process.stdout
            lines = chance.randint(1, 3)  # of epochs
            for line in process.stdout:
                lines -= b"/24 " in line
                if not lines:
                    break
            time.sleep(chance.uniform(0, 2) * per_epoch)
            process.kill()
    assert not (tmp_path / "run").exists()  # it was killed, each time, before its end

    with claim_run(tmp_path / "run"):  # the claims of the killed ones are gone
        finished = resumed(tmp_path / "run", few)

    assert same(finished, expected)
    assert len(finished.record.resumptions) == kills
    assert sorted(file.name for file in tmp_path.iterdir()) == ["run", "whole"]


def test_a_run_stopped_after_its_last_epoch_is_only_written(digits: Dataset, whole: Run, tmp_path: Path):
    finished = []

    class Stop(Recorder):
        def epoch(self, _: EpochMetrics, /) -> None:
            finished.append(read_checkpoint(checkpoint_file(tmp_path / "run")))

    train_into(tmp_path / "run", NET, RECIPE, digits, seed=3, device="cpu", threads=1, progress=Stop())
    write_checkpoint(checkpoint_file(tmp_path / "other"), finished[-1])

    assert same(resumed(tmp_path / "other", digits), whole)


def test_a_full_disk_ends_training_and_leaves_the_checkpoint_of_the_epoch_before(
    digits: Dataset, whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Fill(Recorder):
        def epoch(self, metrics: EpochMetrics, /) -> None:
            if metrics.epoch == 2:
                monkeypatch.setattr(os, "fsync", full)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match=r"run\.checkpoint: cannot be written \(the disk is full\)"):
        train_into(tmp_path / "run", NET, RECIPE, digits, seed=3, device="cpu", threads=1, progress=Fill())
    monkeypatch.undo()

    assert [file.name for file in tmp_path.iterdir()] == ["run.checkpoint"]
    assert len(unfinished(tmp_path / "run").run.epochs) == 2
    assert same(resumed(tmp_path / "run", digits), whole)


def test_other_data_than_a_run_was_begun_with_is_refused(digits: Dataset, tmp_path: Path):
    trained(tmp_path / "run", digits, stop=5)

    with pytest.raises(RunError, match="was trained on other data than this, rendered-digits: the hashes differ"):
        resumed(tmp_path / "run", rendered_digits(60, 10))


def test_a_finished_run_has_nothing_to_go_on_from(whole: Run):
    with pytest.raises(RunError, match=r"the run is finished and has no checkpoint beside it, run\.checkpoint"):
        unfinished(whole.path)


def test_a_folder_without_run_or_checkpoint_is_named(tmp_path: Path):
    (tmp_path / "tiny-seed0").mkdir()

    with pytest.raises(RunError, match=r"tiny-sede0: no such folder; did you mean tiny-seed0\? a run with"):
        unfinished(tmp_path / "tiny-sede0")


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99], ids="{:.0%} left".format)
def test_a_truncated_checkpoint_is_named(digits: Dataset, tmp_path: Path, keep: float):
    trained(tmp_path / "run", digits, stop=5)
    file = checkpoint_file(tmp_path / "run")
    os.truncate(file, int(file.stat().st_size * keep))

    with pytest.raises(RunError, match=r"run\.checkpoint: not readable as a checkpoint"):
        unfinished(tmp_path / "run")


def test_a_checkpoint_of_another_network_does_not_fit(digits: Dataset, tmp_path: Path):
    trained(tmp_path / "run", digits, stop=5)
    file = checkpoint_file(tmp_path / "run")
    checkpoint = read_checkpoint(file)
    about = checkpoint.run.about.model_copy(update={"network": KeptLayers(layers=write_layers(NETS["tiny"].layers))})
    checkpoint.run = checkpoint.run.model_copy(update={"about": about})
    write_checkpoint(file, checkpoint)

    with pytest.raises(TrainingError, match="does not fit the network published-10066 as it is now"):
        resumed(tmp_path / "run", digits)


@pytest.mark.parametrize("name", ["a name of the past", "tiny"])
def test_a_run_of_a_network_that_was_renamed_goes_on_by_its_layers(
    digits: Dataset, whole: Run, tmp_path: Path, name: str
):
    trained(tmp_path / "run", digits, stop=5)
    file = checkpoint_file(tmp_path / "run")
    checkpoint = read_checkpoint(file)
    checkpoint.run = checkpoint.run.model_copy(update={"net": name})
    write_checkpoint(file, checkpoint)

    run = resumed(tmp_path / "run", digits)

    assert same(run, whole)
    assert (run.record.net, run.record.summary) == (name, whole.record.summary)
    assert run.record.choices == whole.record.choices


def test_a_checkpoint_of_version_1_goes_on_by_the_name_of_its_network(digits: Dataset, whole: Run, tmp_path: Path):
    trained(tmp_path / "run", digits, stop=5)
    file = checkpoint_file(tmp_path / "run")
    checkpoint = read_checkpoint(file)
    checkpoint.run = checkpoint.run.model_copy(update={"about": None, "version": 1})
    write_checkpoint(file, checkpoint)

    run = resumed(tmp_path / "run", digits)

    assert same(run, whole)
    assert run.record.network == whole.record.network


def test_an_unfinished_run_is_not_begun_anew_unless_forced(digits: Dataset, tmp_path: Path):
    trained(tmp_path / "run", digits, stop=5)
    checkpoint = checkpoint_file(tmp_path / "killed")
    checkpoint_file(tmp_path / "run").rename(checkpoint)

    with pytest.raises(RunError, match=r"killed\.checkpoint: an unfinished run; --resume .*killed goes on with it"):
        check_free(tmp_path / "killed", force=False)
    check_free(tmp_path / "killed", force=True)
    assert load_run(tmp_path / "run").record.status == "interrupted"
