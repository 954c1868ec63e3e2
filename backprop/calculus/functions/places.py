"""Functions that take a place in a sheet, not what stands there: ROW, COLUMN, OFFSET, INDIRECT."""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop.calculus.functions.registry import (
    MOST_ITEMS,
    Building,
    Takes,
    block_of,
    function,
    lifted,
    plain_name,
    whole,
)
from backprop.calculus.values import Block, Operand, UnfollowedError, as_block, in_line
from backprop.spreadsheet.formula import (
    Area,
    Binary,
    Bracket,
    Call,
    FormulaError,
    Missing,
    Name,
    Node,
    Reference,
    parse,
)


@dataclass(frozen=True, slots=True)
class Place:
    """An area of cells."""

    sheet: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


def is_range(formula: Node) -> bool:
    """Whether a formula is the area from one cell or area to another."""
    return isinstance(formula, Binary) and formula.operator == ":"


def is_place(building: Building, formula: Node) -> bool:
    """Whether a formula names cells, as far as its form tells."""
    match formula:
        case Bracket(inside):
            return is_place(building, inside)
        case Reference() | Area() | Binary(":"):
            return True
        case Call(name, (area, *_)):
            return plain_name(name) == "OFFSET" or (plain_name(name) == "INDEX" and is_place(building, area))
        case Name():
            meaning = building.meaning(formula)
            return meaning is not None and is_place(building, meaning)
    return False


def _around(one: Place, two: Place) -> Place:
    """The least area that holds both."""
    top, left = min(one.row, two.row), min(one.column, two.column)
    bottom = max(one.row + one.rows, two.row + two.rows)
    right = max(one.column + one.columns, two.column + two.columns)
    return Place(one.sheet, top, left, bottom - top, right - left)


def place_in(building: Building, where: Place, numbers: Sequence[Operand]) -> Place:
    """The part of an area in a row and a column, by the workbook's own numbers; 0 or nothing for all of them."""
    if not numbers:
        raise UnfollowedError("#VALUE!: INDEX without a row or column")
    if len(numbers) > 2 and whole(building, numbers[2], 1) != 1:
        raise UnfollowedError("#REF!: INDEX of a further area")
    down, along = whole(building, numbers[0], 0), whole(building, numbers[1] if len(numbers) > 1 else None, 0)
    if len(numbers) == 1 and where.rows == 1:
        down, along = 0, down
    if min(down, along) < 0:
        raise UnfollowedError("#VALUE!: a row or column below 0")
    if down > where.rows or along > where.columns:
        raise UnfollowedError("#REF!: outside the area")
    rows, columns = 1 if down else where.rows, 1 if along else where.columns
    return Place(where.sheet, where.row + max(down - 1, 0), where.column + max(along - 1, 0), rows, columns)


def place(building: Building, formula: Node) -> Place:
    """The area that a formula names."""
    sheet, row, column = building.holder
    match formula:
        case Bracket(inside):
            return place(building, inside)
        case Reference():
            return Place(formula.sheet or sheet, *formula.at(row, column))
        case Area(first):
            top, bottom, left, right = formula.corners(row, column)
            return Place(first.sheet or sheet, top, left, bottom - top + 1, right - left + 1)
        case Binary(":", left, right):
            return _around(place(building, left), place(building, right))
        case Call(name, (area, *others)) if plain_name(name) == "INDEX" and is_place(building, area):
            return place_in(building, place(building, area), [building.follow(number) for number in others])
        case Call(name, (start, *others)) if plain_name(name) == "OFFSET":
            return _moved(building, place(building, start), others)
        case Name() if (meaning := building.meaning(formula)) is not None:
            return place(building, meaning)
    value = building.follow(formula)
    if not isinstance(value, Block) or value.area is None:
        raise UnfollowedError("#VALUE!: a place in a sheet is needed there")
    return Place(*value.area, value.rows, value.columns)


@function("ROW", least=0, most=1, takes=Takes.FORMULAS, by_place=True)
def _row(building: Building, formula: Node | None = None) -> Block:
    where = Place(*building.holder) if formula is None else place(building, formula)
    if where.rows > MOST_ITEMS:
        raise UnfollowedError(f"the numbers of more than {MOST_ITEMS:,} rows")
    return block_of([[building.tape.number(where.row + down)] for down in range(where.rows)])


