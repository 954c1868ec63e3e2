"""The parameter table of a described network: shapes, parameters, receptive fields. Computed without torch."""

from mnist.nets.layers import (
    INPUT,
    TYPES,
    BatchNorm,
    Conv,
    Dropout,
    Layer,
    is_functional,
    multiply_adds,
    output_shape,
    parameter_count,
    window,
)
from mnist.nets.layers import Shape as ImageShape
from mnist.nets.net import Net
from mnist.tables.comments import comment
from mnist.tables.table import ParameterTable, Row, Shape, Window, assemble


def summarise(net: Net, image: ImageShape = INPUT) -> ParameterTable:
    """One row a layer, functional layers unnumbered, and the totals.

    Receptive field: r += (span - 1) · jump, then jump *= stride, from r = jump = 1. It counts padding, so behind
    padded layers it can exceed the image.
    """
    rows: list[Row] = []
    shape, field, jump, number = image, 1, 1, 0
    for layer in net.layers:
        after = output_shape(layer, shape)
        span, stride = window(layer)
        field, jump = field + (span - 1) * jump, jump * stride
        functional = is_functional(layer)
        number += not functional
        rows.append(_row(layer, None if functional else number, shape, after, (field, jump), len(rows)))
        shape = after
    return assemble(rows, [image], net.name)


def _row(
    layer: Layer, number: int | None, before: ImageShape, after: ImageShape, seen: tuple[int, int], index: int
) -> Row:
    kind, looks = TYPES[type(layer)], _window(layer)
    field, jump = seen
    parameters = parameter_count(layer, before)
    return Row(
        number=number,
        type=kind,
        kernel="" if looks is None else "×".join(map(str, looks.kernel)),
        output_shape=after,
        parameters=parameters,
        receptive_field=field,
        comment=comment(
            kind,
            before,
            after,
            looks,
            affine=not (isinstance(layer, BatchNorm) and layer.functional),
            rate=layer.rate if isinstance(layer, Dropout) else None,
        ),
        multiply_adds=multiply_adds(layer, before),
        input_shape=before,
        source=index - 1 if index else None,
        window=looks,
        fields=(field, field),
        jumps=(jump, jump),
        bias=(isinstance(layer, Conv) and layer.bias) or (isinstance(layer, BatchNorm) and not layer.functional),
        trainable=parameters,
        tensors=_tensors(layer, before),
    )


def _window(layer: Layer) -> Window | None:
    span, stride = window(layer)
    if isinstance(layer, Conv):
        sides = (layer.kernel, layer.stride, layer.padding, layer.dilation)
    elif TYPES[type(layer)].endswith("Pool2d"):
        sides = (span, stride, 0, 1)
    else:
        return None
    kernel, stride_, padding, dilation = ((side, side) for side in sides)
    return Window(kernel=kernel, stride=stride_, padding=padding, dilation=dilation)


def _tensors(layer: Layer, before: ImageShape) -> tuple[Shape, ...]:
    """The shapes of its weights, as torch has them."""
    if isinstance(layer, Conv):
        weight = (layer.channels, before[0], layer.kernel, layer.kernel)
        return (weight, (layer.channels,)) if layer.bias else (weight,)
    return ((before[0],), (before[0],)) if parameter_count(layer, before) else ()
