"""Epoch rows as sheet XML, streamed: each cell a formula with its cached value. Knows nothing of styles or charts.

openpyxl would hold every cell in memory and writes no cached values; without them previewers, pandas and Excel's
Protected View show nothing. A formula that is filled down stands in the first cell of its column and the cells below
share it, as Excel writes them itself; formulas that point to another sheet are written out in every cell, because
Excel shares none of those. Each cell names its place although the format lets it be left out: openpyxl needs it to
translate a shared formula.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from xml.sax.saxutils import escape

import numpy as np
from pydantic_core import to_json

from backprop.epochs.trace import Array
from backprop.workbook.layout import Column, RateSheet

LONGEST_NUMBER = len("-2.2250738585072014e-308")
_HOLE = re.compile(r"(\{\w+\})")  # {row}, {previous} and {value}


def epoch_rows(
    layout: RateSheet, columns: Mapping[str, Column], styles: Sequence[int], chunks: Iterable[Array]
) -> Iterator[tuple[int, str]]:
    """Block after block: how many rows, and their XML. A style for each column; chunks are (epochs, quantities)."""
    pieces = [_HOLE.split(_template(layout, columns, styles, offset)) for offset in range(3)]
    done = 0
    for chunk in chunks:
        cuts = [row - done for row in (1, 2) if 0 < row - done < len(chunk)]  # the first two rows differ from the rest
        for block in np.split(chunk, cuts):
            yield len(block), _filled(pieces[min(done, 2)], block, done, layout.first_row + done)
            done += len(block)


def _template(layout: RateSheet, columns: Mapping[str, Column], styles: Sequence[int], offset: int) -> str:
    """The XML of the row `offset` below the first, of all rows from the third on."""
    cells = (
        f'<c r="{layout.columns[name]}{{row}}" s="{style}">{formula_xml(layout, name, column, number, offset)}'
        "<v>{value}</v></c>"
        for number, ((name, column), style) in enumerate(zip(columns.items(), styles, strict=True))
    )
    return f'<row r="{{row}}">{"".join(cells)}</row>'


def most_bytes(layout: RateSheet, columns: Mapping[str, Column], styles: Sequence[int]) -> int:
    """A number of bytes that the XML of all rows does not pass."""
    templates = [_template(layout, columns, styles, offset) for offset in range(3)]
    first, second, other = (len(text.encode()) + LONGEST_NUMBER * len(_HOLE.findall(text)) for text in templates)
    return first + second + other * layout.epochs


def formula_xml(layout: RateSheet, name: str, column: Column, number: int, offset: int) -> str:
    """The <f> of a cell; `number` is its column's, and that of the formula which the column shares."""
    if name == "epoch" and not offset:
        return ""
    start = int(column.first != column.filled)
    text = escape((column.filled if offset >= start else column.first).removeprefix("="))
    if "!" in text or offset < start:
        return f"<f>{text}</f>"
    if offset > start:
        return f'<f t="shared" si="{number}"/>'
    letter = layout.columns[name]
    return f'<f t="shared" ref="{letter}{layout.first_row + start}:{letter}{layout.last_row}" si="{number}">{text}</f>'


def _filled(pieces: Sequence[str], block: Array, done: int, first: int) -> str:
    """The rows of a block, `first` the sheet's row of the first of them, `done` the epochs before it.

    Column by column over the whole block, which is several times as fast as row by row; to_json is the quickest way
    from doubles to the shortest texts that read back as the same doubles.
    """
    count, width = block.shape
    rows = {"{row}": _counted(first, count), "{previous}": _counted(first - 1, count)}
    numbers = to_json(block.ravel().tolist())[1:-1].decode().split(",")
    values = chain([_counted(done + 1, count)], (numbers[column::width] for column in range(width)))
    texts = [""] * (count * len(pieces))
    for place, piece in enumerate(pieces):
        texts[place :: len(pieces)] = next(values) if piece == "{value}" else rows.get(piece) or [piece] * count
    return "".join(texts)


def _counted(first: int, count: int) -> list[str]:
    return [str(number) for number in range(first, first + count)]
