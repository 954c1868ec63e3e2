"""The arithmetic whose numbers are nodes of the graph: the rules of the primitives, applied to it, become formulas.

What would be computed for nothing is left out: x·1, x·0, x + 0, −(−x). A product with what is 0 in one case of two goes
into the other case, so that no slope is computed where nothing comes through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from backprop.calculus.tape import Tape
from backprop.spreadsheet.arithmetic import Arithmetic

TRUTHS = ("<", "<=", "=")  # kinds of nodes that are 0 or 1


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A node, and the tape on which it stands. Comparisons are nodes too, 1 where they hold."""

    tape: Tape
    node: int

    @property
    def kind(self) -> str:
        """What the node is."""
        return self.tape.kinds[self.node]

    @property
    def exact(self) -> Fraction | None:
        """Its value, if it is a number."""
        return self.tape.exact(self.node)

    def parts(self) -> tuple["Symbol", ...]:
        """What the node takes."""
        return tuple(Symbol(self.tape, taken) for taken in self.tape.takes[self.node])

    def number(self, value: Fraction | int) -> "Symbol":
        """A number on the same tape."""
        return Symbol(self.tape, self.tape.number(value))

    def apply(self, kind: str, *others: "Symbol") -> "Symbol":
        """A primitive of this and of others."""
        return Symbol(self.tape, self.tape.apply(kind, self.node, *(other.node for other in others)))

    def __add__(self, other: "Symbol") -> "Symbol":
        if self.exact == 0:
            return other
        if other.exact == 0:
            return self
        if other.kind == "neg" or (other.exact or 0) < 0:
            return self - -other
        if (self.exact or 0) < 0:
            return other - -self
        return other - self.parts()[0] if self.kind == "neg" else self.apply("+", other)

    def __sub__(self, other: "Symbol") -> "Symbol":
        if other.exact == 0:
            return self
        if self.exact == 0:
            return -other
        if self.exact == 1 and other.kind in TRUTHS:
            return other.where(self.number(0), self)
        return self + other.parts()[0] if other.kind == "neg" else self.apply("-", other)

    def __neg__(self) -> "Symbol":
        if self.kind == "neg":
            return self.parts()[0]
        if self.kind == "-" and not all(part.kind in TRUTHS for part in self.parts()):
            one, two = self.parts()
            return two - one
        return self.apply("neg")

    def __mul__(self, other: "Symbol") -> "Symbol":
        if self.exact == 0 or other.exact == 1:
            return self
        if other.exact == 0 or self.exact == 1:
            return other
        for one, two in ((self, other), (other, self)):
            if one.kind == "neg":
                return -(one.parts()[0] * two)
            if one.exact is not None and one.exact < 0:
                return -(-one * two)
            if one.exact is not None and two.kind == "*":
                first, second = two.parts()
                if first.exact is not None:
                    return one.number(one.exact * first.exact) * second
            if one.kind in TRUTHS:
                return one.where(two, one.number(0))
            if one.kind == "if" and any(part.exact == 0 for part in one.parts()[1:]):
                condition, yes, no = one.parts()
                return condition.where(yes * two, no * two)
        if other.kind == "/" and other.parts()[0].exact == 1:
            return self / other.parts()[1]
        return other.apply("*", self) if other.exact is not None else self.apply("*", other)

    def __truediv__(self, other: "Symbol") -> "Symbol":
        if other.exact == 1 or self.exact == 0:
            return self
        if self.kind == "neg":
            return -(self.parts()[0] / other)
        return self.apply("/", other)

    def where(self, yes: "Symbol", no: "Symbol") -> "Symbol":
        """`yes` where this is not 0, else `no`."""
        if self.exact is not None:
            return yes if self.exact else no
        if self.kind == "if" and [part.exact for part in self.parts()[1:]] == [0, 1]:
            return self.parts()[0].where(no, yes)
        if self.kind in TRUTHS and yes.exact == 1 and no.exact == 0:
            return self
        yes = yes.assuming(self)
        return yes if yes.node == no.node else self.apply("if", yes, no)

    def assuming(self, condition: "Symbol", depth: int = 3) -> "Symbol":
        """The same where a condition holds: LN(IF(0<x,x,1)) is LN(x) where 0 < x. A few levels deep only."""
        if self.kind == "if" and self.parts()[0].node == condition.node:
            return self.parts()[1]
        if self.kind not in ("*", "ln") or not depth:
            return self
        first, *others = (part.assuming(condition, depth - 1) for part in self.parts())
        return first.apply(self.kind, *others)

    def __lt__(self, other: "Symbol") -> "Symbol":
        return self.apply("<", other)

    def __gt__(self, other: "Symbol") -> "Symbol":
        return other.apply("<", self)

    def __le__(self, other: "Symbol") -> "Symbol":
        return self.apply("<=", other)

    def __ge__(self, other: "Symbol") -> "Symbol":
        return other.apply("<=", self)

    def __ne__(self, other: object) -> "Symbol":  # type: ignore[override]  # a comparison is a node
        assert isinstance(other, Symbol)
        if other.exact == 0 and (self.kind in TRUTHS or self.exact is not None):
            return self
        return self.number(1) - self.apply("=", other)

    __hash__ = None  # type: ignore[assignment]


def symbolic(tape: Tape) -> Arithmetic:
    """The arithmetic of a tape's nodes."""

    def function(kind: str) -> Callable[..., Symbol]:
        return lambda *symbols: symbols[0].apply(kind, *symbols[1:])

    return Arithmetic(
        lambda value: Symbol(tape, tape.number(value)),
        function("exp"),
        function("ln"),
        function("sqrt"),
        function("tanh"),
        function("abs"),
        _power,
        function("cos"),
        function("sin"),
        function("arctan"),
        function("erf"),
        function("floor"),
        function("max"),
        function("min"),
        lambda condition, yes, no: condition.where(yes, no),
        Symbol(tape, tape.free("π", 3.141592653589793)),
        Symbol(tape, tape.number(0)),
        Symbol(tape, tape.number(1)),
    )


def _power(base: Symbol, exponent: Symbol) -> Symbol:
    if exponent.exact == 0:
        return base.number(1)
    return base if exponent.exact == 1 else base.apply("^", exponent)
