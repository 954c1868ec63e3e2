"""Operations of two tensors, or a tensor and a number, number by number; shapes are made the same first."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from mnist.page.build import Builder, Operation, OperationError, Value

Lower = Callable[[Builder, Operation], Value]

_LABELS = {"add": "Sum", "mul": "Product"}


def spread(build: Builder, value: Any, shape: Sequence[int]) -> Value:
    """A value in the shape, each number as often as broadcasting has it; a plain number as a tensor."""
    if not isinstance(value, Value):
        value = Value(torch.full((), float(value)))
    return build.moved(value, lambda places: places.expand(tuple(shape)))


def both(build: Builder, name: str, one: Any, other: Any, given: Tensor, label: str | None = None) -> Value:
    """A function of kernels.js on two numbers each."""
    if isinstance(other, Value) and other.at is None and other.tensor.numel() == 1:
        other = other.tensor.item()
    if isinstance(one, Value) and one.at is None and one.tensor.numel() == 1:
        one = one.tensor.item()
    shape = tuple(given.shape)
    sides = [side if not isinstance(side, Value) else spread(build, side, shape) for side in (one, other)]
    if isinstance(sides[0], Value) and isinstance(sides[1], Value):
        return build.emit("both", sides, given, label, name=name)
    number = next(float(side) for side in sides if not isinstance(side, Value))
    first = isinstance(sides[0], Value)
    value = sides[0] if first else sides[1]
    return build.emit("with_number", [value], given, name=name, number=number, first=first)


def _plain(name: str) -> Lower:
    def lower(build: Builder, operation: Operation) -> Value:
        one, other = list(operation.arguments.values())[:2]
        if operation["rounding_mode"] is not None:
            raise OperationError("with rounding")
        alpha = operation["alpha"]
        if alpha is not None and alpha != 1:
            if not isinstance(other, Value):
                other = alpha * other
            else:
                other = both(build, "mul", other, float(alpha), other.tensor)
        images = [side for side in (one, other) if isinstance(side, Value) and side.at is not None]
        return both(build, name, one, other, operation.given, _LABELS.get(name) if len(images) == 2 else None)

    return lower


def _rsub(build: Builder, operation: Operation) -> Value:
    if operation["alpha"] not in (None, 1):
        raise OperationError("with alpha")
    return both(build, "sub", operation["other"], operation.first, operation.given)


def _where(build: Builder, operation: Operation) -> Value:
    shape = operation.given.shape
    names = ("condition", "self", "other")
    return build.emit("where", [spread(build, operation[name], shape) for name in names], operation.given)


def _masked_fill(build: Builder, operation: Operation) -> Value:
    shape = operation.given.shape
    parts = (operation["mask"], operation["value"], operation.first)
    return build.emit("where", [spread(build, part, shape) for part in parts], operation.given)


def _lerp(build: Builder, operation: Operation) -> Value:
    start, end = operation.first, operation["end"]
    away = both(build, "sub", end, start, operation.given)
    part = both(build, "mul", away, operation["weight"], operation.given)
    return both(build, "add", start, part, operation.given)


def _addcmul(build: Builder, operation: Operation) -> Value:
    shape = operation.given
    product = both(build, "mul", operation["tensor1"], operation["tensor2"], shape)
    if operation["value"] != 1:
        product = both(build, "mul", product, operation["value"], shape)
    return both(build, "add", operation.first, product, shape)


def _not(build: Builder, operation: Operation) -> Value:
    return both(build, "eq", operation.first, 0, operation.given)


_NAMES = "add sub mul div maximum minimum pow eq ne lt le gt ge"
_TRUTH = {"logical_and": "mul", "bitwise_and": "mul", "logical_or": "maximum", "bitwise_or": "maximum"}


def _truth(name: str) -> Lower:
    def lower(build: Builder, operation: Operation) -> Value:
        one, other = list(operation.arguments.values())[:2]
        if any(isinstance(side, Value) and side.tensor.dtype != torch.bool for side in (one, other)):
            raise OperationError("of numbers")
        return both(build, name, one, other, operation.given)

    return lower


OPERATORS: dict[str, Lower] = {
    **{name: _plain(name) for name in _NAMES.split()},
    **{name: _truth(kernel) for name, kernel in _TRUTH.items()},
    "rsub": _rsub,
    "where": _where,
    "masked_fill": _masked_fill,
    "lerp": _lerp,
    "addcmul": _addcmul,
    "logical_not": _not,
}
