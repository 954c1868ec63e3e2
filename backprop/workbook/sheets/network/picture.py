"""The network's picture in cells, so that its numbers live: cards of neurons, a row for each weight, lines between.

A weight's row stands before the neuron that it leads to, so no label lies on a line or a crossing. Beside the weight
stands its derivative, coloured by its sign and size, with a bar as wide as it is large.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.formatting.rule import ColorScaleRule, DataBarRule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import TOTAL_LOSS, Neuron, derivative_name, sample_name
from backprop.epochs.columns import layer_name
from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.look.shapes import LineShape, Place
from backprop.workbook.look.tints import TINTS
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.selection import add_choice, from_table, rate_sheets, whole_number
from backprop.workbook.titles import title

MOST_ROWS, MOST_LAYERS, MOST_SAMPLES = 60, 4, 8
FEW_ROWS, HIGH, LOW = 12, 25, 18  # a picture of few rows has higher ones; points
POINT = 12_700  # EMU
LINE = "9AA7B5"
BELOW_0, AT_0, ABOVE_0 = "7FB2E5", "FFFFFF", "F4B36B"
CARD = (8, 10.5)  # characters: a name, a number
LAYER = (7, 7, 10.5, 13, 8)  # before a layer's cards: lines, a weight's name, its number, its derivative, the bar
LOSS_GAP = 4
CHOICES, LEGEND, HEADER = 1, 2, 4  # rows below the first
EPOCH_PICTURED, STEP_PICTURED = "The network, with the numbers of an epoch", "The network, with the numbers of a step"
NAME = Alignment(horizontal="left", vertical="center", indent=1)
_TEXT = TextPrinter()


def can_draw(derivation: Derivation) -> bool:
    """Whether the picture is small enough to be read."""
    return _height(derivation) <= MOST_ROWS and len(derivation.layers) <= MOST_LAYERS


@dataclass(slots=True)
class Picture:
    """The picture as far as it is drawn."""

    result: Build
    sheet: Worksheet
    plan: Plan
    column: int  # the first
    row: int  # of the first card that could be
    rates: str  # the cells that list the sheets of the learning rates
    lines: list[LineShape] = field(default_factory=list)
    derivatives: list[str] = field(default_factory=list)
    bars: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)  # quantity -> column right of it, row

    @property
    def sample(self) -> int:
        """The one to begin with: the first that can be chosen whose inputs all say something."""
        offered = self.plan.derivation.network.inputs[: min(MOST_SAMPLES, self.plan.derivation.network.batch)]
        return next((number for number, inputs in enumerate(offered, 1) if all(inputs)), 1)

    def number(self, name: str, cell: str, shown: str) -> None:
        """The quantity at the chosen rate and epoch; of several samples that of the chosen one."""
        derivation, value = self.plan.derivation, self.plan.spool.row(0, 1)
        row = f"picture_{derivation.counted}"
        chosen = f"MATCH(picture_rate,{self.rates},0)"
        if name in derivation.per_sample:
            offered = [sample_name(name, n) for n in range(1, min(derivation.network.batch, MOST_SAMPLES) + 1)]
            taken = ",".join(from_table(self.plan, each, chosen, row) for each in offered)
            self.result.formula(
                self.sheet, cell, f"=CHOOSE(picture_sample,{taken})", value[sample_name(name, self.sample)], shown
            )
        else:
            formula = f"={from_table(self.plan, name, chosen, row)}"
            self.result.formula(self.sheet, cell, formula, value[name], shown)

    def card(self, name: str, column: int, row: int, kind: str) -> None:
        """A name and its number, on the tint of its kind."""
        label, number = self.sheet.cell(row, column), self.sheet.cell(row, column + 1)
        style.label(label, _TEXT.symbol(name))
        self.number(name, number.coordinate, style.number_format(name).replace("0.000000000", "0.000000"))
        for cell in (label, number):
            style.tint(cell, TINTS[kind][0])
            cell.border = style.BOXED
        label.alignment, number.alignment = NAME, style.ALIGNED["right"]
        self.places[name] = column + 2, row

    def line(self, name: str, source: str, column: int, row: int) -> None:
        """From the right side of a card to the left side of a row."""
        start, from_row = self.places[source]
        middle = row_height(self.plan.derivation) * POINT // 2
        here = Place(start - 1, from_row - 1, middle), Place(column - 1, row - 1, middle)
        self.lines.append(LineShape(name, *here, LINE))


def draw(result: Build, sheet: Worksheet, plan: Plan, column: int, row: int, rates: str) -> None:
    """The picture from that cell on; above it the rate, the epoch and the sample are chosen."""
    derivation = plan.derivation
    picture = Picture(result, sheet, plan, column, row + HEADER + 1, rates)
    heights = [sum(map(_rows, layer)) for layer in derivation.layers]
    height = _height(derivation)
    _add_choices(picture, row)
    _add_inputs(picture, height)
    left = column + 2
    for number in range(len(derivation.layers)):
        _add_layer(picture, number, left, picture.row + (height - heights[number]) // 2)
        left += len(LAYER) + len(CARD)
    _add_losses(picture, left, picture.row + height)
    _add_colours(picture, row)
    for each in range(row + 1, picture.row + height + 1):
        sheet.row_dimensions[each].height = row_height(derivation)
    result.lines[sheet.title] = picture.lines


def rows_needed(derivation: Derivation) -> int:
    """How many rows the picture takes, with what stands above it."""
    return HEADER + 1 + _height(derivation) + 1


def row_height(derivation: Derivation) -> int:
    """Of the picture's rows, in points."""
    return HIGH if _height(derivation) <= FEW_ROWS else LOW


