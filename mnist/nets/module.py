"""A described network as a torch module."""

from collections import Counter, OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mnist.nets import layers as kinds
from mnist.nets.flow import FROM_IMAGE, Placed, is_sequence, place
from mnist.nets.layers import INPUT, Layer, Shape, groups_of
from mnist.nets.net import Net


def build(net: Net) -> nn.Sequential:
    """The network, which is a sequence, for the images it was described for: (n, 1, 28, 28) -> (n, 10)."""
    module = build_layers(net.layers, net.image)
    assert isinstance(module, nn.Sequential)
    return module


def build_layers(layers: Sequence[Layer], image: Shape = INPUT) -> nn.Module:
    """(n, channels, height, width) -> (n, classes): a sequence, or a `Branched` where a layer takes from others.

    Modules are named by kind and count: conv1, batchnorm1, relu1, conv2, ...
    """
    placed = place(layers, image)
    names = layer_names(layers)
    sequence = is_sequence(placed)
    modules = OrderedDict((name, _module(each, in_place=sequence)) for name, each in zip(names, placed, strict=True))
    if sequence:
        return nn.Sequential(OrderedDict([*modules.items(), ("flatten", nn.Flatten())]))
    return Branched(modules, [each.sources for each in placed])


def layer_names(layers: Sequence[Layer]) -> list[str]:
    """The names that the layers have in the module."""
    count: Counter[str] = Counter()
    names = []
    for layer in layers:
        kind = type(layer).__name__.lower()
        count[kind] += 1
        names.append(f"{kind}{count[kind]}")
    return names


class Branched(nn.Module):
    """Layers in their order, each given what those of its sources gave."""

    def __init__(self, modules: "OrderedDict[str, nn.Module]", sources: Sequence[tuple[int, ...]]) -> None:
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)
        self._sources = tuple(sources)

    def forward(self, images: Tensor) -> Tensor:
        """(n, channels, height, width) -> (n, classes)."""
        given = {FROM_IMAGE: images}
        for at, (module, sources) in enumerate(zip(self.children(), self._sources, strict=True)):
            given[at] = module(*(given[source] for source in sources))
        return given[len(self._sources) - 1].flatten(1)


class Sum(nn.Module):
    """The sum of its inputs."""

    def forward(self, first: Tensor, *others: Tensor) -> Tensor:
        """All of the same shape."""
        for other in others:
            first = first + other
        return first


class Joined(nn.Module):
    """Its inputs, one behind the other."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Joined along their channels, or values."""
        return torch.cat(inputs, 1)


def _module(placed: Placed, *, in_place: bool) -> nn.Module:
    """The layer; in place only where no other takes what it is given."""
    layer, before = placed.layer, placed.before
    match layer:
        case kinds.Conv():
            return nn.Conv2d(
                before[0],
                layer.channels,
                layer.kernel,
                layer.stride,
                padding=layer.padding,
                dilation=layer.dilation,
                groups=groups_of(layer, before),
                bias=layer.bias,
            )
        case kinds.Linear():
            return nn.Linear(before[0], layer.features, bias=layer.bias)
        case kinds.Flatten():
            return nn.Flatten()
        case kinds.BatchNorm():
            return nn.BatchNorm2d(before[0], affine=not layer.functional)
        case kinds.GroupNorm():
            return nn.GroupNorm(layer.groups, before[0])
        case kinds.LayerNorm():
            return nn.LayerNorm(list(before))
        case kinds.ReLU():
            return nn.ReLU(inplace=in_place)
        case kinds.SiLU():
            return nn.SiLU()
        case kinds.GELU():
            return nn.GELU()
        case kinds.LeakyReLU():
            return nn.LeakyReLU(layer.slope)
        case kinds.PReLU():
            return nn.PReLU(before[0] if layer.by_channel else 1)
        case kinds.Hardswish():
            return nn.Hardswish()
        case kinds.Tanh():
            return nn.Tanh()
        case kinds.Sigmoid():
            return nn.Sigmoid()
        case kinds.MaxPool():
            return nn.MaxPool2d(layer.size, layer.stride, layer.padding)
        case kinds.AvgPool():
            return nn.AvgPool2d(layer.size, layer.stride, layer.padding)
        case kinds.AdaptiveAvgPool():
            return nn.AdaptiveAvgPool2d(layer.size)
        case kinds.AdaptiveMaxPool():
            return nn.AdaptiveMaxPool2d(layer.size)
        case kinds.Dropout():
            return nn.Dropout(layer.rate)
        case kinds.Dropout2d():
            return nn.Dropout2d(layer.rate)
        case kinds.Add():
            return Sum()
        case kinds.Concat():
            return Joined()
        case kinds.LogSoftmax():
            return nn.LogSoftmax(1)
    raise TypeError(f"no module for {layer}")
