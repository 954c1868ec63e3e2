"""The equations on sheet Network as one reads them: with subscripts, and what every weight has alike said once."""

import math
import re
from collections.abc import Iterator, Sequence

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sympy import Symbol

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import Equation
from backprop.printers.definitions import definitions
from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.plan import Plan

MOST_EQUATIONS = 200  # written out; a larger network's are for `backprop derive`
ROW_HEIGHT, SIZE = 21, 13  # points; room for subscripts
_TEXT = TextPrinter()
_INDEXED = re.compile(r"(?<![^\W\d_])([^\W\d_]+)(_\w+|\d[\d_]*)(?!\w)")  # w12, a_h1, E_total, δ_o1, h2_1
EQUATION_FONT = Font(name=style.FONT, size=SIZE, color=style.INK)
_PLAIN = InlineFont(rFont=style.FONT, sz=SIZE, color=style.INK)
_SUBSCRIPT = InlineFont(rFont=style.FONT, sz=SIZE, color=style.INK, vertAlign="subscript")


def subscripted(text: str) -> CellRichText | str:
    """The text with the indices of its quantities below the line: a_h1 as a with h1, w12 as w with 12."""
    parts: list[str | TextBlock] = []
    end = 0
    for match in _INDEXED.finditer(text):
        parts.append(TextBlock(_PLAIN, text[end : match.start(2)]))
        parts.append(TextBlock(_SUBSCRIPT, match[2].removeprefix("_").replace("_", ",")))
        end = match.end()
    if not parts:
        return text
    return CellRichText(*parts, *([TextBlock(_PLAIN, text[end:])] if end < len(text) else []))


def said_once(plan: Plan, equations: Sequence[Equation]) -> list[str]:
    """The equations as text; where those of all parameters are alike, each kind of them once, for every w."""
    lines = [_TEXT.equation(equation) for equation in equations]
    names = [symbol.name for symbol in plan.derivation.trained]
    if len(names) < 2 or not equations or len(lines) % len(names):
        return lines
    general: dict[str, int] = {}
    for number, line in enumerate(lines):
        name = names[number % len(names)]
        text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?!\w)", "w", line)
        general[text] = general.get(text, 0) + 1
    if set(general.values()) != {len(names)}:
        return lines
    every = "for every w and b" if plan.derivation.biases and plan.derivation.network.training.train_biases else ""
    return [f"{text}     {plan.words(every or 'for every w')}" for text in general]


def paragraphs(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """The headings and their lines: the notation, then every section of the derivation."""
    derivation, words = plan.derivation, plan.words
    yield words("Notation"), list(_notation(plan))
    for title, equations in derivation.sections(plan.form):
        lines = said_once(plan, equations) if equations[0] in derivation.states + derivation.updates else None
        shown = [_TEXT.equation(equation) for equation in equations] if lines is None else lines
        if len(shown) > MOST_EQUATIONS:
            more = words("… and {count} more: see `backprop derive`", count=f"{len(shown) - MOST_EQUATIONS:,}")
            shown = [*shown[:MOST_EQUATIONS], more]
        yield _title(plan, derivation, title), shown


def _title(plan: Plan, derivation: Derivation, title: str) -> str:
    """The section's title; of several samples with their number."""
    plain, _, _ = title.partition(", for each of the")
    if plain == title:
        return plan.words(title)
    count = derivation.network.batch
    return f"{plan.words(plain)}, {plan.words('for each of the {count} samples', count=count)}"


def _notation(plan: Plan) -> Iterator[str]:
    derivation, words = plan.derivation, plan.words
    first = derivation.layers[0][0]
    bias = f"; {_letters(derivation.biases)} {words('a bias')}" if derivation.biases else ""
    given = (derivation.inputs, derivation.targets, derivation.weights)
    yield f"{', '.join(_letters(symbols) for symbols in given if symbols)}   {words('input, target, weight')}{bias}"
    yield f"{first.z}   {words('weighted sum of a neuron')}; {first.a}   {words('its activation')}"
    yield from definitions(derivation, _TEXT)
    yield f"E, ∂E/∂w   {words('loss; derivative of E_total by a weight')}"
    yield f"η   {words('learning rate, in one cell of each sheet')}"
    if derivation.per_sample:
        yield f"{derivation.network.reduction}   {words('over the samples; _s1 in a column’s name: of sample 1')}"
    if plan.form == "steps":
        yield f"δ_…   {words('derivative of E_total by the weighted sum of that neuron')}"


def _letters(symbols: Sequence[Symbol]) -> str:
    """What the names of quantities of a kind begin with: i for i1, w_x as it is."""
    return _TEXT.symbol(symbols[0].name).rstrip("0123456789")


def add_equations(sheet: Worksheet, plan: Plan, row: int, halves: Sequence[tuple[int, int]]) -> int:
    """All of them in two columns, each over the sheet's columns from one to another; the row below."""
    blocks = list(paragraphs(plan))
    widths = [_width(sheet, *half) for half in halves]
    total = sum(len(lines) + 2 for _, lines in blocks)
    columns: list[list[tuple[str, list[str]]]] = [[], []]
    placed = 0
    for block in blocks:
        columns[placed * 2 >= total].append(block)
        placed += len(block[1]) + 2
    bottom = row
    for (first, last), width, column in zip(halves, widths, columns, strict=True):
        place = row
        for heading, lines in column:
            style.section(sheet.cell(place, first), heading)
            for place, line in enumerate(lines, place + 1):  # noqa: B020 - counts on from the heading
                _add_line(sheet, place, first, last, line, width)
            place += 2
        bottom = max(bottom, place)
    return bottom - 1


def _add_line(sheet: Worksheet, row: int, first: int, last: int, line: str, width: float) -> None:
    cell = sheet.cell(row, first)
    style.label(cell, "")
    cell.value = subscripted(line)
    cell.font = EQUATION_FONT
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    needed = ROW_HEIGHT * math.ceil(len(line) * 0.85 * SIZE / 11 / width)
    sheet.row_dimensions[row].height = max(needed, sheet.row_dimensions[row].height or 0)


def _width(sheet: Worksheet, first: int, last: int) -> float:
    """The characters that columns have room for."""
    letters = (get_column_letter(number) for number in range(first, last + 1))
    return float(sum(sheet.column_dimensions[letter].width for letter in letters))
