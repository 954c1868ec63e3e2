"""The kinds of layer a network is described with, and their arithmetic: shapes, parameters, strides. No torch.

A layer is *functional* where its author calls it as a function: it computes, but layer tables do not number it.
"""

from dataclasses import dataclass

from mnist.errors import MnistError

Shape = tuple[int, int, int]  # channels, height, width

INPUT: Shape = (1, 28, 28)


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution: channels · (kernel² · channels in + 1) parameters, without biases 1 less."""

    channels: int
    kernel: int
    padding: int = 0
    stride: int = 1
    bias: bool = True
    dilation: int = 1  # pixels from one of the kernel's values to the next

    @property
    def span(self) -> int:
        """Pixels from the kernel's first value to its last, along one side."""
        return self.dilation * (self.kernel - 1) + 1


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Batch normalisation; a scale and a shift per channel, or none of them where it is functional."""

    functional: bool = False


@dataclass(frozen=True, slots=True)
class ReLU:
    """max(0, x); functional in all the networks here."""


@dataclass(frozen=True, slots=True)
class SiLU:
    """x / (1 + exp(-x)), also called swish; functional."""


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The largest of each size × size square, the squares side by side."""

    size: int


@dataclass(frozen=True, slots=True)
class AvgPool:
    """The mean of each size × size square, the squares side by side."""

    size: int


@dataclass(frozen=True, slots=True)
class Dropout:
    """While training, zeroes each value with probability `rate` and divides the others by 1 - rate."""

    rate: float
    functional: bool = False


Layer = Conv | BatchNorm | ReLU | SiLU | MaxPool | AvgPool | Dropout

TYPES: dict[type[Layer], str] = {
    Conv: "Conv2d",
    BatchNorm: "BatchNorm2d",
    ReLU: "ReLU",
    SiLU: "SiLU",
    MaxPool: "MaxPool2d",
    AvgPool: "AvgPool2d",
    Dropout: "Dropout",
}


def is_functional(layer: Layer) -> bool:
    """Whether layer tables leave the layer out."""
    return isinstance(layer, ReLU | SiLU) or (isinstance(layer, BatchNorm | Dropout) and layer.functional)


def window(layer: Layer) -> tuple[int, int]:
    """(span, stride): what one output pixel sees of the layer's input, and how far apart neighbours look."""
    match layer:
        case Conv():
            return layer.span, layer.stride
        case MaxPool() | AvgPool():
            return layer.size, layer.size
    return 1, 1


def output_shape(layer: Layer, shape: Shape) -> Shape:
    """The shape of what comes out, floor((n + 2·padding - span) / stride) + 1 along each side."""
    channels, *sides = shape
    if isinstance(layer, Conv):
        channels = layer.channels
    padding = layer.padding if isinstance(layer, Conv) else 0
    span, stride = window(layer)
    height, width = ((side + 2 * padding - span) // stride + 1 for side in sides)
    if min(height, width) < 1:
        raise MnistError(f"{TYPES[type(layer)]}: a window of {span}×{span} is larger than its input {shape}")
    return channels, height, width


def parameter_count(layer: Layer, shape: Shape) -> int:
    """Trainable numbers of the layer over an input of `shape`."""
    match layer:
        case Conv():
            return layer.channels * (layer.kernel**2 * shape[0] + layer.bias)
        case BatchNorm(functional=False):
            return 2 * shape[0]
    return 0


def multiply_adds(layer: Layer, shape: Shape) -> int:
    """Products that are summed over one input of `shape`: a convolution's weights, at each pixel of its output."""
    if not isinstance(layer, Conv):
        return 0
    _, height, width = output_shape(layer, shape)
    return layer.channels * layer.kernel**2 * shape[0] * height * width


def is_dense(layer: Layer, shape: Shape) -> bool:
    """Whether the layer is a fully connected one in disguise over an input of `shape`.

    The rule: a convolution whose kernel is larger than 1×1 and which leaves one pixel weighs each value of its input
    by itself, as a fully connected layer does. One of 1×1 after global pooling weighs channels only.
    """
    return isinstance(layer, Conv) and layer.kernel > 1 and output_shape(layer, shape)[1:] == (1, 1)
