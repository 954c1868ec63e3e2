"""Beside the findings: headers that lie, labels, charts that miss rows, derivations typed as text."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from openpyxl.utils import get_column_letter

from backprop.check.findings import Note
from backprop.check.mistakes.one_program import functions_of_one_program
from backprop.check.mistakes.sentences import apart
from backprop.check.proof.equality import alike, same_function
from backprop.check.proof.model import NEW, Model
from backprop.check.proof.states import State, States
from backprop.check.tables.table import Table
from backprop.derivation.equation import TOTAL_LOSS
from backprop.derivation.written_names import Vocabulary
from backprop.spreadsheet.arithmetic import MPMATH
from backprop.spreadsheet.book import Book, address
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import Area, FormulaError, Name, NotComputableError, Reference, parse

MOST_CHARACTERS = 600  # of a text that may be a derivation
_RATE_IN_NAME = re.compile(r"(?:.*(?:η|eta|lr|l\.r\.?|rate|α)(?:\.(?!\d)|[\s=_:])*)?(\d*\.?\d+)", re.IGNORECASE)
_SIGNS = str.maketrans("×·∙⋅−–[]{}÷", "****--()()/", "’`") | {ord("²"): "^2", ord("½"): "(1/2)"}
_FALSE = "not true of the network"
_WORD = re.compile(r"[^\W\d][\w.]*(?:\([ho]\d\))?", re.UNICODE)


def find_notes(book: Book, tables: list[Table], model: Model) -> list[Note]:
    """Notes on every table, chart and typed derivation of the workbook."""
    notes = [
        *(note for table in tables for note in _headers(table, model)),
        *(note for table in tables for note in _labels(table)),
        *functions_of_one_program(book, {table.view.sheet.name for table in tables}),
        *_charts(book, tables),
        *(_typed(book, model) if model.network.samples == 1 else ()),
    ]
    return list(dict.fromkeys(notes))


def _headers(table: Table, model: Model) -> Iterator[Note]:
    """Headers that name another quantity than the one whose formulas the column holds."""
    if table.header is None:
        return
    for name, line in sorted(table.lines.items(), key=lambda item: item[1]):
        text = table.view.value(table.header, line)
        said = model.vocabulary.quantity(text) if isinstance(text, str) else None
        if said is not None and name not in (said, NEW + said):
            cell = address(*table.view.position(table.header, line))
            yield Note(table.view.sheet.name, cell, "header", f"headed {str(text).strip()!r}, but it is used as {name}")


def _labels(table: Table) -> Iterator[Note]:
    """A sheet named after another learning rate than the one its formulas use."""
    match = _RATE_IN_NAME.fullmatch(table.view.sheet.name.strip())
    if match and table.rate is not None and not alike(float(match[1]), table.rate):
        cell = None if table.rate_cell is None else address(*table.rate_cell[1:])
        rate = apart(table.rate, float(match[1]))[0]
        text = f"the sheet is named {table.view.sheet.name!r}, but its formulas use the learning rate {rate}"
        yield Note(table.view.sheet.name, cell, "learning_rate", text)


def _charts(book: Book, tables: list[Table]) -> Iterator[Note]:
    """Curves of a table's loss that miss epochs, and curves of another column."""
    for chart in book.charts:
        for series in chart.series:
            for table in tables:
                yield from _series(chart.sheet, series.y, table)
            yield from _axis(book, chart.sheet, series.x)


def _series(sheet: str, plotted: str | None, table: Table) -> Iterator[Note]:
    try:
        area = parse(f"={plotted}", 1, 1) if plotted else None
    except FormulaError:
        return
    if not isinstance(area, Area) or (area.first.sheet or sheet) != table.view.sheet.name:
        return
    view = table.view
    (first, line), (last, other) = (view.position(*corner.at(1, 1)) for corner in (area.first, area.last))
    name = table.by_line.get(line)
    if line != other or name is None or last < table.first or first > table.last:
        return
    loss = table.lines.get(TOTAL_LOSS)
    whole = f"{address(*view.position(table.first, line))}:{address(*view.position(table.last, line))}"
    drawn = str(plotted).rpartition("!")[2].replace("$", "")
    if name != TOTAL_LOSS:
        where = "" if loss is None else f"; the loss is {_lane(table, loss)}"
        yield Note(sheet, None, "chart", f"a chart plots {drawn}, the column of {name}{where}")
    elif (first not in (table.first, table.first - 1)) or last != table.last:
        yield Note(sheet, None, "chart", f"a chart plots {drawn}; the table's losses are {whole}")


