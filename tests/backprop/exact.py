"""Activations and losses as their plain definitions say, with 50 digits: what doubles are measured against."""

import mpmath
import sympy

from backprop.derivation.functions import ACTIVATIONS

Z = sympy.Symbol("z1", real=True)
SIZES = (1e-300, 1e-8, 1e-3, 1.0, 5.0, 9.9, 10.1, 20.0, 36.5, 40.0, 700.0, 745.0, 1e4, 1e150, 1e308)
EXTREMES = (0.0, -0.0, *(sign * size for size in SIZES for sign in (1, -1)))
AT_THE_KINKS = {  # torch's derivative there
    "relu": {0: 0.0}, "leaky_relu": {0: 0.01}, "elu": {0: 1.0}, "selu": {0: 1.75809934084738},
    "hard_sigmoid": {-3: 0.0, 3: 0.0},
}  # fmt: skip


def near(found: float, expected: mpmath.mpf) -> bool:
    """To 12 digits, or to the last bits of the 1 that a formula adds: ln(1 + e^-40) is 0 in doubles, e^-40 in truth."""
    return bool(abs(found - expected) <= 1e-12 * abs(expected) + 1e-15)


def definition(name: str) -> sympy.Expr:
    """An activation's plain formula."""
    return ACTIVATIONS[name](Z).rewrite(sympy.exp)


def exact(expression: sympy.Expr, z: float) -> mpmath.mpf:
    """The expression at z."""
    with mpmath.workdps(50):
        return sympy.lambdify(Z, expression, "mpmath")(mpmath.mpf(z))


def exact_slope(name: str, z: float) -> mpmath.mpf:
    """sympy's derivative of the definition at z; torch's convention at a kink."""
    if z in AT_THE_KINKS.get(name, {}):
        return mpmath.mpf(AT_THE_KINKS[name][z])
    return exact(definition(name).diff(Z), z)


def cross_entropy(target: float, z: float) -> mpmath.mpf:
    """-(t ln a + (1 - t) ln(1 - a)) for a = 1/(1 + e^-z)."""
    with mpmath.workdps(50):
        z = mpmath.mpf(z)
        return target * mpmath.log(1 + mpmath.exp(-z)) + (1 - target) * mpmath.log(1 + mpmath.exp(z))


def softmax(logits: tuple[float, ...]) -> list[mpmath.mpf]:
    """e^z over the sum of all."""
    with mpmath.workdps(50):
        powers = [mpmath.exp(mpmath.mpf(z)) for z in logits]
        return [power / sum(powers) for power in powers]
