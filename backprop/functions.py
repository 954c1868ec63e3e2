"""Activations and losses as sympy functions and expressions. The one place that knows their formulas."""

from collections.abc import Callable

from sympy import Add, Expr, Function, Mul, Pow, Rational, exp


class sigmoid(Function):  # noqa: N801 - sympy prints and matches a function by its class name
    """The logistic function, sigmoid(z) = 1/(1 + e^-z), in (0, 1). Goodfellow et al. 2016, 3.10."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative in terms of itself, sigmoid(z)*(1 - sigmoid(z))."""
        if argindex != 1:
            raise ValueError(f"argument {argindex} of sigmoid; it has one")
        return self * (1 - self)

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return 1 / (1 + exp(-z))


def half_squared_error(activation: Expr, target: Expr) -> Expr:
    """E = 1/2 (t - a)^2 of one output neuron, in the order people write it."""
    error = Add(target, Mul(-1, activation), evaluate=False)
    return Mul(Rational(1, 2), Pow(error, 2, evaluate=False), evaluate=False)


ACTIVATIONS: dict[str, type[Function]] = {"sigmoid": sigmoid}
LOSSES: dict[str, Callable[[Expr, Expr], Expr]] = {"half_squared_error": half_squared_error}
