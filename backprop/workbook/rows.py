"""Epoch rows as sheet XML, streamed: each cell a formula with its cached value. Knows nothing of styles or charts.

openpyxl would hold every cell in memory and writes no cached values; without them previewers, pandas and Excel's
Protected View show nothing. Values are written with `repr`, so they read back bit-equal.
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
    first = _template(layout, {**formulas, **{name: f"={network.reference(name)}" for name in network.cells}}, styles)
    constant = {name: f"={network.reference(name)}" for name in network.cells if name not in formulas}
    later = _template(layout, {**formulas, **constant, "epoch": f"={layout.cell('epoch', '{previous}')}+1"}, styles)
    for offset, numbers in enumerate(values.tolist()):
        row = layout.first_row + offset
        template = later if offset else first
        text = template.replace("{row}", str(row)).replace("{previous}", str(row - 1))
        yield text % (offset + 1, *map(repr, numbers))


def _template(layout: RateSheet, formulas: Mapping[str, str], styles: Sequence[int]) -> str:
    cells = []
    for (name, letter), style in zip(layout.columns.items(), styles, strict=True):
        formula = formulas.get(name)
        live = f"<f>{escape(formula.removeprefix('='))}</f>" if formula else ""
        cells.append(f'<c r="{letter}{{row}}" s="{style}">{live}<v>%s</v></c>'.replace("%s", "\0"))
    return f'<row r="{{row}}">{"".join(cells)}</row>'.replace("%", "%%").replace("\0", "%s")
