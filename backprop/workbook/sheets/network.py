"""Sheet Network: the numbers one may change, the picture of the network, and its equations."""

import io
import re

from openpyxl.drawing.image import Image
from openpyxl.worksheet.worksheet import Worksheet

from backprop.printers.definitions import definitions
from backprop.printers.diagram import network_png
from backprop.printers.text import TextPrinter
from backprop.workbook import style
from backprop.workbook.plan import Build, Plan

MOST_EQUATIONS = 200  # written out; a larger network's are for `backprop derive`
PICTURE_WIDTH = 760  # pixels
LINE = 125  # characters that fit the column
LONGEST = 5 * LINE  # of an equation; `backprop derive` prints it whole
_TEXT = TextPrinter()


def add_network(result: Build, sheet: Worksheet, plan: Plan) -> None:
    """Inputs on the left, picture and equations on the right."""
    derivation = plan.derivation
    style.title(sheet, derivation.network.title, "Change a yellow cell and every sheet follows.")
    style.column_widths(sheet, (2, 16, 14, 6, 110))
    values = _values(plan)
    row = plan.network.first_row
    for group in plan.network.groups:
        style.section(sheet.cell(row, 2), group.title)
        for offset, name in enumerate(group.names, 1):
            style.label(sheet.cell(row + offset, 2), _TEXT.symbol(name))
            style.user_input(sheet.cell(row + offset, 3), values[name])
        if group.title == "Training":
            for name in group.names:
                result.name(name, plan.network.reference(name))
        else:
            first, last = (plan.network.reference(name) for name in (group.names[0], group.names[-1]))
            result.name(re.sub(r"\W+", "_", group.title.lower()), f"{first}:{last.partition('!')[2]}")
        row += len(group.names) + 2

    style.section(sheet["E4"], "The network")
    picture = Image(io.BytesIO(network_png(derivation)))
    picture.width, picture.height = PICTURE_WIDTH, round(PICTURE_WIDTH * picture.height / picture.width)
    sheet.add_image(picture, "E5")
    row = 6 + -(-picture.height // 20)  # a row is 20 pixels high
    for heading, lines in _equations(plan):
        row += 1
        style.section(sheet.cell(row, 5), heading)
        for line in lines[:MOST_EQUATIONS]:
            row += 1
            style.paragraph(sheet.cell(row, 5), line if len(line) <= LONGEST else f"{line[:LONGEST]}…", LINE)
        if len(lines) > MOST_EQUATIONS:
            row += 1
            style.label(sheet.cell(row, 5), f"… and {len(lines) - MOST_EQUATIONS:,} more: see `backprop derive`")
        row += 1
    style.print_setup(sheet, "portrait", one_page=True)


def _values(plan: Plan) -> dict[str, float]:
    derivation = plan.derivation
    network = derivation.network
    values = {symbol.name: value for symbol, value in derivation.parameters.items()}
    if network.samples == 1:
        symbols = derivation.inputs + derivation.targets
        numbers = network.inputs[0] + network.targets[0]
        values |= {symbol.name: value for symbol, value in zip(symbols, numbers, strict=True)}
    return values | network.training.constants(plan.spool.epochs)


def _equations(plan: Plan) -> list[tuple[str, list[str]]]:
    derivation = plan.derivation
    first = derivation.layers[0][0]
    notation = [
        "i, t, w   input, target, weight" + "; b a bias" * bool(derivation.biases),
        f"{first.z}   weighted sum of a neuron; {first.a} its activation",
        *definitions(derivation, _TEXT),
        "E, ∂E/∂w   loss; derivative of E_total by a weight",
        "η   learning rate, in one cell of each sheet",
    ]
    if derivation.per_sample:
        notation.append("mean   over the samples; _s1 in a column's name: of sample 1")
    if plan.form == "steps":
        notation.append("δ_…   derivative of E_total by the weighted sum of that neuron")
    lines = [(title, [_TEXT.equation(e) for e in equations]) for title, equations in derivation.sections(plan.form)]
    return [("Notation", notation), *lines]
