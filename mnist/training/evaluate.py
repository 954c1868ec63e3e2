"""What a model says of images: normalised pixels in, classes and loss out. Trains nothing."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mnist.runs.architecture import Outputs
from mnist.runs.data_source import DEVIATION, MEAN
from mnist.training.loss import cross_entropy

BATCH = 1_000


def normalised(
    images: NDArray[np.uint8],
    device: str,
    mean: Sequence[float] = (MEAN,),
    deviation: Sequence[float] = (DEVIATION,),
) -> Tensor:
    """(n, height, width) or, with three channels, (n, height, width, 3) bytes -> (n, channels, height, width) floats.

    Each is (byte / 255 - mean) / deviation of its channel; all of it in memory.
    """
    pixels = torch.from_numpy(images.astype(np.float32))
    pixels = pixels.unsqueeze(1) if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2).contiguous()
    return pixels.div_(255).sub_(_by_channel(mean)).div_(_by_channel(deviation)).to(device)


def black(mean: Sequence[float], deviation: Sequence[float]) -> Tensor:
    """(channels, 1, 1): a black pixel, normalised."""
    return _by_channel([-centre / spread for centre, spread in zip(mean, deviation, strict=True)])


def _by_channel(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32).view(-1, 1, 1)


@torch.inference_mode()
def evaluate(model: nn.Module, images: Tensor, labels: Tensor, gives: Outputs = "logits") -> tuple[float, Tensor]:
    """(mean cross-entropy a sample, predicted classes) over (n, channels, height, width) images."""
    scores = predict(model, images)
    return cross_entropy(scores, labels, gives).item(), scores.argmax(1)


@torch.no_grad()
def recalibrate(model: nn.Module, images: Tensor) -> None:
    """Normalisation's running statistics, taken anew from `images`: plain means over batches of those of each.

    While training they are statistics of augmented images, which differ from those that the model is used on.
    """
    model.eval()  # dropout does nothing, as in use
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.train().reset_running_stats()
        norm.momentum = None  # plain means
    for batch in torch.split(images, BATCH):
        model(batch)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


@torch.inference_mode()
def predict(model: nn.Module, images: Tensor) -> Tensor:
    """(n, classes) of what it gives."""
    model.eval()
    return torch.cat([model(batch) for batch in torch.split(images, BATCH)])
