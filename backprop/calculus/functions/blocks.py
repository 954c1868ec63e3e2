"""Arrays made, joined and cut."""

from collections.abc import Sequence
from functools import reduce

from backprop.calculus.functions.registry import MANY, MOST_ITEMS, Building, Takes, block_of, function, whole
from backprop.calculus.terms import Term
from backprop.calculus.values import BLANK, Blank, Block, Failure, Operand, Scalar, Text, UnfollowedError, as_block

_ABSENT = Failure("#N/A")


@function("SEQUENCE", least=1, most=4, takes=Takes.VALUES)
def _sequence(
    building: Building, rows: Operand, columns: Operand | None = None, first: Operand | None = None,
    step: Operand | None = None,
) -> Block:  # fmt: skip
    tape, width = building.tape, whole(building, columns, 1)
    count = whole(building, rows, 1) * width
    if not 0 < count <= MOST_ITEMS:
        raise UnfollowedError("#CALC!: an array of no size or too many values")
    start, growth = (
        Term(tape, tape.number(1) if value is None or value == BLANK else building.number(value))
        for value in (first, step)
    )
    items = [(start + growth * number).node for number in range(count)]
    return block_of([items[at : at + width] for at in range(0, count, width)])


@function("HSTACK", least=1, most=MANY, takes=Takes.VALUES)
def _beside(building: Building, *values: Operand) -> Block:
    return reduce(_joined, (as_block(value).transposed() for value in values)).transposed()


@function("VSTACK", least=1, most=MANY, takes=Takes.VALUES)
def _below(building: Building, *values: Operand) -> Block:
    return reduce(_joined, map(as_block, values))


def _joined(one: Block, two: Block) -> Block:
    width = max(one.columns, two.columns)
    return block_of([*_wide(one, width), *_wide(two, width)])


def _wide(block: Block, width: int) -> list[tuple[Scalar, ...]]:
    return [row.items + (_ABSENT,) * (width - block.columns) for row in block.by_row()]


@function("EXPAND", least=2, most=4, takes=Takes.VALUES)
def _expand(
    building: Building, values: Operand, rows: Operand, columns: Operand | None = None, pad: Operand | None = None
) -> Block:
    block, filling = as_block(values), _ABSENT if pad is None else as_block(pad).items[0]
    height, width = whole(building, rows, block.rows), whole(building, columns, block.columns)
    if height < block.rows or width < block.columns or height * width > MOST_ITEMS:
        raise UnfollowedError("#VALUE!: EXPAND to fewer rows or columns, or too many")
    wide = [row.items + (filling,) * (width - block.columns) for row in block.by_row()]
    return block_of([*wide, *[(filling,) * width] * (height - block.rows)])


@function("TAKE", least=2, most=3, takes=Takes.VALUES)
def _take(building: Building, values: Operand, rows: Operand, columns: Operand | None = None) -> Block:
    block = as_block(values)
    down = _taken(block.rows, whole(building, rows, block.rows))
    along = _taken(block.columns, whole(building, columns, block.columns))
    return _cut(block, down, along)


@function("DROP", least=2, most=3, takes=Takes.VALUES)
def _drop(building: Building, values: Operand, rows: Operand, columns: Operand | None = None) -> Block:
    block = as_block(values)
    down, along = whole(building, rows, 0), whole(building, columns, 0)
    return _cut(block, _left(block.rows, down), _left(block.columns, along))


def _taken(size: int, count: int) -> range:
    return range(min(count, size)) if count >= 0 else range(max(size + count, 0), size)


def _left(size: int, count: int) -> range:
    return range(min(count, size), size) if count >= 0 else range(max(size + count, 0))


def _cut(block: Block, rows: range, columns: range) -> Block:
    if not rows or not columns:
        raise UnfollowedError("#CALC!: an empty array")
    return block.part(rows.start, columns.start, len(rows), len(columns))


@function("CHOOSEROWS", least=2, most=MANY, takes=Takes.VALUES)
def _choose_rows(building: Building, values: Operand, *numbers: Operand) -> Block:
    rows = list(as_block(values).by_row())
    return block_of([rows[at].items for at in _places(building, numbers, len(rows))])


@function("CHOOSECOLS", least=2, most=MANY, takes=Takes.VALUES)
def _choose_columns(building: Building, values: Operand, *numbers: Operand) -> Block:
    columns = list(as_block(values).by_column())
    return block_of([columns[at].items for at in _places(building, numbers, len(columns))]).transposed()


def _places(building: Building, numbers: Sequence[Operand], size: int) -> list[int]:
    wanted = [whole(building, item, 0) for number in numbers for item in as_block(number).items]
    if any(not 1 <= abs(number) <= size for number in wanted):
        raise UnfollowedError("#VALUE!: a row or column that is not there")
    return [number - 1 if number > 0 else size + number for number in wanted]


