"""Correct 8-weight tables in the layouts that people use, as cells, as a book that was read, and as a file.

Nothing of the checker is used here but its formula trees, so what it says can be held against these workbooks.
"""

import math
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from openpyxl import Workbook as Openpyxl
from openpyxl.workbook.defined_name import DefinedName

from backprop.spreadsheet.book import CONSTANT, Book, Cell, Column, Sheet, address
from backprop.spreadsheet.formula import parse, render
from tests.backprop.check.calculator import Calculator, Content
from tests.backprop.check.spellings import (
    AREAS,
    CALLS,
    CLOSED,
    FUNCTIONS,
    GIVEN,
    GRADIENT,
    ORDER,
    ROOTS,
    TARGETS,
    WEIGHT_NAMES,
    WEIGHTS,
    biased,
    helped,
    lying,
    spelled,
    stacked,
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How a table lies: its lines in order ('_' leaves one free), where it begins, how it gets its constants."""

    name: str
    lines: tuple[str, ...] = ORDER
    formulas: Mapping[str, str] = field(default_factory=lambda: CLOSED)
    header: Callable[[str], str] | None = field(default_factory=spelled)
    tables: tuple[tuple[str, int, int, float], ...] = (("Sheet1", 32, 1, 0.5),)  # sheet, header, first line, rate
    epochs: int = 12
    transposed: bool = False
    below: int = 1  # steps from the header to the first epoch
    rate: str = "cell"  # cell, relative, formula, column, literal, sheet, name, above
    given: str = "repeated"  # repeated, above, block, only block
    targets: tuple[float, float] = TARGETS
    biases: Mapping[str, float] = field(default_factory=dict)  # typed into the formulas where they have no line
    pasted: int | None = None  # the step, counted from 0, from which on numbers stand in place of formulas


@dataclass
class Place:
    """One table in a workbook."""

    sheet: str
    first: int
    last: int
    lines: dict[str, int]
    transposed: bool
    given: frozenset[str] = frozenset(GIVEN)
    updated: frozenset[str] = frozenset(WEIGHT_NAMES)

    def cell(self, name: str, step: int) -> Cell:
        line = self.lines[name]
        return (self.sheet, line, step) if self.transposed else (self.sheet, step, line)


@dataclass
class Cells:
    """A workbook as contents of cells. `givens` are the groups of cells that hold one given number each."""

    cells: dict[Cell, Content] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    givens: list[tuple[Cell, ...]] = field(default_factory=list)
    pasted: set[Cell] = field(default_factory=set)

    def put(self, cell: Cell, content: float | str) -> Cell:
        """A number, a text, or a formula that begins with '='."""
        formula = isinstance(content, str) and content.startswith("=")
        self.cells[cell] = parse(content, *cell[1:]) if formula else content  # type: ignore[arg-type]
        return cell


def build(layout: Layout) -> Cells:
    """The correct workbook of a layout."""
    made = Cells()
    shared = _constants(made, layout) if layout.given in ("block", "only block") else {}
    for number, table in enumerate(layout.tables):
        _table(made, layout, shared, table, number)
    if layout.pasted is not None:
        numbers = Calculator(made.cells, made.names)
        for place in made.places:
            for name in place.lines:
                for step in range(place.first + layout.pasted, place.last + 1):
                    cell = place.cell(name, step)
                    made.cells[cell] = numbers.value(cell)
                    made.pasted.add(cell)
    return made


def _constants(made: Cells, layout: Layout) -> dict[str, str]:
    """A block of parameters at the top of the first sheet: names in one column, values in the next."""
    sheet = layout.tables[0][0]
    addresses = {}
    for row, (name, value) in enumerate({**_given(layout), **dict(zip(WEIGHT_NAMES, WEIGHTS, strict=True))}.items(), 3):
        made.put((sheet, row, 2), name)
        made.givens.append((made.put((sheet, row, 3), value),))
        prefix = f"'{sheet}'!" if len({table[0] for table in layout.tables}) > 1 else ""
        addresses[name] = f"{prefix}$C${row}"
    return addresses


def _given(layout: Layout) -> dict[str, float]:
    return {**GIVEN, "t1": layout.targets[0], "t2": layout.targets[1], **layout.biases}


def _table(
    made: Cells, layout: Layout, shared: dict[str, str], table: tuple[str, int, int, float], number: int
) -> None:
    sheet, header, first_line, rate = table
    given = _given(layout)
    names = [name for name in layout.lines if layout.given != "only block" or name not in given]
    lines = {name: first_line + k for k, name in enumerate(names) if not name.startswith("_")}
    first = header + layout.below
    place = Place(sheet, first, first + layout.epochs - 1, lines, layout.transposed, frozenset(given))
    made.places.append(place)
    for name in lines:
        if layout.header is not None and (text := layout.header(name)):
            made.put(place.cell(name, header), text)
    for k, name in enumerate(names):
        cell = Place(sheet, first, place.last, {name: first_line + k}, layout.transposed).cell
        if name in ("_epoch", "_text"):
            made.put(cell(name, header), {"_epoch": "Epoch", "_text": "remarks"}[name])
            for step in range(place.first, place.last + 1):
                made.put(cell(name, step), float(step - first) if name == "_epoch" else "see above")
    eta = _rate(made, layout, place, header, rate, number)

    def formula(template: str, step: int) -> str:
        def where(match: re.Match[str]) -> str:
            name, before = match[1], bool(match[2])
            if name == "eta" and "eta" not in lines:
                return eta
            if name in given and name not in lines:
                return shared[name] if shared else repr(given[name])
            return address(*place.cell(name, step - before)[1:])

        return "=" + re.sub(r"\{(\w+)(<?)\}", where, template)

    for name, value in {**given, **dict(zip(WEIGHT_NAMES, WEIGHTS, strict=True))}.items():
        if name not in lines:
            continue
        steps = range(first, place.last + 1) if name in given and layout.given == "repeated" else [first]
        cells = [made.put(place.cell(name, step), f"={shared[name]}" if shared else value) for step in steps]
        if not shared:
            made.givens.append(tuple(cells))
        for step in range(first + 1, place.last + 1) if name in given and layout.given != "repeated" else ():
            made.put(place.cell(name, step), f"={shared[name]}" if shared else formula(f"{{{name}<}}", step))
    for name, template in layout.formulas.items():
        if name in lines:
            for step in range(first + (name in WEIGHT_NAMES), place.last + 1):
                made.put(place.cell(name, step), formula(template, step))


def _rate(made: Cells, layout: Layout, place: Place, header: int, rate: float, number: int) -> str:
    """Put the learning rate where the layout has it; the text by which formulas refer to it."""
    at = min(place.lines.values()) + 6
    label, cell = (Place(place.sheet, 0, 0, {"_": at + k}, layout.transposed).cell("_", header - 2) for k in (-1, 0))
    if layout.rate == "literal":
        return repr(rate)
    if layout.rate == "column":
        made.givens.append(tuple(made.put(place.cell("eta", s), rate) for s in range(place.first, place.last + 1)))
        return ""
    if layout.rate == "above":
        made.givens.append((made.put(place.cell("eta", place.first), rate),))
        for step in range(place.first + 1, place.last + 1):
            made.put(place.cell("eta", step), f"={address(*place.cell('eta', step - 1)[1:])}")
        return ""
    if layout.rate in ("sheet", "name"):
        cell = ("Parameters", 2 + number, 2)
        label = ("Parameters", 2 + number, 1)
    made.put(label, "Learning Rate" if layout.rate == "sheet" else "η =")
    if layout.rate == "formula":
        tenth = (cell[0], cell[1], cell[2] + 3)
        made.givens.append((made.put(tenth, rate * 10),))
        made.put(cell, f"={address(*tenth[1:])}/10")
    else:
        made.givens.append((made.put(cell, rate),))
    if layout.rate == "name":
        made.names["ETA" if number == 0 else f"ETA_{number}"] = f"Parameters!$B${2 + number}"
        return "eta" if number == 0 else f"eta_{number}"
    plain = address(*cell[1:])
    fixed = re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", plain)
    return {"relative": plain, "sheet": f"Parameters!{fixed}"}.get(layout.rate, fixed)


STEPS, STEP_NAMES = helped(1)
CHAIN, CHAIN_NAMES = helped(2)
_WITHOUT_LOSSES = tuple(name for name in ORDER if name not in ("E1", "E2"))
_OTHER_ORDER = (
    *("i1", "i2", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "h1", "h2", "a_h1", "a_h2", "o1", "o2", "a_o1"),
    *("a_o2", "t1", "t2", *reversed(GRADIENT), "E_total", "E2", "E1"),
)
_SHEETS = tuple((f"η={rate}", 6 + 3 * k, 1, rate) for k, rate in enumerate((0.1, 0.5, 2.0)))

LAYOUTS = (
    Layout("class"),
    Layout("class, equal targets", targets=(0.5, 0.5)),
    Layout("header in row 1", tables=(("Sheet1", 3, 1, 1.0),), epochs=20),
    Layout("from B, index", ("_epoch", *ORDER), tables=(("Data", 13, 2, 0.8),), given="above"),
    Layout("from D, gaps", (*ORDER[:4], "_", *ORDER[4:12], "_text", *ORDER[12:23], "_", "_", *GRADIENT),
           tables=(("Sheet1", 24, 4, 2.0),)),
    Layout("other order", _OTHER_ORDER, tables=(("Sheet1", 40, 1, 0.1),), header=spelled("out_{}", "E_T", "dw{}")),
    Layout("parameter block", ("_epoch", *ORDER), given="block", tables=(("Sheet1", 20, 1, 0.5),)),
    Layout("block, no input columns", given="only block", tables=(("Sheet1", 20, 1, 0.5),)),
    Layout("block of another sheet", given="block", tables=(("One", 20, 1, 0.5), ("Two", 20, 1, 1.0))),
    Layout("local derivatives", (*ORDER[:23], *STEP_NAMES, *GRADIENT), STEPS),
    Layout("chain of derivatives", (*ORDER[:23], *CHAIN_NAMES, *GRADIENT), CHAIN, epochs=9),
    Layout("chain at the end", (*ORDER, "_", *CHAIN_NAMES), CHAIN, spelled("act_{}", "Etotal", "E∂w{}"), epochs=8),
    Layout("stacked", tables=(("All", 10, 2, 0.1), ("All", 28, 2, 0.5), ("All", 46, 2, 2.0)), epochs=9),
    Layout("sheet a rate", tables=_SHEETS, epochs=9),
    Layout("transposed", tables=(("Sheet1", 4, 5, 0.5),), transposed=True),
    Layout("transposed, helpers", (*ORDER[:23], *STEP_NAMES, *GRADIENT), STEPS, tables=(("T", 3, 9, 0.5),),
           transposed=True, epochs=8),
    Layout("spelled out", header=spelled("sigmoid({})", "Total Error", "dE_total / dw{}"), rate="relative"),
    Layout("lying headers", header=lying),
    Layout("no header", header=None, tables=(("Sheet1", 5, 1, 0.5),)),
    Layout("other-order, no header", _OTHER_ORDER, header=None, tables=(("Sheet1", 5, 3, 0.5),)),
    Layout("rate by formula", rate="formula", epochs=15),
    Layout("rate in a column", (*ORDER[:4], "eta", *ORDER[4:]), rate="column"),
    Layout("rate copied down", (*ORDER, "eta"), rate="above", given="above"),
    Layout("rate typed in", rate="literal"),
    Layout("rate on a sheet", rate="sheet", tables=_SHEETS, epochs=6),
    Layout("rate by name", rate="name"),
    Layout("functions", formulas=FUNCTIONS, header=spelled("out_{}", "E_tot", "∂E_T/∂w{}")),
    Layout("areas", formulas=AREAS, header=spelled(total="E_TOTAL", gradient="δE_tot/δw{}")),
    Layout("roots, total directly", _WITHOUT_LOSSES, ROOTS),
    Layout("roots", formulas=ROOTS, header=spelled("a({})", "E Total", "EdW{}")),
    Layout("products", formulas=CALLS, header=spelled("a{}", "E", "∂E∂W{}"), given="above"),
    Layout("two header rows", below=2),
    Layout("pasted tail", pasted=5, epochs=14),
    Layout("pasted", pasted=0, epochs=14),
)  # fmt: skip


BIASES = {"b1": 0.35, "b2": 0.60}
_WITH_BIASES = (*ORDER[:8], "b1", *ORDER[8:16], "b2", *ORDER[16:])
_STACKED_NAMES = (*_WITH_BIASES[:23], *STEP_NAMES, *_WITH_BIASES[23:])


def _without(*names: str) -> Callable[[str], str]:
    return lambda name: "" if name in names else stacked(name)


MAZUR_LAYOUTS = tuple(
    replace(layout, biases=BIASES, formulas=biased(layout.formulas))
    for layout in (
        Layout("bias columns", _WITH_BIASES),
        Layout("stacked names", _WITH_BIASES, header=stacked, given="above"),
        Layout("bias columns without header", _WITH_BIASES, header=_without("b1", "b2")),
        Layout("biases first, no header", ("b1", "b2", *ORDER), header=None, tables=(("Sheet1", 5, 1, 0.5),)),
        Layout("biases typed", header=stacked),
        Layout("biases typed, rate typed", rate="literal", epochs=20),
        Layout("biases typed, no header", header=None, tables=(("Sheet1", 5, 1, 0.5),)),
        Layout("biases in cells", given="block", tables=(("Sheet1", 20, 1, 0.5),)),
        Layout("all given in cells", given="only block", header=stacked, tables=(("Sheet1", 20, 1, 0.5),)),
        Layout("block of another sheet", given="block", tables=(("One", 20, 1, 0.5), ("Two", 20, 1, 1.0))),
        Layout("helpers", _STACKED_NAMES, STEPS, header=stacked),
        Layout("helpers, biases typed", (*ORDER[:23], *CHAIN_NAMES, *GRADIENT), CHAIN, epochs=9),
        Layout("transposed", _WITH_BIASES, tables=(("Sheet1", 4, 5, 0.5),), transposed=True),
        Layout("functions", _WITH_BIASES, FUNCTIONS, spelled("out_{}", "E_tot", "∂E_T/∂w{}")),
        Layout("areas", formulas=AREAS, header=spelled(total="E_TOTAL", gradient="δE_tot/δw{}")),
        Layout("products", _WITH_BIASES, CALLS, given="above"),
        Layout("sheet a rate", _WITH_BIASES, tables=_SHEETS, epochs=9),
        Layout("lying headers", _WITH_BIASES, header=lying),
        Layout("pasted", _WITH_BIASES, pasted=0, epochs=14),
        Layout("pasted tail", pasted=5, epochs=14),
    )
)


def disturbed(made: Cells, seed: int) -> Calculator:
    """The workbook with other given numbers, all different, so that only equal functions show equal numbers."""
    draw = random.Random(seed)
    cells = dict(made.cells)
    for group in made.givens:
        value = draw.uniform(0.2, 1.4)
        cells.update(dict.fromkeys(group, value))
    return Calculator(cells, made.names)


def as_book(made: Cells, cached: bool = True) -> Book:
    """The workbook as if read from a file, with or without the stored results of its formulas."""
    numbers = Calculator(made.cells, made.names)
    book, known = Book(names=dict(made.names)), {}
    for cell in sorted(made.cells, key=lambda cell: cell[1:]):
        content = made.cells[cell]
        sheet = book.sheets.setdefault(cell[0], Sheet(cell[0]))
        column = sheet.columns.setdefault(cell[2], Column())
        tree = CONSTANT
        if not isinstance(content, float | str):
            tree = known.setdefault(content, len(known))
            if tree == len(book.trees):
                book.trees.append(content)
        value = numbers.value(cell) if cached or tree == CONSTANT else None
        column.rows.append(cell[1])
        column.trees.append(tree)
        column.numbers.append(math.nan if value is None else value)
        if value is None:
            column.others[cell[1]] = content if isinstance(content, str) else "#VALUE!" if cached else None
    return book


def save(made: Cells, file: Path) -> Path:
    """The workbook as a file; openpyxl stores no results."""
    workbook = Openpyxl()
    workbook.remove(workbook.active)
    for cell, content in made.cells.items():
        sheet = workbook[cell[0]] if cell[0] in workbook.sheetnames else workbook.create_sheet(cell[0])
        plain = isinstance(content, float | str)
        sheet.cell(*cell[1:], content if plain else f"={render(content, *cell[1:])}")  # type: ignore[arg-type]
    for name, text in made.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=text)
    workbook.save(file)
    return file


def changed(made: Cells, contents: Mapping[Cell, Content]) -> Cells:
    """The workbook with other contents in some cells."""
    return replace(made, cells={**made.cells, **contents})
