"""Layers for images of another shape and another number of classes than they were described for. No torch."""

import math
from collections.abc import Sequence
from dataclasses import replace

from mnist.errors import NetworkError
from mnist.nets.layers import Conv, Layer, Shape, output_shape


def fit_layers(layers: Sequence[Layer], shape: Shape, classes: int, name: str) -> tuple[Layer, ...]:
    """The layers, the last convolution with an output for each class.

    NetworkError where images of that shape do not come out as one score for each class.
    """
    fitted = list(layers)
    last = max((at for at, layer in enumerate(fitted) if isinstance(layer, Conv)), default=None)
    if last is not None:
        convolution = fitted[last]
        assert isinstance(convolution, Conv)
        fitted[last] = replace(convolution, channels=classes)
    after = shape
    for layer in fitted:
        after = output_shape(layer, after)
    if math.prod(after) != classes:
        given, size = ("×".join(map(str, each)) for each in (after, shape))
        raise NetworkError(
            f"{name}: gives {given} for images of {size}; one score for each of {classes} classes is needed"
        )
    return tuple(fitted)
