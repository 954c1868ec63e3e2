"""What goes from layer to layer: where each takes its input from, and of which shape. No torch.

Layers stand in the order in which they compute, so a layer can take only from those before it: no loops.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from groundfloor.text import did_you_mean, listed, quoted
from mnist.errors import MnistError, NetworkError
from mnist.nets.layers import IMAGE, TYPES, Conv, Layer, Linear, Shape, output_shape

FROM_IMAGE = -1


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer, the numbers of those that it takes from, its first input's shape and its output's.

    FROM_IMAGE stands for the image.
    """

    layer: Layer
    sources: tuple[int, ...]
    before: Shape
    after: Shape


def place(layers: Sequence[Layer], image: Shape) -> tuple[Placed, ...]:
    """The layers with their inputs, over images of that shape; NetworkError names the layer that does not fit."""
    if len(image) != 3 or min(image) < 1:
        raise NetworkError(f"images of {'×'.join(map(str, image))}: channels, height and width are needed")
    names = {layer.name: at for at, layer in enumerate(layers) if layer.name}
    placed: list[Placed] = []
    for at, layer in enumerate(layers):
        where = f"layer {at + 1} ({TYPES[type(layer)]})"
        if layer.name and (layer.name == IMAGE or names[layer.name] != at):
            taken = "what the image is called" if layer.name == IMAGE else f"that of layer {names[layer.name] + 1} too"
            raise NetworkError(f"{where}: its name {quoted(layer.name)} is {taken}; another is needed")
        first = _number(layer.take, at, names, where) if layer.take else at - 1
        sources = (first, *(_number(name, at, names, where) for name in getattr(layer, "others", ())))
        before, *others = (image if source == FROM_IMAGE else placed[source].after for source in sources)
        try:
            after = output_shape(layer, before, others)
        except MnistError as error:
            raise NetworkError(f"layer {at + 1}: {error}") from error
        placed.append(Placed(layer, sources, before, after))
    return tuple(placed)


def is_sequence(placed: Sequence[Placed]) -> bool:
    """Whether each layer takes what the one before it gives, and nothing else."""
    return all(each.sources == (at - 1,) for at, each in enumerate(placed))


def fit_layers(layers: Sequence[Layer], image: Shape, classes: int, name: str) -> tuple[Layer, ...]:
    """The layers; where they give another number of scores, the last one with weights gives one for each class.

    NetworkError where images of that shape do not come out as one score for each class.
    """
    given = _given(layers, image, name)
    if math.prod(given) == classes:
        return tuple(layers)
    fitted = list(layers)
    for at in reversed(range(len(fitted))):
        layer = fitted[at]
        if isinstance(layer, Conv):
            fitted[at] = replace(layer, channels=classes)
            break
        if isinstance(layer, Linear):
            fitted[at] = replace(layer, features=classes)
            break
    if math.prod(_given(fitted, image, name)) != classes:
        size, scores = ("×".join(map(str, each)) for each in (image, given))
        raise NetworkError(
            f"{name}: gives {scores} for an image of {size}; {classes} are needed, a score for each class"
        )
    return tuple(fitted)


def _given(layers: Sequence[Layer], image: Shape, name: str) -> Shape:
    try:
        return place(layers, image)[-1].after
    except NetworkError as error:
        raise NetworkError(f"{name}: {error}") from error


def _number(name: str, at: int, names: dict[str, int], where: str) -> int:
    """Of the layer of that name, which stands before `at`."""
    if name == IMAGE:
        return FROM_IMAGE
    if name not in names:
        known = [IMAGE, *names]
        raise NetworkError(
            f"{where}: takes from {quoted(name)}, which is no layer; {did_you_mean(name, known)}names: {listed(known)}"
        )
    if names[name] >= at:
        raise NetworkError(
            f"{where}: takes from {quoted(name)}, which is layer {names[name] + 1}: a loop; "
            "a layer can take only from those before it"
        )
    return names[name]
