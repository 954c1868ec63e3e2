"""Operations along axes: sums, means, the largest, softmax. The axes are laid last first: kernels read rows."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from mnist.page.build import Builder, Operation, OperationError, Value

Lower = Callable[[Builder, Operation], Any]


def _axes(operation: Operation) -> list[int]:
    """Those that the operation goes along, from 0; all where it names none."""
    named = operation["dim"]
    count = operation.first.tensor.ndim
    if named is None or named == []:
        return list(range(count))
    return sorted(axis % count for axis in (named if isinstance(named, list | tuple) else [named]))


def _last(build: Builder, value: Value, axes: Sequence[int]) -> Value:
    kept = [axis for axis in range(value.tensor.ndim) if axis not in axes]
    return build.moved(value, lambda places: places.permute(*kept, *axes).contiguous())


def _reduced(kind: str, label: str | None = None) -> Lower:
    def lower(build: Builder, operation: Operation) -> Value:
        return reduced(build, kind, operation.first, _axes(operation), operation.given, label)

    return lower


def reduced(
    build: Builder, kind: str, value: Value, axes: Sequence[int], given: Tensor, label: str | None = None
) -> Value:
    """One number for all along the axes: mean, sum, amax, amin, logsumexp, norm."""
    size = math.prod(value.shape[axis] for axis in axes)
    return build.emit("reduce", [_last(build, value, axes)], given, label, name=kind, size=size)


def _mean(build: Builder, operation: Operation) -> Value:
    axes = _axes(operation)
    sides = operation.first.tensor.ndim == 4 and axes == [2, 3]
    return reduced(build, "mean", operation.first, axes, operation.given, "Global average pooling" if sides else "Mean")


def _extreme(kind: str) -> Lower:
    """Of max and min: of everything, of two tensors, or along an axis, with the places that nobody may read."""

    def lower(build: Builder, operation: Operation) -> Any:
        if operation["other"] is not None:
            name = {"amax": "maximum", "amin": "minimum"}[kind]
            from mnist.page.operators.arithmetic import both

            return both(build, name, operation.first, operation["other"], operation.given)
        if isinstance(operation.given, Tensor):
            return reduced(build, kind, operation.first, _axes(operation), operation.given)
        return [reduced(build, kind, operation.first, _axes(operation), operation.given[0]), None]

    return lower


def _norm(build: Builder, operation: Operation) -> Value:
    order = operation["ord"] if operation["ord"] is not None else operation["p"]
    if order not in (None, 2):
        raise OperationError(f"of order {order}")
    return reduced(build, "norm", operation.first, _axes(operation), operation.given)


def _spread(square_root: bool) -> Lower:
    def lower(build: Builder, operation: Operation) -> Value:
        axes = _axes(operation)
        size = math.prod(operation.first.shape[axis] for axis in axes)
        correction = 1 if operation["correction"] is None else float(operation["correction"])
        if operation["unbiased"] is not None:
            correction = float(bool(operation["unbiased"]))
        value = _last(build, operation.first, axes)
        return build.emit(
            "reduce", [value], operation.given, name="std" if square_root else "var", size=size, less=correction
        )

    return lower


def _softmax(kind: str, label: str) -> Lower:
    def lower(build: Builder, operation: Operation) -> Value:
        return softmax(build, kind, operation.first, operation["dim"], operation.given, label)

    return lower


def softmax(build: Builder, kind: str, value: Value, axis: int, given: Tensor, label: str | None = None) -> Value:
    """softmax or log_softmax along an axis."""
    across = build.moved(value, lambda places: places.movedim(axis, -1).contiguous())
    result = build.emit(kind, [across], given.movedim(axis, -1).contiguous(), label, size=value.shape[axis])
    return build.moved(result, lambda places: places.movedim(-1, axis).contiguous())


OPERATORS: dict[str, Lower] = {
    "mean": _mean,
    "sum": _reduced("sum"),
    "amax": _reduced("amax"),
    "amin": _reduced("amin"),
    "max": _extreme("amax"),
    "min": _extreme("amin"),
    "logsumexp": _reduced("logsumexp"),
    "linalg_vector_norm": _norm,
    "norm": _norm,
    "var": _spread(False),
    "std": _spread(True),
    "softmax": _softmax("softmax", "Softmax"),
    "_softmax": _softmax("softmax", "Softmax"),
    "log_softmax": _softmax("log_softmax", "Log-softmax"),
    "_log_softmax": _softmax("log_softmax", "Log-softmax"),
}
