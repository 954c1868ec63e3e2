"""Seconds from the start of training to the first epoch at 99.0 % and at 99.4 %, several ways in one run, one thread:

1. the 15,738-parameter example by its own recipe in the usual loop (Dataset, DataLoader, a transform for each image);
2. the same network and recipe in `mnist train`'s loop, on tensors;
3. the project's fastest network by its own recipe, in that loop;
4. with --bfloat16, the same in bfloat16, which is fast only where the processor computes in it.

    python benchmarks/time_to_accuracy.py [--net fast] [--bfloat16] [--seed 0] [--data DIR] [--stop] [--quick]

Reading the data is left out; testing after each epoch is not. One warm-up step of each network comes first. Training
goes on to the recipe's last epoch and the accuracy of that is told as well: the first epoch at a target is chosen on
the test set. --stop ends each way at its first epoch at the last target, which saves half of the time. --quick: 3
epochs on rendered digits and lower targets, to see that it works.
"""

import argparse
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from mnist.data.sources import Dataset, load_data
from mnist.nets.catalogue import find_net
from mnist.nets.module import build
from mnist.nets.net import Net
from mnist.runs.data_source import DEVIATION, MEAN
from mnist.runs.recipe import Recipe
from mnist.runs.record import EpochMetrics
from mnist.training.evaluate import normalised
from mnist.training.train import train

EXAMPLE = "published-15738"
Curve = list[tuple[float, float]]  # seconds since the start, accuracy


class Images(TorchDataset):
    """Normalises one image at a time, as a transform of a folder of images does."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self.images, self.labels = images, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        pixels = torch.from_numpy(self.images[index].copy()).unsqueeze(0).float().div(255)
        return pixels.sub(MEAN).div(DEVIATION), int(self.labels[index])


def usual_loop(net: Net, recipe: Recipe, data: Dataset, seed: int, enough: float) -> Curve:
    torch.manual_seed(seed)
    model = build(net)
    optimiser = torch.optim.SGD(model.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum)
    loader = DataLoader(Images(data.train_images, data.train_labels), batch_size=recipe.batch_size, shuffle=True)
    tests = DataLoader(Images(data.test_images, data.test_labels), batch_size=1000)
    curve: Curve = []
    start = time.perf_counter()
    for _ in range(recipe.epochs):
        model.train()
        for images, labels in loader:
            optimiser.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimiser.step()
        model.eval()
        with torch.no_grad():
            correct = sum(int((model(images).argmax(1) == labels).sum()) for images, labels in tests)
        curve.append((time.perf_counter() - start, correct / len(data.test_labels)))
        print(f"  {curve[-1][0]:8.1f} s  {curve[-1][1]:.2%}", flush=True)
        if curve[-1][1] >= enough:
            break
    return curve


class Clock:
    """Notes when each epoch ends, and stops training as Ctrl-C does after one at `enough`."""

    def __init__(self, enough: float) -> None:
        self.curve: Curve = []
        self.enough = enough
        self.start = time.perf_counter()

    def batch(self, _epoch: int, _done: int, _batches: int, _loss: float, /) -> None:
        pass

    def epoch(self, metrics: EpochMetrics, /) -> None:
        self.curve.append((time.perf_counter() - self.start, metrics.test_accuracy))
        print(f"  {self.curve[-1][0]:8.1f} s  {self.curve[-1][1]:.2%}", flush=True)
        if metrics.test_accuracy >= self.enough:
            raise KeyboardInterrupt


def our_loop(net: Net, recipe: Recipe, data: Dataset, seed: int, enough: float) -> Curve:
    clock = Clock(enough)
    train(net, recipe, data, seed=seed, progress=clock)
    return clock.curve


def reached(curve: Curve, target: float) -> str:
    return next((f"{seconds:.1f}" for seconds, accuracy in curve if accuracy >= target), "not reached")


def warm_up(net: Net, data: Dataset) -> None:
    model: nn.Module = build(net)
    model(normalised(data.train_images[:128], "cpu")).sum().backward()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", default="fast", help="the project's fastest network")
    parser.add_argument("--bfloat16", action="store_true", help="train it in bfloat16, too")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", help="folder of the MNIST files")
    parser.add_argument("--stop", action="store_true", help="end each way at the last target")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    data = load_data("rendered" if given.quick else given.data, say=print)
    targets = (0.9, 0.95) if given.quick else (0.99, 0.994)
    ways = [(EXAMPLE, usual_loop, "usual loop", False), (EXAMPLE, our_loop, "our loop", False)]
    ways += [(given.net, our_loop, "our loop", False)]
    ways += [(given.net, our_loop, "bfloat16", True)] if given.bfloat16 else []
    rows = []
    for name, loop, title, bfloat16 in ways:
        net = find_net(name)
        changes = {"bfloat16": bfloat16} | ({"epochs": 3} if given.quick else {})
        recipe = net.recipe.model_copy(update=changes)
        print(f"{name}, {title}: {recipe.epochs} epochs", flush=True)
        warm_up(net, data)
        rows.append((f"{name}, {title}", loop(net, recipe, data, given.seed, targets[-1] if given.stop else 2)))
    print(f"\n{'':32}{'s/epoch':>9}" + "".join(f"{f's to {target:.1%}':>15}" for target in targets) + f"{'last':>9}")
    for title, curve in rows:
        times = "".join(f"{reached(curve, target):>15}" for target in targets)
        print(f"{title:32}{curve[-1][0] / len(curve):9.1f}{times}{curve[-1][1]:9.2%}")


if __name__ == "__main__":
    main()
