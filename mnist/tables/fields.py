"""How much of the image an output pixel sees, followed through every operation that torch computes.

A receptive field grows by (span - 1) · jump behind a window of that span, from 1, and the jump, which is how far apart
neighbouring pixels look, by its stride. It counts padding, so behind padded layers it can exceed the image. What a
normalisation takes from all pixels, their mean and deviation, is left aside. Where an operation is not known, the field
is not told rather than guessed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Seen:
    """Of each side of the image: the field, the jump, and how many pixels the tensor still has along it."""

    field: tuple[int, ...]
    jump: tuple[int, ...]
    sides: tuple[int, ...]

    def windowed(self, span: Sequence[int], stride: Sequence[int]) -> "Seen":
        """Behind a window."""
        field = tuple(f + (s - 1) * j for f, s, j in zip(self.field, span, self.jump, strict=True))
        return replace(self, field=field, jump=tuple(j * s for j, s in zip(self.jump, stride, strict=True)))

    def whole(self) -> "Seen":
        """Behind what takes in all pixels there are."""
        seen = self.windowed(self.sides, [1] * len(self.sides))
        return replace(seen, sides=(1,) * len(self.sides))


def start(shape: Sequence[int]) -> Seen | None:
    """Of an input (batch, channels, side, ...); None where it is no image."""
    if len(shape) not in (3, 4, 5):
        return None
    sides = tuple(shape[2:])
    return Seen((1,) * len(sides), (1,) * len(sides), sides)


_NORMS = {
    "native_batch_norm", "_native_batch_norm_legit_no_training", "native_group_norm", "native_layer_norm",
    "_fused_rms_norm",
}  # fmt: skip
_KEEP = {
    "clone", "_to_copy", "native_dropout", "bernoulli_", "_unsafe_view", "_prelu_kernel", "constant_pad_nd", "slice",
    "cat", "split", "split_with_sizes", "select", "unbind", "glu", "reflection_pad2d", "replication_pad2d",
    "native_channel_shuffle",
}  # fmt: skip
_WINDOWS = {
    "max_pool2d_with_indices", "max_pool1d", "max_pool3d_with_indices", "avg_pool1d", "avg_pool2d", "avg_pool3d",
}  # fmt: skip
_ADAPTIVE = {
    "_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "adaptive_avg_pool1d", "adaptive_max_pool2d",
    "adaptive_max_pool1d",
}  # fmt: skip
_REDUCE = {"mean", "sum", "amax", "amin", "max", "logsumexp"}
_PRODUCTS = {"mm", "addmm", "linear"}


def behind(operator: Any, arguments: Sequence[Any], inputs: Sequence[Seen], output: Tensor) -> Seen | None:
    """What an output of the operation sees, from what its inputs see; None where that is not known."""
    name = operator._schema.name.removeprefix("aten::")
    if not inputs or len({len(seen.sides) for seen in inputs}) > 1:
        return None
    seen = _joined(inputs)
    pointwise = torch.Tag.pointwise in operator.tags
    given = named(operator, arguments)
    if name == "convolution":
        return None if given["transposed"] else _window(seen, given, list(given["weight"].shape[2:]), output)
    if name in _WINDOWS:
        return _window(seen, given, given["kernel_size"], output)
    if name in _ADAPTIVE:
        return _adaptive(seen, output)
    if name in _REDUCE:
        return _reduced(seen, arguments)
    if name in _PRODUCTS:
        return _flattened(seen, output)
    if name in ("_softmax", "_log_softmax"):
        return _placed(seen if set(seen.sides) == {1} or arguments[1] == 1 else seen.whole(), output)
    if pointwise or name in _NORMS or name in _KEEP or operator.is_view:
        return _placed(seen, output)
    return None


def _joined(inputs: Sequence[Seen]) -> Seen:
    """Of several inputs the widest field; jump and sides are those of the one with the most pixels."""
    largest = max(inputs, key=lambda seen: math.prod(seen.sides))
    field = tuple(max(column) for column in zip(*(seen.field for seen in inputs), strict=True))
    return replace(largest, field=field)


def _window(seen: Seen, given: Mapping[str, Any], kernel: Sequence[int], output: Tensor) -> Seen | None:
    axes = len(seen.sides)
    kernel, dilation = _each(kernel, axes), _each(given.get("dilation") or 1, axes)
    stride = _each(given.get("stride") or kernel, axes)
    if output.dim() != axes + 2:
        return None
    span = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    return _placed(seen.windowed(span, stride), output)


def _adaptive(seen: Seen, output: Tensor) -> Seen | None:
    sides = tuple(output.shape[2:])
    if len(sides) != len(seen.sides) or any(before % after for before, after in zip(seen.sides, sides, strict=True)):
        return None
    window = [before // after for before, after in zip(seen.sides, sides, strict=True)]
    return _placed(seen.windowed(window, window), output)


def _reduced(seen: Seen, arguments: Sequence[Any]) -> Seen | None:
    source, axes = arguments[0], arguments[1] if len(arguments) > 1 else None
    if not isinstance(source, Tensor) or source.dim() != len(seen.sides) + 2:
        return seen if set(seen.sides) == {1} else None
    over = {axis % source.dim() for axis in ([axes] if isinstance(axes, int) else axes or range(source.dim()))}
    span = [side if axis in over else 1 for axis, side in enumerate(seen.sides, 2)]
    left = tuple(1 if axis in over else side for axis, side in enumerate(seen.sides, 2))
    return replace(seen.windowed(span, [1] * len(span)), sides=left)


def _flattened(seen: Seen, output: Tensor) -> Seen | None:
    """Behind a product with a matrix: every value of a flattened sample is weighed."""
    return seen.whole() if (output.dim() == 2 and output.shape[0] == 1) or set(seen.sides) == {1} else None


def _placed(seen: Seen, output: Tensor) -> Seen | None:
    """The same for a tensor of that shape: an image of so many pixels, or one sample in a line."""
    axes = len(seen.sides)
    if set(seen.sides) == {1}:
        return seen
    if output.dim() == axes + 2:
        return replace(seen, sides=tuple(output.shape[2:]))
    if tuple(output.shape[-axes:]) == seen.sides or (output.dim() == 2 and output.shape[0] == 1):
        return seen
    return None


def named(operator: Any, arguments: Sequence[Any]) -> dict[str, Any]:
    """The arguments by the names that the operation's schema gives them."""
    return {argument.name: value for argument, value in zip(operator._schema.arguments, arguments, strict=False)}


def _each(value: Any, axes: int) -> list[int]:
    values = [value] if isinstance(value, int) else list(value)
    return values * axes if len(values) == 1 else values
