"""A row of a parameter table against itself: its count against its own type, channels, kernel and input.

Nothing is taken from the rows around it, because a function or a branch may lie between any two of them.
"""

import math
from collections.abc import Iterator

from reports.readmes.reading.rows import Row

CONVOLUTIONS = {"Conv1d": 1, "Conv2d": 2, "Conv3d": 3}
NORMS = {  # parameters a channel
    "BatchNorm1d": (2, 0), "BatchNorm2d": (2, 0), "BatchNorm3d": (2, 0), "InstanceNorm2d": (2, 0), "GroupNorm": (2, 0),
    "BatchNormalization": (4, 3, 2),
}  # fmt: skip
BARE = {  # types without parameters
    "ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Hardtanh", "Hardswish", "Softmax",
    "LogSoftmax", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d",
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Flatten", "ZeroPad2d", "Upsample", "GlobalPool2d",
    "GlobalAveragePooling1D", "GlobalMaxPooling1D", "PixelShuffle", "Identity",
}  # fmt: skip
SAME = {  # what comes out has the shape of what went in
    "ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Dropout",
    "Dropout2d", "BatchNorm1d", "BatchNorm2d", "GroupNorm", "LayerNorm",
}  # fmt: skip


def is_judged(row: Row) -> bool:
    """Whether anything is known of such a row's count."""
    return row.type in BARE or (bool(row.shape) and row.type in {*CONVOLUTIONS, *NORMS, "Linear", "Embedding"})


def contradiction(row: Row) -> str | None:
    """Why no layer of the row's type, shape and kernel has its count; None where one has, or where nothing is known."""
    if not is_judged(row) or (row.type not in BARE and _channels(row) < 1):
        return None
    if row.type in BARE:
        return f"a {row.type} has no parameters" if row.count else None
    if row.type in NORMS:
        return (
            None if row.count in norm_counts(row) else f"a {row.type} of {_channels(row)} channels has {_a_norm(row)}"
        )
    out = _channels(row)
    if row.count % out or row.count < out:
        each = {"Linear": "output", "Embedding": "side of its vectors"}.get(row.type, "output channel")
        return f"{row.count:,} parameters are not the same number for each of {out:,} {each}s"
    if row.type == "Linear":
        return _linear(row, out)
    return _convolution(row, out) if row.type in CONVOLUTIONS else None


def norm_counts(row: Row) -> list[int]:
    """The parameters that a normalisation may have, the usual number first. Keras' may have its channels elsewhere."""
    channels = [_channels(row), *(row.shape[1:] if row.type == "BatchNormalization" else ())]
    return [each * side for side in channels for each in NORMS[row.type]]


def own_counts(row: Row) -> list[int]:
    """The counts that the row itself allows, where these are few; the usual one first."""
    if row.type in BARE:
        return [0]
    if not row.shape or not is_judged(row):
        return []
    if row.type in NORMS:
        return norm_counts(row)[:1]
    if row.type == "Linear" and row.given:
        return [_channels(row) * (row.given[-1] + bias) for bias in (1, 0)]
    inside, kernel = channels_in(row), row.kernel
    if row.type in CONVOLUTIONS and inside and kernel and 0 not in kernel:
        return [
            _channels(row) * (inside * math.prod(kernel) + bias) for bias in ((0,) if row.bias is False else (1, 0))
        ]
    return []


def own_channels(row: Row) -> list[int]:
    """The numbers of channels that the row's count allows, where these are few: 16 of a BatchNorm2d with 32."""
    if row.type in NORMS:
        each = NORMS[row.type][0]
        return [row.count // each] if row.count and row.count % each == 0 else []
    inside = row.given[-1] if row.type == "Linear" and row.given else None
    if row.type in CONVOLUTIONS and row.kernel and 0 not in row.kernel and (channels := channels_in(row)):
        inside = channels * math.prod(row.kernel)
    weights = [inside + bias for bias in (1, 0)] if inside else []
    return [row.count // each for each in weights if row.count and row.count % each == 0]


def changed_shape(row: Row) -> bool:
    """Whether a row that names what goes in should give the same shape, and does not."""
    return row.type in SAME and bool(row.given) and row.given != row.dims


def channels_in(row: Row) -> int | None:
    """The channels that go into a convolution, where the row names them."""
    if row.channels_in is not None:
        return row.channels_in
    sides = CONVOLUTIONS.get(row.type, 0)
    return row.given[-sides - 1] if len(row.given) > sides > 0 else None


def _channels(row: Row) -> int:
    return row.shape[-1] if row.type in ("Linear", "Embedding") and row.style != "keras" else row.shape[0]


def _a_norm(row: Row) -> str:
    return f"{NORMS[row.type][0] * _channels(row):,} parameters, {NORMS[row.type][0]} a channel"


def _linear(row: Row, out: int) -> str | None:
    if not row.given:
        return None
    fits = row.count in [out * (row.given[-1] + bias) for bias in (1, 0)]
    return None if fits else f"a Linear from {row.given[-1]:,} to {out:,} has {out:,} · ({row.given[-1]:,} + 1)"


def _convolution(row: Row, out: int) -> str | None:
    """An output channel has a weight for each place of the kernel and channel of its group, and perhaps a bias."""
    inside = channels_in(row)
    if row.kernel is None or 0 in row.kernel:
        return None
    area = math.prod(row.kernel)
    groups = [(row.count // out - bias) // area for bias in _biases(row) if (row.count // out - bias) % area == 0]
    right = [group for group in groups if group >= 1 and _grouped(group, inside, out)]
    if right:
        return None
    over = f" over {inside:,} channels" if inside else ""
    named = "×".join(map(str, row.kernel))
    return f"no convolution with a {named} kernel{over} and {out:,} outputs has {row.count:,} parameters"


def _biases(row: Row) -> Iterator[int]:
    """A bias and, of a normalised weight, its length; where the row says so, none."""
    yield 0
    if row.bias is not False:
        yield 1
    if row.channels_in is None:
        yield 2


def _grouped(group: int, inside: int | None, out: int) -> bool:
    """Whether the input's channels may come in groups of that size."""
    return inside is None or (inside % group == 0 and out % (inside // group) == 0)
