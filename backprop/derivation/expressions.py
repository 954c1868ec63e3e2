"""Sums, products and quotients that keep the order in which people write them: sympy expressions, built unevaluated."""

from collections.abc import Sequence

import sympy
from sympy import Add, Expr, Function, Integer, Mul, Pow, Symbol, sqrt


class quotient(Function):  # noqa: N801 - sympy prints and matches a function by its class name
    """quotient(p, q) = p/q, written as one fraction."""

    def doit(self, **hints: object) -> Expr:
        """The fraction in sympy's own terms."""
        top, bottom = (part.doit(**hints) for part in self.args)
        return top / bottom

    def fdiff(self, argindex: int = 1) -> Expr:
        """1/q by the first argument, -p/q^2 by the second."""
        top, bottom = self.args
        return 1 / bottom if argindex == 1 else -top / bottom**2


class root(Function):  # noqa: N801
    """root(x), the square root."""

    def doit(self, **hints: object) -> Expr:
        """The root in sympy's own terms."""
        return sqrt(self.args[0].doit(**hints))


class Max(Function):
    """Max(x, y, ...), the largest. Keeps the order of its arguments, which sympy's own sorts: cells stay neighbours."""

    def doit(self, **hints: object) -> Expr:
        """The largest in sympy's own terms."""
        return sympy.Max(*(part.doit(**hints) for part in self.args))


class absolute(Function):  # noqa: N801
    """absolute(x), its size without its sign."""

    def doit(self, **hints: object) -> Expr:
        """The size in sympy's own terms."""
        return sympy.Abs(self.args[0].doit(**hints))


class signum(Function):  # noqa: N801
    """signum(x): 1 above 0, -1 below, 0 at 0."""


class first(Function):  # noqa: N801
    """first(t): 1 in the first epoch, t = 1, else 0."""


class clip(Function):  # noqa: N801
    """clip(x, low, high): x, kept between the two."""


class by_sign(Function):  # noqa: N801
    """by_sign(x, up, down): up where x is above 0, down where it is below, 1 at 0."""


class unless_negative(Function):  # noqa: N801
    """unless_negative(x, y): y, or 0 where x is below 0."""


class mean(Function):  # noqa: N801
    """mean(x, N): the mean of x over the N samples of a batch."""


class summed(Function):  # noqa: N801
    """summed(x, N): the sum of x over the N samples of a batch."""


class previous(Function):  # noqa: N801
    """previous(v): what v was in the epoch before; 0 in the first."""


class whole(Function):  # noqa: N801
    """whole(x), the largest integer not above x."""


def total(terms: Sequence[Expr]) -> Expr:
    """The sum of the terms, in their order."""
    return terms[0] if len(terms) == 1 else Add(*terms, evaluate=False)


def product(*factors: Expr) -> Expr:
    """The product of the factors, in their order, nested products flattened, a factor 1 left out."""
    flat = [part for factor in factors for part in (factor.args if isinstance(factor, Mul) else (factor,))]
    kept = [part for part in flat if part != 1] or [Integer(1)]
    return kept[0] if len(kept) == 1 else Mul(*kept, evaluate=False)


def negative(expression: Expr) -> Expr:
    """-expression."""
    return Mul(-1, expression, evaluate=False)


def difference(left: Expr, right: Expr) -> Expr:
    """left - right, in that order."""
    return Add(left, negative(right), evaluate=False)


def square(expression: Expr) -> Expr:
    """expression^2, not expanded."""
    return Pow(expression, 2, evaluate=False)


def weighted_sum(weights: Sequence[Expr], values: Sequence[Expr]) -> Expr:
    """sum_k weights[k] * values[k]."""
    return total([product(w, x) for w, x in zip(weights, values, strict=True)])


def renamed(expression: Expr, old: Symbol, new: Symbol) -> Expr:
    """The expression with another symbol in the place of one, in its order."""
    if expression == old:
        return new
    if not expression.has(old):
        return expression
    return expression.func(*(renamed(part, old, new) for part in expression.args), evaluate=False)
