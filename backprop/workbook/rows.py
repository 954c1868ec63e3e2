"""Epoch rows as sheet XML, streamed: each cell a formula with its cached value. Knows nothing of styles or charts.

openpyxl would hold every cell in memory and writes no cached values; without them previewers, pandas and Excel's
Protected View show nothing. A formula that is filled down stands in the first cell of its column and the cells below
share it, as Excel writes them itself; formulas that point to another sheet are written out in every cell, because
Excel shares none of those. Each cell names its place although the format lets it be left out: openpyxl needs it to
translate a shared formula.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from xml.sax.saxutils import escape

import numpy as np
from pydantic_core import to_json

from backprop.epochs.trace import Array
from backprop.workbook.layout import COUNTED_FROM, Column, RateSheet

LONGEST_NUMBER = len("-2.2250738585072014e-308")
_HOLE = re.compile(r"(\{\w+\})")  # {row}, {previous} and {value}


@dataclass(frozen=True, slots=True)
class Streamed:
    """The rows of a sheet that are written past openpyxl."""

    table: RateSheet
    most_bytes: int  # which their XML does not pass
    blocks: Callable[[], Iterable[tuple[int, str]]]  # how many rows, and their XML
    after: str = ""  # a row below them


def text_row(row: int, style: int, texts: Mapping[str, str]) -> str:
    """A row of texts by their columns."""
    cells = (
        f'<c r="{column}{row}" s="{style}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for column, text in texts.items()
    )
    return f'<row r="{row}">{"".join(cells)}</row>'


def epoch_rows(
    layout: RateSheet, columns: Mapping[str, Column], styles: Sequence[int], chunks: Iterable[Array], done: int = 0
) -> Iterator[tuple[int, str]]:
    """Block after block: how many rows, and their XML. A style for each column; chunks are (rows, quantities).

    `done` rows stand above them. The first column is the number of the epoch, which chunks do not hold.
    """
    pieces = [_HOLE.split(_template(layout, columns, styles, offset)) for offset in range(3)]
    for chunk in chunks:
        cuts = [row - done for row in (1, 2) if 0 < row - done < len(chunk)]  # the first two rows differ from the rest
        for block in np.split(chunk, cuts):
            yield len(block), _filled(pieces[min(done, 2)], block, done, layout)
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
    return first + second + other * layout.rows


def formula_xml(layout: RateSheet, name: str, column: Column, number: int, offset: int) -> str:
    """The <f> of a cell; `number` is its column's, and that of the formula which the column shares."""
    if column.first == COUNTED_FROM and not offset:
        return ""
    start = int(column.first != column.filled)
    text = escape((column.filled if offset >= start else column.first).removeprefix("="))
    if "!" in text or text.isdigit() or offset < start:  # nothing moves in a number alone, which reads as one
        return f"<f>{text}</f>"
    if offset > start:
        return f'<f t="shared" si="{number}"/>'
    letter = layout.columns[name]
    return f'<f t="shared" ref="{letter}{layout.first_row + start}:{letter}{layout.last_row}" si="{number}">{text}</f>'


def _filled(pieces: Sequence[str], block: Array, done: int, layout: RateSheet) -> str:
    """The rows of a block, so many below the table's first.

    Column by column over the whole block, which is several times as fast as row by row; to_json is the quickest way
    from doubles to the shortest texts that read back as the same doubles.
    """
    (count, width), first = block.shape, layout.first_row + done
    rows = {"{row}": _counted(first, count), "{previous}": _counted(first - 1, count)}
    numbers = to_json(block.ravel().tolist())[1:-1].decode().split(",")
    epochs = [str(row // layout.steps + 1) for row in range(done, done + count)]
    values = chain([epochs], (numbers[column::width] for column in range(width)))
    texts = [""] * (count * len(pieces))
    for place, piece in enumerate(pieces):
        texts[place :: len(pieces)] = next(values) if piece == "{value}" else rows.get(piece) or [piece] * count
    return "".join(texts)


def _counted(first: int, count: int) -> list[str]:
    return [str(number) for number in range(first, first + count)]
