"""Convolution and pooling: what looks at a window of its input."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import JsonValue
from torch import Tensor

from mnist.page.build import Builder, Operation, OperationError, Value

Lower = Callable[[Builder, Operation], Any]


def _pair(setting: Any, empty: Sequence[int] = (0, 0)) -> tuple[int, int]:
    """(down, across) of a setting that may be one number, two, or none."""
    numbers = [setting] if isinstance(setting, int) else list(setting)
    if not numbers:
        return tuple(empty)  # type: ignore[return-value]
    return (int(numbers[0]), int(numbers[-1]))


def _taken(setting: Any, across_only: bool, down: int, empty: Sequence[int] = (0, 0)) -> tuple[int, int]:
    """The same of a setting that is for both ways, or for across only, where `down` is what it is down."""
    both = _pair(setting, empty)
    return (down, both[1]) if across_only else both


def _conv(build: Builder, operation: Operation) -> Value:
    """conv2d and conv1d, which is one of height 1."""
    weight = operation["weight"]
    if weight.at is not None:
        raise OperationError("with weights that depend on the image")
    across_only = weight.tensor.ndim == 3
    stride = _taken(operation["stride"], across_only, 1)
    dilation = _taken(operation["dilation"], across_only, 1)
    kernel = (1, weight.shape[2]) if across_only else weight.shape[2:]
    padding = operation["padding"]
    if padding == "same":  # what is left over of an odd number goes to the end
        padding = [dilation[axis] * (kernel[axis] - 1) // 2 for axis in (0, 1)]
    elif padding == "valid":
        padding = [0, 0]
    padding = _taken(padding, across_only, 0)
    groups = int(operation["groups"])
    inputs = [operation.first, weight, *([operation["bias"]] if operation["bias"] is not None else [])]
    sides = _sides(operation.first, across_only)
    return build.emit(
        "conv",
        inputs,
        operation.given,
        _conv_label(kernel, weight.shape, groups, stride, dilation),
        sides=sides,
        window=list(kernel),
        stride=list(stride),
        padding=list(padding),
        dilation=list(dilation),
        groups=groups,
    )


def _sides(value: Value, across_only: bool) -> list[JsonValue]:
    """Height and width of what comes in."""
    return [1, value.shape[-1]] if across_only else list(value.shape[-2:])


def _conv_label(
    kernel: Sequence[int], weight: Sequence[int], groups: int, stride: Sequence[int], dilation: Sequence[int]
) -> str:
    channels = f"{weight[1] * groups} → {weight[0]} channels"
    parts = [f"Convolution {kernel[0]} × {kernel[1]}, {channels}"]
    if groups > 1:
        parts.append("each for itself" if weight[1] == 1 == weight[0] // groups else f"{groups} groups")
    for name, setting in (("stride", stride), ("dilation", dilation)):
        if tuple(setting) != (1, 1):
            parts.append(f"{name} {setting[0] if setting[0] == setting[1] else f'{setting[0]} × {setting[1]}'}")
    return ", ".join(parts)


def _pool(kind: str, across_only: bool, *, several: bool = False) -> Lower:
    def lower(build: Builder, operation: Operation) -> Any:
        given = operation.given[0] if several else operation.given
        size = _taken(operation["kernel_size"], across_only, 1)
        stride = _taken(operation["stride"], across_only, 1, size)
        padding = _taken(operation["padding"], across_only, 0)
        dilation = _taken(operation["dilation"] or 1, across_only, 1)
        counted = operation["count_include_pad"]
        name = {"max": "Max", "avg": "Average"}[kind]
        result = build.emit(
            "pool",
            [operation.first],
            given,
            f"{name} pooling {size[0]} × {size[1]}",
            name=kind,
            sides=_sides(operation.first, across_only),
            window=list(size),
            stride=list(stride),
            padding=list(padding),
            dilation=list(dilation),
            counted=bool(counted),
            divisor=int(operation["divisor_override"] or 0),
        )
        return [result, None] if several else result

    return lower


def _adaptive(kind: str, across_only: bool) -> Lower:
    def lower(build: Builder, operation: Operation) -> Any:
        several = not isinstance(operation.given, Tensor)
        given = operation.given[0] if several else operation.given
        name = {"max": "max", "avg": "average"}[kind]
        whole = math.prod(given.shape[-1 if across_only else -2 :]) == 1
        result = build.emit(
            "adaptive_pool",
            [operation.first],
            given,
            f"Global {name} pooling" if whole else f"Adaptive {name} pooling",
            name=kind,
            sides=_sides(operation.first, across_only),
        )
        return [result, None] if several else result

    return lower


OPERATORS: dict[str, Lower] = {
    "conv1d": _conv,
    "conv2d": _conv,
    "max_pool1d": _pool("max", True),
    "max_pool2d": _pool("max", False),
    "max_pool2d_with_indices": _pool("max", False, several=True),
    "avg_pool1d": _pool("avg", True),
    "avg_pool2d": _pool("avg", False),
    "adaptive_avg_pool1d": _adaptive("avg", True),
    "adaptive_avg_pool2d": _adaptive("avg", False),
    "adaptive_max_pool1d": _adaptive("max", True),
    "adaptive_max_pool2d": _adaptive("max", False),
}
