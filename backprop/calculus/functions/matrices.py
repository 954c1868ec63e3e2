"""Functions of matrices."""

from backprop.calculus.functions.registry import Building, Takes, function, total
from backprop.calculus.values import Block, Operand, UnfollowedError, as_block


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
