"""LET and LAMBDA, the functions that call one for each value, row or column, and what stands for a formula."""

from backprop.calculus.functions.registry import MANY, Building, Takes, block_of, function, lifted, whole
from backprop.calculus.values import Block, Lambda, Operand, Scalar, Text, UnfollowedError, as_block, simplest
from backprop.spreadsheet.formula import FormulaError, Name, Node, parse

_MOST_CALLS = 20_000  # of one MAKEARRAY


@function("LET", least=3, most=MANY, takes=Takes.FORMULAS)
def _let(building: Building, *formulas: Node) -> Operand:
    if len(formulas) % 2 == 0:
        raise UnfollowedError("#VALUE!: LET without a last formula")
    names: dict[str, Operand] = {}
    for name, formula in zip(formulas[:-1:2], formulas[1:-1:2], strict=True):
        names[_named(name)] = building.follow(formula, dict(names))
    return building.follow(formulas[-1], names)


@function("LAMBDA", least=1, most=MANY, takes=Takes.FORMULAS)
def _lambda(building: Building, *formulas: Node) -> Operand:
    names, known = [_named(name) for name in formulas[:-1]], dict(building.names)

    def call(values: tuple[Operand, ...]) -> Operand:
        if len(values) != len(names):
            raise UnfollowedError(f"#VALUE!: LAMBDA takes {len(names)} values and was given {len(values)}")
        return building.follow(formulas[-1], {**known, **dict(zip(names, values, strict=True))})

    return Lambda(call)


def _named(node: Node) -> str:
    if not isinstance(node, Name):
        raise UnfollowedError("#NAME?: a name is needed there")
    return node.text.upper().removeprefix("_XLPM.")


def _called(value: Operand) -> Lambda:
    if not isinstance(value, Lambda):
        raise UnfollowedError("#VALUE!: a LAMBDA is needed there")
    return value


def _single(value: Operand) -> Scalar:
    single = simplest(as_block(value))
    if isinstance(single, Block):
        raise UnfollowedError("#CALC!: a block within a block")
    return single


@function("MAP", least=2, most=MANY, takes=Takes.VALUES)
def _map(building: Building, *values: Operand) -> Operand:
    *blocks, mapped = values
    function_ = _called(mapped)
    return lifted(lambda *items: function_.call(items), [as_block(block) for block in blocks])


@function("REDUCE", least=3, takes=Takes.VALUES)
def _reduce(building: Building, first: Operand, values: Operand, function_: Operand) -> Operand:
    value = first
    for item in as_block(values).items:
        value = _called(function_).call((value, item))
    return value


@function("SCAN", least=3, takes=Takes.VALUES)
def _scan(building: Building, first: Operand, values: Operand, function_: Operand) -> Operand:
    block, value, found = as_block(values), first, []
    for item in block.items:
        value = _called(function_).call((value, item))
        found.append(_single(value))
    return block_of([found[start : start + block.columns] for start in range(0, len(found), block.columns)])


@function("BYROW", least=2, takes=Takes.VALUES)
def _by_row(building: Building, values: Operand, function_: Operand) -> Operand:
    return block_of([[_single(_called(function_).call((row,)))] for row in as_block(values).by_row()])


@function("BYCOL", least=2, takes=Takes.VALUES)
def _by_column(building: Building, values: Operand, function_: Operand) -> Operand:
    return block_of([[_single(_called(function_).call((column,))) for column in as_block(values).by_column()]])


@function("MAKEARRAY", least=3, takes=Takes.VALUES)
def _make_array(building: Building, rows: Operand, columns: Operand, function_: Operand) -> Operand:
    height, width = whole(building, rows, 1), whole(building, columns, 1)
    if min(height, width) < 1 or height * width > _MOST_CALLS:
        raise UnfollowedError(f"#VALUE!: an array of no size or of more than {_MOST_CALLS:,} values")
    number = building.tape.number
    return block_of(
        [
            [_single(_called(function_).call((number(row), number(column)))) for column in range(1, width + 1)]
            for row in range(1, height + 1)
        ]
    )


@function("ARRAYFORMULA", least=1, takes=Takes.FORMULAS)
def _array_formula(building: Building, formula: Node) -> Operand:
    """Of Google Sheets: its argument as an array formula."""
    return building.as_array(formula)


@function("__XLUDF.DUMMYFUNCTION", least=1, takes=Takes.FORMULAS)
def _kept_by_google(building: Building, text: Node) -> Operand:
    """The formula of Google Sheets that it keeps as a text where it exports one that Excel does not know."""
    kept = building.follow(text)
    if not isinstance(kept, Text) or kept.text.startswith('"'):
        raise UnfollowedError("a value of Google Sheets without its formula")
    try:
        return building.follow(parse(f"={kept.text}", *building.holder[1:]))
    except FormulaError as error:
        raise UnfollowedError(f"a formula of Google Sheets: {error}") from error