def _height(derivation: Derivation) -> int:
    """Rows of the tallest layer."""
    return max(2 * len(derivation.inputs), *(sum(map(_rows, layer)) for layer in derivation.layers))


def last_column(derivation: Derivation, column: int) -> int:
    """The last column of the picture that begins in that one."""
    return column + 1 + len(derivation.layers) * (len(LAYER) + len(CARD)) + 1 + len(CARD)


def _rows(neuron: Neuron) -> int:
    """A row for each weight and the bias, at least two for its card, and one to keep it apart."""
    return max(2, len(neuron.weights) + (neuron.bias is not None)) + 1


def _widths(sheet: Worksheet, column: int, widths: Sequence[float]) -> None:
    for number, width in enumerate(widths, column):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _add_choices(picture: Picture, row: int) -> None:
    """The yellow cells above the picture: learning rate, epoch, sample."""
    sheet, plan, words, column = picture.sheet, picture.plan, picture.plan.words, picture.column
    counted = plan.derivation.counted
    heading = STEP_PICTURED if plan.derivation.takes_turns else EPOCH_PICTURED
    style.section(sheet.cell(row, column), words(heading))
    listed = DataValidation("list", picture.rates, error=words("Choose one of the list."))
    places: list[tuple[str, str, int, float | str, DataValidation]] = [
        (words("rate"), "picture_rate", column + 1, rate_sheets(plan)[0], listed),
        (words(counted), f"picture_{counted}", column + 4, 1, whole_number(plan.layout.rows)),
    ]
    if plan.derivation.per_sample:
        samples = min(plan.derivation.network.batch, MOST_SAMPLES)
        places.append((words("sample"), "picture_sample", column + 6, picture.sample, whole_number(samples)))
    for label, name, place, value, rule in places:
        cell = f"${get_column_letter(place)}${row + CHOICES}"
        add_choice(picture.result, sheet, name, cell, value, rule, label=label)
        sheet.cell(row + CHOICES, place - 1).alignment = style.ALIGNED["right"]


def _add_heading(picture: Picture, column: int, text: str, width: int) -> None:
    row = picture.row - 1
    for number in range(column, column + width):
        style.heading(picture.sheet.cell(row, number), text * (number == column), band=True, align="left")


def _add_inputs(picture: Picture, height: int) -> None:
    symbols = picture.plan.derivation.inputs
    _widths(picture.sheet, picture.column, CARD)
    _add_heading(picture, picture.column, picture.plan.words("Inputs"), len(CARD))
    for number, symbol in enumerate(symbols):
        row = picture.row + round((number + 0.5) * (height - 1) / len(symbols) - 0.5)
        picture.card(symbol.name, picture.column, row, "data")


