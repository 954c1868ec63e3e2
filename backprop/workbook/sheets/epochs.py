"""Sheet Epochs: where an epoch has several steps, its loss at every learning rate; the rows are streamed.

The loss of an epoch is the mean over its samples, as each step met them: what stands as E_epoch in its last step.
"""

from collections.abc import Iterator

import numpy as np
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.equation import EPOCH, EPOCH_LOSS
from backprop.epochs.trace import format_rate
from backprop.workbook.layout import COUNTED_FROM, Column, sheet_name
from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan
from backprop.workbook.rows import Streamed, epoch_rows, most_bytes

CHUNK = 1_000  # epochs at a time
WIDTH = 20  # of a column, in characters


def add_epochs(result: Build, sheet: Worksheet, plan: Plan) -> None:
    """The headings, and what streams the rows."""
    words, table, steps = plan.words, plan.losses, plan.spool.steps
    style.title(
        sheet,
        words("Loss of each epoch"),
        words("An epoch is {steps} steps, a pass over all samples; its loss is the mean over them.", steps=steps),
    )
    style.column_widths(sheet, (10, *[WIDTH] * len(plan.rates)))
    style.heading(sheet.cell(table.group_row, 1), "", band=True)
    style.heading(sheet.cell(table.header_row, 1), words(EPOCH), align="right")
    for number, rate in enumerate(plan.rates):
        style.heading(sheet.cell(table.group_row, number + 2), plan.diverged(number), band=True, align="right")
        cell = sheet.cell(table.header_row, number + 2)
        eta = f'="η = "&{quote_sheetname(sheet_name(rate))}!{plan.layout.eta_cell}'
        result.formula(sheet, cell.coordinate, eta, f"η = {format_rate(rate)}", "General")
        style.heading(cell, eta, align="right")
    sheet.freeze_panes = f"B{table.first_row}"
    style.print_setup(sheet, "portrait", title_rows=f"1:{table.header_row}")
    columns = {EPOCH: Column(COUNTED_FROM, "=A{previous}+1")}
    for number, rate in enumerate(plan.rates):
        losses = plan.table(number).range(sheet_name(rate), EPOCH_LOSS)
        columns[str(number)] = Column(*[f"=INDEX({losses},$A{{row}}*{steps})"] * 2)
    styles = [style.number(sheet, style.EXACT), *[style.number(sheet, style.SMALL)] * len(plan.rates)]
    result.streamed[sheet.title] = Streamed(
        table, most_bytes(table, columns, styles), lambda: _rows(plan, columns, styles)
    )


def _rows(plan: Plan, columns: dict[str, Column], styles: list[int]) -> Iterator[tuple[int, str]]:
    """Stretch by stretch: a column ends with the last epoch that its training finished."""
    losses = plan.spool.losses
    start = 0
    for end in sorted({len(of_rate) for of_rate in losses}):
        living = [number for number, of_rate in enumerate(losses) if len(of_rate) >= end]
        names = [EPOCH, *map(str, living)]
        for first in range(start, end, CHUNK):
            last = min(end, first + CHUNK)
            chunk = np.stack([losses[number][first:last] for number in living], axis=1)
            shown = [styles[0], *(styles[number + 1] for number in living)]
            yield from epoch_rows(plan.losses, {name: columns[name] for name in names}, shown, [chunk], first)
        start = end
