"""A described network as a torch module."""

from collections import Counter, OrderedDict

from torch import nn

from mnist.nets.layers import INPUT, AvgPool, BatchNorm, Conv, Dropout, Layer, MaxPool, ReLU, SiLU, output_shape
from mnist.nets.net import Net


def build(net: Net) -> nn.Sequential:
    """(n, 1, 28, 28) -> (n, 10) logits. Modules are named by kind and count: conv1, batchnorm1, relu1, conv2, ..."""
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    count: Counter[str] = Counter()
    shape = INPUT
    for layer in net.layers:
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
