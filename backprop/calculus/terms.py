"""Nodes written as arithmetic: x * x + 1 for two operations of the graph."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Union

from backprop.calculus.tape import Tape
from backprop.calculus.values import UnfollowedError

Part = Union["Term", Fraction, int]


@dataclass(frozen=True, slots=True)
class Term:
    """A node and the tape on which it stands."""

    tape: Tape
    node: int

    def of(self, other: Part) -> "Term":
        """A number on the same tape; a term as it is."""
        return other if isinstance(other, Term) else Term(self.tape, self.tape.number(other))

    def apply(self, kind: str, *others: Part) -> "Term":
        """A primitive of this and of others."""
        return Term(self.tape, self.tape.apply(kind, self.node, *(self.of(other).node for other in others)))

    def __add__(self, other: Part) -> "Term":
        return self.apply("+", other)

    def __radd__(self, other: Part) -> "Term":
        return self.of(other) + self

    def __sub__(self, other: Part) -> "Term":
        return self.apply("-", other)

    def __rsub__(self, other: Part) -> "Term":
        return self.of(other) - self

    def __mul__(self, other: Part) -> "Term":
        return self.apply("*", other)

    def __rmul__(self, other: Part) -> "Term":
        return self.of(other) * self

    def __truediv__(self, other: Part) -> "Term":
        return self.apply("/", other)

    def __rtruediv__(self, other: Part) -> "Term":
        return self.of(other) / self

    def __pow__(self, other: Part) -> "Term":
        return self.apply("^", other)

    def __rpow__(self, other: Part) -> "Term":
        return self.of(other) ** self

    def __neg__(self) -> "Term":
        return self.apply("neg")

    def chooses(self, yes: Part, no: Part) -> "Term":
        """`yes` where this is not 0, else `no`."""
        exact = self.tape.exact(self.node)
        return self.apply("if", yes, no) if exact is None else self.of(yes if exact else no)


def added(terms: Sequence[Term]) -> Term:
    """The sum; of none UnfollowedError, as spreadsheets give an error there."""
    if not terms:
        raise UnfollowedError("#DIV/0!: no numbers")
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
