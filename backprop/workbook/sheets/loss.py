"""Sheet Loss: first and last loss of every learning rate, the epochs to a chosen loss, and the curves.

The loss of an epoch is the mean over its samples. Where an epoch is one step that is E_total of its row; where it has
several, the mean of theirs, from sheet Epochs.
"""

import math

import numpy as np
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.equation import EPOCH, TOTAL_LOSS
from backprop.epochs.trace import format_rate
from backprop.workbook.layout import EPOCHS_SHEET, LOSS_SHEET, in_formula, sheet_name
from backprop.workbook.look import style
from backprop.workbook.look.charts import loss_chart
from backprop.workbook.plan import Build, Plan

HEADER_ROW, FIRST_ROW = 6, 7
CHOSEN_LOSS = 0.1
CHOSEN_LOSS_CELL = "$C$4"
NOT_REACHED = "not reached"


def add_loss(result: Build, sheet: Worksheet, plan: Plan) -> None:
    """A row and a curve for each learning rate."""
    words, spool = plan.words, plan.spool
    said = words("Change the chosen loss, or η on its own sheet.")
    if spool.steps > 1:
        said = f"{words('The loss of an epoch is the mean over its samples, as each step met them.')} {said}"
    style.title(sheet, words("Loss at every learning rate"), said)
    style.column_widths(sheet, (2, 16, 20, 20, 25, 3))
    style.label(sheet["B4"], words("chosen loss"))
    style.user_input(sheet["C4"], CHOSEN_LOSS)
    result.name("chosen_loss", f"{in_formula(words(LOSS_SHEET))}!{CHOSEN_LOSS_CELL}")
    headings = ("learning rate", "first loss", "last loss", "epochs to the chosen loss")
    for letter, text in zip("BCDE", headings, strict=True):
        style.heading(sheet[f"{letter}{HEADER_ROW}"], words(text))
    for number, rate in enumerate(plan.rates):
        row, losses = FIRST_ROW + number, spool.losses[number]
        name, table = f"η = {format_rate(rate)}", quote_sheetname(sheet_name(rate))
        first, last = shown_losses(plan, number)
        result.formula(sheet, f"B{row}", f'="η = "&{table}!{plan.layout.eta_cell}', name, "General")
        result.formula(sheet, f"C{row}", f"={table}!$F$2", first, style.SMALL)
        result.formula(sheet, f"D{row}", f"={table}!$I$2", last, style.SMALL)
        low_enough = losses <= CHOSEN_LOSS
        not_reached = words(NOT_REACHED)
        reached = int(np.argmax(low_enough)) + 1 if low_enough.any() else not_reached
        found = f"MATCH(1,INDEX(--({loss_ranges(plan, number)[1]}<={CHOSEN_LOSS_CELL}),0),0)"
        formula = f'=IFERROR({found},"{not_reached}")' if len(losses) else f'="{not_reached}"'
        result.formula(sheet, f"E{row}", formula, reached, "0")
        for letter in "BCDE":
            sheet[f"{letter}{row}"].alignment = style.CENTRED
        result.labels[_label_cell(plan, number)] = name
    style.print_setup(sheet, "portrait", one_page=True)
    series = [loss_series(plan, number) for number in range(len(plan.rates)) if len(spool.losses[number])]
    if not series:
        return
    by_epoch, logarithmic = words("Loss by epoch"), words("Loss by epoch, logarithmic")
    sheet.add_chart(loss_chart(by_epoch, series, spool.losses, spool.epochs, top=_top(plan)), "G4")
    sheet.add_chart(loss_chart(logarithmic, series, spool.losses, spool.epochs, log=True), "G25")


def shown_losses(plan: Plan, number: int) -> tuple[float | str, float | str]:
    """The first and the last loss of the rate of that number; what is said instead where its training diverged."""
    losses, diverged = plan.spool.losses[number], plan.diverged(number)
    return float(losses[0]) if len(losses) else diverged, diverged or float(losses[-1])


def loss_series(plan: Plan, number: int) -> tuple[str, str, str]:
    """Label cell, epochs and losses of the learning rate of that number."""
    return (_label_cell(plan, number), *loss_ranges(plan, number))


def loss_ranges(plan: Plan, number: int) -> tuple[str, str]:
    """Where the epochs of the rate of that number stand, and their losses."""
    if plan.spool.steps > 1:
        table, sheet, loss = plan.losses.cut(len(plan.spool.losses[number])), plan.words(EPOCHS_SHEET), str(number)
    else:
        table, sheet, loss = plan.table(number), sheet_name(plan.rates[number]), TOTAL_LOSS
    return table.range(sheet, EPOCH), table.range(sheet, loss)


def _label_cell(plan: Plan, number: int) -> str:
    return f"{quote_sheetname(plan.words(LOSS_SHEET))}!$B${FIRST_ROW + number}"


def _top(plan: Plan) -> float | None:
    """Where the axis of losses ends: a round number above all but those that ran away; None lets it find its own."""
    runs = [(losses, plan.diverged(number)) for number, losses in enumerate(plan.spool.losses) if len(losses)]
    if not any(diverged for _, diverged in runs):
        return None
    highest = max(float(losses[0] if diverged else losses.max()) for losses, diverged in runs)
    if highest <= 0:
        return None
    exponent = math.floor(math.log10(highest))
    return float(f"{math.ceil(highest / 10.0**exponent)}e{exponent}")