@function("COLUMN", least=0, most=1, takes=Takes.FORMULAS, by_place=True)
def _column(building: Building, formula: Node | None = None) -> Block:
    where = Place(*building.holder) if formula is None else place(building, formula)
    return block_of([[building.tape.number(where.column + along) for along in range(where.columns)]])


@function("ROWS", least=1, takes=Takes.FORMULAS, by_place=True)
def _rows(building: Building, formula: Node) -> int:
    return building.tape.number(_size(building, formula)[0])


@function("COLUMNS", least=1, takes=Takes.FORMULAS, by_place=True)
def _columns(building: Building, formula: Node) -> int:
    return building.tape.number(_size(building, formula)[1])


def _size(building: Building, formula: Node) -> tuple[int, int]:
    if isinstance(formula, Reference | Area):
        where = place(building, formula)
        return where.rows, where.columns
    block = as_block(building.follow(formula))
    return block.rows, block.columns


@function("OFFSET", least=3, most=5, takes=Takes.FORMULAS, by_place=True)
def _offset(building: Building, start: Node, *formulas: Node) -> Block:
    """The area so many rows below and columns to the right, by the workbook's own numbers."""
    where = _moved(building, place(building, start), formulas)
    return building.area(where.sheet, where.row, where.column, where.rows, where.columns)


def _moved(building: Building, where: Place, formulas: Sequence[Node]) -> Place:
    if len(formulas) < 2:
        raise UnfollowedError("#VALUE!: OFFSET without rows and columns")
    values = [None if isinstance(formula, Missing) else building.follow(formula) for formula in formulas]
    down, along = (whole(building, value, 0) for value in values[:2])
    rows = whole(building, values[2], where.rows) if len(values) > 2 else where.rows
    columns = whole(building, values[3], where.columns) if len(values) > 3 else where.columns
    if not rows or not columns:
        raise UnfollowedError("#REF!: an area without cells")
    top, left = where.row + down + min(rows + 1, 0), where.column + along + min(columns + 1, 0)
    return Place(where.sheet, top, left, abs(rows), abs(columns))


@function("INDEX", least=2, most=4, takes=Takes.FORMULAS, by_place=True)
def _index(building: Building, values: Node, *formulas: Node) -> Operand:
    """The value in a row and a column; of an area only that cell is read."""
    numbers = [building.follow(formula) for formula in formulas]
    several = any(isinstance(number, Block) and len(number.items) > 1 for number in numbers)
    if is_place(building, values) and not several:
        where = place_in(building, place(building, values), numbers)
        return building.area(where.sheet, where.row, where.column, where.rows, where.columns)
    block = as_block(building.as_array(values))
    size = Place("", 1, 1, block.rows, block.columns)

    def one(*items: Operand) -> Block:
        part = place_in(building, size, items)
        return block.part(part.row - 1, part.column - 1, part.rows, part.columns)

    return lifted(one, numbers) if several else one(*numbers)


@function("INDIRECT", least=1, takes=Takes.VALUES)
def _indirect(building: Building, text: Operand) -> Operand:
    """What stands in the place that a text names, as the workbook's own values give the text."""
    try:
        formula = parse(f"={building.shown(as_block(text).items[0])}", *building.holder[1:])
    except FormulaError as error:
        raise UnfollowedError("#REF!: a text that names no place") from error
    if not isinstance(formula, Reference | Area | Name):
        raise UnfollowedError("#REF!: a text that names no place")
    return building.follow(formula)


@function("SINGLE", least=1, takes=Takes.FORMULAS)
def _single(building: Building, formula: Node) -> Operand:
    """@ before a formula, as files have it."""
    value = building.follow(formula)
    return in_line(value, building.holder) if isinstance(value, Block) else value


@function("ANCHORARRAY", least=1, takes=Takes.FORMULAS)
def _spilled(building: Building, formula: Node) -> Block:
    """A1#: what the array formula in a cell fills."""
    where = place(building, formula)
    bottom, right = building.last_filled((where.sheet, where.row, where.column))
    size = bottom - where.row + 1, right - where.column + 1
    return building.area(where.sheet, where.row, where.column, *size)
