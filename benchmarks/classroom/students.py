"""A made-up student: own numbers, a layout, a program's habits, mistakes, and the points that a key gives for them.

The key knows nothing of the grader: it computes every changed cell in doubles, from right cells, under two sets of
random given numbers, and counts the shares of the package's rubric by itself.
"""

import random
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.utils import get_column_letter

from backprop.classroom.grading.numbers import given_numbers
from backprop.classroom.manifest import Manifest, Student, exercise_of
from backprop.network.load import load_network
from backprop.spreadsheet.book import Cell, address
from backprop.spreadsheet.formula import Node, parse, references, render
from benchmarks.classroom.mistakes import ACTIVATIONS, HIDDEN, KINDS, OUTPUT, SUMS, Kind
from benchmarks.classroom.opendocument import Curve, save_opendocument
from groundfloor.cached_values import fill_cached
from tests.backprop.check.calculator import Calculator
from tests.backprop.check.layouts import LAYOUTS, Cells, Layout, Place, build, changed, disturbed, save
from tests.backprop.check.spellings import WEIGHT_NAMES

ROWS = 8
RATES = {"one": (0.5,), "three": (0.1, 0.5, 2.0)}
POINTS = {"forward": 15, "loss": 10, "output": 15, "hidden": 25, "updates": 15, "filled_down": 10, "chart": 5,
          "other_rates": 5}  # fmt: skip
PART = (dict.fromkeys((*SUMS, *ACTIVATIONS), "forward") | dict.fromkeys(("E1", "E2", "E_total"), "loss")
        | dict.fromkeys(OUTPUT, "output") | dict.fromkeys(HIDDEN, "hidden")
        | dict.fromkeys(WEIGHT_NAMES, "updates"))  # fmt: skip
NOT_OWN = {"pasted tail", "pasted", "class, equal targets", "block, no input columns"}  # no own numbers
PROGRAMS = ("openpyxl", "Excel", "Google Sheets", "LibreOffice")
SAME = 1e-9


def layouts(rates: str) -> list[Layout]:
    """The layouts of a class: with one table, or with one a rate."""
    many = len(RATES[rates]) > 1
    return [
        replace(layout, epochs=ROWS, tables=_tables(layout, RATES[rates]))
        for layout in LAYOUTS
        if layout.name not in NOT_OWN and (len(layout.tables) == len(RATES[rates]) if many else len(layout.tables) == 1)
    ]


def _tables(layout: Layout, rates: tuple[float, ...]) -> tuple[tuple[str, int, int, float], ...]:
    return tuple((*table[:3], rate) for table, rate in zip(layout.tables, rates, strict=True))


@dataclass(frozen=True)
class Handed:
    """What a student hands in, and what it is worth."""

    name: str
    layout: str
    program: str
    kinds: tuple[str, ...]
    points: float
    story: str


@cache
def manifest(seed: int, count: int, rates: str) -> Manifest:
    """A class of that size."""
    students = tuple(
        Student(id=f"{rates}-{n:04}", name=f"Student {n}", draw=0, file=f"{rates}-{n:04}.xlsx", sha256="0" * 64)
        for n in range(count)
    )
    return Manifest(network=load_network("eight-weight"), seed=seed, level=3, epochs=ROWS,
                    learning_rates=RATES[rates], students=students)  # fmt: skip


@dataclass
class _Made:
    """A workbook while mistakes are made in it."""

    right: Cells
    cells: Cells
    layout: Layout
    worlds: list[Calculator]
    wrong: dict[tuple[int, str], set[int]] = field(default_factory=dict)  # table and quantity -> rows, from 0
    empty: dict[tuple[int, str], set[int]] = field(default_factory=dict)

    def is_wrong(self, cell: Cell, content: object) -> bool:
        """Whether the content is worth another number than what stood there, from right cells."""
        if content is None or isinstance(content, float):
            return True  # a formula is asked for
        for world in self.worlds:
            new, right = world.result(content, cell), world.value(cell)  # type: ignore[arg-type]
            if new is None or right is None or abs(new - right) > SAME * abs(right):
                return True
        return False


