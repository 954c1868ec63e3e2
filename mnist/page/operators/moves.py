"""Operations that only lay numbers elsewhere, or nowhere: one rule for all, tried on a tensor of places."""

import torch
from torch.nn.functional import pad

from mnist.page.build import Builder, Operation, OperationError, Value

_MOVES = """
alias clone contiguous detach diagonal expand flatten flip movedim narrow permute reshape roll select slice squeeze
swapaxes t transpose unflatten unfold unsqueeze view repeat pixel_shuffle pixel_unshuffle channel_shuffle
reflection_pad2d replication_pad2d upsample_nearest2d tril triu broadcast_to index_select repeat_interleave
lift_fresh_copy
"""
_SHAPED = "expand_as reshape_as view_as"  # as another tensor is
_SEVERAL = "chunk split split_with_sizes tensor_split unbind"
_NOTHING = "dropout feature_dropout alpha_dropout feature_alpha_dropout"  # in use, not in training


def _moved(build: Builder, operation: Operation) -> Value:
    return build.moved(operation.first, operation.on)


def _shaped(build: Builder, operation: Operation) -> Value:
    shape = operation["other"].shape
    return build.moved(
        operation.first,
        lambda places: places.expand(shape) if places.numel() < operation.given.numel() else places.reshape(shape),
    )


def _several(build: Builder, operation: Operation) -> list[Value]:
    return [
        build.moved(operation.first, lambda places, at=at: operation.on(places)[at])  # type: ignore[misc]
        for at in range(len(operation.given))
    ]


def _nothing(build: Builder, operation: Operation) -> Value:
    if operation["train"]:
        raise OperationError("that is random in use, too,")
    return operation.first


def _to(build: Builder, operation: Operation) -> Value:
    dtype = operation.given.dtype
    if not dtype.is_floating_point and operation.first.tensor.dtype != torch.bool:
        raise OperationError(f"with numbers of type {str(dtype).removeprefix('torch.')}")
    return Value(operation.given, operation.first.at)


def _pad(build: Builder, operation: Operation) -> Value:
    mode = operation["mode"] or "constant"
    zero = 0.0 if mode == "constant" else None
    fill = float(operation["value"] or 0)
    return build.moved(operation.first, lambda places: pad(places, operation["pad"], mode, zero), fill=fill)


def _index(build: Builder, operation: Operation) -> Value:
    indices = operation["indices"]
    if any(each is not None and each.at is not None for each in indices):
        raise OperationError("by what the image decides")
    chosen = tuple(slice(None) if each is None else each.tensor for each in indices)
    return build.moved(operation.first, lambda places: places[chosen])


OPERATORS = {
    **dict.fromkeys(_MOVES.split(), _moved),
    **dict.fromkeys(_SHAPED.split(), _shaped),
    **dict.fromkeys(_SEVERAL.split(), _several),
    **dict.fromkeys(_NOTHING.split(), _nothing),
    "to": _to,
    "type_as": _to,
    "pad": _pad,
    "constant_pad_nd": _pad,
    "index": _index,
}
