"""The project's own networks, as data. Imports no torch.

The rules they keep: no fully connected layer and none in disguise (`mnist.layers.is_dense`), fewer parameters than
their limit, fewer than 20 epochs. Each is 3×3 convolutions with batch normalisation and SiLU, two at full resolution
and the others behind one 2×2 max-pool, and a 1×1 one after global average pooling. Dilation lets the middle ones see
the whole digit at no cost in parameters. The pool stands before the normalisation, which then has a quarter of the
pixels to work on. Architecture and recipe were chosen on 10,000 of the 60,000 training images, held out for it.
"""

from mnist.layers import AvgPool, BatchNorm, Conv, Layer, MaxPool, SiLU
from mnist.net import Net
from mnist.runs import Affine, Recipe

LIMITS = {"tiny": 3_900, "small": 5_500, "strict": 7_999, "best": 19_999}  # parameters

_RECIPE = Recipe(
    epochs=15,
    batch_size=128,
    optimiser="muon",
    learning_rate=0.02,
    rest_learning_rate=0.1,
    momentum=0.9,
    nesterov=True,
    schedule="one-cycle",
    warm_up=0.2,
    ema=0.998,
    augmentation=Affine(rotation=10, scale=0.1, shear=5, translation=2),
    channels_last=True,
)

_AFFINE = _RECIPE.augmentation
_SAID = {
    "optimiser": "Muon moves the 3×3 convolutions but the first; SGD moves that, the last one and the normalisations.",
    "nesterov": "Momentum is Nesterov's.",
    "schedule": "The learning rate is the highest of a linear one-cycle, which climbs in the first "
    f"{_RECIPE.warm_up:.0%} of the steps and then falls towards 0.",
    "ema": f"The weights tested and kept are an exponential average of those trained, with decay {_RECIPE.ema} a step.",
    "augmentation": f"Training images are turned by up to {_AFFINE.rotation:g}°, scaled by up to {_AFFINE.scale:.0%}, "
    f"slanted by up to {_AFFINE.shear:g}° and shifted by up to {_AFFINE.translation:g} pixels.",
}


def _conv(channels: int, dilation: int = 1, *, pooled: bool = False) -> tuple[Layer, ...]:
    pool = (MaxPool(2),) if pooled else ()
    return (Conv(channels, 3, padding=dilation, bias=False, dilation=dilation), *pool, BatchNorm(), SiLU())


def _net(name: str, parameters: int, epochs: int, *convolutions: tuple[Layer, ...]) -> Net:
    layers = (*(layer for convolution in convolutions for layer in convolution), AvgPool(14), Conv(10, 1))
    recipe = _RECIPE.model_copy(update={"epochs": epochs})
    return Net(name, parameters, "this project", None, layers, recipe, recipe_choices=_SAID)


OWN = (
    _net(
        "tiny",
        3_842,
        19,
        _conv(8),
        _conv(8, pooled=True),
        _conv(10),
        _conv(9, dilation=2),
        _conv(9, dilation=2),
        _conv(9),
    ),
    _net(
        "small",
        5_418,
        15,
        _conv(8),
        _conv(8, pooled=True),
        _conv(12),
        _conv(12, dilation=2),
        _conv(12, dilation=2),
        _conv(10),
    ),
    _net(
        "strict",
        7_906,
        15,
        _conv(8),
        _conv(8, pooled=True),
        _conv(14),
        _conv(15, dilation=2),
        _conv(15, dilation=2),
        _conv(15),
    ),
    _net(
        "best",
        19_810,
        19,
        _conv(8),
        _conv(16, pooled=True),
        _conv(24),
        _conv(24, dilation=2),
        _conv(24, dilation=2),
        _conv(20),
    ),
)