def hand_in(of: Manifest, rates: str, number: int, folder: Path) -> Handed:
    """Write the student's workbook; what it is worth."""
    draw = random.Random(f"{of.seed}/{rates}/{number}")
    student = of.students[number]
    every = layouts(rates)
    layout = every[number % len(every)]
    right = _numbered(build(layout), given_numbers(exercise_of(of, student).network))
    made = _Made(right, right, layout, [disturbed(right, seed) for seed in (1, 2)])
    wanted = draw.choices((0, 1, 2), (1, 4, 5))[0]
    kinds: list[str] = []
    while len(kinds) < wanted:
        kind = KINDS[(number + len(kinds) * 17) % len(KINDS)] if draw.random() < 0.7 else draw.choice(KINDS)
        if kind.name not in kinds and _make(made, kind, draw):
            kinds.append(kind.name)
    with_chart, shorter = draw.random() < 0.9, draw.randrange(1, ROWS - 3) if draw.random() < 0.08 else 0
    if shorter:
        _shorten(made, shorter)
    program = PROGRAMS[number // len(every) % len(PROGRAMS)]
    _write(made, folder / student.file, program, with_chart)
    points = key(made, rates, with_chart, shorter)
    return Handed(student.id, layout.name, program, tuple(kinds), points, _story(made))


def _numbered(made: Cells, numbers: Mapping[str, float]) -> Cells:
    """The workbook with the student's numbers in place of the usual ones; rates stay."""
    cells = dict(made.cells)
    names = {place.cell(name, step): name for place in made.places for name in place.lines
             for step in range(place.first, place.last + 1)}  # fmt: skip
    for group in made.givens:
        for sheet, row, column in group:
            name = names.get((sheet, row, column)) or cells.get((sheet, row, column - 1))
            if isinstance(name, str) and name in numbers:
                cells[sheet, row, column] = numbers[name]
    return replace(made, cells=cells)


def _make(made: _Made, kind: Kind, draw: random.Random) -> bool:
    """Make the mistake somewhere; whether a place was found."""
    names = [name for name in kind.quantities if name in made.right.places[0].lines and name in made.layout.formulas]
    if not names:
        return False
    name = draw.choice(names)
    table = 0 if len(made.right.places) == 1 or draw.random() < 0.5 else draw.randrange(1, len(made.right.places))
    tables = range(len(made.right.places)) if table == 0 else [table]  # sheets are copied from the first
    first = int(name in WEIGHT_NAMES)
    start = draw.choice((first, first, first, draw.randrange(first, ROWS)))
    rows = range(start, ROWS) if draw.random() < 0.8 else range(start, start + 1)
    contents = _contents(made, kind, name, tables, rows, draw)
    if not contents:
        return False
    made.cells = changed(made.cells, {place: content for _, _, place, content in contents})
    for number, row, cell, content in contents:
        if made.is_wrong(cell, content):
            made.wrong.setdefault((number, name), set()).add(row)
            if content is None:
                made.empty.setdefault((number, name), set()).add(row)
    return True


def _contents(
    made: _Made, kind: Kind, name: str, tables: "range | list[int]", rows: range, draw: random.Random
) -> list[tuple[int, int, Cell, object]]:
    """Table, row, cell and its new content."""
    if any((table, name) in made.wrong for table in tables):
        return []
    edited: Cells | None = None
    if kind.edit is not None:
        template = kind.edit(name, made.layout.formulas, draw)
        if template is None or _lacks(made.right.places[0], template):
            return []
        edited = build(replace(made.layout, formulas={**made.layout.formulas, name: template}))
    found: list[tuple[int, int, Cell, object]] = []
    number = round(draw.uniform(0.05, 0.95), 4)
    for table in tables:
        place = made.right.places[table]
        for row in rows:
            cell = place.cell(name, place.first + row)
            content: object = None if edited is None else edited.cells[cell]
            if kind.content == "number":
                content = number
            elif kind.content == "right number":
                content = Calculator(made.right.cells, made.right.names).value(cell)
            elif kind.content == "frozen":
                content = _frozen(made.right.cells[cell], cell, name, place, place.first + rows[0] - 1)
            no_edit = content is None and kind.content != "empty"
            if content == made.right.cells[cell] or no_edit:
                return []
            found.append((table, row, cell, content))
    return found


def _lacks(place: Place, template: str) -> bool:
    """Whether a name of the template has no line; given numbers may stand elsewhere."""
    names = set(re.findall(r"\{([a-zA-Z]\w*)<?\}", template))
    return not names <= {*place.lines, "eta", "i1", "i2", "t1", "t2"}


def _frozen(tree: object, cell: Cell, name: str, place: Place, step: int) -> Node | None:
    """The update with its gradient held in one row by a $."""
    gradient = {place.cell(f"dE_d{name}", row) for row in range(place.first, place.last + 1)}
    text = f"={render(tree, *cell[1:])}"  # type: ignore[arg-type]
    for each in references(tree):  # type: ignore[arg-type]
        row, column = each.at(*cell[1:])
        if (cell[0], row, column) in gradient:
            fixed = place.cell(f"dE_d{name}", step)
            letter = get_column_letter(fixed[2])
            held = f"${letter}{row}" if place.transposed else f"{letter}${fixed[1]}"
            return parse(text.replace(render(each, *cell[1:]), held), *cell[1:])
    return None


def _shorten(made: _Made, rows: int) -> None:
    """The last rows are not there."""
    cells = dict(made.cells.cells)
    for place in made.right.places:
        for name in place.lines:
            for step in range(place.last - rows + 1, place.last + 1):
                cells.pop(place.cell(name, step), None)
    made.cells = replace(made.cells, cells=cells)
    for places in (made.wrong, made.empty):
        for key_, wrong in list(places.items()):
            places[key_] = {row for row in wrong if row < ROWS - rows}
            if not places[key_]:
                del places[key_]


def key(made: _Made, rates: str, with_chart: bool, shorter: int) -> float:
    """The points, by the rubric's own words."""
    asked = {part: points for part, points in POINTS.items() if part != "other_rates" or rates == "three"}
    scale = 100 / sum(asked.values())
    present = list(PART)  # what others do without, and a table leaves out, counts as right
    of_part = {part: [name for name in present if PART[name] == part] for part in asked}
    lost = dict.fromkeys(asked, 0.0)
    for (table, name), rows in made.wrong.items():
        part, first = PART[name], int(name in WEIGHT_NAMES)
        if table == 0 and first in rows:
            lost[part] += 1 / len(of_part[part])
        elif table == 0:
            empty = made.empty.get((table, name), set())
            lost["filled_down"] += len(empty) / (ROWS - 1) / len(present) if empty else 1 / len(present)
        elif (0, name) not in made.wrong:
            lost["other_rates"] += 1 / len(present) / (len(RATES[rates]) - 1)
    lost["filled_down"] += shorter / (ROWS - 1)
    if rates == "three":
        lost["other_rates"] += shorter / ROWS
    lost["chart"] += not with_chart
    return sum(points * scale * (1 - min(1.0, lost[part])) for part, points in asked.items())


def _write(made: _Made, file: Path, program: str, with_chart: bool) -> None:
    """The file, with the stored values of a program: none, all, or ten digits of each; LibreOffice's is an .ods."""
    cells = {cell: content for cell, content in made.cells.cells.items() if content is not None}
    if program == "LibreOffice":
        chart = _curves(made) if with_chart else None
        save_opendocument(cells, made.cells.names, file.with_suffix(".ods"), chart)
        return
    save(replace(made.cells, cells=cells), file)
    if not with_chart and program == "openpyxl":
        return
    if with_chart:
        _chart(made, file)
    if program == "openpyxl":
        return
    numbers = Calculator(cells, made.cells.names)
    sheets = list(dict.fromkeys(cell[0] for cell in cells))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for number, sheet in enumerate(sheets, 1):
        values = {}
        for cell, content in cells.items():
            if cell[0] == sheet and not isinstance(content, float | str):
                value = numbers.value(cell)
                values[address(*cell[1:])] = "#VALUE!" if value is None else _stored(value, program)
        name = f"xl/worksheets/sheet{number}.xml"
        parts[name] = fill_cached(parts[name], values)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _stored(value: float, program: str) -> float:
    if program != "Google Sheets":
        return value
    return 0.0 if abs(value) < 1e-10 else float(f"{value:.10g}")


def _curves(made: _Made) -> tuple[Curve, Curve]:
    """What the chart has across, and the loss."""
    place = made.right.places[0]
    across, loss = ((place.cell(name, place.first), place.cell(name, place.last)) for name in ("w1", "E_total"))
    return across, loss


def _chart(made: _Made, file: Path) -> None:
    """A chart of the loss beside the table."""
    book = openpyxl.load_workbook(file)
    sheet = book[made.right.places[0].sheet]

    def curve(ends: Curve) -> Reference:
        (_, top, left), (_, bottom, right) = ends
        return Reference(sheet, min_row=top, max_row=bottom, min_col=left, max_col=right)

    chart, (across, loss) = ScatterChart(), _curves(made)
    chart.series.append(Series(curve(loss), curve(across), title="Loss"))
    sheet.add_chart(chart, "B2")
    book.save(file)


def _story(made: _Made) -> str:
    lines = []
    for (table, name), rows in made.wrong.items():
        cell = made.right.places[table].cell(name, made.right.places[table].first + min(rows))
        was, now = (each.cells.get(cell) for each in (made.right, made.cells))
        shown = [
            str(each) if isinstance(each, float | str | None) else f"={render(each, *cell[1:])}" for each in (was, now)
        ]
        lines.append(f"{name} of table {table}, rows {sorted(rows)}: {' -> '.join(shown)}")
    return "; ".join(lines)
