"""Functions of single numbers."""

from backprop.calculus.functions.registry import Building, function

_UNARY = {"EXP": "exp", "LN": "ln", "SQRT": "sqrt", "TANH": "tanh", "SIN": "sin", "COS": "cos", "ATAN": "arctan",
          "ERF": "erf", "ERF.PRECISE": "erf", "ABS": "abs", "INT": "floor"}  # fmt: skip


def _register(name: str, kind: str) -> None:
    @function(name, least=1)
    def _(building: Building, number: int) -> int:
        return building.tape.apply(kind, number)


for _name, _kind in _UNARY.items():
    _register(_name, _kind)


@function("POWER", "POW", least=2)
def _power(building: Building, base: int, exponent: int) -> int:
    return building.tape.apply("^", base, exponent)


@function("SIGN", least=1)
def _sign(building: Building, number: int) -> int:
    tape = building.tape
    zero = tape.number(0)
    return tape.apply("-", tape.apply("<", zero, number), tape.apply("<", number, zero))


@function("LOG10", least=1)
def _common_logarithm(building: Building, number: int) -> int:
    tape = building.tape
    return tape.apply("/", tape.apply("ln", number), tape.apply("ln", tape.number(10)))


@function("LOG", least=1, most=2)
def _logarithm(building: Building, number: int, base: int | None = None) -> int:
    tape = building.tape
    base = tape.number(10) if base is None else base
    return tape.apply("/", tape.apply("ln", number), tape.apply("ln", base))


@function("PI", least=0)
def _pi(building: Building) -> int:
    return building.tape.free("π", 3.141592653589793)
