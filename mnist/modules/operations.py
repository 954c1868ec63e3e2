"""The operations that a kept graph may use: arithmetic of tensors and numbers, and nothing that reads, writes or calls.

A name that is not here is refused when a graph is exported and when it is read, so that a graph of somebody else can
compute, but can neither open a file (aten::from_file does) nor reach memory that is not its own.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

import torch

_TENSOR = """
abs abs_ add add_ addbmm addcdiv addcmul addmm all amax amin any arange argmax argmin atan avg_pool1d avg_pool2d
adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool2d alpha_dropout baddbmm batch_norm bilinear bitwise_and
bitwise_not bitwise_or bmm broadcast_to cat ceil celu celu_ channel_shuffle chunk clamp clamp_ clamp_min clamp_min_
clone concat concatenate constant_pad_nd contiguous conv1d conv2d conv3d conv_transpose2d cos cosine_similarity cummax
cumsum detach detach_ diagonal diff div div_ dot dropout dropout_ einsum elu elu_ embedding eq erf exp exp_ expand
expand_as eye feature_alpha_dropout feature_dropout flatten flip floor floor_divide full full_like gather ge gelu glu
group_norm gru gt hardshrink hardsigmoid hardsigmoid_ hardswish hardswish_ hardtanh hardtanh_ index index_select
instance_norm isnan layer_norm le leaky_relu leaky_relu_ lerp lift_fresh_copy linalg_vector_norm linear log log1p
log_sigmoid log_softmax logical_and logical_not logical_or logsumexp lstm lt masked_fill masked_fill_ matmul max
max_pool1d max_pool2d max_pool2d_with_indices maximum mean min minimum mish mish_ mm movedim mul mul_ mv narrow ne neg
new_ones new_zeros norm one_hot ones ones_like pad permute pixel_shuffle pixel_unshuffle pow prelu rand_like
randn_like reciprocal reflection_pad2d relu relu6 relu6_ relu_ repeat repeat_interleave replication_pad2d reshape
reshape_as rms_norm rnn_relu rnn_tanh roll round rrelu rsqrt rsub scaled_dot_product_attention select
selu selu_ sigmoid sigmoid_ sign silu silu_ sin slice softmax softplus softshrink split split_with_sizes sqrt square
squeeze stack std std_mean sub sub_ sum swapaxes sym_size t tan tanh tanh_ tensor_split threshold threshold_ to
topk transpose tril triu type_as unbind unflatten unfold unsqueeze unsqueeze_ upsample_bilinear2d upsample_nearest2d
var var_mean view view_as where zeros zeros_like _softmax _log_softmax
"""
TENSOR = frozenset(_TENSOR.split())
NUMBER: dict[str, Callable[..., Any]] = {  # on sizes, which depend on the number of images
    f"number.{function.__name__}": function
    for function in (
        operator.getitem, operator.add, operator.sub, operator.mul, operator.floordiv, operator.truediv, operator.mod,
        operator.neg, operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, max, min, math.ceil,
        math.floor, math.sqrt,
    )
}  # fmt: skip
_NAMES = {function: name for name, function in NUMBER.items()}


def operation_name(target: object) -> str | None:
    """The name by which a graph keeps an operation, such as aten.conv2d.default; None where it may not be used."""
    if isinstance(target, torch._ops.OpOverload):
        name = str(target)
        return name if find_operation(name) is target else None
    try:
        return _NAMES.get(target)  # type: ignore[call-overload, no-any-return]
    except TypeError:  # unhashable
        return None


def find_operation(name: str) -> Callable[..., Any] | None:
    """The operation of that name; None where there is none or it may not be used."""
    if name in NUMBER:
        return NUMBER[name]
    space, *rest = name.split(".")
    if space != "aten" or len(rest) != 2 or rest[0] not in TENSOR or not rest[1].isidentifier():
        return None
    found = getattr(getattr(torch.ops.aten, rest[0], None), rest[1], None)
    return found if isinstance(found, torch._ops.OpOverload) else None
