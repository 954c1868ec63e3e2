"""Correct 8-weight tables in the layouts that people use, as cells; their numbers by a plain calculator of its own.

Templates name quantities in braces, `{w1<}` in the epoch before, so one formula serves every layout and orientation.
Nothing of the checker is used here but its formula trees, so what it says can be held against these numbers.
"""

import math
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from openpyxl import Workbook as Openpyxl

from backprop.check.formula import Area, Binary, Bracket, Call, Name, Node, Number, Reference, Unary, parse, render
from backprop.check.grid import CONSTANT, Book, Column, Sheet, address

Cell = tuple[str, int, int]  # sheet, row, column
Content = Node | float | str  # a formula, a number, a text

INPUTS, TARGETS, WEIGHTS = (0.05, 0.10), (0.01, 0.99), (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)
GIVEN = dict(zip(("i1", "i2", "t1", "t2"), INPUTS + TARGETS, strict=True))
WEIGHT_NAMES = tuple(f"w{k}" for k in range(1, 9))
GRADIENT = tuple(f"dE_dw{k}" for k in range(1, 9))
ORDER = (
    tuple(
        [
            "t1",
            "t2",
            "i1",
            "i2",
            "w1",
            "w2",
            "w3",
            "w4",
            "h1",
            "a_h1",
            "h2",
            "a_h2",
            "w5",
            "w6",
            "w7",
            "w8",
            "o1",
            "a_o1",
            "o2",
            "a_o2",
            "E1",
            "E2",
            "E_total",
        ]
    )
    + GRADIENT
)

# -- formulas ---------------------------------------------------------------------------------------------------------

INCOMING = {"h1": ("w1", "i1", "w2", "i2"), "h2": ("w3", "i1", "w4", "i2"),
            "o1": ("w5", "a_h1", "w6", "a_h2"), "o2": ("w7", "a_h1", "w8", "a_h2")}  # fmt: skip
INTO = {f"w{k}": (1 if k in (1, 2) else 2, 1 + (k + 1) % 2) for k in range(1, 5)} | {
    f"w{k}": (1 if k in (5, 6) else 2, 1 + (k + 1) % 2) for k in range(5, 9)
}  # weight -> (its neuron, its input), counted from 1


def closed(
    error: str = "({a_o#}-{t#})", slope: str = "{#}*(1-{#})", total: str = "{E1}+{E2}", half: str = "0.5*({t#}-{a_o#})^2",
    sigmoid: str = "1/(1+EXP(-{#}))", weighted: str = "{0}*{1}+{2}*{3}", update: str = "{w#<}-{eta}*{dE_dw#<}",
    product: str = "{}*{}*{}",
) -> dict[str, str]:  # fmt: skip
    """Name -> template: every formula in one row, in a spelling of its pieces; `#` stands for number or name."""
    made = {}
    for name, parts in INCOMING.items():
        made[name] = weighted.format(*(f"{{{part}}}" for part in parts))
        made[f"a_{name}"] = sigmoid.replace("#", name)
    for k in "12":
        made[f"E{k}"] = half.replace("#", k)
    made["E_total"] = total
    delta = {k: f"{error.replace('#', k)}*{slope.replace('#', f'a_o{k}')}" for k in "12"}
    for k in range(1, 9):
        neuron, source = INTO[f"w{k}"]
        if k >= 5:
            made[f"dE_dw{k}"] = f"{delta[str(neuron)]}*{{a_h{source}}}"
        else:
            back = f"({delta['1']}*{{w{4 + neuron}}}+{delta['2']}*{{w{6 + neuron}}})"
            made[f"dE_dw{k}"] = product.format(back, slope.replace("#", f"a_h{neuron}"), f"{{i{source}}}")
        made[f"w{k}"] = update.replace("#", str(k))
    return made


CLOSED = closed()
FUNCTIONS = closed(
    error="-1*({t#}-{a_o#})", slope="{#}*(1-{#})", total="SUM({E1},{E2})", half="POWER({t#}-{a_o#},2)/2",
    sigmoid="1/(1+EXP({#}*-1))", weighted="SUM({0}*{1},{2}*{3})", update="{w#<}-{dE_dw#<}*{eta}",
)  # fmt: skip
AREAS = closed(
    error="-({t#}-{a_o#})", slope="({#}-POWER({#},2))", total="SUM({E1}:{E2})", half="1/2*SUMXMY2({t#},{a_o#})",
    sigmoid="EXP({#})/(1+EXP({#}))", weighted="SUMPRODUCT({0}:{2},{1})", update="{w#<}+-{eta}*{dE_dw#<}",
)  # fmt: skip
for _name in ("h1", "h2"):
    AREAS[_name] = "SUMPRODUCT({%s}:{%s},{i1}:{i2})" % (INCOMING[_name][0], INCOMING[_name][2])
