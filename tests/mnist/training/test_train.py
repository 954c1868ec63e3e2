"""Training: repeatable to the bit, interruptible, and honest in its record."""

import copy
import dataclasses
import json
import math
import platform
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.nets.catalogue import NETS, find_net
from mnist.nets.module import build
from mnist.nets.net import Net
from mnist.runs.folder import load_run, save_run
from mnist.runs.recipe import Affine, Recipe
from mnist.runs.record import EpochMetrics
from mnist.training.device import find_device
from mnist.training.evaluate import normalised, recalibrate
from mnist.training.loop import split
from mnist.training.recording import TrainedRun
from mnist.training.train import train
from tests.mnist.conftest import Recorder

NET = find_net("published-18138")
RECIPE = Recipe(epochs=3, batch_size=32, learning_rate=0.05, momentum=0.9)
ALL_OPTIONS = RECIPE.model_copy(
    update={
        "nesterov": True,
        "weight_decay": 1e-3,
        "schedule": "one-cycle",
        "warm_up": 0.3,
        "label_smoothing": 0.1,
        "ema": 0.9,
        "augmentation": Affine(rotation=10, scale=0.1, shear=5, translation=2),
        "channels_last": True,
        "bfloat16": True,
        "recalibration": 50,
        "validation": 40,
    }
)


def trained(
    digits: Dataset, recipe: Recipe = RECIPE, *, net: Net = NET, seed: int = 0, stop: float = math.inf
) -> TrainedRun:
    return train(net, recipe, digits, seed=seed, progress=Recorder(stop))


@pytest.fixture(scope="module")
def once(digits: Dataset) -> TrainedRun:
    return trained(digits)


def without_seconds(run: TrainedRun) -> list[EpochMetrics]:
    return [metrics.model_copy(update={"seconds": 0.0}) for metrics in run.record.epochs]


@pytest.mark.parametrize("name", ["published-18138", "published-10066", "published-25290"])
def test_the_same_seed_gives_the_same_metrics_and_weights_bit_for_bit(digits: Dataset, name: str):
    recipe = RECIPE.model_copy(update={"epochs": 2})
    first = trained(digits, recipe, net=NETS[name])
    torch.rand(1000)  # what a caller draws in between changes nothing
    second = trained(digits, recipe, net=NETS[name])

    assert without_seconds(first) == without_seconds(second)
    assert first.weights == second.weights
    assert first.evaluation == second.evaluation


def test_another_seed_gives_other_weights(digits: Dataset, once: TrainedRun):
    assert trained(digits, seed=1).weights != once.weights


def test_training_learns(once: TrainedRun):
    first, *_, last = once.record.epochs

    assert last.train_loss < first.train_loss / 2
    assert last.test_accuracy > 0.5


def test_the_record_says_what_was_trained_how_and_on_what(digits: Dataset, once: TrainedRun):
    record = once.record

    assert (record.net, record.status, record.seed, record.recipe) == (NET.name, "finished", 0, RECIPE)
    assert record.data == digits.source
    assert record.published == NET.published
    assert record.summary.total == 18_138
    assert (record.environment.device, record.environment.threads) == ("cpu", 1)
    assert {"python", "torch", "numpy"} < set(record.environment.versions)
    assert [metrics.epoch for metrics in record.epochs] == [1, 2, 3]
    assert {metrics.train_total for metrics in record.epochs} == {200}
    assert "learning_rate was set to 0.05 for this run; the recipe of published-18138 has 0.03772." in record.choices


def test_the_record_says_how_the_network_was_chosen_where_the_network_does(digits: Dataset, once: TrainedRun):
    net = dataclasses.replace(NET, chosen="One of three.")

    assert once.record.chosen is None
    assert trained(digits, RECIPE.model_copy(update={"epochs": 1}), net=net).record.chosen == "One of three."


