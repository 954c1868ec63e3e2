"""Values found by a key. Which one is decided by the workbook's own numbers; the value found stays in the graph."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from backprop.calculus.functions.conditions import like
from backprop.calculus.functions.registry import MANY, Building, Takes, function, lifted, whole
from backprop.calculus.values import BLANK, Block, Failure, Operand, Scalar, Text, UnfollowedError, as_block
from backprop.spreadsheet.book import address
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW

Key = TypeVar("Key", str, float)

EXACT, SMALLER, LARGER, PATTERN = 0, -1, 1, 2  # XLOOKUP's numbers for how a key may match
_ABSENT = Failure("#N/A")
_AGREES = 1e-13  # of a number, for two to be the same key


def position(
    building: Building, key: Scalar, items: Sequence[Scalar], mode: int, from_last: bool = False
) -> int | None:
    """Where the key stands among the values, from 0; with SMALLER and LARGER else the nearest on that side."""
    if isinstance(key, Failure):
        raise UnfollowedError(key.code)
    numbers = range(len(items))
    order = list(reversed(numbers)) if from_last else list(numbers)
    if isinstance(key, Text):
        texts = {number: item.text.lower() for number in order if isinstance(item := items[number], Text)}
        if mode == PATTERN:
            return next((number for number in texts if like(key.text, texts[number])), None)
        return _nearest(texts, key.text.lower(), mode, lambda one, two: one == two)
    wanted = building.stored(key)
    held = {number: building.tape.stored[item] for number in order if isinstance(item := items[number], int)}
    return _nearest(held, wanted, mode, lambda one, two: abs(one - two) <= _AGREES * abs(two))


def _nearest(held: dict[int, Key], wanted: Key, mode: int, same: Callable[[Key, Key], bool]) -> int | None:
    found = next((number for number, value in held.items() if same(value, wanted)), None)
    if found is not None or mode in (EXACT, PATTERN):
        return found
    if mode == SMALLER:
        below = [number for number, value in held.items() if value < wanted]
        return max(below, key=lambda number: held[number], default=None)
    above = [number for number, value in held.items() if value > wanted]
    return min(above, key=lambda number: held[number], default=None)


def _in_order(building: Building, key: Scalar, items: Sequence[Scalar]) -> int | None:
    """Where the key stands among ascending values: the last of equals, else the nearest below."""
    return position(building, key, items, SMALLER, from_last=True)


@function("MATCH", least=2, most=3, takes=Takes.VALUES)
def _match(building: Building, key: Operand, values: Operand, kind: Operand | None = None) -> Operand:
    way = 1 if kind is None else 0 if kind == BLANK else int(building.stored(kind))

    def one(wanted: Scalar) -> Scalar:
        items = as_block(values).items
        if way > 0:
            found = _in_order(building, wanted, items)
        else:
            found = position(building, wanted, items, LARGER if way else PATTERN)
        return _ABSENT if found is None else building.tape.number(found + 1)

    return lifted(one, [key])


@function("XMATCH", least=2, most=4, takes=Takes.VALUES)
def _newer_match(
    building: Building, key: Operand, values: Operand, mode: Operand | None = None, search: Operand | None = None
) -> Operand:
    def one(wanted: Scalar) -> Scalar:
        way, backwards = whole(building, mode, EXACT), whole(building, search, 1) < 0
        found = position(building, wanted, as_block(values).items, way, backwards)
        return _ABSENT if found is None else building.tape.number(found + 1)

    return lifted(one, [key])


@function("VLOOKUP", least=3, most=4, takes=Takes.VALUES)
def _in_rows(building: Building, key: Operand, table: Operand, column: Operand, near: Operand | None = None) -> Operand:
    return _in_table(building, key, as_block(table), column, near)


@function("HLOOKUP", least=3, most=4, takes=Takes.VALUES)
def _in_columns(building: Building, key: Operand, table: Operand, row: Operand, near: Operand | None = None) -> Operand:
    return _in_table(building, key, as_block(table).transposed(), row, near)


def _in_table(building: Building, key: Operand, table: Block, column: Operand, near: Operand | None) -> Operand:
    keys = table.part(0, 0, table.rows, 1).items
    exact = near is not None and (near == BLANK or building.stored(near) == 0)

    def one(wanted: Scalar, number: Scalar) -> Scalar:
        along = int(building.stored(number))
        if not 1 <= along <= table.columns:
            raise UnfollowedError("#REF!: outside the table")
        found = position(building, wanted, keys, PATTERN) if exact else _in_order(building, wanted, keys)
        return _ABSENT if found is None else table.at(found, along - 1)

    return lifted(one, [key, column])


@function("LOOKUP", least=2, most=3, takes=Takes.VALUES)
def _lookup(building: Building, key: Operand, values: Operand, results: Operand | None = None) -> Operand:
    block = as_block(values)
    if results is None and block.columns > block.rows:
        block = block.transposed()
    keys = block.part(0, 0, block.rows, 1).items if results is None else block.items
    given = block.part(0, block.columns - 1, block.rows, 1).items if results is None else as_block(results).items

    def one(wanted: Scalar) -> Scalar:
        found = _in_order(building, wanted, keys)
        return _ABSENT if found is None or found >= len(given) else given[found]

    return lifted(one, [key])


@function("XLOOKUP", least=3, most=6, takes=Takes.VALUES)
def _newer_lookup(
    building: Building, key: Operand, keys: Operand, results: Operand, absent: Operand | None = None,
    mode: Operand | None = None, search: Operand | None = None,
) -> Operand:  # fmt: skip
    way, backwards = whole(building, mode, EXACT), whole(building, search, 1) < 0
    block, given = as_block(keys), as_block(results)

    def one(wanted: Scalar) -> Operand:
        found = position(building, wanted, block.items, way, backwards)
        if found is None:
            return _ABSENT if absent is None or absent == BLANK else absent
        across = block.rows == 1 and block.columns > 1
        return given.part(0, found, given.rows, 1) if across else given.part(found, 0, 1, given.columns)

    return lifted(one, [key]) if isinstance(key, Block) else one(as_block(key).items[0])


@function("CONCAT", "CONCATENATE", least=1, most=MANY, takes=Takes.VALUES)
def _joined(building: Building, *values: Operand) -> Text:
    """For keys that are put together; numbers in it are the workbook's own."""
    return Text("".join(building.shown(item) for value in values for item in as_block(value).items))


@function("ADDRESS", least=2, takes=Takes.VALUES)
def _address(building: Building, row: Operand, column: Operand) -> Text:
    """For INDIRECT."""
    down, along = int(building.stored(row)), int(building.stored(column))
    if not (1 <= down <= LAST_ROW and 1 <= along <= LAST_COLUMN):
        raise UnfollowedError("#VALUE!: a cell outside the sheet")
    return Text(address(down, along))


@function("VALUE", least=1)
def _number_of_text(building: Building, number: int) -> int:
    return number
