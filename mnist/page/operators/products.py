"""Products of matrices, attention, and tensors joined."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from pydantic import JsonValue
from torch import Tensor

from mnist.page.build import Builder, Operation, OperationError, Value
from mnist.page.operators.arithmetic import both, spread
from mnist.page.operators.rows import softmax

Lower = Callable[[Builder, Operation], Any]


def _linear(build: Builder, operation: Operation) -> Value:
    weight, bias = operation["weight"], operation["bias"]
    if weight.at is not None:
        raise OperationError("with weights that depend on the image")
    label = f"Linear, {weight.shape[1]:,} → {weight.shape[0]:,}"
    inputs = [operation.first, weight, *([bias] if bias is not None else [])]
    return build.emit("linear", inputs, operation.given, label, size=weight.shape[1])


def _multiplied(build: Builder, one: Value, other: Value, given: Tensor, label: str | None = None) -> Value:
    """The product of matrices, or of stacks of them, as torch.matmul broadcasts them."""
    if one.tensor.ndim == 1:
        one = build.moved(one, lambda places: places.unsqueeze(0))
    if other.tensor.ndim == 1:
        other = build.moved(other, lambda places: places.unsqueeze(1))
    stack = np.broadcast_shapes(one.shape[:-2], other.shape[:-2])
    one, other = (spread(build, side, (*stack, *side.shape[-2:])) for side in (one, other))
    rows, size = one.shape[-2:]
    return build.emit("matmul", [one, other], given, label, rows=rows, size=size, columns=other.shape[-1])


def _matmul(build: Builder, operation: Operation) -> Value:
    one, other = list(operation.arguments.values())[:2]
    return _multiplied(build, one, other, operation.given, "Matrix product")


def _addmm(build: Builder, operation: Operation) -> Value:
    if operation["beta"] != 1 or operation["alpha"] != 1:
        raise OperationError("with beta or alpha")
    one, other = (operation[names[0]] or operation[names[1]] for names in (("mat1", "batch1"), ("mat2", "batch2")))
    product = _multiplied(build, one, other, torch.matmul(one.tensor, other.tensor))
    return both(build, "add", product, operation.first, operation.given, "Linear")


def _attention(build: Builder, operation: Operation) -> Value:
    """softmax(q·kᵀ · scale + mask)·v over the last two axes."""
    if operation["dropout_p"] or operation["enable_gqa"]:
        raise OperationError("with dropout in use, or groups of heads")
    query, key, value, mask = (operation[name] for name in ("query", "key", "value", "attn_mask"))
    scale = operation["scale"] if operation["scale"] is not None else 1 / math.sqrt(query.shape[-1])
    turned = build.moved(key, lambda places: places.transpose(-2, -1).contiguous())
    scores = _multiplied(build, query, turned, torch.matmul(query.tensor, turned.tensor))
    scores = both(build, "mul", scores, float(scale), scores.tensor)
    if operation["is_causal"]:
        mask = Value(torch.ones(scores.shape[-2:], dtype=torch.bool).tril())
    if mask is not None and mask.tensor.dtype == torch.bool:
        if mask.at is not None:
            raise OperationError("by what the image decides")
        mask = Value(torch.zeros(mask.shape).masked_fill(~mask.tensor, -torch.inf))
    if mask is not None:
        scores = both(build, "add", scores, mask, scores.tensor)
    shares = softmax(build, "softmax", scores, -1, scores.tensor, "Attention")
    return _multiplied(build, shares, value, operation.given, "Attended values")


def _joined(build: Builder, values: Sequence[Value], axis: int, given: Tensor, label: str | None = None) -> Value:
    """One behind the other along an axis."""
    sizes: list[JsonValue] = [math.prod(value.shape[axis:]) for value in values]
    return build.emit("join", values, given, label, sizes=sizes)


def _cat(build: Builder, operation: Operation) -> Value:
    values = [value for value in operation["tensors"] if value.tensor.numel()]
    axis = operation["dim"] % operation.given.ndim
    return _joined(build, values, axis, operation.given, "Joined")


def _stack(build: Builder, operation: Operation) -> Value:
    axis = operation["dim"] % operation.given.ndim
    values = [build.moved(value, lambda places: places.unsqueeze(axis)) for value in operation["tensors"]]
    return _joined(build, values, axis, operation.given, "Joined")


def _glu(build: Builder, operation: Operation) -> Value:
    one, other = (
        build.moved(operation.first, lambda places, at=at: places.chunk(2, operation["dim"])[at].contiguous())  # type: ignore[misc]
        for at in (0, 1)
    )
    gate = build.emit("each", [other], other.tensor, name="sigmoid", settings=[])
    return both(build, "mul", one, gate, operation.given, "GLU")


OPERATORS: dict[str, Lower] = {
    "linear": _linear,
    "matmul": _matmul,
    "mm": _matmul,
    "bmm": _matmul,
    "mv": _matmul,
    "dot": _matmul,
    "addmm": _addmm,
    "baddbmm": _addmm,
    "scaled_dot_product_attention": _attention,
    "cat": _cat,
    "concat": _cat,
    "concatenate": _cat,
    "stack": _stack,
    "glu": _glu,
}
