"""A torch module as layers of the description language, where it is made of such: read by torch.fx, then tried."""

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.errors import NetworkError
from mnist.modules.probe import materialised
from mnist.nets import layers as kinds
from mnist.nets.flow import place
from mnist.nets.layers import IMAGE, Layer, Shape
from mnist.nets.module import build_layers, layer_names

_ACTIVATIONS: dict[object, Callable[[], Layer]] = {
    key: kind
    for kind, keys in {
        kinds.ReLU: (nn.ReLU, F.relu, F.relu_, torch.relu, torch.relu_, "relu", "relu_"),
        kinds.SiLU: (nn.SiLU, F.silu),
        kinds.GELU: (nn.GELU, F.gelu),
        kinds.Hardswish: (nn.Hardswish, F.hardswish),
        kinds.Tanh: (nn.Tanh, F.tanh, torch.tanh, "tanh"),
        kinds.Sigmoid: (nn.Sigmoid, F.sigmoid, torch.sigmoid, "sigmoid"),
    }.items()
    for key in keys
}


_MODES = {"inplace", "training", "_stacklevel"}  # arguments that change no number here


class _UnwrittenError(Exception):
    """What the language has no word for."""


def layers_of(module: nn.Module, image: Shape, what: str) -> tuple[Layer, ...]:
    """The layers that compute what the module does; NetworkError names the first operation that is none.

    Both are given the same images, with the module's weights, and must give the same numbers.
    """
    module = materialised(module, (image[0], image[1], image[2])).eval()
    try:
        traced = fx.symbolic_trace(module)
    except Exception as error:  # torch.fx raises many kinds where forward depends on values
        raise NetworkError(f"{what}: torch.fx cannot follow its forward ({type(error).__name__})") from error
    found: list[tuple[Layer, nn.Module | None]] = []
    gives: dict[str, int] = {}  # which layer's output a node of the graph is; -1 for the image
    for node in traced.graph.nodes:
        if node.op == "placeholder":
            gives[node.name] = -1
        elif node.op == "output":
            (last,) = node.args
            if gives.get(getattr(last, "name", "")) != len(found) - 1:
                raise NetworkError(f"{what}: gives something else than its last layer does")
        elif node.op == "get_attr":
            raise NetworkError(f"{what}: uses {node.target}, a tensor of its own, which no layer of a TOML has")
        else:
            _read(node, traced, found, gives, what)
    layers = _without_names(tuple(layer for layer, _ in found))
    place(layers, image)  # complains
    _compare(module, layers, [each for _, each in found], image, what)
    return layers


def _read(
    node: fx.Node,
    traced: fx.GraphModule,
    found: list[tuple[Layer, nn.Module | None]],
    gives: dict[str, int],
    what: str,
) -> None:
    """One node's layers, behind those found."""
    sources = [gives[each.name] for each in node.all_input_nodes if each.name in gives]
    if _is_size(node):
        return
    part = traced.get_submodule(str(node.target)) if node.op == "call_module" else None
    try:
        layers = _of_module(part) if part is not None else _of_call(node)
    except _UnwrittenError as error:
        raise NetworkError(f"{what}: {error} ({node.target}), which no layer of a TOML is") from error
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise NetworkError(f"{what}: {node.target} is called as no layer of a TOML is") from error
    if part is not None and any(part is each for _, each in found if each is not None) and list(part.parameters()):
        raise NetworkError(f"{what}: {node.target} is called twice; a layer of a TOML is used once")
    if not layers:
        gives[node.name] = sources[0]
        return
    first = layers[0]
    if isinstance(first, kinds.Add | kinds.Concat):
        first = replace(first, others=tuple(_name(source) for source in sources[1:]))
    if sources[0] != len(found) - 1:
        first = replace(first, take=_name(sources[0]))
    for layer in (first, *layers[1:]):
        found.append((replace(layer, name=_name(len(found))), part))
    gives[node.name] = len(found) - 1


def _name(number: int) -> str:
    return IMAGE if number < 0 else f"layer{number + 1}"


