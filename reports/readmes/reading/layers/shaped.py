"""Rows of a printed parameter table with columns of receptive fields and jumps beside them: kernels from the counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

from reports.readmes.reading.document import Document, cells
from reports.readmes.reading.layers.columns import named

_LAYER = re.compile(r"(?P<type>Conv2d|MaxPool2d|AvgPool2d)-\d+")
_SHAPE = re.compile(r"\\?[\[(]\s*-?\d+\s*,\s*(?P<channels>\d+)\s*,\s*(?P<side>\d+)\s*,\s*(?P=side)\s*\\?[\])]")
MOST = 500  # rows
LARGEST = 11  # kernel
PICTURE = (1, 3)  # channels
SHORTCUT = 4  # convolutions from the one whose output it takes


@dataclass(frozen=True, slots=True)
class Shaped:
    """A layer: its line, the side that goes in and that comes out, the kernel by its count, and what the row tells."""

    line: int
    side_in: int
    side: int
    kernel: int | None  # of a pooling it is not told
    parallel: bool  # a convolution of an earlier row's channels: a shortcut
    field: int
    jump: int | None  # that goes in


def read_shaped(document: Document) -> Iterator[list[Shaped]]:
    """Each such table; none of whose convolutions has a kernel that its count does not prove."""
    rows: list[tuple[int, str, int, int, int, int, int | None]] = []
    for block in document.of_kind("row"):
        head = [title.strip(" .*").lower() for title in block.header]
        row = [text for text, _ in cells(document.lines[block.first - 1])]
        if rows and block.first > rows[-1][0] + MOST:
            yield from _understood(rows)
            rows = []
        columns = named(block.header)
        jump_in = columns.get("j_in", columns.get("j"))
        at_shape = [at for at, title in enumerate(head) if re.search(r"\bshape\b", title)]
        at_count = [at for at, title in enumerate(head) if re.search(r"\bparam", title)]
        if len(row) != len(head) or not (len(at_shape) == len(at_count) == 1) or "r" not in columns:
            continue
        layer, shape = _LAYER.search(row[0]), _SHAPE.search(row[at_shape[0]])
        count, field = (re.fullmatch(r"\d[\d,]*", row[at]) for at in (at_count[0], columns["r"]))
        if layer is None or shape is None or count is None or field is None:
            continue
        if rows and layer[0].endswith("-1"):
            yield from _understood(rows)
            rows = []
        jump = row[jump_in] if jump_in is not None else ""
        rows.append(
            (block.first, layer["type"], int(shape["channels"]), int(shape["side"]), int(count[0].replace(",", "")),
             int(field[0].replace(",", "")), int(jump) if "j_in" in columns and jump.isdigit() else None)
        )  # fmt: skip
    yield from _understood(rows)


def _understood(rows: list[tuple[int, str, int, int, int, int, int | None]]) -> Iterator[list[Shaped]]:
    layers: list[Shaped] = []
    channels: list[int] = []  # that earlier convolutions made
    side_in = rows[0][3] if rows else 0  # a first layer that pads; a jump that it tells says otherwise
    for line, kind, out, side, count, field, jump in rows:
        kernel, parallel = None, False
        if kind == "Conv2d":
            direct = _kernels(count, out, channels[-1:] or list(PICTURE))
            kernels = direct or _kernels(count, out, channels[-SHORTCUT:-1])
            parallel = not direct
            if len(kernels) != 1:
                return
            (kernel,) = kernels
            channels.append(out)
        layers.append(Shaped(line, side_in, side, kernel, parallel, field, jump))
        side_in = side
    if layers:
        yield layers


def _kernels(count: int, out: int, channels: list[int]) -> set[int]:
    """The sides of square kernels over one of these numbers of channels that make the count, with a bias or without."""
    sides = set()
    for inside in channels:
        for weights in (count, count - out):
            area, rest = divmod(weights, out * inside) if weights > 0 else (0, 1)
            if not rest and isqrt(area) ** 2 == area <= LARGEST**2:
                sides.add(isqrt(area))
    return sides
