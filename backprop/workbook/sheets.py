"""The sheets as openpyxl builds them: Network, one a learning rate, Loss. Epoch rows come later, streamed."""

import io
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derive import TOTAL_LOSS, Derivation, Form
from backprop.diagram import network_png
from backprop.printers.text import TextPrinter
from backprop.trace import Trace, format_rate
from backprop.workbook import style
from backprop.workbook.charts import loss_chart
from backprop.workbook.layout import LOSS_SHEET, NETWORK_SHEET, NetworkSheet, RateSheet, sheet_name

CHOSEN_LOSS = 0.1
CHOSEN_LOSS_CELL = "$C$4"
NOT_REACHED = "not reached"
MOST_EQUATIONS = 200  # written out on sheet Network; a larger network's are for `backprop derive`
PICTURE_WIDTH = 760  # pixels
_TEXT = TextPrinter()


@dataclass(slots=True)
class Build:
    """The workbook with what openpyxl does not write: cached values by sheet and cell, and those of charts."""

    workbook: Workbook
    styles: list[int]  # of the epoch table's columns
    cached: dict[str, dict[str, float | str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # series name cell -> its text

    def formula(self, sheet: Worksheet, cell: str, formula: str, value: float | str, shown: str) -> None:
        """Put a formula whose value is known."""
        style.computed(sheet[cell], formula, shown)
        self.cached.setdefault(sheet.title, {})[cell] = value


def build(derivation: Derivation, trace: Trace, network: NetworkSheet, layout: RateSheet, form: Form) -> Build:
    """Every sheet but its epoch rows."""
    workbook = Workbook()
    workbook.properties.creator = "backprop"
    workbook.properties.title = f"Backpropagation: {derivation.network.title}"
    sheet = workbook.active
    sheet.title = NETWORK_SHEET
    _network(sheet, derivation, network, form)
    rates = [workbook.create_sheet(sheet_name(rate)) for rate in trace.learning_rates]
    result = Build(workbook, style.column_styles(sheet, list(layout.columns)))
    for number, rate_sheet in enumerate(rates):
        _rate(result, number, rate_sheet, derivation, layout, trace)
    _loss(result, workbook.create_sheet(LOSS_SHEET), layout, trace)
    return result


def _network(sheet: Worksheet, derivation: Derivation, layout: NetworkSheet, form: Form) -> None:
    style.title(sheet, derivation.network.title, "Change a yellow cell and every sheet follows.")
    for letter, width in zip("ABCDE", (2, 14, 12, 4, 110), strict=True):
        sheet.column_dimensions[letter].width = width
    values = dict(zip(derivation.inputs, derivation.network.inputs, strict=True))
    values |= dict(zip(derivation.targets, derivation.network.targets, strict=True))
    values |= dict(zip(derivation.weights, derivation.network.weights, strict=True))
    by_name = {symbol.name: value for symbol, value in values.items()}
    row = layout.first_row
    for group in layout.groups:
        style.section(sheet.cell(row, 2), group.title)
        for offset, name in enumerate(group.names, 1):
            style.label(sheet.cell(row + offset, 2), name)
            style.user_input(sheet.cell(row + offset, 3), by_name[name])
        row += len(group.names) + 2

    style.section(sheet["E4"], "The network")
    picture = Image(io.BytesIO(network_png(derivation)))
    picture.width, picture.height = PICTURE_WIDTH, round(PICTURE_WIDTH * picture.height / picture.width)
    sheet.add_image(picture, "E5")
    row = 6 + -(-picture.height // 20)  # a row is 20 pixels high
    for heading, lines in _equations(derivation, form):
        row += 1
        style.section(sheet.cell(row, 5), heading)
        for line in lines[:MOST_EQUATIONS]:
            row += 1
            style.label(sheet.cell(row, 5), line)
        if len(lines) > MOST_EQUATIONS:
            row += 1
            style.label(sheet.cell(row, 5), f"… and {len(lines) - MOST_EQUATIONS:,} more: see `backprop derive`")
        row += 1
    style.print_setup(sheet, "portrait", one_page=True)


def _equations(derivation: Derivation, form: Form) -> list[tuple[str, list[str]]]:
    several = len(derivation.layers) > 2
    notation = [
        "i, t, w   input, target, weight",
        f"{'h1_1, h2_1' if several else 'h, o'}   weighted sum of a neuron; a_… its activation",
        "σ(z) = 1 / (1 + e^(−z)),   σ′(z) = σ(z)·(1 − σ(z)), hence the factors a·(1 − a)",
        "E, ∂E/∂w   loss; derivative of E_total by a weight",
        "η   learning rate, in one cell of each sheet",
    ]
    if form == "steps":
        notation.append("δ_…   derivative of E_total by the weighted sum of that neuron")
    lines = [(title, [_TEXT.equation(e) for e in equations]) for title, equations in derivation.sections(form)]
    return [("Notation", notation), *lines]


def _rate(
    result: Build, number: int, sheet: Worksheet, derivation: Derivation, layout: RateSheet, trace: Trace
) -> None:
    rate, losses = trace.learning_rates[number], trace.column(TOTAL_LOSS.name)[number].tolist()
    style.title(sheet, f"Backpropagation: {derivation.network.title.lower()}")
    style.label(sheet["A2"], "learning rate η")
    style.user_input(sheet["C2"], rate)
    loss = layout.columns[TOTAL_LOSS.name]
    style.label(sheet["E2"], "first loss")
    result.formula(sheet, "F2", f"={loss}{layout.first_row}", losses[0], style.WEIGHT)
    style.label(sheet["H2"], "last loss")
    result.formula(sheet, "I2", f"={loss}{layout.last_row}", losses[-1], style.WEIGHT)

    column = 1
    for group in layout.groups:
        for offset, name in enumerate(group.names):
            style.heading(sheet.cell(layout.group_row, column + offset), group.title * (not offset), band=True)
            style.heading(sheet.cell(layout.header_row, column + offset), _TEXT.symbol(name), align="right")
            wide = style.number_format(name) == style.SMALL
            sheet.column_dimensions[get_column_letter(column + offset)].width = 13.5 if wide else 10
        if len(group.names) > 1:
            sheet.merge_cells(None, layout.group_row, column, layout.group_row, column + len(group.names) - 1)
        column += len(group.names)
    chart_cell = f"{get_column_letter(column + 1)}{layout.header_row}"
    style.link(sheet["K2"], "to the loss chart", f"{quote_sheetname(sheet.title)}!{chart_cell}")
    style.link(sheet["M2"], "to all learning rates", f"{LOSS_SHEET}!A1")
    sheet.freeze_panes = f"B{layout.first_row}"
    sheet.add_chart(
        loss_chart("Loss by epoch", [_series(layout, sheet.title, number)], losses, layout.epochs), chart_cell
    )
    style.print_setup(sheet, "landscape", title_rows=f"{layout.group_row}:{layout.header_row}")
    sheet.print_area = f"A1:{get_column_letter(column - 1)}{layout.last_row}"


def _loss(result: Build, sheet: Worksheet, layout: RateSheet, trace: Trace) -> None:
    style.title(sheet, "Loss at every learning rate", "Change the chosen loss, or η on its own sheet.")
    for letter, width in zip("ABCDEF", (2, 16, 16, 16, 25, 3), strict=True):
        sheet.column_dimensions[letter].width = width
    style.label(sheet["B4"], "chosen loss")
    style.user_input(sheet["C4"], CHOSEN_LOSS)
    for letter, text in zip("BCD", ("learning rate", "first loss", "last loss"), strict=True):
        style.heading(sheet[f"{letter}6"], text)
    style.heading(sheet["E6"], "epochs to the chosen loss")
    series, everything = [], []
    for number, rate in enumerate(trace.learning_rates):
        row = 7 + number
        name = sheet_name(rate)
        losses = trace.column(TOTAL_LOSS.name)[number].tolist()
        reached = next((epoch for epoch, loss in enumerate(losses, 1) if loss <= CHOSEN_LOSS), NOT_REACHED)
        cells = layout.range(name, TOTAL_LOSS.name)
        here = quote_sheetname(name)
        result.formula(sheet, f"B{row}", f'="η = "&{here}!{layout.eta_cell}', f"η = {format_rate(rate)}", "General")
        result.formula(sheet, f"C{row}", f"={here}!$F$2", losses[0], style.SMALL)
        result.formula(sheet, f"D{row}", f"={here}!$I$2", losses[-1], style.SMALL)
        first_epoch = f"MATCH(1,INDEX(--({cells}<={CHOSEN_LOSS_CELL}),0),0)"
        result.formula(sheet, f"E{row}", f'=IFERROR({first_epoch},"{NOT_REACHED}")', reached, "0")
        for letter in "BCDE":
            sheet[f"{letter}{row}"].alignment = style.CENTRED
        result.labels[_label_cell(number)] = f"η = {format_rate(rate)}"
        series.append(_series(layout, name, number))
        everything += losses
    sheet.add_chart(loss_chart("Loss by epoch", series, everything, trace.epochs), "G4")
    sheet.add_chart(loss_chart("Loss by epoch, logarithmic", series, everything, trace.epochs, log=True), "G25")
    style.print_setup(sheet, "portrait", one_page=True)


def _series(layout: RateSheet, name: str, number: int) -> tuple[str, str, str]:
    return _label_cell(number), layout.range(name, "epoch"), layout.range(name, TOTAL_LOSS.name)


def _label_cell(number: int) -> str:
    return f"{quote_sheetname(LOSS_SHEET)}!$B${7 + number}"