def _without_names(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers with the names that others take from, and no more."""
    taken = {name for layer in layers for name in (layer.take, *getattr(layer, "others", ()))}
    return tuple(layer if layer.name in taken else replace(layer, name="") for layer in layers)


def _is_size(node: fx.Node) -> bool:
    """Whether the node is a size of a tensor, which reshapings take."""
    if node.op == "call_method" and node.target == "size":
        return True
    if node.op == "call_function" and node.target is getattr and node.args[1] == "shape":
        return True
    before = node.args[0] if node.args else None
    return (
        node.op == "call_function"
        and node.target is operator.getitem
        and isinstance(before, fx.Node)
        and _is_size(before)
    )


def _of_module(part: nn.Module) -> tuple[Layer, ...]:
    match part:
        case nn.Conv2d() if part.padding_mode == "zeros":
            sides = _one(part.kernel_size), _one(part.stride), _one(part.dilation)
            if isinstance(part.padding, str) and part.padding == "same" and sides[1] == 1:
                padding = sides[2] * (sides[0] - 1) // 2
            else:
                padding = _one(part.padding)
            depthwise = 1 < part.groups == part.in_channels
            convolution = kinds.Conv(
                part.out_channels,
                sides[0],
                padding,
                sides[1],
                part.bias is not None,
                sides[2],
                1 if depthwise else part.groups,
                depthwise,
            )
            return (convolution,)
        case nn.Linear():
            return (kinds.Linear(part.out_features, part.bias is not None),)
        case nn.BatchNorm2d() if part.eps == 1e-5 and part.momentum == 0.1 and part.track_running_stats:
            return (kinds.BatchNorm(functional=not part.affine),)
        case nn.GroupNorm() if part.eps == 1e-5 and part.affine:
            return (kinds.GroupNorm(part.num_groups),)
        case nn.LayerNorm() if part.eps == 1e-5 and part.elementwise_affine and part.bias is not None:
            return (kinds.LayerNorm(),)
        case nn.LeakyReLU():
            return (kinds.LeakyReLU(part.negative_slope),)
        case nn.PReLU():
            return (kinds.PReLU(by_channel=part.num_parameters > 1),)
        case nn.MaxPool2d() if not part.ceil_mode and part.dilation in (1, (1, 1)) and not part.return_indices:
            return (_pool(kinds.MaxPool, part.kernel_size, part.stride, part.padding),)
        case nn.AvgPool2d() if not part.ceil_mode and part.count_include_pad and part.divisor_override is None:
            return (_pool(kinds.AvgPool, part.kernel_size, part.stride, part.padding),)
        case nn.AdaptiveAvgPool2d():
            return (kinds.AdaptiveAvgPool(_one(part.output_size)),)
        case nn.AdaptiveMaxPool2d() if not part.return_indices:
            return (kinds.AdaptiveMaxPool(_one(part.output_size)),)
        case nn.Dropout():
            return (kinds.Dropout(part.p),)
        case nn.Dropout2d():
            return (kinds.Dropout2d(part.p),)
        case nn.Flatten() if part.start_dim == 1 and part.end_dim == -1:
            return (kinds.Flatten(),)
        case nn.LogSoftmax() if part.dim in (1, -1):
            return (kinds.LogSoftmax(),)
        case nn.Identity():
            return ()
    if type(part) in _ACTIVATIONS and getattr(part, "approximate", "none") == "none":
        return (_ACTIVATIONS[type(part)](),)
    raise _UnwrittenError(f"has a {type(part).__name__}")


def _of_call(node: fx.Node) -> tuple[Layer, ...]:
    """A function, or a method of a tensor, called on what a layer gives."""
    target, rest, named = node.target, node.args[1:], dict(node.kwargs)
    values: list[Any] = [*rest, *(value for name, value in named.items() if name not in _MODES and value is not None)]
    if target in _ACTIVATIONS and not values:
        return (_ACTIVATIONS[target](),)
    if target in (operator.add, operator.iadd, torch.add, "add", "add_") and len(node.all_input_nodes) > 1:
        return (kinds.Add(others=("",)),)
    if target in (torch.cat, torch.concat) and (rest or tuple(named.values())) in ((1,), (-3,)):
        return (kinds.Concat(others=("",)),)
    if target in (F.max_pool2d, torch.max_pool2d):
        return (_pool(kinds.MaxPool, *_pooling(values, named)),)
    if target is F.avg_pool2d:
        return (_pool(kinds.AvgPool, *_pooling(values, named)),)
    if target is F.adaptive_avg_pool2d:
        return (kinds.AdaptiveAvgPool(_one(values[0])),)
    if target is F.adaptive_max_pool2d:
        return (kinds.AdaptiveMaxPool(_one(values[0])),)
    if target is F.leaky_relu:
        return (kinds.LeakyReLU(float(values[0]) if values else 0.01),)
    if target in (F.log_softmax, torch.log_softmax, "log_softmax") and values in ([1], [-1]):
        return (kinds.LogSoftmax(),)
    if target in (F.dropout, F.dropout2d):
        raise _UnwrittenError("calls dropout as a function, whose mode torch.fx does not tell")
    if target in (torch.flatten, "flatten") and values in ([1], [1, -1]):
        return (kinds.Flatten(),)
    if target in ("view", "reshape") or target is torch.reshape:
        return (kinds.Flatten(),)  # tried afterwards, as all is
    if target in (torch.mean, "mean") and sorted(values[0]) in ([2, 3], [-2, -1]):
        return kinds.AdaptiveAvgPool(1), *(() if (values[1:] or [False])[0] else (kinds.Flatten(),))
    if target == "squeeze":
        return (kinds.Flatten(),)
    if target in ("contiguous", "float"):
        return ()
    raise _UnwrittenError("computes something")


def _pooling(values: list[Any], named: dict[str, Any]) -> tuple[Any, Any, Any]:
    """(size, stride, padding) of a pooling function's call."""
    names = ["kernel_size", "stride", "padding"]
    given = {**dict(zip(names, [value for value in values if value not in named.values()], strict=False)), **named}
    for name, value in given.items():
        if name not in names and value not in (False, None, 1) and name != "count_include_pad":
            raise ValueError(name)
    return given["kernel_size"], given.get("stride"), given.get("padding", 0)


def _pool(kind: type[kinds.MaxPool] | type[kinds.AvgPool], size: Any, stride: Any, padding: Any) -> Layer:
    side, step = _one(size), _one(stride) if stride is not None else _one(size)
    return kind(side, None if step == side else step, _one(padding))


def _one(sides: Any) -> int:
    """The number of both sides; ValueError where they differ."""
    if isinstance(sides, int):
        return sides
    first, second = sides
    if first != second or not isinstance(first, int):
        raise ValueError(sides)
    return int(first)


def _compare(
    module: nn.Module, layers: tuple[Layer, ...], parts: list[nn.Module | None], image: Shape, what: str
) -> None:
    """NetworkError unless the layers, with the module's weights, give the module's numbers."""
    built = build_layers(layers, image).eval()
    for name, part in zip(layer_names(layers), parts, strict=True):
        if part is not None and part.state_dict():
            built.get_submodule(name).load_state_dict(part.state_dict())
    images = torch.randn(4, *image, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        given: Tensor = module(images)
        written: Tensor = built(images)
    if given.shape != written.shape or not torch.allclose(given, written, 1e-4, 1e-5):
        raise NetworkError(f"{what}: the layers that torch.fx finds do not give its numbers")