@function("TOCOL", least=1, most=3, takes=Takes.VALUES)
def _to_column(
    building: Building, values: Operand, ignored: Operand | None = None, by_column: Operand | None = None
) -> Block:
    return block_of([[item] for item in _items(building, values, ignored, by_column)])


@function("TOROW", least=1, most=3, takes=Takes.VALUES)
def _to_row(
    building: Building, values: Operand, ignored: Operand | None = None, by_column: Operand | None = None
) -> Block:
    return block_of([_items(building, values, ignored, by_column)])


def _items(building: Building, values: Operand, ignored: Operand | None, by_column: Operand | None) -> list[Scalar]:
    """All values; without empty ones (1), errors (2) or both (3)."""
    block, without = as_block(values), whole(building, ignored, 0)
    items = (block.transposed() if whole(building, by_column, 0) else block).items
    left_out = ((), (Blank,), (Failure,), (Blank, Failure))[without % 4]
    return [item for item in items if not isinstance(item, left_out)]


@function("WRAPROWS", least=2, most=3, takes=Takes.VALUES)
def _wrap_rows(building: Building, values: Operand, width: Operand, pad: Operand | None = None) -> Block:
    return _wrapped(building, values, width, pad)


@function("WRAPCOLS", least=2, most=3, takes=Takes.VALUES)
def _wrap_columns(building: Building, values: Operand, height: Operand, pad: Operand | None = None) -> Block:
    return _wrapped(building, values, height, pad).transposed()


def _wrapped(building: Building, values: Operand, size: Operand, pad: Operand | None) -> Block:
    items, length = list(as_block(values).items), whole(building, size, 1)
    if not 1 <= length <= MOST_ITEMS:
        raise UnfollowedError("#NUM!: rows of no length, or too long")
    items += [_ABSENT if pad is None else as_block(pad).items[0]] * (-len(items) % length)
    return block_of([items[start : start + length] for start in range(0, len(items), length)])


@function("FILTER", least=2, most=3, takes=Takes.VALUES)
def _filter(building: Building, values: Operand, chosen: Operand, empty: Operand | None = None) -> Operand:
    """The rows or columns that are chosen by the workbook's own numbers."""
    block, marks = as_block(values), as_block(chosen)
    across = marks.rows == 1 and marks.columns == block.columns > 1
    lines = list(block.by_column() if across else block.by_row())
    if len(lines) != len(marks.items):
        raise UnfollowedError("#VALUE!: FILTER by an area of another size")
    kept = [line.items for line, mark in zip(lines, marks.items, strict=True) if building.stored(mark)]
    if not kept:
        return Failure("#CALC!") if empty is None else empty
    return block_of(kept).transposed() if across else block_of(kept)


@function("SORT", least=1, most=4, takes=Takes.VALUES)
def _sort(
    building: Building, values: Operand, index: Operand | None = None, order: Operand | None = None,
    by_column: Operand | None = None,
) -> Block:  # fmt: skip
    """The rows in the order that the workbook's own numbers give."""
    across = whole(building, by_column, 0) != 0
    block = as_block(values).transposed() if across else as_block(values)
    (at,) = _places(building, [building.tape.number(1) if index is None or index == BLANK else index], block.columns)
    keys = [row.at(0, at) for row in block.by_row()]
    sorted_ = block_of([list(block.by_row())[number].items for number in _order(building, keys, order)])
    return sorted_.transposed() if across else sorted_


@function("SORTBY", least=2, most=3, takes=Takes.VALUES)
def _sort_by(building: Building, values: Operand, keys: Operand, order: Operand | None = None) -> Block:
    """The rows in the order of the workbook's own keys."""
    rows, by = list(as_block(values).by_row()), as_block(keys).items
    if len(rows) != len(by):
        raise UnfollowedError("#VALUE!: SORTBY by an area of another size")
    return block_of([rows[number].items for number in _order(building, by, order)])


def _order(building: Building, keys: Sequence[Scalar], order: Operand | None) -> list[int]:
    """Numbers before texts before empty cells."""

    def rank(number: int) -> tuple[int, float, str]:
        key = keys[number]
        if isinstance(key, int):
            return 0, building.stored(key), ""
        return (1, 0.0, key.text.lower()) if isinstance(key, Text) else (2, 0.0, "")

    return sorted(range(len(keys)), key=rank, reverse=whole(building, order, 1) < 0)


@function("UNIQUE", least=1, takes=Takes.VALUES)
def _unique(building: Building, values: Operand) -> Block:
    """The first of equal rows, by the workbook's own numbers."""
    first: dict[tuple[object, ...], tuple[Scalar, ...]] = {}
    for row in as_block(values).by_row():
        shown = tuple(
            building.stored(item) if isinstance(item, int) else building.shown(item).lower() for item in row.items
        )
        first.setdefault(shown, row.items)
    return block_of(list(first.values()))
