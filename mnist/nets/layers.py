"""The kinds of layer a network is described with, and their arithmetic: shapes, parameters, strides. No torch.

A layer takes what the one before it gives, or what the layer that `take` names gives. It is *functional* where its
author calls it as a function: it computes, but layer tables do not number it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from mnist.errors import MnistError

Shape = tuple[int, ...]  # channels, height, width of an image; behind Flatten or Linear, how many values

INPUT: Shape = (1, 28, 28)
IMAGE = "input"  # the name of the image itself

Positive = Annotated[int, Field(ge=1)]
Padding = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Where a layer stands: its name, for those that take from it, and the name of what it takes."""

    name: str = ""
    take: str = ""


@dataclass(frozen=True, slots=True)
class Conv(Layer):
    """Convolution: channels · (kernel² · channels in / groups + 1) parameters, without biases `channels` less."""

    channels: Positive
    kernel: Positive
    padding: Padding = 0
    stride: Positive = 1
    bias: bool = True
    dilation: Positive = 1  # pixels from one of the kernel's values to the next
    groups: Positive = 1  # parts of the channels, each seen by its own part of the kernels
    depthwise: bool = False  # as many groups as channels come in

    @property
    def span(self) -> int:
        """Pixels from the kernel's first value to its last, along one side."""
        return self.dilation * (self.kernel - 1) + 1


@dataclass(frozen=True, slots=True)
class Linear(Layer):
    """Fully connected: features · (values in + 1) parameters, without biases `features` less."""

    features: Positive
    bias: bool = True


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """The values of an image in one line."""


@dataclass(frozen=True, slots=True)
class BatchNorm(Layer):
    """Batch normalisation; a scale and a shift per channel, or none of them where it is functional."""

    functional: bool = False


@dataclass(frozen=True, slots=True)
class GroupNorm(Layer):
    """Each image normalised by itself, each of `groups` parts of its channels; a scale and a shift per channel."""

    groups: Positive


@dataclass(frozen=True, slots=True)
class LayerNorm(Layer):
    """Each image normalised by itself, over all its values; a scale and a shift for each value."""


@dataclass(frozen=True, slots=True)
class ReLU(Layer):
    """max(0, x); functional in all the networks here."""


@dataclass(frozen=True, slots=True)
class SiLU(Layer):
    """x / (1 + exp(-x)), also called swish; functional."""


@dataclass(frozen=True, slots=True)
class GELU(Layer):
    """x · Φ(x), Φ the normal distribution function; functional."""


@dataclass(frozen=True, slots=True)
class LeakyReLU(Layer):
    """x, or slope · x where it is negative; functional."""

    slope: float = 0.01


@dataclass(frozen=True, slots=True)
class PReLU(Layer):
    """x, or a · x where it is negative, with one a that is learnt, or one for each channel."""

    by_channel: bool = False


@dataclass(frozen=True, slots=True)
class Hardswish(Layer):
    """x · min(max(x + 3, 0), 6) / 6; functional."""


@dataclass(frozen=True, slots=True)
class Tanh(Layer):
    """The hyperbolic tangent; functional."""


@dataclass(frozen=True, slots=True)
class Sigmoid(Layer):
    """1 / (1 + exp(-x)); functional."""


@dataclass(frozen=True, slots=True)
class MaxPool(Layer):
    """The largest of each size × size square; side by side, or `stride` pixels apart."""

    size: Positive
    stride: Positive | None = None
    padding: Padding = 0


@dataclass(frozen=True, slots=True)
class AvgPool(Layer):
    """The mean of each size × size square, padding counted as zeros; side by side, or `stride` pixels apart."""

    size: Positive
    stride: Positive | None = None
    padding: Padding = 0


@dataclass(frozen=True, slots=True)
class AdaptiveAvgPool(Layer):
    """Means that leave size × size pixels, whatever comes in."""

    size: Positive = 1


@dataclass(frozen=True, slots=True)
class AdaptiveMaxPool(Layer):
    """Largest values that leave size × size pixels, whatever comes in."""

    size: Positive = 1


@dataclass(frozen=True, slots=True)
class Dropout(Layer):
    """While training, zeroes each value with probability `rate` and divides the others by 1 - rate."""

    rate: Rate
    functional: bool = False


@dataclass(frozen=True, slots=True)
class Dropout2d(Layer):
    """The same with whole channels."""

    rate: Rate


@dataclass(frozen=True, slots=True)
class Add(Layer):
    """The sum of what it takes and of what the layers called `others` give: a residual connection."""

    others: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Concat(Layer):
    """The channels, or values, of what it takes and then of what the layers called `others` give."""

    others: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class LogSoftmax(Layer):
    """x_k - log Σ exp(x): logits become log-probabilities."""


TYPES: dict[type[Layer], str] = {
    Conv: "Conv2d", Linear: "Linear", Flatten: "Flatten", BatchNorm: "BatchNorm2d", GroupNorm: "GroupNorm",
    LayerNorm: "LayerNorm", ReLU: "ReLU", SiLU: "SiLU", GELU: "GELU", LeakyReLU: "LeakyReLU", PReLU: "PReLU",
    Hardswish: "Hardswish", Tanh: "Tanh", Sigmoid: "Sigmoid", MaxPool: "MaxPool2d", AvgPool: "AvgPool2d",
    AdaptiveAvgPool: "AdaptiveAvgPool2d", AdaptiveMaxPool: "AdaptiveMaxPool2d", Dropout: "Dropout",
    Dropout2d: "Dropout2d", Add: "Add", Concat: "Concat", LogSoftmax: "LogSoftmax",
}  # fmt: skip

