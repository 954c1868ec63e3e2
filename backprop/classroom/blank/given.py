"""Sheets Network and Samples of an exercise: the numbers that one is given, in the cells in which the key has them."""

from openpyxl.worksheet.worksheet import Worksheet

from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.network.sheet import input_values
from backprop.workbook.sheets.samples import HEADER_ROW

WIDTHS = (2, 16, 12)
_TEXT = TextPrinter()


def add_numbers(sheet: Worksheet, plan: Plan) -> None:
    """Inputs, targets, parameters and constants of the training, locked."""
    style.title(sheet, "The numbers of your network", "Refer to these cells in your formulas; they are locked.")
    style.column_widths(sheet, WIDTHS)
    values = input_values(plan)
    row = plan.network.first_row
    for group in plan.network.groups:
        style.section(sheet.cell(row, 2), group.title)
        for offset, name in enumerate(group.names, 1):
            style.label(sheet.cell(row + offset, 2), _TEXT.symbol(name))
            style.given(sheet.cell(row + offset, 3), values[name])
        row += len(group.names) + 2
    style.protect(sheet)
    style.print_setup(sheet, "portrait")


def add_data(result: Build, sheet: Worksheet, plan: Plan) -> None:
    """A row for each sample, where the network has several."""
    network, derivation = plan.derivation.network, plan.derivation
    taken = "all of them in each epoch"
    if derivation.takes_turns:
        taken = f"{'one' if network.batch == 1 else network.batch} a step, in turn; an epoch is a pass over all"
    style.title(sheet, f"{network.samples} samples, {taken}", "Refer to these cells in your formulas; they are locked.")
    style.column_widths(sheet, (2,))
    style.heading(sheet.cell(HEADER_ROW, 2), "sample", align="right")
    for column, symbol in enumerate(derivation.inputs + derivation.targets, 3):
        style.heading(sheet.cell(HEADER_ROW, column), _TEXT.symbol(symbol.name), align="right")
    for number, rows in enumerate(zip(network.inputs, network.targets, strict=True), 1):
        style.label(sheet.cell(HEADER_ROW + number, 2), number)
        for column, value in enumerate((*rows[0], *rows[1]), 3):
            style.given(sheet.cell(HEADER_ROW + number, column), value)
    for name, symbols in (("inputs", derivation.inputs), ("targets", derivation.targets)):
        if symbols:
            first, last = (plan.network.columns[symbol.name] for symbol in (symbols[0], symbols[-1]))
            result.name(name, f"{first.partition(':')[0]}:{last.partition(':')[2]}")
    sheet.freeze_panes = f"C{HEADER_ROW + 1}"
    style.protect(sheet)
    style.print_setup(sheet, "portrait", title_rows=f"{HEADER_ROW}:{HEADER_ROW}")