def test_the_recorded_weights_make_the_recorded_predictions(digits: Dataset, once: TrainedRun):
    model = build(NET)
    model.load_state_dict(safetensors.torch.load(once.weights))
    images, labels = normalised(digits.test_images, "cpu"), torch.from_numpy(digits.test_labels.astype(np.int64))

    with torch.no_grad():
        logits = model.eval()(images)

    last = once.record.epochs[-1]
    loss = -torch.log_softmax(logits, 1)[torch.arange(60), labels].mean()
    assert last.test_loss == pytest.approx(loss.item(), rel=1e-5)
    predicted = logits.argmax(1).numpy()
    wrong = np.flatnonzero(predicted != digits.test_labels)
    assert [digit.index for digit in once.evaluation.wrong] == wrong.tolist()
    assert [digit.predicted for digit in once.evaluation.wrong] == predicted[wrong].tolist()


def test_the_evaluation_agrees_with_the_metrics_and_with_itself(digits: Dataset, once: TrainedRun):
    evaluation, last = once.evaluation, once.record.epochs[-1]

    assert (evaluation.epoch, evaluation.correct, evaluation.total) == (3, last.test_correct, 60)
    assert [sum(row) for row in evaluation.confusion] == np.bincount(digits.test_labels, minlength=10).tolist()
    assert all(digit.label == digits.test_labels[digit.index] != digit.predicted for digit in evaluation.wrong)
    assert np.array_equal(once.wrong_images, digits.test_images[[digit.index for digit in evaluation.wrong]])


def test_a_run_is_saved_and_read_back(once: TrainedRun, tmp_path):
    save_run(tmp_path / "run", once.record, once.evaluation, once.wrong_images, once.weights)

    assert load_run(tmp_path / "run").record == once.record


def test_progress_hears_of_every_step_and_epoch(digits: Dataset):
    recorder = Recorder()
    run = train(NET, RECIPE, digits, seed=0, progress=recorder)

    assert [step[:3] for step in recorder.steps] == [(e, b, 7) for e in (1, 2, 3) for b in range(1, 8)]
    assert recorder.epochs == list(run.record.epochs)


def test_the_train_loss_is_the_mean_over_samples_not_batches(digits: Dataset):
    recorder = Recorder()
    run = train(NET, RECIPE.model_copy(update={"epochs": 1}), digits, seed=0, progress=recorder)

    sizes = [32] * 6 + [8]
    expected = sum(size * step[3] for size, step in zip(sizes, recorder.steps, strict=True)) / 200
    assert run.record.epochs[0].train_loss == pytest.approx(expected, rel=1e-12)


def test_an_interruption_keeps_the_finished_epochs_and_their_weights(digits: Dataset):
    two = trained(digits, RECIPE.model_copy(update={"epochs": 2}))

    stopped = trained(digits, stop=2 * 7 + 3)

    assert (stopped.record.status, two.record.status) == ("interrupted", "finished")
    assert stopped.record.recipe.epochs == 3
    assert without_seconds(stopped) == without_seconds(two)
    assert stopped.weights == two.weights
    assert stopped.evaluation == two.evaluation


def test_an_interruption_before_the_first_epoch_ends_passes_through(digits: Dataset):
    with pytest.raises(KeyboardInterrupt):
        trained(digits, stop=3)


def test_a_loss_that_is_not_finite_stops_training_and_names_the_learning_rate(digits: Dataset):
    with pytest.raises(
        TrainingError, match=r"loss is (nan|inf) in epoch 1, batch \d+: .* learning rate 1e\+30 and mom"
    ):
        trained(digits, RECIPE.model_copy(update={"learning_rate": 1e30}))


def test_the_callers_random_numbers_and_threads_are_left_alone(digits: Dataset):
    torch.manual_seed(5)
    expected = torch.rand(3)
    threads = torch.get_num_threads()
    torch.manual_seed(5)

    train(NET, RECIPE.model_copy(update={"epochs": 1}), digits, seed=0, threads=threads + 1, progress=Recorder())

    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize("name", ["published-25290", "published-18138"])  # rounding grows least in these
