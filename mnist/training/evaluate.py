"""What a model says of images: normalised pixels in, classes and loss out. Trains nothing."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.nets.net import DEVIATION, MEAN

BATCH = 1_000
BACKGROUND = -MEAN / DEVIATION  # a black pixel, normalised


def normalised(images: NDArray[np.uint8], device: str) -> Tensor:
    """(n, 28, 28) bytes -> (n, 1, 28, 28) normalised floats, all in memory."""
    pixels = torch.from_numpy(images.astype(np.float32)).unsqueeze(1).div_(255).sub_(MEAN).div_(DEVIATION)
    return pixels.to(device)


@torch.inference_mode()
def evaluate(model: nn.Module, images: Tensor, labels: Tensor) -> tuple[float, Tensor]:
    """(mean cross-entropy a sample, predicted classes) over (n, 1, 28, 28) images."""
    logits = predict(model, images)
    return F.cross_entropy(logits, labels).item(), logits.argmax(1)


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
    """(n, 10) logits."""
    model.eval()
    return torch.cat([model(batch) for batch in torch.split(images, BATCH)])