for _name in ("o1", "o2"):
    AREAS[_name] = CLOSED[_name]
ROOTS = closed(
    slope="(1-{#})*{#}", total="0.5*({t1}-{a_o1})^2+0.5*({t2}-{a_o2})^2", half="SQRT(({t#}-{a_o#})^4)/2",
    sigmoid="(1+EXP(-{#}))^-1", weighted="({0}*{1})+({2}*{3})", update="{w#<}-({eta}*{dE_dw#<})",
    product="{2}*{1}*{0}",
)  # fmt: skip
CALLS = closed(
    slope="PRODUCT({#},1-{#})", total="SUM({E1}:{E2})", half="0.5*POWER({a_o#}-{t#},2)",
    sigmoid="1/(1+EXP(-1*{#}))", weighted="PRODUCT({0},{1})+PRODUCT({2},{3})", product="PRODUCT({},{},{})",
)  # fmt: skip


def helped(depth: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """Formulas through columns of local derivatives, and the names of those columns; deeper ones read shallower."""
    made, extra = dict(CLOSED), []

    def helper(name: str, template: str) -> None:
        made[name] = template
        extra.append(name)

    for k in "12":
        helper(f"dE_dao{k}", f"{{a_o{k}}}-{{t{k}}}")
        helper(f"dao{k}_do{k}", f"{{a_o{k}}}*(1-{{a_o{k}}})")
        helper(f"dah{k}_dh{k}", f"{{a_h{k}}}*(1-{{a_h{k}}})")
    if depth > 1:
        for k in "12":
            helper(f"dE_do{k}", f"{{dE_dao{k}}}*{{dao{k}_do{k}}}")
        for k in (1, 2):
            helper(f"dE1_dah{k}", f"{{dE_do1}}*{{w{4 + k}}}")
            helper(f"dE2_dah{k}", f"{{dE_do2}}*{{w{6 + k}}}")
            helper(f"dE_dah{k}", f"{{dE1_dah{k}}}+{{dE2_dah{k}}}")
            helper(f"dE_dh{k}", f"{{dE_dah{k}}}*{{dah{k}_dh{k}}}")
    for k in range(1, 9):
        neuron, source = INTO[f"w{k}"]
        output = {j: f"{{dE_do{j}}}" if depth > 1 else f"{{dE_dao{j}}}*{{dao{j}_do{j}}}" for j in (1, 2)}
        if k >= 5:
            made[f"dE_dw{k}"] = f"{output[neuron]}*{{a_h{source}}}"
        elif depth > 1:
            made[f"dE_dw{k}"] = f"{{dE_dh{neuron}}}*{{i{source}}}"
        else:
            back = f"({output[1]}*{{w{4 + neuron}}}+{output[2]}*{{w{6 + neuron}}})"
            made[f"dE_dw{k}"] = f"{back}*{{dah{neuron}_dh{neuron}}}*{{i{source}}}"
    return made, tuple(extra)


# -- headers ----------------------------------------------------------------------------------------------------------


def spelled(activation: str = "a_{}", total: str = "E_total", gradient: str = "∂E/∂w{}") -> Callable[[str], str]:
    def header(name: str) -> str:
        if name.startswith("a_"):
            return activation.format(name[2:])
        if name in GRADIENT:
            return gradient.format(name[-1])
        return total if name == "E_total" else "η" if name == "eta" else name

    return header


def lying(name: str) -> str:
    return {"t2": "i2", "h2": "h1", "dE_dw3": "∂E/∂w4", "dE_dw4": "∂E/∂w3"}.get(name, spelled()(name))


# -- layouts ----------------------------------------------------------------------------------------------------------


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
    pasted: int | None = None  # the step, counted from 0, from which on numbers stand in place of formulas


@dataclass
class Place:
    """One table in a workbook."""

    sheet: str
    first: int
    last: int
    lines: dict[str, int]
    transposed: bool

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
    return {**GIVEN, "t1": layout.targets[0], "t2": layout.targets[1]}


def _table(
    made: Cells, layout: Layout, shared: dict[str, str], table: tuple[str, int, int, float], number: int
) -> None:
    sheet, header, first_line, rate = table
    names = [name for name in layout.lines if layout.given != "only block" or name not in GIVEN]
    lines = {name: first_line + k for k, name in enumerate(names) if not name.startswith("_")}
    first = header + layout.below
    place = Place(sheet, first, first + layout.epochs - 1, lines, layout.transposed)
    made.places.append(place)
    for name in lines:
        if layout.header is not None:
            made.put(place.cell(name, header), layout.header(name))
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
            if name in GIVEN and name not in lines:
                return shared[name]
            return address(*place.cell(name, step - before)[1:])

        return "=" + re.sub(r"\{(\w+)(<?)\}", where, template)

    for name, value in {**_given(layout), **dict(zip(WEIGHT_NAMES, WEIGHTS, strict=True))}.items():
        if name not in lines:
            continue
        steps = range(first, place.last + 1) if name in GIVEN and layout.given == "repeated" else [first]
        cells = [made.put(place.cell(name, step), f"={shared[name]}" if shared else value) for step in steps]
        if not shared:
            made.givens.append(tuple(cells))
        for step in range(first + 1, place.last + 1) if name in GIVEN and layout.given != "repeated" else ():
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


# -- numbers ----------------------------------------------------------------------------------------------------------


class Calculator:
    """What every cell shows, in doubles, as a spreadsheet computes it: a circle gives 0, an error None."""

    def __init__(self, cells: Mapping[Cell, Content], names: Mapping[str, str]) -> None:
        self.cells, self.names = cells, names
        self.known: dict[Cell, float | None] = {}
        self.open: list[Cell] = []
        self.circles: set[Cell] = set()  # cells that read themselves

    def value(self, cell: Cell) -> float | None:
        if cell in self.open:
            self.circles.update(self.open[self.open.index(cell) :])
            return 0.0
        if cell not in self.known:
            self.open.append(cell)
            content = self.cells.get(cell, 0.0)
            self.known[cell] = content if isinstance(content, float) else self.result(content, cell)
            self.open.pop()
        return self.known[cell]

    def result(self, content: Content, holder: Cell) -> float | None:
        """What a content gives in that place."""
        if isinstance(content, float):
            return content
        if isinstance(content, str):
            return None
        try:
            result = self._node(content, holder)
        except (ArithmeticError, TypeError, ValueError):
            return None
        return result if isinstance(result, float) and math.isfinite(result) else None

    def _cell(self, node: Reference, holder: Cell) -> Cell:
        return (node.sheet or holder[0], *node.at(*holder[1:]))

    def _node(self, node: Node, holder: Cell) -> float:
        match node:
            case Number(text):
                return float(text)
            case Reference():
                return self.value(self._cell(node, holder))  # type: ignore[return-value]
            case Name(text):
                return self._node(parse(f"={self.names[text.upper()]}", 1, 1), holder)
            case Bracket(inside):
                return self._node(inside, holder)
            case Unary(sign, operand):
                return {"-": -1.0, "+": 1.0, "%": 0.01}[sign] * self._node(operand, holder)
            case Binary(operator, left, right):
                return _BINARY[operator](self._node(left, holder), self._node(right, holder))
            case Call(function, arguments):
                return _CALLS[function.upper()](*(self._values(argument, holder) for argument in arguments))
        raise ValueError(node)

    def _values(self, node: Node, holder: Cell) -> list[float]:
        if not isinstance(node, Area):
            return [self._node(node, holder)]
        (sheet, top, left), (_, bottom, right) = self._cell(node.first, holder), self._cell(node.last, holder)
        rows, columns = range(min(top, bottom), max(top, bottom) + 1), range(min(left, right), max(left, right) + 1)
        return [value for r in rows for c in columns if (value := self.value((sheet, r, c))) is not None]


_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": math.pow,
}
_CALLS: dict[str, Callable[..., float]] = {
    "EXP": lambda x: math.exp(x[0]),
    "SQRT": lambda x: math.sqrt(x[0]),
    "ABS": lambda x: abs(x[0]),
    "POWER": lambda x, y: math.pow(x[0], y[0]),
    "SUM": lambda *x: sum((v for each in x for v in each), 0.0),
    "PRODUCT": lambda *x: math.prod(v for each in x for v in each),
    "SUMPRODUCT": lambda *x: sum(map(math.prod, zip(*x, strict=True))),
    "SUMXMY2": lambda x, y: sum((a - b) ** 2 for a, b in zip(x, y, strict=True)),
}


def disturbed(made: Cells, seed: int) -> Calculator:
    """The workbook with other given numbers, all different, so that only equal functions show equal numbers."""
    draw = random.Random(seed)
    cells = dict(made.cells)
    for group in made.givens:
        value = draw.uniform(0.2, 1.4)
        cells.update(dict.fromkeys(group, value))
    return Calculator(cells, made.names)


# -- as the checker reads it ------------------------------------------------------------------------------------------


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
        from openpyxl.workbook.defined_name import DefinedName

        workbook.defined_names[name] = DefinedName(name, attr_text=text)
    workbook.save(file)
    return file


def changed(made: Cells, contents: Mapping[Cell, Content]) -> Cells:
    """The workbook with other contents in some cells."""
    return replace(made, cells={**made.cells, **contents})
