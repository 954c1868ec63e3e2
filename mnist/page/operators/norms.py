"""Normalisation: by the statistics of training a scale and a shift, else by those of the image itself."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mnist.page.build import Builder, Operation, OperationError, Value

Lower = Callable[[Builder, Operation], Any]


def _scaled(
    build: Builder, value: Value, scale: Any, shift: Any, inner: int, given: Tensor, label: str | None
) -> Value:
    """value · scale + shift, a number of each for every `inner` numbers, over and over; None is 1 and 0."""
    if scale is None and shift is None:
        return value
    one = scale if scale is not None else shift
    scale = scale if scale is not None else Value(torch.ones_like(one.tensor))
    shift = shift if shift is not None else Value(torch.zeros_like(one.tensor))
    return build.emit("scale", [value, scale, shift], given, label, inner=inner)


def _batch_norm(build: Builder, operation: Operation) -> Value:
    """With the statistics of training: (x - mean) / sqrt(variance + eps) · weight + bias, a scale and a shift."""
    if operation["training"] or operation["running_mean"] is None:
        raise OperationError("by the statistics of the batch itself")
    mean, variance, weight, bias = (
        None if operation[name] is None else operation[name].tensor.double()
        for name in ("running_mean", "running_var", "weight", "bias")
    )
    assert mean is not None
    assert variance is not None
    scale = torch.rsqrt(variance + operation["eps"]) * (1 if weight is None else weight)
    shift = (0 if bias is None else bias) - mean * scale
    inner = math.prod(operation.first.shape[2:])
    return _scaled(build, operation.first, Value(scale), Value(shift), inner, operation.given, "Batch normalisation")


def _normalised(
    build: Builder, value: Value, size: int, epsilon: float, given: Tensor, label: str | None, *, centred: bool = True
) -> Value:
    """Each row of `size` numbers with mean 0 and variance 1, or only of mean square 1."""
    return build.emit("normalise", [value], given, label, size=size, epsilon=float(epsilon), centred=centred)


def _group_norm(build: Builder, operation: Operation) -> Value:
    value, groups = operation.first, int(operation["num_groups"])
    inner = math.prod(value.shape[2:])
    size = value.shape[1] // groups * inner
    plain = operation["weight"] is None and operation["bias"] is None
    label = f"Group normalisation, {groups} group{'s' * (groups > 1)}"
    rows = _normalised(build, value, size, operation["eps"], operation.given, label if plain else None)
    return _scaled(build, rows, operation["weight"], operation["bias"], inner, operation.given, label)


def _instance_norm(build: Builder, operation: Operation) -> Value:
    if not operation["use_input_stats"]:
        raise OperationError("with the statistics of training")
    value = operation.first
    inner = math.prod(value.shape[2:])
    plain = operation["weight"] is None and operation["bias"] is None
    label = "Instance normalisation"
    rows = _normalised(build, value, inner, operation["eps"], operation.given, label if plain else None)
    return _scaled(build, rows, operation["weight"], operation["bias"], inner, operation.given, label)


def _layer_norm(build: Builder, operation: Operation) -> Value:
    size = math.prod(operation["normalized_shape"])
    plain = operation["weight"] is None and operation["bias"] is None
    label = "Layer normalisation"
    rows = _normalised(build, operation.first, size, operation["eps"], operation.given, label if plain else None)
    return _scaled(build, rows, operation["weight"], operation["bias"], 1, operation.given, label)


def _rms_norm(build: Builder, operation: Operation) -> Value:
    size = math.prod(operation["normalized_shape"])
    epsilon = operation["eps"] if operation["eps"] is not None else torch.finfo(torch.float32).eps
    label = "RMS normalisation"
    plain = operation["weight"] is None
    rows = _normalised(build, operation.first, size, epsilon, operation.given, label if plain else None, centred=False)
    return _scaled(build, rows, operation["weight"], None, 1, operation.given, label)


OPERATORS: dict[str, Lower] = {
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "instance_norm": _instance_norm,
    "layer_norm": _layer_norm,
    "rms_norm": _rms_norm,
}