_POOLS = MaxPool | AvgPool
_FUNCTIONS = ReLU | SiLU | GELU | LeakyReLU | Hardswish | Tanh | Sigmoid | Flatten | Add | Concat | LogSoftmax
_IMAGES = Conv | _POOLS | AdaptiveAvgPool | AdaptiveMaxPool | BatchNorm | GroupNorm | Dropout2d  # what needs an image


def is_functional(layer: Layer) -> bool:
    """Whether layer tables leave the layer out."""
    return isinstance(layer, _FUNCTIONS) or (isinstance(layer, BatchNorm | Dropout) and layer.functional)


def window(layer: Layer, shape: Shape = INPUT) -> tuple[int, int]:
    """(span, stride): what one output pixel sees of the layer's input, and how far apart neighbours look."""
    match layer:
        case Conv():
            return layer.span, layer.stride
        case MaxPool() | AvgPool():
            return layer.size, layer.stride or layer.size
        case AdaptiveAvgPool() | AdaptiveMaxPool():
            return -(-shape[1] // layer.size), max(1, shape[1] // layer.size)
    return 1, 1


def output_shape(layer: Layer, shape: Shape, others: Sequence[Shape] = ()) -> Shape:
    """The shape of what comes out of the layer; `others` are those of the layers that Add and Concat name.

    Behind a window it is floor((n + 2·padding - span) / stride) + 1 along each side. MnistError where it does not fit.
    """
    kind = TYPES[type(layer)]
    if isinstance(layer, _IMAGES) and len(shape) != 3:
        raise MnistError(f"{kind}: needs an image, channels × height × width; {_size(shape)} values are given")
    match layer:
        case Flatten():
            return (math.prod(shape),)
        case Linear():
            if len(shape) != 1:
                raise MnistError(f"{kind}: needs values in one line; {_size(shape)} are given, Flatten lines them up")
            return (layer.features,)
        case Add():
            for other in others:
                if other != shape:
                    raise MnistError(f"{kind}: adds {_size(shape)} and {_size(other)}; the same shape is needed")
        case Concat():
            for other in others:
                if other[1:] != shape[1:]:
                    raise MnistError(f"{kind}: joins {_size(shape)} and {_size(other)}; the same sides are needed")
            return (sum(each[0] for each in (shape, *others)), *shape[1:])
        case GroupNorm() if shape[0] % layer.groups:
            raise MnistError(f"{kind}: {shape[0]} channels make no {layer.groups} groups of the same size")
        case AdaptiveAvgPool() | AdaptiveMaxPool():
            return shape[0], layer.size, layer.size
        case Conv() | MaxPool() | AvgPool():
            return _behind_window(layer, kind, shape)
    return shape


def tensors(layer: Layer, shape: Shape) -> tuple[Shape, ...]:
    """The shapes of the layer's parameters over an input of `shape`, as torch has them."""
    match layer:
        case Conv():
            weight = (layer.channels, shape[0] // groups_of(layer, shape), layer.kernel, layer.kernel)
            return (weight, (layer.channels,)) if layer.bias else (weight,)
        case Linear():
            lines = (layer.features, shape[0])
            return (lines, (layer.features,)) if layer.bias else (lines,)
        case BatchNorm(functional=False) | GroupNorm():
            return (shape[0],), (shape[0],)
        case LayerNorm():
            return shape, shape
        case PReLU():
            return ((shape[0] if layer.by_channel else 1,),)
    return ()


def parameter_count(layer: Layer, shape: Shape) -> int:
    """Trainable numbers of the layer over an input of `shape`."""
    return sum(map(math.prod, tensors(layer, shape)))


def multiply_adds(layer: Layer, shape: Shape) -> int:
    """Products that are summed over one input of `shape`: each weight, at each pixel of a convolution's output."""
    if not isinstance(layer, Conv | Linear):
        return 0
    return math.prod(tensors(layer, shape)[0]) * math.prod(output_shape(layer, shape)[1:])


def groups_of(layer: Conv, shape: Shape) -> int:
    """Parts of the channels of a convolution over an input of `shape`."""
    return shape[0] if layer.depthwise else layer.groups


def is_dense(layer: Layer, shape: Shape) -> bool:
    """Whether the layer is a fully connected one, or one in disguise over an input of `shape`.

    The rule: a convolution whose kernel is larger than 1×1 and which leaves one pixel weighs each value of its input
    by itself, as a fully connected layer does. One of 1×1 after global pooling weighs channels only.
    """
    if isinstance(layer, Linear):
        return True
    return isinstance(layer, Conv) and layer.kernel > 1 and output_shape(layer, shape)[1:] == (1, 1)


def _behind_window(layer: Conv | MaxPool | AvgPool, kind: str, shape: Shape) -> Shape:
    channels, *sides = shape
    if isinstance(layer, Conv):
        groups = groups_of(layer, shape)
        if channels % groups or layer.channels % groups:
            raise MnistError(f"{kind}: {channels} channels in and {layer.channels} out make no {groups} groups")
        channels = layer.channels
    elif 2 * layer.padding > layer.size:
        raise MnistError(f"{kind}: padding {layer.padding} is more than half of its size {layer.size}")
    span, stride = window(layer)
    height, width = ((side + 2 * layer.padding - span) // stride + 1 for side in sides)
    if min(height, width) < 1:
        raise MnistError(f"{kind}: a window of {span}×{span} is larger than its input {shape}")
    return channels, height, width


def _size(shape: Shape) -> str:
    return "×".join(map(str, shape))
