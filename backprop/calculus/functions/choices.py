"""Conditions, places chosen by the workbook's own numbers, LET and LAMBDA."""

from functools import reduce

from backprop.calculus.functions.registry import MANY, Building, Takes, function, lifted
from backprop.calculus.values import Block, Failure, Lambda, Operand, Scalar, UnfollowedError, as_block, simplest
from backprop.spreadsheet.formula import Name, Node


@function("IF", least=2, most=3, takes=Takes.FORMULAS)
def _if(building: Building, condition: Node, yes: Node, no: Node | None = None) -> Operand:
    decided = building.follow(condition)
    tape = building.tape
    if isinstance(decided, int) and (exact := tape.exact(decided)) is not None:
        chosen = yes if exact else no
        return tape.number(0) if chosen is None else building.follow(chosen)
    otherwise = tape.number(0) if no is None else _branch(building, no)
    return lifted(lambda c, x, y: _one_if(building, c, x, y), [decided, _branch(building, yes), otherwise])


def _branch(building: Building, formula: Node) -> Operand:
    try:
        return building.follow(formula)
    except UnfollowedError as error:  # it matters only where it is chosen
        return Failure(str(error))


def _one_if(building: Building, condition: Scalar, yes: Scalar, no: Scalar) -> Scalar:
    tape, node = building.tape, building.number(condition)
    if (exact := tape.exact(node)) is not None:
        return yes if exact else no
    if not isinstance(yes, int) or not isinstance(no, int):  # a text: told apart by what the workbook holds
        try:
            return tape.apply("if", node, building.number(yes), building.number(no))
        except UnfollowedError:
            return yes if building.stored(node) else no
    return tape.apply("if", node, yes, no)


@function("IFERROR", "IFNA", least=2, takes=Takes.FORMULAS)
def _if_error(building: Building, formula: Node, instead: Node) -> Operand:
    try:
        value = building.follow(formula)
    except UnfollowedError:
        return building.follow(instead)
    return building.follow(instead) if isinstance(value, Failure) else value


@function("NOT", least=1)
def _not(building: Building, number: int) -> int:
    return building.tape.apply("=", number, building.tape.number(0))


@function("AND", least=1, most=MANY, takes=Takes.FLAT)
def _and(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("*", x, y), _truths(building, nodes))


@function("OR", least=1, most=MANY, takes=Takes.FLAT)
def _or(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("max", x, y), _truths(building, nodes))


def _truths(building: Building, nodes: list[int]) -> list[int]:
    tape = building.tape
    zero, one = tape.number(0), tape.number(1)
    return [tape.apply("-", one, tape.apply("=", node, zero)) for node in nodes]


@function("INDEX", least=2, most=3, takes=Takes.VALUES)
def _index(building: Building, values: Operand, row: Operand, column: Operand | None = None) -> Operand:
    block = as_block(values)
    down = int(building.stored(row))
    along = int(building.stored(column)) if column is not None else 0
    if column is None and block.rows == 1:
        down, along = 1, down
    top, left = max(down - 1, 0), max(along - 1, 0)
    rows, columns = (1 if down else block.rows), (1 if along or block.columns == 1 else block.columns)
    return simplest(block.part(top, left, rows, columns))


@function("LET", least=3, most=MANY, takes=Takes.FORMULAS)
def _let(building: Building, *formulas: Node) -> Operand:
    names: dict[str, Operand] = {}
    for name, formula in zip(formulas[:-1:2], formulas[1:-1:2], strict=True):
        names[_named(name)] = building.follow(formula, dict(names))
    return building.follow(formulas[-1], names)


@function("LAMBDA", least=1, most=MANY, takes=Takes.FORMULAS)
def _lambda(building: Building, *formulas: Node) -> Operand:
    names = [_named(name) for name in formulas[:-1]]

    def call(values: tuple[Operand, ...]) -> Operand:
        if len(values) != len(names):
            raise UnfollowedError(f"#VALUE!: LAMBDA takes {len(names)} values and was given {len(values)}")
        return building.follow(formulas[-1], dict(zip(names, values, strict=True)))

    return Lambda(call)


def _named(node: Node) -> str:
    if not isinstance(node, Name):
        raise UnfollowedError("#NAME?: a name is needed there")
    return node.text.upper().removeprefix("_XLPM.")


@function("MAP", least=2, most=MANY, takes=Takes.VALUES)
def _map(building: Building, *values: Operand) -> Operand:
    *blocks, mapped = values
    if not isinstance(mapped, Lambda):
        raise UnfollowedError("#VALUE!: MAP without a LAMBDA")
    return lifted(lambda *items: mapped.call(items), [as_block(block) for block in blocks])


def block_of(rows: list[list[Scalar]]) -> Block:
    """A block from rows."""
    return Block(len(rows), len(rows[0]), tuple(item for row in rows for item in row))
