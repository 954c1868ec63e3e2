"""Sheet Loss: first and last loss of every learning rate, the epochs to a chosen loss, and the curves."""

import numpy as np
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.equation import TOTAL_LOSS
from backprop.epochs.trace import format_rate
from backprop.workbook import style
from backprop.workbook.charts import loss_chart
from backprop.workbook.layout import LOSS_SHEET, RateSheet, sheet_name
from backprop.workbook.plan import Build, Plan

HEADER_ROW, FIRST_ROW = 6, 7
CHOSEN_LOSS = 0.1
CHOSEN_LOSS_CELL = "$C$4"
NOT_REACHED = "not reached"


def add_loss(result: Build, sheet: Worksheet, plan: Plan) -> None:
    """A row and a curve for each learning rate."""
    layout = plan.layout
    style.title(sheet, "Loss at every learning rate", "Change the chosen loss, or η on its own sheet.")
    style.column_widths(sheet, (2, 16, 16, 16, 25, 3))
    style.label(sheet["B4"], "chosen loss")
    style.user_input(sheet["C4"], CHOSEN_LOSS)
    result.name("chosen_loss", f"{LOSS_SHEET}!{CHOSEN_LOSS_CELL}")
    for letter, text in zip("BCD", ("learning rate", "first loss", "last loss"), strict=True):
        style.heading(sheet[f"{letter}{HEADER_ROW}"], text)
    style.heading(sheet[f"E{HEADER_ROW}"], "epochs to the chosen loss")
    series = []
    for number, rate in enumerate(plan.rates):
        row = FIRST_ROW + number
        name = sheet_name(rate)
        losses = plan.spool.losses[number]
        low_enough = losses <= CHOSEN_LOSS
        reached = int(np.argmax(low_enough)) + 1 if low_enough.any() else NOT_REACHED
        cells = layout.range(name, TOTAL_LOSS)
        table = quote_sheetname(name)
        result.formula(sheet, f"B{row}", f'="η = "&{table}!{layout.eta_cell}', f"η = {format_rate(rate)}", "General")
        result.formula(sheet, f"C{row}", f"={table}!$F$2", float(losses[0]), style.SMALL)
        result.formula(sheet, f"D{row}", f"={table}!$I$2", float(losses[-1]), style.SMALL)
        first_epoch = f"MATCH(1,INDEX(--({cells}<={CHOSEN_LOSS_CELL}),0),0)"
        result.formula(sheet, f"E{row}", f'=IFERROR({first_epoch},"{NOT_REACHED}")', reached, "0")
        for letter in "BCDE":
            sheet[f"{letter}{row}"].alignment = style.CENTRED
        result.labels[_label_cell(number)] = f"η = {format_rate(rate)}"
        series.append(loss_series(layout, name, number))
    sheet.add_chart(loss_chart("Loss by epoch", series, plan.spool.losses, layout.epochs), "G4")
    logarithmic = loss_chart("Loss by epoch, logarithmic", series, plan.spool.losses, layout.epochs, log=True)
    sheet.add_chart(logarithmic, "G25")
    style.print_setup(sheet, "portrait", one_page=True)


def loss_series(layout: RateSheet, name: str, number: int) -> tuple[str, str, str]:
    """Label cell, epochs and losses of the learning rate of that number."""
    return _label_cell(number), layout.range(name, "epoch"), layout.range(name, TOTAL_LOSS)


def _label_cell(number: int) -> str:
    return f"{quote_sheetname(LOSS_SHEET)}!$B${FIRST_ROW + number}"
