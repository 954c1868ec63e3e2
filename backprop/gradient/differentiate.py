"""From a workbook's file to its gradient: scan, read, follow the formulas, go back through them, print."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

from backprop.calculus.adjoint import Adjoints, adjoints, moving
from backprop.calculus.formulas import cell_name, printer_of
from backprop.calculus.graph import AGREES, Graph, build_graph
from backprop.errors import BackpropError
from backprop.gradient.addresses import cells_of
from backprop.gradient.descent import descend
from backprop.gradient.differences import central_differences
from backprop.gradient.gradient import Gradient, Question, Row
from backprop.gradient.labels import label
from backprop.gradient.reach import node_of, refuse_unfollowed
from backprop.spreadsheet.book import Book, Cell
from backprop.spreadsheet.new_sheet import free_name
from backprop.spreadsheet.ods.markup import CONTENT, utf_8
from backprop.spreadsheet.ods.places import Places
from backprop.spreadsheet.package.kinds import is_opendocument
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.sheets import sheet_names
from groundfloor.process.isolate import doing
from groundfloor.text import count, listed

SHEET, DESCENT = "Gradient", "Descent"
FIRST_ROW = 5  # of the derivatives on the sheet
GAP = 3  # rows from the last of a table to the first of the next, with its headings between
COLUMN = "D"  # of every formula of a derivative


def answer(question: Question) -> Gradient:
    """The answer, in this process; BackpropError or UnreadableError name what is wrong with the file or the cells."""
    file = question.file
    scan_workbook(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    doing("reading it")
    book = read_workbook(file)
    of_cells = cells_of(book, question.of)
    if len(of_cells) != 1:
        raise BackpropError(f"--of takes one cell; {question.of} is {len(of_cells):,}")
    of = of_cells[0]
    ranges = [cells_of(book, text) for text in question.by]
    wanted = list(dict.fromkeys(cell for cells in ranges for cell in cells))
    doing("following its formulas")
    graph = build_graph(book, [of, *wanted])
    top = node_of(graph, of)
    refuse_unfollowed(graph, top, wanted)
    numbers = _numbers(graph, top, ranges, question.by, of)
    if not math.isfinite(graph.tape.stored[top]):
        raise BackpropError(f"{cell_name(of)} has no value: with the numbers stored its formulas give an error")
    nodes = [node for cell in numbers if (node := graph.node(cell)) is not None]
    doing("computing central differences")
    differences: list[float | None] = [None] * len(nodes)
    if question.check:
        differences = central_differences(graph.tape, top, nodes)
    notes = _notes(graph, top, nodes)
    used = _sheet_names(file)
    doing("differentiating its formulas")
    found = adjoints(graph, top, nodes)
    gradient = _gradient(graph, found, numbers, differences, Gradient(
        str(file), cell_name(of), graph.tape.stored[top], free_name(used, SHEET), (), (), (), question.check, notes,
        digest,
    ))  # fmt: skip
    if question.steps is None:
        return gradient
    doing("descending")
    descent = descend(graph, of, numbers, found, steps=question.steps, eta=question.eta,
                      sheet=free_name(used, DESCENT))  # fmt: skip
    return replace(gradient, descent=descent)


def _sheet_names(file: Path) -> set[str]:
    """The names of a workbook's sheets in small letters, those of charts too."""
    with ZipFile(file) as archive:
        if is_opendocument(archive):
            tables = Places(utf_8(archive.read(CONTENT)), {}).tables
            return {name.lower() for name in tables}
    with Parts(file) as parts:
        return sheet_names(parts)


def _numbers(graph: Graph, top: int, ranges: list[list[Cell]], by: Sequence[str], of: Cell) -> list[Cell]:
    """The cells that hold numbers, each once; BackpropError for a range of which `of` does not depend."""
    numbers: dict[Cell, None] = {}
    for text, cells in zip(by, ranges, strict=True):
        held = {cell: node for cell in cells if (node := graph.node(cell)) is not None}
        if not held:
            raise BackpropError(f"{text} holds no number to differentiate by")
        if not moving(graph.tape, [top], held.values()):
            raise BackpropError(f"{cell_name(of)} does not depend on {text}")
        numbers.update(dict.fromkeys(held))
    return list(numbers)


def _gradient(
    graph: Graph, found: Adjoints, by: list[Cell], differences: list[float | None], bare: Gradient
) -> Gradient:
    """The gradient with its rows."""
    book, tape = graph.book, graph.tape
    between = [cell for cell in found.formulas if cell not in set(by)]
    first_between = FIRST_ROW + len(by) + GAP
    places = {cell: f"{COLUMN}{FIRST_ROW + number}" for number, cell in enumerate(by)}
    places |= {cell: f"{COLUMN}{first_between + number}" for number, cell in enumerate(between)}
    parts_from = first_between + (len(between) + GAP if between else 0)
    texts, parts = _printed(graph, found, [*by, *between], places, parts_from)

    def row(cell: Cell, difference: float | None = None) -> Row:
        held, adjoint = graph.node(cell), found.formulas.get(cell, tape.number(0))
        value = None if held is None else _finite(tape.stored[held])
        called = label(book, cell)
        return Row(places[cell], cell_name(cell), called, value, _finite(tape.stored[adjoint]), texts[cell], difference)

    rows = tuple(row(cell, difference) for cell, difference in zip(by, differences, strict=True))
    return replace(bare, rows=rows, between=tuple(map(row, between)), parts=parts)


def _printed(
    graph: Graph, found: Adjoints, cells: list[Cell], places: dict[Cell, str], parts_from: int
) -> tuple[dict[Cell, str], tuple[Row, ...]]:
    """Each cell's formula, and the parts that stand apart, from that row on."""
    numbered = iter(range(parts_from, parts_from + len(graph.tape)))
    printer = printer_of(
        graph, {node: places[cell] for node, cell in found.names.items()}, lambda: f"{COLUMN}{next(numbered)}"
    )
    zero = graph.tape.number(0)
    texts = printer.formulas(found.formulas.get(cell, zero) for cell in cells)
    parts = tuple(
        Row(printer.places[node], "", "", None, _finite(graph.tape.stored[node]), text)
        for node, text in printer.helpers.items()
    )
    return dict(zip(cells, texts, strict=True)), parts


def _notes(graph: Graph, top: int, nodes: list[int]) -> tuple[str, ...]:
    """Where the workbook stores something else than its formulas give."""
    tape, stale = graph.tape, []
    for node in moving(tape, [top], nodes):
        cell = tape.contents[node]
        if isinstance(cell, tuple) and tape.takes[node]:
            stored = _stored(graph.book, cell)
            if stored is not None and not abs(stored - tape.stored[node]) <= AGREES * max(1.0, abs(stored)):
                stale.append(cell)
    if not stale:
        return ()
    names = listed(map(cell_name, stale), 5)
    return (f"{count(len(stale), 'cell')} stored with another value than the formulas give here: {names}",)


def _stored(book: Book, cell: Cell) -> float | None:
    value = book.sheets[cell[0]].value(*cell[1:])
    return value if isinstance(value, float) and not math.isnan(value) else None


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
