"""A loop of its author's own: what it tells is recorded, what it does not tell is not measured."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

import mnist
from mnist.errors import MnistError, RunError, TrainingError
from mnist.jobs.use import load_model
from mnist.runs.folder import load_run
from mnist.runs.statistics import tabulate
from reports.library import build_report

TOLD = {"train_loss": 0.5, "test_correct": 30, "test_total": 40}


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> nn.Module:
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(11)
    return nn.Sequential(nn.Conv2d(1, 3, 5, 4), nn.ReLU(), nn.Flatten(), nn.Linear(108, 10))


def test_what_a_loop_tells_is_recorded_with_weights_network_and_environment(module: nn.Module):
    with mnist.record("runs/x", module, config={"optimiser": "Adam", "sizes": (1, 2)}, data="my digits") as run:
        first = load_model_after(run.epoch, module, **TOLD)
        with torch.no_grad():
            module[0].weight += 1
        run.epoch(test_accuracy=torch.tensor(0.8), test_total=40, test_loss=torch.tensor(0.25), learning_rate=0.1)

    kept = load_run(Path("runs/x"))
    record = kept.record
    assert first == "interrupted"  # until the block ends
    assert (record.status, record.net, record.seed, record.data.name) == ("finished", "Sequential", 11, "my digits")
    assert (record.recipe.epochs, record.recipe.config) == (2, {"optimiser": "Adam", "sizes": [1, 2]})
    assert (record.summary.total, record.summary.rows[0].type) == (
        sum(p.numel() for p in module.parameters()),
        "Conv2d",
    )
    assert record.environment.versions["torch"] == torch.__version__
    one, two = record.epochs
    assert (one.train_loss, one.train_accuracy, one.test_loss, one.learning_rate) == (0.5, None, None, None)
    assert (two.test_correct, two.test_loss, two.learning_rate, two.train_loss) == (32, 0.25, 0.1, None)
    assert one.seconds > 0
    assert (kept.evaluation, kept.wrong_images) == (None, None)
    images = torch.randn(3, 1, 28, 28)
    assert torch.equal(load_model(Path("runs/x")).module.eval()(images), module.eval()(images))


def load_model_after(epoch: Callable[..., object], module: nn.Module, **told: object) -> str:
    epoch(**told)
    return load_run(Path("runs/x")).record.status


def test_an_exception_leaves_the_epochs_so_far_and_goes_on(module: nn.Module):
    def fails(**told: object) -> None:
        with mnist.record("x", module) as run:
            run.epoch(**told)
            raise KeyError

    with pytest.raises(KeyError):
        fails(**TOLD)
    assert load_run(Path("x")).record.status == "interrupted"
    with pytest.raises(RunError, match="x: exists already"):
        mnist.record("x", module)
    with pytest.raises(KeyError), mnist.record("y", module):
        raise KeyError
    assert not Path("y").exists()
    with pytest.raises(TrainingError, match="y: no epoch was told, so nothing was written"), mnist.record("y", module):
        pass


def test_what_was_predicted_makes_the_confusion_matrix(module: nn.Module):
    labels = np.arange(40) % 10
    predicted = np.where(np.arange(40) < 30, labels, 0)
    predicted[30] = 7  # which is a 0
    right = int((labels == predicted).sum())
    with mnist.record("x", module) as run:
        run.epoch(test_correct=right, test_total=40)
        run.predictions(labels, predicted, images=np.zeros((40, 28, 28), np.uint8))

    kept = load_run(Path("x"))
    assert kept.record.status == "finished"
    assert kept.evaluation.confusion[0][7] == 1
    assert kept.evaluation.correct == right
    assert kept.wrong_images.shape == (40 - right, 28, 28)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({}, "test_correct, or test_accuracy, is needed; all else may be left out"),
        ({"test_correct": 3}, "test_total, the number of test images, is needed"),
        ({"test_correct": 41, "test_total": 40}, "test_correct=41 of 40 is no number of images; 0 to 40 are"),
        ({"test_accuracy": 0.987, "test_total": 40}, "test_accuracy=0.987 of 40 is no number of images"),
        ({**TOLD, "train_correct": 3}, "train_total, the number of train images, is needed"),
        ({**TOLD, "train_loss": float("nan")}, "train_loss: a finite number is needed (found nan)"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(module: nn.Module, told: dict[str, object], message: str):
    run = mnist.record("x", module)
    with pytest.raises(TrainingError, match=re.escape(message)):
        run.epoch(**told)
    assert not Path("x").exists()


@pytest.mark.parametrize(
    ("labels", "predicted", "message"),
    [
        ([1] * 3, [1] * 3, "(3,) labels, (3,) read; (40,) are needed"),
        ([1] * 40, [10] * 40, "labels are 0 to 9"),
        ([1] * 40, [1] * 40, "40 are right; the last epoch told 30"),
    ],
)
def test_predictions_that_contradict_the_epoch_are_refused(
    module: nn.Module, labels: list[int], predicted: list[int], message: str
):
    run = mnist.record("x", module)
    with pytest.raises(TrainingError, match="there is none yet"):
        run.predictions(labels, predicted)
    run.epoch(**TOLD)
    with pytest.raises(TrainingError, match=re.escape(message)):
        run.predictions(labels, predicted)


def test_data_that_is_known_tells_its_size(module: nn.Module):
    with mnist.record("x", module, data="mnist", seed=5) as run:
        run.epoch(test_correct=9_900, train_accuracy=0.5)
    (epoch,) = load_run(Path("x")).record.epochs
    assert (epoch.test_total, epoch.train_correct, epoch.train_total) == (10_000, 30_000, 60_000)


def test_tables_and_reports_show_such_runs_and_say_what_was_not_measured(module: nn.Module):
    for seed in (1, 2):
        with mnist.record(f"runs/x{seed}", module, config={"optimiser": "Adam"}, data="mnist", seed=seed) as run:
            run.epoch(test_correct=9_900 + seed)
            run.epoch(test_correct=9_910 + seed)

    (line,) = tabulate([load_run(Path(f"runs/x{seed}")).record for seed in (1, 2)])
    assert (line.net, line.seeds, round(line.mean, 5)) == ("Sequential", (1, 2), 0.99115)
    assert "<svg" in load_run(Path("runs/x1"))._repr_html_()
    build_report(["runs"], "report")
    text = Path("report/README.md").read_text(encoding="utf-8").replace("\u00a0", " ")

    assert "| 1 | not measured | not measured | not measured | 99.01 % | 9,901 | not measured |" in text
    assert "Which images are wrong was not measured." in text
    assert "Trained by a loop of its own, which reported the figures" in text
    assert "| optimiser | Adam |" in text
    assert "# trained by a loop of its own: no command of mnist makes it again" in text


def test_lightning_and_keras_tell_their_epochs(module: nn.Module, monkeypatch: pytest.MonkeyPatch):
    """With stand-ins for both libraries, which call as they do: positionally, after the epoch and its validation."""
    for name in ("lightning", "lightning.pytorch", "lightning.pytorch.callbacks", "keras", "keras.callbacks"):
        stub = ModuleType(name)
        stub.Callback = type("Callback", (), {})
        monkeypatch.setitem(sys.modules, name, stub)
    figures = {"test_accuracy": "val_acc", "test_total": 40, "train_loss": "loss"}
    logged = {"val_acc": torch.tensor(0.75), "loss": 0.5}
    optimiser = torch.optim.SGD(module.parameters(), 0.125)

    with mnist.record("a", module) as run:
        callback = mnist.lightning_callback(run, **figures)
        callback.on_train_epoch_end(SimpleNamespace(callback_metrics=logged, optimizers=[optimiser]), module)
    with mnist.record("b", module) as run:
        callback = mnist.keras_callback(run, **figures)
        callback.on_epoch_end(0, logged)
        with pytest.raises(MnistError, match="'val_acc' is none of the figures logged: loss"):
            callback.on_epoch_end(1, {"loss": 0.5})

    epochs = [load_run(Path(name)).record.epochs for name in ("a", "b")]
    assert [[(each.test_correct, each.train_loss, each.learning_rate) for each in one] for one in epochs] == [
        [(30, 0.5, 0.125)],
        [(30, 0.5, None)],
    ]


def test_a_library_that_is_not_there_is_named(module: nn.Module, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.import_module", lambda name: (_ for _ in ()).throw(ModuleNotFoundError(name)))
    with pytest.raises(MnistError, match="keras is not installed here"):
        mnist.keras_callback(None)


def test_a_keras_model_keeps_its_weights_and_their_number(module: nn.Module):
    model = SimpleNamespace(name="mine", count_params=lambda: 6, weights=[Weight()])
    with mnist.record("x", model) as run:
        run.epoch(**TOLD)

    kept = load_run(Path("x"))
    assert (kept.record.net, kept.record.summary.total, kept.has_weights) == ("mine", 6, True)
    with pytest.raises(MnistError, match=r"3: a torch nn\.Module or a Keras model is needed"):
        mnist.record("y", 3)


class Weight:
    """As of Keras: a path, and what NumPy reads."""

    path = "dense/kernel"

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return np.ones((2, 3), np.float32)
