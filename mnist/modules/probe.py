"""What a module gives for a few images: told apart by value, and refused where it cannot be trained on."""

import copy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from mnist.errors import NetworkError
from mnist.modules.source import told
from mnist.runs.architecture import Outputs

CLOSE = 1e-3  # how far from 1 the sum of ten probabilities may be, which float32 and bfloat16 compute


def materialised(module: nn.Module, shape: tuple[int, int, int]) -> nn.Module:
    """The module; its lazy layers, if it has any, take their sizes from an image of `shape`."""
    if any(is_lazy(each) for each in module.state_dict(keep_vars=True).values()):
        with torch.no_grad():
            module.eval()(torch.zeros(2, *shape))
    return module


def probe(module: nn.Module, images: Tensor, classes: int, what: str, file: Path | None) -> Outputs:
    """Whether it gives logits or log-probabilities; NetworkError where it gives neither for the images, or raises.

    Log-probabilities are at most 0, and their exponentials sum to 1, for each image. The module is left as it is.
    """
    try:
        tried = copy.deepcopy(module)
    except Exception as error:
        raise NetworkError(f"{what}: cannot be copied ({type(error).__name__}: {error})") from error
    if not any(parameter.requires_grad for parameter in tried.parameters()):
        raise NetworkError(f"{what}: has no parameter to train")
    size = "×".join(map(str, images.shape))
    with torch.no_grad(), torch.random.fork_rng(devices=[]), told(file or Path(), f"{what}: on {size} images"):
        tried.train()(images)
        given = tried.eval()(images)
    needed = f"{(len(images), classes)} is needed, a score for each of {classes} classes"
    if not isinstance(given, Tensor):
        raise NetworkError(f"{what}: gives a {type(given).__name__} for {size} images; a tensor {needed}")
    if given.shape != (len(images), classes):
        raise NetworkError(f"{what}: gives {tuple(given.shape)} for {size} images; {needed}")
    if not given.is_floating_point():
        raise NetworkError(f"{what}: gives {given.dtype}; floating-point scores are needed")
    given = given.float()
    if not given.isfinite().all():
        found = "nan" if given.isnan().any() else "inf"
        raise NetworkError(f"{what}: gives {found} for {size} images before it is trained; finite scores are needed")
    if bool((given >= 0).all()) and _ones(given.sum(1)):
        raise NetworkError(
            f"{what}: gives probabilities, which sum to 1; logits or log-probabilities are needed: "
            "leave softmax out, or end in log_softmax"
        )
    return "log-probabilities" if bool((given <= 0).all()) and _ones(given.exp().sum(1)) else "logits"


def _ones(sums: Tensor) -> bool:
    return bool(((sums - 1).abs() < CLOSE).all())
