"""A described network as a torch module."""

from collections import Counter, OrderedDict
from collections.abc import Sequence

from torch import nn

from mnist.nets.layers import INPUT, AvgPool, BatchNorm, Conv, Dropout, Layer, MaxPool, ReLU, Shape, SiLU, output_shape
from mnist.nets.net import Net


def build(net: Net) -> nn.Sequential:
    """The network for images as MNIST's: (n, 1, 28, 28) -> (n, 10) logits."""
    return build_layers(net.layers)


def build_layers(layers: Sequence[Layer], shape: Shape = INPUT) -> nn.Sequential:
    """(n, channels, height, width) -> (n, classes). Modules are named by kind and count: conv1, conv2, ..."""
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    count: Counter[str] = Counter()
    for layer in layers:
        kind = type(layer).__name__.lower()
        count[kind] += 1
        modules[f"{kind}{count[kind]}"] = _module(layer, shape[0])
        shape = output_shape(layer, shape)
    modules["flatten"] = nn.Flatten()
    return nn.Sequential(modules)


def _module(layer: Layer, channels: int) -> nn.Module:
    match layer:
        case Conv():
            return nn.Conv2d(
                channels,
                layer.channels,
                layer.kernel,
                layer.stride,
                padding=layer.padding,
                dilation=layer.dilation,
                bias=layer.bias,
            )
        case BatchNorm():
            return nn.BatchNorm2d(channels, affine=not layer.functional)
        case ReLU():
            return nn.ReLU(inplace=True)
        case SiLU():
            return nn.SiLU()
        case MaxPool():
            return nn.MaxPool2d(layer.size)
        case AvgPool():
            return nn.AvgPool2d(layer.size)
        case Dropout():
            return nn.Dropout(layer.rate)
