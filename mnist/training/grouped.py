"""Many seeds of one network at once, as one grouped network: the same numbers to rounding, in fewer, larger steps.

For devices that one small network does not fill; a single core is filled. No checkpoint: an interruption ends them all.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.data.sources import Dataset
from mnist.errors import TrainingError
from mnist.nets.layers import Dropout
from mnist.nets.module import build
from mnist.nets.net import Net
from mnist.runs.checkpoint import Checkpoint
from mnist.runs.record import EpochMetrics, Recipe
from mnist.training.augment import DRAWS, augment
from mnist.training.evaluate import BACKGROUND, evaluate, normalised, recalibrate
from mnist.training.recording import Trained, begin, conclude
from mnist.training.schedule import share
from mnist.training.state import State
from mnist.training.train import Progress, class_indices, diverged, isolated, split


def group(models: Sequence[nn.Sequential]) -> nn.Sequential:
    """One network that computes G of the same build side by side: (n, G, 28, 28) -> (n, G · 10).

    Convolutions become grouped ones, normalisations hold the channels of all, the rest works channel by channel anyway.
    """
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for name, module in models[0].named_children():
        match module:
            case nn.Conv2d():
                modules[name] = nn.Conv2d(
                    module.in_channels * len(models),
                    module.out_channels * len(models),
                    module.kernel_size,  # type: ignore[arg-type]
                    module.stride,  # type: ignore[arg-type]
                    module.padding,  # type: ignore[arg-type]
                    module.dilation,  # type: ignore[arg-type]
                    groups=len(models),
                    bias=module.bias is not None,
                )
            case nn.BatchNorm2d():
                modules[name] = nn.BatchNorm2d(module.num_features * len(models), affine=module.affine)
            case _:
                modules[name] = module
    grouped = nn.Sequential(modules)
    states = [model.state_dict() for model in models]
    joined = {name: torch.cat([state[name] for state in states]) for name, first in states[0].items() if first.dim()}
    grouped.load_state_dict(states[0] | joined)  # what has no dimension counts steps, the same for all
    return grouped


def member(grouped: nn.Module, index: int, count: int) -> dict[str, Tensor]:
    """The state of one of the `count` networks in a grouped one."""
    return {
        name: tensor.chunk(count)[index].contiguous() if tensor.dim() else tensor
        for name, tensor in grouped.state_dict().items()
    }


def train_together(
    net: Net, recipe: Recipe, data: Dataset, *, seeds: Sequence[int], device: str, threads: int, progress: Progress
) -> list[Trained]:
    """What `train` gives for each seed, to rounding; progress hears the first seed's figures.

    The seconds of an epoch are the group's, divided by the number of seeds. TrainingError on a network with dropout,
    whose random numbers would be others.
    """
    if any(isinstance(layer, Dropout) for layer in net.layers):
        raise TrainingError(f"{net.name} has dropout: its seeds cannot be trained together")
    begun = [begin(net, recipe, data, seed, device, threads, None) for seed in seeds]
    data = split(data, recipe)
    with isolated(seeds[0], device, threads):
        models = []
        for seed in seeds:
            torch.manual_seed(seed)
            models.append(build(net))
        state = State(group(models).to(device), recipe, seeds[0], groups=len(seeds))
        single = models[0].to(device)
        randoms = [torch.Generator().manual_seed(seed) for seed in seeds]
        images, labels = normalised(data.train_images, device), class_indices(data.train_labels, device)
        test_images, test_labels = normalised(data.test_images, device), class_indices(data.test_labels, device)
        finished: list[Checkpoint] = []
        for epoch in range(1, recipe.epochs + 1):
            start = time.perf_counter()
            losses, correct = _train_epoch(
                state, randoms, images, labels, recipe=recipe, epoch=epoch, progress=progress
            )
            if recipe.recalibration:
                recalibrate(state.evaluated, images[: recipe.recalibration].expand(-1, len(seeds), -1, -1))
            tested = []
            for index in range(len(seeds)):
                single.load_state_dict(member(state.evaluated, index, len(seeds)))
                tested.append(evaluate(single, test_images, test_labels))
            seconds = (time.perf_counter() - start) / len(seeds)
            runs = [checkpoint.run for checkpoint in finished] or begun
            finished = []
            for index, (run, (test_loss, predicted)) in enumerate(zip(runs, tested, strict=True)):
                if not math.isfinite(test_loss):
                    raise TrainingError(diverged("test loss", test_loss, f"after epoch {epoch}", recipe))
                metrics = EpochMetrics(
                    epoch=epoch,
                    train_loss=losses[index],
                    train_correct=correct[index],
                    train_total=len(labels),
                    test_loss=test_loss,
                    test_correct=int((predicted == test_labels).sum()),
                    test_total=len(test_labels),
                    learning_rate=state.learning_rate,
                    seconds=seconds,
                )
                weights = safetensors.torch.save(member(state.evaluated, index, len(seeds)))
                further = run.model_copy(update={"epochs": (*run.epochs, metrics)})
                finished.append(Checkpoint(further, predicted.cpu(), weights, b""))
            progress.epoch(finished[0].run.epochs[-1])
    trained = [conclude(net, checkpoint, data) for checkpoint in finished]
    return [replace(run, record=run.record.model_copy(update={"together": len(seeds)})) for run in trained]


def _train_epoch(
    state: State,
    randoms: Sequence[torch.Generator],
    images: Tensor,
    labels: Tensor,
    *,
    recipe: Recipe,
    epoch: int,
    progress: Progress,
) -> tuple[list[float], list[int]]:
    """One pass of every seed in its own order: the mean losses a sample and the numbers of samples right."""
    model, count = state.model.train(), len(randoms)
    orders = torch.stack([torch.randperm(len(labels), generator=random) for random in randoms]).to(images.device)
    total_loss = torch.zeros(count, dtype=torch.float64)
    correct = torch.zeros(count, dtype=torch.int64)
    batches = torch.split(orders, recipe.batch_size, dim=1)
    for done, batch in enumerate(batches, start=1):
        step = (epoch - 1) * len(batches) + done - 1
        size = batch.shape[1]
        inputs, wanted = images[batch.flatten()], labels[batch.flatten()]
        if recipe.augmentation:
            uniform = torch.cat([torch.rand(size, DRAWS, generator=random) for random in randoms]).to(images.device)
            inputs = augment(inputs, recipe.augmentation, uniform, BACKGROUND)
        side_by_side = inputs.view(count, size, *inputs.shape[2:]).transpose(0, 1).contiguous()
        with torch.autocast(side_by_side.device.type, torch.bfloat16, enabled=recipe.bfloat16):
            outputs = model(side_by_side)
        logits = outputs.float().view(size, count, -1).transpose(0, 1).flatten(0, 1)
        each = F.cross_entropy(logits, wanted, label_smoothing=recipe.label_smoothing, reduction="none")
        losses = each.view(count, size).mean(1)
        # each seed's weights see the gradient of its own loss alone
        state.step(losses.sum(), share(recipe, step, recipe.epochs * len(batches)))
        values = losses.detach().cpu()
        if not values.isfinite().all():
            raise TrainingError(diverged("loss", values.sum().item(), f"in epoch {epoch}, batch {done}", recipe))
        total_loss += values.double() * size
        correct += (logits.argmax(1) == wanted).view(count, size).sum(1).cpu()
        progress.batch(epoch, done, len(batches), values[0].item())
    return (total_loss / len(labels)).tolist(), correct.tolist()
