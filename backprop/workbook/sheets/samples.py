"""Sheet Samples: the inputs and targets of several samples, a row each."""

from openpyxl.worksheet.worksheet import Worksheet
from sympy import Symbol

from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan

HEADER_ROW = 4  # the first sample stands in the row below, as layout.network_sheet says


def add_samples(result: Build, sheet: Worksheet, plan: Plan) -> None:
    """A row for each sample: its number, its inputs, its targets."""
    network = plan.derivation.network
    taken = "all of them in each epoch"
    if plan.derivation.takes_turns:
        taken = f"{'one' if network.batch == 1 else network.batch} a step, in turn; an epoch is a pass over all"
    style.title(sheet, f"{network.samples} samples, {taken}", "Change a yellow cell and every sheet follows.")
    style.column_widths(sheet, (2,))
    style.heading(sheet.cell(HEADER_ROW, 2), "sample", align="right")
    symbols = plan.derivation.inputs + plan.derivation.targets
    for column, symbol in enumerate(symbols, 3):
        style.heading(sheet.cell(HEADER_ROW, column), TextPrinter().symbol(symbol.name), align="right")
    for number, rows in enumerate(zip(network.inputs, network.targets, strict=True), 1):
        style.label(sheet.cell(HEADER_ROW + number, 2), number)
        for column, value in enumerate((*rows[0], *rows[1]), 3):
            style.user_input(sheet.cell(HEADER_ROW + number, column), value)
    result.name("inputs", _area(plan, plan.derivation.inputs))
    if plan.derivation.targets:
        result.name("targets", _area(plan, plan.derivation.targets))
    sheet.freeze_panes = f"C{HEADER_ROW + 1}"
    style.print_setup(sheet, "portrait", title_rows=f"{HEADER_ROW}:{HEADER_ROW}")


def _area(plan: Plan, symbols: tuple[Symbol, ...]) -> str:
    """Every sample of these inputs or targets."""
    first, last = plan.network.columns[symbols[0].name], plan.network.columns[symbols[-1].name]
    return f"{first.partition(':')[0]}:{last.partition(':')[2]}"
