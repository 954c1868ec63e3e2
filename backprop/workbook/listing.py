"""The formulas of an epoch table as a listing: what its first two rows hold, cell by cell."""

from backprop.derivation.derive import Derivation, Form
from backprop.workbook.layout import formula_columns, network_sheet, rate_sheet, relative


def excel_listing(derivation: Derivation, form: Form) -> str:
    """Quantity, cell, formula; the second row only where it differs from the first filled down."""
    network, layout = network_sheet(derivation), rate_sheet(derivation, 2, form)
    lines = [("eta", relative(layout.eta_cell), "the learning rate")]
    lines += [
        (name, relative(cell), f"={network.reference(name)}")
        for name, cell in layout.constants.items()
        if name != "eta"
    ]
    columns = formula_columns(derivation, network, layout, form)
    for row in (layout.first_row, layout.first_row + 1):
        for name, column in columns.items():
            formula = column.first if row == layout.first_row else column.filled
            if row == layout.first_row or column.first != column.filled:
                lines.append((name, layout.cell(name, row), formula.format(row=row, previous=row - 1)))
    widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
    return "\n".join(f"{name:<{widths[0]}}  {cell:<{widths[1]}}  {text}" for name, cell, text in lines)
