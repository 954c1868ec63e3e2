"""The parameter table of a described network: shapes, parameters, receptive fields. Computed without torch."""

from mnist.nets.flow import FROM_IMAGE, Placed, place
from mnist.nets.layers import (
    TYPES,
    Add,
    AvgPool,
    BatchNorm,
    Concat,
    Conv,
    Dropout,
    Dropout2d,
    Linear,
    MaxPool,
    groups_of,
    is_functional,
    multiply_adds,
    parameter_count,
    tensors,
    window,
)
from mnist.nets.net import Net
from mnist.tables.comments import comment
from mnist.tables.table import ParameterTable, Row, Window, assemble

_FUNCTIONS = {Add: "add", Concat: "concatenate"}  # as tables call them


def summarise(net: Net) -> ParameterTable:
    """One row a layer, functional layers unnumbered, and the totals.

    Receptive field: r += (span - 1) · jump, then jump *= stride, from r = jump = 1. It counts padding, so behind
    padded layers it can exceed the image. Where several branches meet it is the widest; a fully connected layer sees
    all that is left of the image, and what normalisations take from all pixels is left aside.
    """
    rows: list[Row] = []
    layers = place(net.layers, net.image)
    seen = {FROM_IMAGE: (1, 1)}  # of each layer its field and its jump
    sides = {FROM_IMAGE: max(net.image[1:])}  # and the pixels along one side that it leaves
    number = 0
    for at, placed in enumerate(layers):
        first = placed.sources[0]
        field, jump = max(seen[source][0] for source in placed.sources), seen[first][1]
        span, stride = (sides[first], 1) if isinstance(placed.layer, Linear) else window(placed.layer, placed.before)
        seen[at] = field + (span - 1) * jump, jump * stride
        sides[at] = max(placed.after[1:], default=1 if isinstance(placed.layer, Linear) else sides[first])
        functional = is_functional(placed.layer)
        number += not functional
        rows.append(_row(placed, None if functional else number, seen[at]))
    return assemble(rows, [net.image], net.name)


def _row(placed: Placed, number: int | None, seen: tuple[int, int]) -> Row:
    layer, before = placed.layer, placed.before
    kind, looks = _FUNCTIONS.get(type(layer), TYPES[type(layer)]), _window(placed)
    field, jump = seen
    parameters = parameter_count(layer, before)
    groups = groups_of(layer, before) if isinstance(layer, Conv) else 1
    return Row(
        number=number,
        type=kind,
        kernel="" if looks is None else "×".join(map(str, looks.kernel)),
        output_shape=placed.after,
        parameters=parameters,
        receptive_field=field,
        comment=comment(
            kind,
            before,
            placed.after,
            looks,
            groups=groups,
            affine=not (isinstance(layer, BatchNorm) and layer.functional),
            rate=layer.rate if isinstance(layer, Dropout | Dropout2d) else None,
        ),
        multiply_adds=multiply_adds(layer, before),
        input_shape=before,
        source=None if placed.sources[0] == FROM_IMAGE or len(placed.sources) > 1 else placed.sources[0],
        window=looks,
        fields=(field, field),
        jumps=(jump, jump),
        groups=groups,
        bias=layer.bias if isinstance(layer, Conv | Linear) else isinstance(layer, BatchNorm) and not layer.functional,
        trainable=parameters,
        tensors=tensors(layer, before),
    )


def _window(placed: Placed) -> Window | None:
    layer = placed.layer
    if not isinstance(layer, Conv | MaxPool | AvgPool):
        return None
    kernel = layer.kernel if isinstance(layer, Conv) else layer.size
    dilation = layer.dilation if isinstance(layer, Conv) else 1
    sides = (kernel, window(layer)[1], layer.padding, dilation)
    kernels, strides, paddings, dilations = ((side, side) for side in sides)
    return Window(kernel=kernels, stride=strides, padding=paddings, dilation=dilations)
