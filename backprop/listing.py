"""One epoch's equations as a listing in a target language, under headings."""

from typing import Literal

from backprop.derive import Derivation, Form
from backprop.printers.latex import LatexPrinter
from backprop.printers.numpy import epoch_source
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import network_sheet, rate_sheet, row_formulas

Target = Literal["text", "latex", "excel", "numpy"]


def list_equations(derivation: Derivation, target: Target, form: Form) -> str:
    """The listing, without a final line break. `excel` gives the formulas of an epoch table's first two rows."""
    if target == "numpy":
        return epoch_source(derivation, form).rstrip("\n")
    if target == "excel":
        return _excel(derivation, form)
    printer, comment = (TextPrinter(), "") if target == "text" else (LatexPrinter(), "% ")
    return "\n\n".join(
        "\n".join([f"{comment}{title}", *map(printer.equation, equations)])
        for title, equations in derivation.sections(form)
    )


def _excel(derivation: Derivation, form: Form) -> str:
    network, layout = network_sheet(derivation), rate_sheet(derivation, 2, form)
    formulas = row_formulas(derivation, layout, form)
    lines = [("eta", layout.eta_cell.replace("$", ""), "the learning rate")]
    lines += [(name, layout.cell(name, layout.first_row), f"={network.reference(name)}") for name in network.cells]
    for _, equations in derivation.sections(form):
        for equation in equations:
            name = equation.target.name
            row = layout.first_row + (name in network.cells)  # an update gives the weight of the row below
            formula = formulas[name].format(row=row, previous=row - 1)
            lines.append((name, layout.cell(name, row), formula))
    widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
    return "\n".join(f"{name:<{widths[0]}}  {cell:<{widths[1]}}  {text}" for name, cell, text in lines)
