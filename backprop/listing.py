"""One epoch's equations as a listing in a target language, under headings."""

from typing import Literal

from backprop.derivation.derive import Derivation, Form
from backprop.printers.definitions import definitions
from backprop.printers.javascript import epoch_javascript
from backprop.printers.latex import LatexPrinter
from backprop.printers.numpy import epoch_source
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import formula_columns, network_sheet, rate_sheet

Target = Literal["text", "latex", "excel", "numpy", "javascript"]


def list_equations(derivation: Derivation, target: Target, form: Form) -> str:
    """The listing, without a final line break. `excel` gives the formulas of an epoch table's first two rows."""
    if target == "numpy":
        return epoch_source(derivation, form).rstrip("\n")
    if target == "javascript":
        return epoch_javascript(derivation, form).rstrip("\n")
    if target == "excel":
        return _excel(derivation, form)
    printer, comment = (TextPrinter(), "") if target == "text" else (LatexPrinter(), "% ")
    sections = [(title, [printer.equation(each) for each in some]) for title, some in derivation.sections(form)]
    sections.append(("Functions", definitions(derivation, printer)))
    return "\n\n".join("\n".join([f"{comment}{title}", *lines]) for title, lines in sections if lines)


def _excel(derivation: Derivation, form: Form) -> str:
    network, layout = network_sheet(derivation), rate_sheet(derivation, 2, form)
    lines = [("eta", layout.eta_cell.replace("$", ""), "the learning rate")]
    lines += [
        (name, cell.replace("$", ""), f"={network.reference(name)}")
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
