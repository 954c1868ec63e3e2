"""The arithmetic of layers, read backwards: whether any such layer has that output shape and that many parameters.

Lenient on purpose: strides, padding, dilation, groups, biases, pooling that the table leaves out, inputs from earlier
rows (skips) and several of them at once (concatenation) all count as explanations. What none of them explains is wrong.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from reports.readmes.reading.rows import Row

Shape = tuple[int, ...]

CONVOLUTIONS = {"Conv2d"}
NORMS = {"BatchNorm2d": (2, 0), "InstanceNorm2d": (2, 0), "BatchNormalization": (4, 3, 2)}  # parameters a channel
SAME = {"Dropout", "Dropout2d", "ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Hardtanh",
        "Softmax", "LogSoftmax", "Identity"}  # fmt: skip
POOLS = {"MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d"}
LINEAR = {"Linear"}
FLAT = {"Flatten", "GlobalPool2d"}  # a vector of all values; of one value a channel
KNOWN = CONVOLUTIONS | set(NORMS) | SAME | POOLS | LINEAR | FLAT

KERNELS = [(k, k) for k in range(1, 12)] + [(a, b) for a in range(1, 8) for b in range(1, 8) if a != b]
MOST_EARLIER = 12  # rows whose outputs a layer may read besides the one before


def is_known(row: Row) -> bool:
    """Whether the row's arithmetic is."""
    if row.type in SAME or row.type == "BatchNormalization":
        return True
    return row.type in KNOWN and len(row.shape) == (1 if row.type in LINEAR | FLAT else 3)


def sources(before: Sequence[Row]) -> list[Shape]:
    """What a layer may read: the output before it, earlier ones, two of equal size one behind the other.

    Keras has a row for each concatenation, so that none is read between rows.
    """
    near = before if before and before[-1].style == "keras" else before[-MOST_EARLIER:]
    shapes = list(dict.fromkeys(row.shape for row in reversed(near) if row.shape and all(row.shape)))
    if not shapes or before[-1].style == "keras":
        return shapes
    joined = [(shape[0] + shapes[0][0], *shape[1:]) for shape in shapes[1:] if shape[1:] == shapes[0][1:]]
    return shapes + joined


def follows(row: Row, before: Sequence[Row]) -> bool:
    """Whether some layer of the row's type makes its shape with its parameters; yes for types that are not known."""
    if not is_known(row) or (before and not before[-1].shape):
        return True
    name, shape = row.type, row.shape
    if any(side < 1 or side > 100_000 for side in shape):
        return False
    inputs = sources(before)
    if name in CONVOLUTIONS:
        if not inputs:
            return any(_convolves(row, (channels, None, None)) for channels in range(1, 5))
        return any(_convolves(row, source) for source in _pooled(inputs) if len(source) == 3)
    if name in LINEAR:
        return not inputs or any(row.count in linear_counts(shape, source) for source in _pooled(inputs))
    if not inputs:
        return row.count in _simple_counts(name, shape)
    if row.count not in _simple_counts(name, shape):
        return False
    if name in FLAT:
        return any(shape == _flat(name, source) for source in _pooled(inputs))
    if name in POOLS:
        return any(len(source) == 3 and _pools(source, shape) for source in inputs)
    return shape in _pooled(inputs)


def counts(row: Row, before: Sequence[Row]) -> list[int]:
    """The parameters that such a layer usually has: no groups, an odd square kernel that makes the shape."""
    name = row.type
    if name in LINEAR:
        return linear_counts(row.shape, before[-1].shape)[:2] if before and before[-1].shape and row.shape else []
    if name not in CONVOLUTIONS:
        return [max(_simple_counts(name, row.shape))] if name in set(NORMS) | SAME | POOLS | FLAT else []
    squares = _squares(row)
    if not before:
        return [row.shape[0] * (k * k * channels + 1) for channels in (1, 3) for k in squares]
    if len(before[-1].shape) != 3 or len(row.shape) != 3 or 0 in before[-1].shape:
        return []
    channels, *sides = before[-1].shape
    fitting = [k for k in squares if _slides(sides, row.shape[1:], (k, k), row.style == "keras")]
    return [row.shape[0] * (k * k * channels + bias) for k in fitting for bias in (1, 0)]