def _axis(book: Book, sheet: str, across: str | None) -> Iterator[Note]:
    """A horizontal axis that is a curve of losses itself."""
    try:
        area = parse(f"={across}", 1, 1) if across else None
    except FormulaError:
        return
    if not isinstance(area, Area) or (owner := book.sheets.get(area.first.sheet or sheet)) is None:
        return
    (first, column), (last, other) = area.first.at(1, 1), area.last.at(1, 1)
    values = [owner.value(row, column) for row in range(first, min(last, first + 400) + 1)]
    numbers = [value for value in values if isinstance(value, float)]
    falling = len(numbers) > 9 and all(a > b for a, b in pairwise(numbers[1:]))
    if column == other and falling and max(numbers[1:]) < 1:
        drawn = str(across).rpartition("!")[2].replace("$", "")
        yield Note(sheet, None, "chart", f"a chart has {drawn}, a curve of losses, as its horizontal axis")


def _lane(table: Table, line: int) -> str:
    return f"row {line}" if table.view.transposed else f"column {get_column_letter(line)}"


def _typed(book: Book, model: Model) -> Iterator[Note]:
    """Equations typed into cells and text boxes that are not true of the network."""
    states = States(model, MPMATH)
    samples = [_with_derivatives(states.around(sample)[1], model) for sample in (0, 1)]
    for sheet in book.sheets.values():
        for row, column, text in sorted(sheet.texts()):
            if "=" in text and len(text) <= MOST_CHARACTERS:
                for line in text.splitlines():
                    if _is_false(line, samples, model.vocabulary):
                        yield Note(
                            sheet.name, address(row, column), "typed", f"not true of the network: {line.strip()}"
                        )
    for sheet_name, text in book.boxes:
        for line in text.splitlines():
            if "=" in line and len(line) <= MOST_CHARACTERS and _is_false(line, samples, model.vocabulary):
                yield Note(sheet_name, None, "typed", f"{_FALSE} (text box): {line.strip()}")


def _with_derivatives(state: State, model: Model) -> State:
    """The state with every derivative of the total loss that people write: by weights, sums and activations."""
    known, outline = dict(state), model.outline
    for layer in outline.layers:
        for number, neuron in enumerate(layer):
            known[f"dE_d{neuron.z.name}"] = state[neuron.delta.name]
            if fed := outline.fed.get(neuron.a):
                known[f"dE_d{neuron.a.name}"] = sum(state[n.delta.name] * state[weight.name] for n, weight in fed)
            elif model.network.loss == "half_squared_error":
                known[f"dE_d{neuron.a.name}"] = state[neuron.a.name] - state[outline.targets[number].name]
    return known


def _is_false(line: str, samples: list[State], vocabulary: Vocabulary) -> bool:
    """Whether a typed equation has a side that can be computed and is not its left side."""
    left, *sides = line.split("=")
    slope = bool(re.search(r"[∂δ𝜕/]", left))
    name = _derivative(left, vocabulary) if slope else vocabulary.quantity(left.strip().lstrip("•-* 0123456789.)"))
    if name is None or name not in samples[0] or name[0] in "tiwb" or name in ("eta", "epoch"):
        return False
    for side in sides:
        values = [_value(side, sample, vocabulary, losses=not slope) for sample in samples]
        if None not in values and not all(
            same_function(v, sample[name]) for v, sample in zip(values, samples, strict=True)
        ):
            return True
    return False


def _derivative(text: str, vocabulary: Vocabulary) -> str | None:
    """dE_da_h1 for '∂E_total/∂a_h1'."""
    plain = re.sub(r"[\s{}()]", "", unicodedata.normalize("NFKC", text))
    match = re.fullmatch(r"[∂δd𝜕]E(?:_?t(?:ot(?:al)?)?)?/[∂δd𝜕](.+)", plain, re.IGNORECASE)
    by = vocabulary.quantity(match[1]) if match else None
    return None if by is None else f"dE_d{by}"


def _value(text: str, state: State, vocabulary: Vocabulary, losses: bool) -> Any:
    """What a typed expression gives, or None where it uses anything but known quantities and arithmetic.

    Without `losses`, one that names a loss is a chain of derivatives whose signs were lost, and is not judged.
    """
    plain = unicodedata.normalize("NFKC", text.replace("½", "(1/2)")).translate(_SIGNS).strip().rstrip(".,;")
    if not plain or re.search(r"[∂δ𝜕Σσ…'\"]", plain):
        return None
    names: dict[str, Any] = {}

    def named(match: re.Match[str]) -> str:
        if match[0] == "e" and match.string[match.end() :].lstrip().startswith("^"):
            return "EXP(1)"
        name = vocabulary.quantity(match[0])
        if name is None or name not in state or (name.startswith("E") and not losses):
            raise NotComputableError(match[0])
        names[f"QUANTITY.{len(names)}.X"] = state[name]
        return f"QUANTITY.{len(names) - 1}.X"

    def lookup(node: Reference | Name) -> Any:
        if isinstance(node, Reference):
            raise NotComputableError("a cell")
        return names[node.text]

    try:
        tree = parse("=" + _WORD.sub(named, plain), 1, 1)
        return evaluate(tree, lookup, lambda _: [], MPMATH)
    except (FormulaError, KeyError):
        return None
