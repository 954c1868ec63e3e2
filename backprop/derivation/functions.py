"""The functions of the equations in sympy, made of the rows of `backprop.functions`.

A function of a row is a sympy function of that name; `fdiff` is its derivative as the backward pass computes it, often
in terms of the activation itself, and rewriting it as `exp` gives its plain definition.
"""

from types import SimpleNamespace, new_class
from typing import ClassVar

from sympy import Expr, Function, Integer, Piecewise, Pow, Rational, Symbol, cos, exp, log, pi, sqrt, tanh

from backprop.derivation.expressions import (
    absolute,
    by_sign,
    clip,
    difference,
    first,
    negative,
    previous,
    product,
    quotient,
    root,
    signum,
    square,
    total,
    unless_negative,
    whole,
)
from backprop.functions import activations
from backprop.functions.function import Function as Row
from backprop.functions.losses import LOSSES, Output


class Elementwise(Function):
    """A function of one number."""

    row: ClassVar[Row]

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative by the argument."""
        if argindex != 1:
            raise ValueError(f"argument {argindex} of {type(self).__name__}; it has one")
        return self.slope(self)

    def slope(self, value: Expr) -> Expr:
        """The derivative, over the argument or over what is written for the function's value."""
        slope = self.row.slope
        if slope is None:
            raise NotImplementedError(type(self).__name__)
        argument = self.args[0]
        return FUNCTIONS[slope.name](argument) if isinstance(slope, Row) else slope(MATHS, argument, value)

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return self.row.definition(MATHS, z)


def _sympy_function(row: Row) -> type[Elementwise]:
    """sympy prints and matches a function by the name of its class."""
    return new_class(row.name, (Elementwise,), exec_body=lambda body: body.update(row=row, __module__=__name__))


FUNCTIONS: dict[str, type[Elementwise]] = {row.name: _sympy_function(row) for row in activations.FUNCTIONS.values()}
ACTIVATIONS: dict[str, type[Elementwise]] = {
    row.name: FUNCTIONS[row.function.name] for row in activations.ACTIVATIONS.values() if row.function is not None
}  # softmax couples the neurons of a layer: softmax.py writes it out
MATHS = SimpleNamespace(
    Integer=Integer, Piecewise=Piecewise, Pow=Pow, Rational=Rational, Symbol=Symbol,
    cos=cos, exp=exp, log=log, pi=pi, sqrt=sqrt, tanh=tanh,
    absolute=absolute, by_sign=by_sign, clip=clip, difference=difference, first=first, negative=negative,
    previous=previous, product=product, quotient=quotient, root=root, signum=signum, square=square, total=total,
    unless_negative=unless_negative, whole=whole,
    **FUNCTIONS,
)  # fmt: skip


def __getattr__(name: str) -> type[Elementwise]:
    """A function by its name, where pickle looks for it."""
    try:
        return FUNCTIONS[name]
    except KeyError:
        raise AttributeError(f"module {__name__} has no attribute {name}") from None


def local_derivative(activation: str, z: Expr, a: Expr) -> Expr:
    """da/dz, with a written for activation(z)."""
    return ACTIVATIONS[activation](z).slope(a)


def output_loss(loss: str, output: Output) -> Expr:
    """The loss of one output."""
    return LOSSES[loss].value(MATHS, output)


def loss_slope(loss: str, output: Output) -> Expr:
    """Its derivative by the output's activation; by its sum where the row says so."""
    return LOSSES[loss].slope(MATHS, output)
