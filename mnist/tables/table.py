"""A parameter table: its rows with all that is known of each layer, its totals, and how it is shown. No torch."""

import math
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from mnist.runs.model import Model
from mnist.runs.record import LayerRow, Summary

BYTES = 4  # of a number while training, float32
MB = 2**20

Shape = tuple[int, ...]


class Window(Model):
    """What a layer looks at for one output pixel, along each side of the image."""

    kernel: Shape
    stride: Shape
    padding: Shape
    dilation: Shape


class Row(LayerRow):
    """A row and what it follows from."""

    input_shape: Shape = ()  # of the first input, without the batch
    source: int | None = None  # the row whose output that is; None for the network's input and where several lead to it
    window: Window | None = None
    fields: Shape = ()  # the receptive field along each side
    jumps: Shape = ()  # how many pixels of the network's input neighbours look apart, along each side
    groups: int = 1
    bias: bool = False
    trainable: int = Field(default=0, ge=0)  # of the parameters
    tensors: tuple[Shape, ...] = ()  # the shapes of the parameters that are counted in this row


class ParameterTable(Summary):
    """A network's rows and totals. Sizes are of one sample, in MB of 2^20 bytes, float32."""

    rows: tuple[Row, ...]
    network: str = ""
    inputs: tuple[Shape, ...] = ()

    def recorded(self) -> Summary:
        """What a run record keeps of it."""
        return Summary.model_validate_json(Summary.__pydantic_serializer__.to_json(self))

    def markdown(self) -> str:
        """The table with its comments, and the totals below it, as a README has them."""
        return self._repr_markdown_()

    def xlsx(self, file: str | Path, *, force: bool = False) -> Path:
        """Write a workbook whose counts are formulas of the layers' sizes; FileError where it cannot be written."""
        from mnist.tables.workbook import write_table

        write_table(self, Path(file), force=force)
        return Path(file)


def assemble(rows: Sequence[Row], inputs: Sequence[Shape], network: str = "") -> ParameterTable:
    """The rows with their totals.

    Memory as torchsummary estimates it for one sample: each numbered layer's output twice (values and gradients).
    """
    outputs = sum(size(row.output_shape) for row in rows if row.number is not None)
    total = sum(row.parameters for row in rows)
    trainable = sum(row.trainable for row in rows)
    sizes = [BYTES * count / MB for count in (sum(map(size, inputs)), 2 * outputs, total)]
    return ParameterTable(
        rows=tuple(rows),
        total=total,
        trainable=trainable,
        non_trainable=total - trainable,
        input_mb=sizes[0],
        forward_backward_mb=sizes[1],
        parameters_mb=sizes[2],
        total_mb=sum(sizes),
        multiply_adds=sum(row.multiply_adds or 0 for row in rows),
        network=network,
        inputs=tuple(inputs),
    )


def size(shape: Shape) -> int:
    """How many numbers a tensor of that shape holds; none where it has no shape."""
    return math.prod(shape) if shape else 0