def _add_layer(picture: Picture, number: int, left: int, top: int) -> None:
    """A layer's weights and neurons."""
    sheet, derivation, words = picture.sheet, picture.plan.derivation, picture.plan.words
    _, name_at, weight_at, derivative_at, bar_at = range(left, left + len(LAYER))
    card_at = bar_at + 1
    _widths(sheet, left, (*LAYER, *CARD))
    _add_heading(picture, name_at, words("Weights"), 2)
    _add_heading(picture, derivative_at, "∂E/∂w", 2)
    _add_heading(picture, card_at, title(words, layer_name(derivation, number).capitalize()), len(CARD))
    trained = {symbol.name for symbol in derivation.trained}
    before = {neuron.a for neuron in derivation.layers[number - 1]} if number else {*derivation.inputs}
    row = top
    for neuron in derivation.layers[number]:
        parameters = [*neuron.weights, *([neuron.bias] if neuron.bias is not None else [])]
        rows = _rows(neuron) - 1
        card = row + (rows - 2) // 2
        picture.card(neuron.z.name, card_at, card, "forward")
        picture.card(neuron.a.name, card_at, card + 1, "forward")
        for offset, parameter in enumerate(parameters):
            place = row + offset
            style.label(sheet.cell(place, name_at), _TEXT.symbol(parameter.name))
            sheet.cell(place, name_at).alignment = NAME
            cell = sheet.cell(place, weight_at)
            picture.number(parameter.name, cell.coordinate, style.WEIGHT)
            cell.alignment = style.ALIGNED["right"]
            for part in (sheet.cell(place, name_at), cell):
                style.tint(part, TINTS["weights"][1])
            if parameter.name in trained:
                _add_derivative(picture, parameter.name, place, derivative_at)
            if offset < len(neuron.incoming):
                source = neuron.incoming[offset]
                if source in before:
                    picture.line(parameter.name, source.name, name_at, place)
                else:  # a line would pass over the layers between them
                    term = f"{_TEXT.symbol(parameter.name)}·{_TEXT.symbol(source.name)}"
                    style.label(sheet.cell(place, name_at), term)
        row += _rows(neuron)


def _add_derivative(picture: Picture, parameter: str, row: int, column: int) -> None:
    """The derivative, which is coloured, and its size, which is a bar."""
    derivative, bar = picture.sheet.cell(row, column), picture.sheet.cell(row, column + 1)
    name = derivative_name(parameter)
    picture.number(name, derivative.coordinate, style.SMALL)
    derivative.alignment = style.ALIGNED["right"]
    size = abs(picture.plan.spool.row(0, 1)[name])
    picture.result.formula(picture.sheet, bar.coordinate, f"=ABS({derivative.coordinate})", size, style.SMALL)
    picture.derivatives.append(derivative.coordinate)
    picture.bars.append(bar.coordinate)


def _add_losses(picture: Picture, left: int, bottom: int) -> None:
    """Target and loss of each output beside it, their total below."""
    derivation = picture.plan.derivation
    _widths(picture.sheet, left, (LOSS_GAP, *CARD))
    _add_heading(picture, left + 1, picture.plan.words("Loss"), len(CARD))
    outputs = derivation.layers[-1]
    targets = derivation.targets or (None,) * len(outputs)
    for neuron, target, loss in zip(outputs, targets, derivation.loss[:-1], strict=True):
        _, row = picture.places[neuron.z.name]
        if target is not None:
            picture.card(target.name, left + 1, row, "data")
        picture.card(loss.target.name, left + 1, row + 1, "loss")
        picture.line(loss.target.name, neuron.a.name, left + 1, row + 1)
    picture.card(TOTAL_LOSS, left + 1, bottom, "loss")
    for cell in (picture.sheet.cell(bottom, left + 1), picture.sheet.cell(bottom, left + 2)):
        cell.font = style.BAND


def _add_colours(picture: Picture, row: int) -> None:
    """Colour scale and bars, up to the largest derivative, which stands above the picture as their legend."""
    if not picture.derivatives:
        return
    sheet, words = picture.sheet, picture.plan.words
    column = picture.column + len(CARD) + 3  # that of the first layer's derivatives
    largest = f"${get_column_letter(column)}${row + LEGEND}"
    cells = [sheet[bar] for bar in picture.bars]
    areas: dict[str, list[int]] = {}
    for cell in cells:
        areas.setdefault(cell.column_letter, []).append(cell.row)
    spans = ",".join(f"{letter}{min(rows)}:{letter}{max(rows)}" for letter, rows in areas.items())
    size = max(abs(picture.plan.spool.row(0, 1)[derivative_name(s.name)]) for s in picture.plan.derivation.trained)
    place = largest.replace("$", "")
    picture.result.formula(sheet, place, f"=MAX({spans})", size, style.SMALL)
    legend = words("the largest |∂E/∂w|: as wide as the bars get; orange is above 0, blue below")
    style.label(sheet.cell(row + LEGEND, column + 1), legend)
    sheet.cell(row + LEGEND, column + 1).font = style.SUBTITLE
    colours = ColorScaleRule(
        start_type="formula", start_value=f"-{largest}", start_color=BELOW_0, mid_type="num", mid_value=0,
        mid_color=AT_0, end_type="formula", end_value=largest, end_color=ABOVE_0,
    )  # fmt: skip
    bars = DataBarRule(
        start_type="num", start_value=0, end_type="formula", end_value=largest, color=style.NAVY, showValue=False,
        minLength=0, maxLength=100,
    )  # fmt: skip
    sheet.conditional_formatting.add(" ".join(picture.derivatives), colours)
    sheet.conditional_formatting.add(" ".join(picture.bars), bars)
