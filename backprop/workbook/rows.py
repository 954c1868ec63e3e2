"""Epoch rows as sheet XML, streamed: each cell a formula with its cached value. Knows nothing of styles or charts.

openpyxl would hold every cell in memory and writes no cached values; without them previewers, pandas and Excel's
Protected View show nothing. Values are written with `repr`, so they read back bit-equal. A formula that is filled down
stands in the first cell of its column and the cells below share it, as Excel writes them itself; formulas that point
to another sheet are written out in every cell, because Excel shares none of those.
"""

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from backprop.trace import Array
from backprop.workbook.layout import NetworkSheet, RateSheet


def epoch_rows(
    layout: RateSheet,
    network: NetworkSheet,
    formulas: Mapping[str, str],
    styles: Sequence[int],
    values: Array,
) -> Iterator[str]:
    """One <row> an epoch. `formulas` as from row_formulas, `styles` one a column, `values` (epochs, quantities)."""
    filled = {"epoch": f"={layout.cell('epoch', '{previous}')}+1", **formulas}
    shared = {name: number for number, name in enumerate(filled)}

    def formula(name: str, offset: int) -> str:
        """The <f> of a column in the row `offset` below the first."""
        start = int(name == "epoch" or name in network.cells)  # an update begins in the second row
        if name not in filled or offset < start:
            return f"<f>{network.reference(name)}</f>" if name in network.cells else ""
        if offset > start:
            return f'<f t="shared" si="{shared[name]}"/>'
        row, letter = layout.first_row + offset, layout.columns[name]
        text = escape(filled[name].removeprefix("=").format(row=row, previous=row - 1))
        return f'<f t="shared" ref="{letter}{row}:{letter}{layout.last_row}" si="{shared[name]}">{text}</f>'

    def template(offset: int) -> str:
        cells = (
            f'<c r="{letter}{{row}}" s="{style}">{formula(name, offset)}<v>%s</v></c>'
            for (name, letter), style in zip(layout.columns.items(), styles, strict=True)
        )
        return f'<row r="{{row}}">{"".join(cells)}</row>'

    later = template(2)
    for offset, numbers in enumerate(values.tolist()):
        text = template(offset) if offset < 2 else later
        yield text.replace("{row}", str(layout.first_row + offset)) % (offset + 1, *map(repr, numbers))
