"""Epoch rows as sheet XML, streamed: each cell a formula with its cached value. Knows nothing of styles or charts.

openpyxl would hold every cell in memory and writes no cached values; without them previewers, pandas and Excel's
Protected View show nothing. Values are written with `repr`, so they read back bit-equal. A formula that is filled down
stands in the first cell of its column and the cells below share it, as Excel writes them itself; formulas that point
to another sheet are written out in every cell, because Excel shares none of those.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from backprop.trace import Array
from backprop.workbook.layout import Column, RateSheet


def epoch_rows(
    layout: RateSheet, columns: Mapping[str, Column], styles: Sequence[int], chunks: Iterable[Array]
) -> Iterator[tuple[int, str]]:
    """One chunk after another: how many rows, and their XML. `styles` one a column, a chunk (epochs, quantities)."""
    numbers = {name: number for number, name in enumerate(columns)}

    def formula(name: str, offset: int) -> str:
        """The <f> of a column in the row `offset` below the first."""
        column, row = columns[name], layout.first_row + offset
        if name == "epoch" and not offset:
            return ""
        text = column.filled if offset or column.first == column.filled else column.first
        if "!" in text or text is column.first is not column.filled:
            return f"<f>{_written(text, row)}</f>"
        start = int(column.first != column.filled)
        if offset > start:
            return f'<f t="shared" si="{numbers[name]}"/>'
        place = f"{layout.columns[name]}{row}:{layout.columns[name]}{layout.last_row}"
        return f'<f t="shared" ref="{place}" si="{numbers[name]}">{_written(text, row)}</f>'

    def template(offset: int) -> str:
        cells = (
            f'<c r="{letter}{{row}}" s="{style}">{formula(name, offset)}<v>%s</v></c>'
            for (name, letter), style in zip(layout.columns.items(), styles, strict=True)
        )
        return f'<row r="{{row}}">{"".join(cells)}</row>'

    later = template(2)
    epoch = 0
    for chunk in chunks:
        rows = []
        for values in chunk.tolist():
            text = template(epoch) if epoch < 2 else later
            rows.append(text.replace("{row}", str(layout.first_row + epoch)) % (epoch + 1, *map(repr, values)))
            epoch += 1
        yield len(rows), "".join(rows)


def _written(formula: str, row: int) -> str:
    return escape(formula.removeprefix("=").format(row=row, previous=row - 1))
