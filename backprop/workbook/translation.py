"""The texts of a finished workbook in another language: labels, notes, messages, titles, and words inside formulas.

The sheets are written in English, with names that are the same in every language; here their words are exchanged, and
the stored values of formulas that show words with them.
"""

import re
from typing import Any

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from backprop.workbook.plan import Build
from groundfloor.words import Words

_LITERAL = re.compile(r'"((?:[^"]|"")*)"')


def translate(result: Build, words: Words) -> None:
    """Every sheet, once all of them are built."""
    for sheet in result.workbook:
        cached = result.cached.get(sheet.title, {})
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None:
                    cell.comment.text = words.of(cell.comment.text)
                if isinstance(cell.value, str):
                    _translate_cell(cell, cached, words)
        for rule in sheet.data_validations.dataValidation:
            rule.error = words.of(rule.error) if rule.error else rule.error
        for chart in sheet._charts:
            for title in (chart.title, chart.x_axis.title, chart.y_axis.title):
                _translate_title(title, words)
        _translate_conditions(sheet, words)


def _translate_cell(cell: Cell, cached: dict[str, float | str], words: Words) -> None:
    """A text, or the words inside a formula with those of its stored value."""
    if cell.data_type != "f":
        if cell.hyperlink is None and not _is_yellow(cell):  # names of sheets are translated, choices name columns
            cell.value = words.of(cell.value)
        return
    value = cached.get(cell.coordinate)
    pieces = [piece for piece in _LITERAL.findall(cell.value) if words.of(piece) != piece]
    cell.value = _in_formula(cell.value, words)
    if isinstance(value, str):
        if not pieces:
            cached[cell.coordinate] = words.of(value)
        for piece in pieces:
            value = value.replace(piece, words.of(piece), 1)
            cached[cell.coordinate] = value


def _is_yellow(cell: Cell) -> bool:
    return bool(cell.fill.fgColor.rgb == "00FEF9C3")


def _in_formula(formula: str, words: Words) -> str:
    """The formula with its words in the other language; a quotation mark in them would be doubled already."""
    return _LITERAL.sub(lambda match: f'"{words.of(match[1])}"', formula)


def _translate_title(title: Any, words: Words) -> None:
    if title is not None and title.tx is not None and title.tx.rich is not None:
        for run in (run for paragraph in title.tx.rich.p for run in paragraph.r or ()):
            run.t = words.of(run.t)


def _translate_conditions(sheet: Worksheet, words: Words) -> None:
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            rule.formula = [_in_formula(formula, words) for formula in rule.formula]