def shapes(row: Row, before: Sequence[Row]) -> list[Shape]:
    """The shapes that such a layer with the row's parameters usually makes."""
    if not before:
        return [(row.count // (k * k * channels + 1), *row.shape[1:]) for channels in (1, 3) for k in _squares(row)]
    name, source = row.type, before[-1].shape
    if not source or min(source) < 1:
        return []
    if name in set(NORMS) | SAME:
        return [source]
    if name in LINEAR:
        outputs = (divmod(row.count, math.prod(source) + bias) for bias in (1, 0))
        return [(out,) for out, rest in outputs if out and not rest]
    if len(source) != 3:
        return []
    if name in FLAT:
        return [_flat(name, source)]
    channels, *sides = source
    if name in POOLS:
        made = [(channels, *(side // k for side in sides)) for k in (2, 3)]
        return [*made, (channels, 1, 1)]
    possible: list[Shape] = []
    if name in CONVOLUTIONS:
        for k in _squares(row):
            out, rest = divmod(row.count, k * k * channels + 1)
            if rest or not out:
                continue
            for padding in dict.fromkeys((0, (k - 1) // 2)):
                if min(sides) + 2 * padding >= k:
                    possible.append((out, *(side + 2 * padding - k + 1 for side in sides)))
    return possible


def _squares(row: Row) -> list[int]:
    return [row.kernel[0]] if row.kernel and row.kernel[0] == row.kernel[1] else [3, 1, 5, 7]


def linear_counts(shape: Shape, source: Shape) -> list[int]:
    """The parameters of a fully connected layer: over all values of its input, or over one a channel."""
    inputs = dict.fromkeys((math.prod(source), source[0]))
    return [shape[-1] * (size + bias) for size in inputs for bias in (1, 0)]


def _simple_counts(name: str, shape: Shape) -> set[int]:
    return {a_channel * shape[0] for a_channel in NORMS.get(name, (0,))}


def _flat(name: str, shape: Shape) -> Shape:
    return (math.prod(shape),) if name == "Flatten" else (shape[0],)


def _pooled(inputs: Iterable[Shape]) -> Iterator[Shape]:
    """The inputs, and what pooling would make of them that the table leaves out as a function."""
    for shape in inputs:
        yield shape
        if len(shape) == 3:
            for size in (2, 3):
                if min(shape[1:]) >= size:
                    yield (shape[0], *(side // size for side in shape[1:]))
            yield (shape[0], 1, 1)


def _convolves(row: Row, source: tuple[int | None, ...]) -> bool:
    out, *sides = row.shape
    channels, *before = source
    if not channels or row.count % out:
        return False
    weights = {row.count // out - bias for bias in (0, 1)}  # of one output channel
    return any(
        _fits(weights, kernel, channels, out) and _slides(before, sides, kernel, row.style == "keras")
        for kernel in ([row.kernel] if row.kernel else KERNELS)
    )


def _fits(weights: Iterable[int], kernel: tuple[int, int], channels: int, out: int) -> bool:
    """Whether a kernel over the channels has so many weights; a square one perhaps over groups of them."""
    for count in weights:
        a_group, rest = divmod(count, kernel[0] * kernel[1])
        if rest or a_group < 1:
            continue
        grouped = kernel[0] == kernel[1] and not channels % a_group and not out % (channels // a_group)
        if a_group == channels or grouped:
            return True
    return False


@lru_cache(maxsize=4096)
def _steps(old: int, new: int, kernel: int, keras: bool) -> frozenset[tuple[int, int, int]]:
    """The (padding, stride, dilation) by which windows of that size lead from one side to the other.

    Keras pads nothing (0) or as much as the stride asks for (1).
    """
    if keras:
        return frozenset(
            (padding, stride, dilation)
            for dilation in (1, 2)
            for stride in {1, 2, 3, kernel}
            for padding in (0, 1)
            if new == (-(-old // stride) if padding else (old - dilation * (kernel - 1) - 1) // stride + 1)
        )
    return frozenset(
        (padding, stride, dilation)
        for dilation in (1, 2)
        for padding in range(kernel + 1)
        for stride in {1, 2, kernel}
        if old + 2 * padding >= dilation * (kernel - 1) + 1
        and (old + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 == new
    )


def _slides(before: Sequence[int | None], sides: Sequence[int], kernel: tuple[int, int], keras: bool = False) -> bool:
    """Whether a kernel leads from shape to shape; a square one is padded and strides alike on both sides."""
    steps = [
        None if old is None else _steps(old, new, size, keras)
        for old, new, size in zip(before, sides, kernel, strict=True)
    ]
    if steps[0] is None or steps[1] is None:
        return True
    return bool(steps[0] & steps[1]) if kernel[0] == kernel[1] else bool(steps[0] and steps[1])


def _pools(source: Shape, shape: Shape) -> bool:
    """Whether windows side by side, or overlapping a little, make the shape; or one window a channel."""
    if shape[0] != source[0]:
        return False
    (a, b), (c, d) = source[1:], shape[1:]
    return (c, d) in ((1, 1), (a, b)) or any(
        _windows(a, size, step, padding, up) == c and _windows(b, size, step, padding, up) == d
        for size in range(2, min(a, b, 11) + 1)
        for step in {size, size - 1, 1}
        for padding in {0, size // 2}
        for up in (False, True)
    )


def _windows(side: int, size: int, step: int, padding: int, up: bool) -> int:
    top = side + 2 * padding - size
    return (-(-top // step) if up else top // step) + 1