def test_two_epochs_of_sgd_are_the_textbook_update(digits: Dataset, name: str):
    """v = momentum · v + gradient; w = w - rate · v: against autograd on the same batches, dropout taken out."""
    net = NETS[name]
    net = replace(net, layers=_without_dropout(net))
    recipe = Recipe(epochs=2, batch_size=100, learning_rate=0.01, momentum=0.9)

    run = trained(digits, recipe, net=net, seed=4)

    with torch.random.fork_rng():
        torch.manual_seed(4)
        model = build(net)
    images, labels = normalised(digits.train_images, "cpu"), torch.from_numpy(digits.train_labels.astype(np.int64))
    order = torch.Generator().manual_seed(4)
    start = {parameter: w.detach().clone() for parameter, w in model.named_parameters()}
    velocity = [torch.zeros_like(w) for w in model.parameters()]
    for batch in [half for _ in range(2) for half in torch.randperm(200, generator=order).split(100)]:
        logits = model.train()(images[batch])
        loss = -torch.log_softmax(logits, 1)[torch.arange(100), labels[batch]].mean()
        gradient = torch.autograd.grad(loss, list(model.parameters()))
        velocity = [0.9 * v + g for v, g in zip(velocity, gradient, strict=True)]
        with torch.no_grad():
            for w, v in zip(model.parameters(), velocity, strict=True):
                w.sub_(0.01 * v)
    found = safetensors.torch.load(run.weights)
    expected = {parameter: w.detach() for parameter, w in model.named_parameters()}
    off = sum((found[parameter] - w).square().sum() for parameter, w in expected.items())
    moved = sum((w - start[parameter]).square().sum() for parameter, w in expected.items())
    assert off / moved < 1e-4


def _without_dropout(net: Net):
    return tuple(layer for layer in net.layers if type(layer).__name__ != "Dropout")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gpu", r"device 'gpu' is unknown; one of: cpu, cuda, cuda:N, mps, xpu, xpu:N, auto"),
        ("cuda:x", r"device 'cuda:x' is unknown"),
        ("cuda:99", r"device 'cuda:99': this machine has \d+ CUDA devices"),
    ],
)
def test_a_device_that_is_not_there_is_named(name: str, message: str):
    with pytest.raises(TrainingError, match=message):
        find_device(name)


def test_auto_takes_what_is_there():
    assert find_device("auto") == ("cuda:0" if torch.cuda.is_available() else "cpu")
    assert find_device("cpu") == "cpu"


def test_no_record_names_a_machine_or_a_folder(once: TrainedRun):
    text = json.dumps(once.record.model_dump(mode="json")["environment"])

    assert platform.node() not in text
    assert str(Path.home()) not in text


def test_all_options_together_give_the_same_bits_twice(digits: Dataset):
    first, second = (trained(digits, ALL_OPTIONS, net=NETS["tiny"]) for _ in range(2))

    assert without_seconds(first) == without_seconds(second)
    assert first.weights == second.weights


@pytest.mark.parametrize("option", sorted(set(ALL_OPTIONS.model_fields_set) - set(RECIPE.model_fields_set)))
def test_each_option_changes_the_run(digits: Dataset, once: TrainedRun, option: str):
    changed = (
        {"schedule": "one-cycle", "warm_up": 0.3} if option == "warm_up" else {option: getattr(ALL_OPTIONS, option)}
    )

    assert trained(digits, RECIPE.model_copy(update=changed)).weights != once.weights


def test_nesterov_momentum_and_weight_decay_are_the_textbook_update(digits: Dataset):
    """g = gradient + decay · w; v = momentum · v + g; w = w - rate · (g + momentum · v), here with v from 0."""
    recipe = Recipe(
        epochs=1, batch_size=200, learning_rate=0.01, momentum=0.9, nesterov=True, weight_decay=0.1, label_smoothing=0.2
    )

    run = trained(digits, recipe, net=NETS[NET.name], seed=4)

    with torch.random.fork_rng():
        torch.manual_seed(4)
        model = build(NET).train()
    images, labels = normalised(digits.train_images, "cpu"), torch.from_numpy(digits.train_labels.astype(np.int64))
    logs = torch.log_softmax(model(images), 1)
    loss = -(0.8 * logs[torch.arange(200), labels] + 0.2 * logs.mean(1)).mean()  # Szegedy et al. 2016, section 7
    gradient = torch.autograd.grad(loss, list(model.parameters()))
    found = safetensors.torch.load(run.weights)
    assert run.record.epochs[0].train_loss == pytest.approx(loss.item(), rel=1e-5)
    for (name, w), g in zip(model.named_parameters(), gradient, strict=True):
        step = 0.01 * (1 + 0.9) * (g + 0.1 * w)
        assert torch.allclose(found[name], (w - step).detach(), atol=1e-5), name


