"""Functions of matrices."""

from backprop.calculus.functions.registry import Building, Takes, block_of, function, total, whole
from backprop.calculus.terms import Term
from backprop.calculus.values import Block, Operand, UnfollowedError, as_block

_MOST_ROWS = 60  # of a matrix that is inverted: n**3 operations


@function("TRANSPOSE", least=1, takes=Takes.VALUES)
def _transpose(building: Building, values: Operand) -> Block:
    return as_block(values).transposed()


@function("MMULT", least=2, takes=Takes.VALUES)
def _product(building: Building, left: Operand, right: Operand) -> Block:
    one, two = as_block(left), as_block(right)
    if one.columns != two.rows:
        raise UnfollowedError(f"#VALUE!: MMULT of {one.rows}×{one.columns} and {two.rows}×{two.columns}")
    rows = [[building.number(item) for item in row.items] for row in one.by_row()]
    columns = [[building.number(item) for item in column.items] for column in two.by_column()]
    tape = building.tape
    items = tuple(
        total(tape, [tape.apply("*", x, y) for x, y in zip(row, column, strict=True)])
        for row in rows
        for column in columns
    )
    return Block(one.rows, two.columns, items)


@function("MUNIT", least=1, takes=Takes.VALUES)
def _unit(building: Building, size: Operand) -> Block:
    count = whole(building, size, 1)
    if not 1 <= count <= _MOST_ROWS:
        raise UnfollowedError(f"#VALUE!: a unit matrix of {count} rows; 1 to {_MOST_ROWS}")
    return block_of([[building.tape.number(int(row == column)) for column in range(count)] for row in range(count)])


def _square(building: Building, values: Operand) -> list[list[Term]]:
    block = as_block(values)
    if block.rows != block.columns or block.rows > _MOST_ROWS:
        raise UnfollowedError(f"#VALUE!: a matrix of {block.rows}×{block.columns}; square ones to {_MOST_ROWS} rows")
    return [[Term(building.tape, building.number(item)) for item in row.items] for row in block.by_row()]


def _pivot(building: Building, rows: list[list[Term]], column: int) -> int:
    """The row whose number in a column is greatest by the workbook's own numbers, of those from that row on."""
    return max(range(column, len(rows)), key=lambda row: abs(building.tape.stored[rows[row][column].node]))


@function("MDETERM", least=1, takes=Takes.VALUES)
def _determinant(building: Building, values: Operand) -> int:
    """Elimination by rows: the product of the pivots, with a sign for each exchange."""
    rows = _square(building, values)
    found = Term(building.tape, building.tape.number(1))
    for column in range(len(rows)):
        at = _pivot(building, rows, column)
        if at != column:
            rows[column], rows[at], found = rows[at], rows[column], -found
        pivot = rows[column][column]
        found = found * pivot
        for row in rows[column + 1 :]:
            factor = row[column] / pivot
            row[column + 1 :] = [
                x - factor * y for x, y in zip(row[column + 1 :], rows[column][column + 1 :], strict=True)
            ]
    return found.node


@function("MINVERSE", least=1, takes=Takes.VALUES)
def _inverse(building: Building, values: Operand) -> Block:
    """Gauss and Jordan's elimination beside the unit matrix."""
    rows = _square(building, values)
    size, tape = len(rows), building.tape
    for number, row in enumerate(rows):
        row += [Term(tape, tape.number(int(number == column))) for column in range(size)]
    for column in range(size):
        at = _pivot(building, rows, column)
        rows[column], rows[at] = rows[at], rows[column]
        pivot = rows[column][column]
        rows[column] = [item / pivot for item in rows[column]]
        for number, row in enumerate(rows):
            if number != column:
                factor = row[column]
                rows[number] = [x - factor * y for x, y in zip(row, rows[column], strict=True)]
    return block_of([[item.node for item in row[size:]] for row in rows])
