"""Activations: the formula and the slope of each, by z and, where people write it so, by a."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.any_model.programs.expressions import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Bin,
    Call,
    Expr,
    Neg,
    Num,
    add,
    call,
    div,
    mul,
    square,
    sub,
)  # fmt: skip

One = Callable[[Expr], Expr]


@dataclass(frozen=True, slots=True)
class Activation:
    """`slopes`: each a function of z and a; `matrix` says whether it works on ranges."""

    value: One
    slopes: tuple[Callable[[Expr, Expr], Expr], ...]
    smooth: bool = True


def _sigmoid(z: Expr) -> Expr:
    return div(ONE, add(ONE, call("EXP", Neg(z))))


def _gelu_inner(z: Expr) -> Expr:
    return mul(Num("0.7978845608"), add(z, mul(Num("0.044715"), Bin("^", z, Num("3")))))


def _gelu_slope(z: Expr, _: Expr) -> Expr:
    t = call("TANH", _gelu_inner(z))
    inner = mul(Num("0.7978845608"), add(ONE, mul(Num("0.134145"), square(z))))
    return add(mul(HALF, add(ONE, t)), mul(HALF, z, sub(ONE, square(t)), inner))


def _swish_slope(z: Expr, a: Expr) -> Expr:
    return add(a, mul(_sigmoid(z), sub(ONE, a)))


def positive(z: Expr, then: Expr, other: Expr) -> Expr:
    return Call("IF", (Bin(">", z, ZERO), then, other))


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(lambda z: z, (lambda z, a: ONE,)),
    "sigmoid": Activation(_sigmoid, (
        lambda z, a: mul(a, sub(ONE, a)),
        lambda z, a: mul(_sigmoid(z), sub(ONE, _sigmoid(z))),
        lambda z, a: div(call("EXP", Neg(z)), square(add(ONE, call("EXP", Neg(z))))),
    )),
    "tanh": Activation(lambda z: call("TANH", z), (
        lambda z, a: sub(ONE, square(a)),
        lambda z, a: sub(ONE, square(call("TANH", z))),
        lambda z, a: div(ONE, square(call("COSH", z))),
    )),
    "relu": Activation(lambda z: call("MAX", ZERO, z), (
        lambda z, a: positive(z, ONE, ZERO),
        lambda z, a: positive(a, ONE, ZERO),
    ), smooth=False),
    "leaky relu": Activation(lambda z: positive(z, z, mul(Num("0.1"), z)), (
        lambda z, a: positive(z, ONE, Num("0.1")),
    ), smooth=False),
    "elu": Activation(lambda z: positive(z, z, sub(call("EXP", z), ONE)), (
        lambda z, a: positive(z, ONE, call("EXP", z)),
        lambda z, a: positive(z, ONE, add(a, ONE)),
    )),
    "softplus": Activation(lambda z: call("LN", add(ONE, call("EXP", z))), (
        lambda z, a: _sigmoid(z),
        lambda z, a: sub(ONE, call("EXP", Neg(a))),
    )),
    "gelu": Activation(lambda z: mul(HALF, z, add(ONE, call("TANH", _gelu_inner(z)))), (_gelu_slope,)),
    "gelu exact": Activation(lambda z: mul(z, call("NORM.S.DIST", z, Num("TRUE"))), (
        lambda z, a: add(call("NORM.S.DIST", z, Num("TRUE")), mul(z, call("NORM.S.DIST", z, Num("FALSE")))),
    )),
    "swish": Activation(lambda z: div(z, add(ONE, call("EXP", Neg(z)))), (_swish_slope,)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """Of one output a and its target t; `slope` by a; `outputs` names the activations it belongs to."""

    value: Callable[[Expr, Expr], Expr]
    slope: Callable[[Expr, Expr], Expr]
    outputs: tuple[str, ...] = ()
    fused: bool = False  # with its output's slope it is a - t


def _bce(a: Expr, t: Expr) -> Expr:
    return Neg(add(mul(t, call("LN", a)), mul(sub(ONE, t), call("LN", sub(ONE, a)))))


def _huber(a: Expr, t: Expr) -> Expr:
    near = Bin("<=", call("ABS", sub(a, t)), ONE)
    return Call("IF", (near, mul(HALF, square(sub(a, t))), sub(call("ABS", sub(a, t)), HALF)))


def _huber_slope(a: Expr, t: Expr) -> Expr:
    return call("MAX", Num("-1"), call("MIN", ONE, sub(a, t)))


LOSSES: dict[str, Loss] = {
    "squared": Loss(lambda a, t: square(sub(t, a)), lambda a, t: mul(Num("-2"), sub(t, a))),
    "half squared": Loss(lambda a, t: mul(HALF, square(sub(t, a))), sub),
    "half squared, negative": Loss(lambda a, t: div(square(sub(a, t)), TWO), lambda a, t: Neg(sub(t, a))),
    "absolute": Loss(lambda a, t: call("ABS", sub(a, t)), lambda a, t: call("SIGN", sub(a, t))),
    "huber": Loss(_huber, _huber_slope),
    "binary cross-entropy": Loss(_bce, lambda a, t: div(sub(a, t), mul(a, sub(ONE, a))), ("sigmoid",), fused=True),
    "softmax cross-entropy": Loss(
        lambda a, t: Neg(mul(t, call("LN", a))), lambda a, t: Neg(div(t, a)), ("softmax",), fused=True
    ),
}


__all__ = ["ACTIVATIONS", "LOSSES", "Activation", "Loss", "positive"]
