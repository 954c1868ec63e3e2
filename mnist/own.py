"""The project's own networks, as data. Imports no torch.

The rules they keep: no fully connected layer and none in disguise (`mnist.layers.is_dense`), fewer parameters than
their limit, fewer than 20 epochs. Each is 3×3 convolutions with batch normalisation and ReLU between a 5×5 one of
stride 2, which saves three quarters of all later work, and a 1×1 one after global average pooling. The pool stands
before the normalisation, which then has a quarter of the pixels to work on.
Architecture and recipe were chosen on 10,000 of the 60,000 training images, held out for it.
"""

from mnist.layers import AvgPool, BatchNorm, Conv, Layer, MaxPool, ReLU
from mnist.net import Net
from mnist.runs import Affine, Recipe

LIMITS = {"tiny": 3_900, "small": 5_500, "strict": 7_999, "best": 19_999}  # parameters

_RECIPE = Recipe(
    epochs=15,
    batch_size=128,
    learning_rate=0.1,
    momentum=0.9,
    nesterov=True,
    schedule="one-cycle",
    warm_up=0.2,
    ema=0.998,
    augmentation=Affine(rotation=7, scale=0.07, shear=3, translation=1),
    channels_last=True,
)

_AFFINE = _RECIPE.augmentation
_SAID = {
    "nesterov": "Momentum is Nesterov's.",
    "schedule": "The learning rate is the highest of a linear one-cycle, which climbs in the first "
    f"{_RECIPE.warm_up:.0%} of the steps and then falls towards 0.",
    "ema": f"The weights tested and kept are an exponential average of those trained, with decay {_RECIPE.ema} a step.",
    "augmentation": f"Training images are turned by up to {_AFFINE.rotation:g}°, scaled by up to {_AFFINE.scale:.0%}, "
    f"slanted by up to {_AFFINE.shear:g}° and shifted by up to {_AFFINE.translation:g} pixel.",
}


_COMPARED = "Compared with others on the last 10,000 training images, held out for it; the test set was not read."
_WIDER = (
    "The design of small, compared with others on held-out training images, with more channels; not searched itself."
)


def _net(
    name: str, parameters: int, stem: int, wide: tuple[int, ...], narrow: tuple[int, ...], epochs: int, chosen: str
) -> Net:
    """`stem` channels and those of `wide` at 14×14, the last pooled before its norm, then those of `narrow` at 7×7."""
    layers: list[Layer] = [Conv(stem, 5, padding=2, stride=2, bias=False), BatchNorm(), ReLU()]
    for index, channels in enumerate((*wide, *narrow), start=1):
        pool = [MaxPool(2)] if index == len(wide) else []
        layers += [Conv(channels, 3, padding=1, bias=False), *pool, BatchNorm(), ReLU()]
    layers += [AvgPool(7), Conv(10, 1)]
    recipe = _RECIPE.model_copy(update={"epochs": epochs})
    return Net(name, parameters, "this project", None, tuple(layers), recipe, recipe_choices=_SAID, chosen=chosen)


OWN = (
    _net("tiny", 3_826, 8, (10, 10), (10, 10), 19, _COMPARED),
    _net("small", 5_434, 8, (12, 12), (12, 14), 15, _COMPARED),
    _net("strict", 7_910, 8, (14, 14), (16, 18), 15, _WIDER),
    _net("best", 19_882, 16, (24, 24), (24, 24), 19, _WIDER),
)
