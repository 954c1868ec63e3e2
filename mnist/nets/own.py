"""The project's own networks, as data. Imports no torch.

The rules they keep: no fully connected layer and none in disguise (`mnist.nets.layers.is_dense`), fewer parameters than
their limit, fewer than 20 epochs. Each is 3×3 convolutions with batch normalisation and SiLU, mostly two of them at
full resolution, and a 1×1 one after global average pooling. `tiny`, `small` and `strict` have four more behind one 2×2
max-pool, two of them dilated to see the whole digit; `best` has two behind a first pool, one behind a second, and a 1×1
one that makes many features of few. `fast` has 4 epochs and, in place of the full resolution where most of the time
goes, a 5×5 convolution of stride 2 without padding, as the margin is empty. The pools stand before the normalisation,
which then has a quarter of the pixels to work on.
Architecture and recipe were chosen on 10,000 of the 60,000 training images, held out for it.
"""

from itertools import chain

from mnist.nets.layers import INPUT, AvgPool, BatchNorm, Conv, Layer, MaxPool, SiLU, output_shape
from mnist.nets.net import Net
from mnist.runs.recipe import Affine, Recipe

LIMITS = {"tiny": 3_900, "small": 5_500, "strict": 7_999, "best": 19_999, "fast": 19_999}  # parameters

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

_STRONG = Affine(rotation=15, scale=0.15, shear=10, translation=2)  # where a network has room for more
_MILD = Affine(rotation=7, scale=0.07, shear=3, translation=1)  # where it has little time

_SCHEDULES = {"one-cycle": "linear one-cycle", "cosine": "cosine"}

_CHOSEN = (
    "On the last 10,000 of the 60,000 training images, trained on the other 50,000. Earlier designs were tested on the "
    "test images in between, seven runs of them before the design was changed; docs/own-nets.md tells which."
)


def _conv(
    channels: int, kernel: int = 3, *, stride: int = 1, dilation: int = 1, padded: bool = True, pooled: bool = False
) -> tuple[Layer, ...]:
    padding = dilation * (kernel // 2) if padded else 0
    convolution = Conv(channels, kernel, padding=padding, stride=stride, bias=False, dilation=dilation)
    pool = (MaxPool(2),) if pooled else ()
    return (convolution, *pool, BatchNorm(), SiLU())


def _said(recipe: Recipe) -> dict[str, str]:
    affine = recipe.augmentation
    sentences = {
        "optimiser": "Muon moves the convolutions but the first and the last; SGD moves those and the normalisations.",
        "nesterov": "Momentum is Nesterov's.",
        "schedule": f"The learning rate is the highest of a {_SCHEDULES[recipe.schedule]}, which climbs in the first "
        f"{recipe.warm_up:.0%} of the steps and then falls towards 0.",
        "ema": "The weights tested and kept are an exponential average of those trained, with decay "
        f"{recipe.ema} a step.",
        "augmentation": f"Training images are turned by up to {affine.rotation:g}°, scaled by up to "
        f"{affine.scale:.0%}, slanted by up to {affine.shear:g}° and shifted by up to {affine.translation:g} pixels.",
        "recalibration": "Each evaluation takes the statistics of the normalisations anew, from the first training "
        "images as they are.",
    }
    return {name: sentence for name, sentence in sentences.items() if getattr(recipe, name)}


def _net(name: str, parameters: int, recipe: Recipe, *parts: tuple[Layer, ...]) -> Net:
    layers = list(chain.from_iterable(parts))
    shape = INPUT
    for layer in layers:
        shape = output_shape(layer, shape)
    layers += [AvgPool(shape[1]), Conv(10, 1)]
    return Net(
        name=name,
        parameters=parameters,
        source="this project",
        layers=tuple(layers),
        recipe=recipe,
        recipe_choices=_said(recipe),
        chosen=_CHOSEN,
    )


OWN = (
    _net(
        "tiny",
        3_842,
        _RECIPE.model_copy(update={"epochs": 19, "recalibration": 10_000}),
        *(_conv(8), _conv(8, pooled=True), _conv(10), _conv(9, dilation=2), _conv(9, dilation=2), _conv(9)),
    ),
    _net(
        "small",
        5_418,
        _RECIPE.model_copy(update={"schedule": "cosine", "recalibration": 10_000}),
        *(_conv(8), _conv(8, pooled=True), _conv(12), _conv(12, dilation=2), _conv(12, dilation=2), _conv(10)),
    ),
    _net(
        "strict",
        7_906,
        _RECIPE.model_copy(update={"recalibration": 10_000}),
        *(_conv(8), _conv(8, pooled=True), _conv(14), _conv(15, dilation=2), _conv(15, dilation=2), _conv(15)),
    ),
    _net(
        "best",
        19_810,
        _RECIPE.model_copy(update={"epochs": 19, "recalibration": 10_000, "augmentation": _STRONG}),
        *(_conv(8), _conv(16, pooled=True), _conv(24), _conv(24, pooled=True), _conv(32), _conv(64, 1)),
    ),
    _net(
        "fast",
        19_386,
        _RECIPE.model_copy(
            update={"epochs": 4, "learning_rate": 0.05, "ema": 0.99, "augmentation": _MILD, "recalibration": 5_000}
        ),
        *(_conv(16, 5, stride=2, padded=False), _conv(16), _conv(16, pooled=True), _conv(32), _conv(32)),
    ),
)