def test_averaged_weights_are_the_exponential_average_of_the_weights_after_each_step(digits: Dataset):
    one_step = RECIPE.model_copy(update={"epochs": 1, "batch_size": 200})
    plain, averaged = (
        safetensors.torch.load(trained(digits, one_step.model_copy(update={"ema": ema})).weights) for ema in (0.0, 0.9)
    )
    assert all(torch.equal(plain[name], averaged[name]) for name in plain)  # the average begins at the first step

    two = RECIPE.model_copy(update={"epochs": 2, "batch_size": 200})
    second = safetensors.torch.load(trained(digits, two).weights)["conv1.weight"]
    found = safetensors.torch.load(trained(digits, two.model_copy(update={"ema": 0.9})).weights)["conv1.weight"]
    kept = 2 / 11  # (1 + n) / (10 + n) after n = 1 step, less than 0.9
    assert torch.allclose(found, kept * plain["conv1.weight"] + (1 - kept) * second, atol=1e-7)
    found = safetensors.torch.load(trained(digits, two.model_copy(update={"ema": 0.1})).weights)["conv1.weight"]
    assert torch.allclose(found, 0.1 * plain["conv1.weight"] + 0.9 * second, atol=1e-7)


def test_recalibrated_normalisation_has_the_statistics_of_the_first_images_as_they_are(digits: Dataset):
    recipe = ALL_OPTIONS.model_copy(update={"recalibration": 50})

    found = safetensors.torch.load(trained(digits, recipe, net=NETS["strict"]).weights)

    images = normalised(digits.train_images[:50], "cpu")
    after = torch.nn.functional.conv2d(images, found["conv1.weight"], padding=1)
    assert torch.allclose(found["batchnorm1.running_mean"], after.mean((0, 2, 3)), atol=1e-5)
    assert torch.allclose(found["batchnorm1.running_var"], after.var((0, 2, 3)), rtol=1e-3)


def test_recalibration_is_that_of_torch_but_for_dropout_which_it_leaves_out(digits: Dataset):
    images = normalised(digits.train_images, "cpu")
    model, dropping = build(NETS["small"]), build(NETS["small-dropout"])
    dropping.load_state_dict(model.state_dict())
    expected = copy.deepcopy(model)
    torch.optim.swa_utils.update_bn([images], expected)

    for one in (model, dropping):
        recalibrate(one, images)
        assert all(torch.equal(found, wanted) for found, wanted in zip(one.buffers(), expected.buffers(), strict=True))
    assert model.batchnorm1.momentum == 0.1


def test_a_one_cycle_ends_each_epoch_with_the_rate_of_its_last_step(digits: Dataset):
    recipe = RECIPE.model_copy(update={"schedule": "one-cycle", "warm_up": 1 / 3})  # 21 steps, 7 of them up

    rates = [metrics.learning_rate for metrics in trained(digits, recipe).record.epochs]

    assert rates == pytest.approx([0.05, 0.05 * 8 / 14, 0.05 / 14])


def test_a_validation_split_takes_the_last_training_images_and_leaves_the_test_set_unread(digits: Dataset):
    held = split(digits, RECIPE.model_copy(update={"validation": 30}))

    assert np.array_equal(held.train_images, digits.train_images[:170])
    assert np.array_equal(held.train_labels, digits.train_labels[:170])
    assert np.array_equal(held.test_images, digits.train_images[170:])
    assert np.array_equal(held.test_labels, digits.train_labels[170:])


def test_a_run_on_a_validation_split_is_counted_on_it(digits: Dataset):
    run = trained(digits, RECIPE.model_copy(update={"epochs": 1, "validation": 30}))

    assert (run.record.epochs[0].train_total, run.record.epochs[0].test_total) == (170, 30)
    assert all(digit.label == digits.train_labels[170 + digit.index] for digit in run.evaluation.wrong)


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({"validation": 200}, "--validation 200: the data has 200 images"),
        ({"validation": 180}, "--batch-size 32: the data has 20 images"),
        ({"batch_size": 201}, "--batch-size 201: the data has 200 images"),
    ],
)
def test_more_images_than_there_are_is_an_error(digits: Dataset, update: dict[str, int], message: str):
    with pytest.raises(TrainingError, match=message):
        trained(digits, RECIPE.model_copy(update=update))
