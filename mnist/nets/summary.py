"""The parameter table of a network: shapes, parameters, receptive fields, memory. Computed without torch."""

from mnist.nets.layers import (
    INPUT,
    TYPES,
    AvgPool,
    BatchNorm,
    Conv,
    Dropout,
    Layer,
    MaxPool,
    ReLU,
    Shape,
    SiLU,
    is_functional,
    multiply_adds,
    output_shape,
    parameter_count,
    window,
)
from mnist.nets.net import Net
from mnist.runs.record import LayerRow, Summary

BYTES = 4  # float32
MB = 2**20


def summarise(net: Net) -> Summary:
    """One row a layer, functional layers unnumbered, and the totals.

    Receptive field: r += (span - 1) · jump, then jump *= stride, from r = jump = 1. It counts padding, so behind
    padded layers it can exceed the image.
    Memory as torchsummary estimates it for one sample: each numbered layer's output twice (values and gradients).
    """
    rows: list[LayerRow] = []
    shape, field, jump, number, outputs = INPUT, 1, 1, 0, 0
    for layer in net.layers:
        after = output_shape(layer, shape)
        span, stride = window(layer)
        field, jump = field + (span - 1) * jump, jump * stride
        functional = is_functional(layer)
        if not functional:
            number += 1
            outputs += _size(after)
        rows.append(
            LayerRow(
                number=None if functional else number,
                type=TYPES[type(layer)],
                kernel=_kernel(layer),
                output_shape=after,
                parameters=parameter_count(layer, shape),
                receptive_field=field,
                comment=_comment(layer, shape, after),
                multiply_adds=multiply_adds(layer, shape),
            )
        )
        shape = after
    total = sum(row.parameters for row in rows)
    sizes = [BYTES * count / MB for count in (_size(INPUT), 2 * outputs, total)]
    return Summary(
        rows=tuple(rows),
        total=total,
        trainable=total,
        non_trainable=0,
        input_mb=sizes[0],
        forward_backward_mb=sizes[1],
        parameters_mb=sizes[2],
        total_mb=sum(sizes),
        multiply_adds=sum(row.multiply_adds or 0 for row in rows),
    )


def _kernel(layer: Layer) -> str:
    match layer:
        case Conv(kernel=side) | MaxPool(side) | AvgPool(side):
            return f"{side}×{side}"
    return ""


def _size(shape: Shape) -> int:
    channels, height, width = shape
    return channels * height * width


def _comment(layer: Layer, before: Shape, after: Shape) -> str:
    channels, height, width = before
    resized = f"{height}×{width} to {after[1]}×{after[2]}"
    match layer:
        case Conv(kernel=1):
            comment = f"mixes {channels} channels into {after[0]}, pixel by pixel"
        case Conv(kernel=kernel, padding=padding, stride=stride):
            how = f", padded by {padding}" if padding else ""
            how += f", at every {stride}nd pixel" if stride == 2 else ""
            how += f", its values {layer.dilation} pixels apart" if layer.dilation > 1 else ""
            comment = f"{kernel}×{kernel} kernel over {height}×{width}×{channels}{how}; {after[0]} channels out"
        case BatchNorm(functional=True):
            comment = f"normalises each of {channels} channels, without parameters"
        case BatchNorm():
            comment = f"normalises, scales and shifts each of {channels} channels"
        case ReLU():
            comment = "negative values become 0"
        case SiLU():
            comment = "x / (1 + exp(-x)), a ReLU without the corner"
        case MaxPool(size):
            comment = f"keeps the largest of each {size}×{size} square: {resized}"
        case AvgPool() if after[1:] == (1, 1):
            comment = f"averages each channel over all of its {height}×{width} pixels"
        case AvgPool(size):
            comment = f"averages each {size}×{size} square: {resized}"
        case Dropout(rate):
            comment = f"while training, drops {rate:.0%} of the values at random"
    return comment
