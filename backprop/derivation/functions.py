"""Activations and losses: their formulas and derivatives, in forms that stay right where numbers are huge.

An activation is a sympy function; `fdiff` is its derivative as the backward pass computes it, often in terms of the
activation itself, and `_eval_rewrite_as_exp` its plain definition, from which the tests derive it anew.
"""

from collections.abc import Callable

from sympy import Expr, Function, Integer, Piecewise, Rational, exp, log, pi, sqrt, tanh

from backprop.derivation.expressions import difference, negative, product, quotient, square, total

LEAK = Rational(1, 100)  # slope of the leaky relu below 0, torch's default
CUBIC = Rational(44715, 1_000_000)  # of gelu's tanh form, Hendrycks and Gimpel 2016


class _Elementwise(Function):
    """A function of one number."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative by the argument."""
        if argindex != 1:
            raise ValueError(f"argument {argindex} of {type(self).__name__}; it has one")
        return self.slope(self)

    def slope(self, value: Expr) -> Expr:
        """The derivative, over the argument or over what is written for the function's value."""
        raise NotImplementedError(type(self).__name__)


class identity(_Elementwise):  # noqa: N801 - sympy prints and matches a function by its class name
    """identity(z) = z."""

    def slope(self, _: Expr) -> Expr:
        """1."""
        return Integer(1)

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return z


class sigmoid(_Elementwise):  # noqa: N801
    """The logistic function, sigmoid(z) = 1/(1 + e^-z), in (0, 1). Goodfellow et al. 2016, 3.10."""

    def slope(self, value: Expr) -> Expr:
        """sigmoid(z)*(1 - sigmoid(z))."""
        return product(value, difference(Integer(1), value))

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return 1 / (1 + exp(-z))


class hyperbolic_tangent(_Elementwise):  # noqa: N801
    """tanh(z) = (e^z - e^-z)/(e^z + e^-z), in (-1, 1)."""

    def slope(self, value: Expr) -> Expr:
        """1 - tanh(z)^2."""
        return difference(Integer(1), square(value))

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return (exp(z) - exp(-z)) / (exp(z) + exp(-z))


class step(_Elementwise):  # noqa: N801
    """step(z) = 1 for z > 0, else 0: the derivative of relu, 0 at the kink as in torch."""

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return Piecewise((1, z > 0), (0, True))


class relu(_Elementwise):  # noqa: N801
    """relu(z) = max(z, 0)."""

    def slope(self, _: Expr) -> Expr:
        """step(z)."""
        return step(self.args[0])

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return Piecewise((z, z > 0), (0, True))


class leaky_step(_Elementwise):  # noqa: N801
    """leaky_step(z) = 1 for z > 0, else 0.01: the derivative of the leaky relu, 0.01 at the kink as in torch."""

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return Piecewise((1, z > 0), (LEAK, True))


class leaky_relu(_Elementwise):  # noqa: N801
    """leaky_relu(z) = z for z > 0, else 0.01 z."""

    def slope(self, _: Expr) -> Expr:
        """leaky_step(z)."""
        return leaky_step(self.args[0])

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return Piecewise((z, z > 0), (LEAK * z, True))


class elu_slope(_Elementwise):  # noqa: N801
    """elu'(z) = 1 for z > 0, else e^z."""

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return Piecewise((1, z > 0), (exp(z), True))


class elu(_Elementwise):  # noqa: N801
    """elu(z) = z for z > 0, else e^z - 1. Clevert et al. 2015, alpha = 1."""

    def slope(self, _: Expr) -> Expr:
        """elu_slope(z)."""
        return elu_slope(self.args[0])

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return Piecewise((z, z > 0), (exp(z) - 1, True))


class softplus(_Elementwise):  # noqa: N801
    """softplus(z) = ln(1 + e^z), computed as max(z, 0) + ln(1 + e^-|z|), which never overflows."""

    def slope(self, _: Expr) -> Expr:
        """sigmoid(z)."""
        return sigmoid(self.args[0])

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return log(1 + exp(z))


class gelu_slope(_Elementwise):  # noqa: N801
    """gelu'(z) = (1 + T)/2 + z/2 (1 - T^2) sqrt(2/pi) (1 + 3*0.044715 z^2) with gelu's T."""

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        t = tanh(sqrt(2 / pi) * (z + CUBIC * z**3))
        return (1 + t) / 2 + z / 2 * (1 - t**2) * sqrt(2 / pi) * (1 + 3 * CUBIC * z**2)


class gelu(_Elementwise):  # noqa: N801
    """gelu(z) = z/2 (1 + T), T = tanh(sqrt(2/pi) (z + 0.044715 z^3)). Hendrycks and Gimpel 2016, the tanh form."""

    def slope(self, _: Expr) -> Expr:
        """gelu_slope(z)."""
        return gelu_slope(self.args[0])

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return z / 2 * (1 + tanh(sqrt(2 / pi) * (z + CUBIC * z**3)))


class swish_slope(_Elementwise):  # noqa: N801
    """swish'(z) = sigmoid(z) (1 + z (1 - sigmoid(z)))."""

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return (1 + z * (1 - 1 / (1 + exp(-z)))) / (1 + exp(-z))


class swish(_Elementwise):  # noqa: N801
    """swish(z) = z sigmoid(z), also called SiLU. Ramachandran et al. 2017."""

    def slope(self, _: Expr) -> Expr:
        """swish_slope(z)."""
        return swish_slope(self.args[0])

    def _eval_rewrite_as_exp(self, z: Expr, **_: object) -> Expr:
        return z / (1 + exp(-z))


ACTIVATIONS: dict[str, type[_Elementwise]] = {
    "identity": identity,
    "sigmoid": sigmoid,
    "tanh": hyperbolic_tangent,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "softplus": softplus,
    "gelu": gelu,
    "swish": swish,
}  # softmax couples the neurons of a layer: derive.py writes it out


def local_derivative(activation: str, z: Expr, a: Expr) -> Expr:
    """da/dz, with a written for activation(z)."""
    return ACTIVATIONS[activation](z).slope(a)


def _share(outputs: int) -> Expr:
    return Rational(1, outputs)


def _half_squared(_z: Expr, a: Expr, t: Expr, _outputs: int) -> Expr:
    return product(Rational(1, 2), square(difference(t, a)))


def _mean_squared(_z: Expr, a: Expr, t: Expr, outputs: int) -> Expr:
    return product(_share(outputs), square(difference(t, a)))


def _binary_cross_entropy(z: Expr, _a: Expr, t: Expr, outputs: int) -> Expr:
    """-(t ln a + (1 - t) ln(1 - a)) for a = sigmoid(z): -ln a = softplus(-z) and -ln(1 - a) = softplus(z)."""
    entropy = total([product(t, softplus(negative(z))), product(difference(Integer(1), t), softplus(z))])
    return entropy if outputs == 1 else product(_share(outputs), entropy)


def _error(a: Expr, t: Expr, _outputs: int) -> Expr:
    return difference(a, t)


def _mean_error(a: Expr, t: Expr, outputs: int) -> Expr:
    return product(_share(outputs), difference(a, t))


def _twice_mean_error(a: Expr, t: Expr, outputs: int) -> Expr:
    return product(Rational(2, outputs), difference(a, t))


LOSSES: dict[str, Callable[[Expr, Expr, Expr, int], Expr]] = {  # of one output: (z, a, target, outputs)
    "half_squared_error": _half_squared,
    "mean_squared_error": _mean_squared,
    "binary_cross_entropy": _binary_cross_entropy,
}  # softmax cross-entropy goes with softmax: derive.py writes both out
LOSS_SLOPES: dict[str, Callable[[Expr, Expr, int], Expr]] = {  # (a, target, outputs)
    "half_squared_error": _error,
    "mean_squared_error": _twice_mean_error,
    "binary_cross_entropy": _mean_error,
    "softmax_cross_entropy": _error,
}
BY_SUM = frozenset({"binary_cross_entropy", "softmax_cross_entropy"})  # their slope is dE/dz: dE/da is not finite


def softmax_loss(z: Expr, largest: Expr, exponentials: Expr, t: Expr) -> Expr:
    """-t ln a for a = e^(z - max)/sum: t (ln(sum) - (z - max)), finite for any z."""
    return product(t, difference(log(exponentials), difference(z, largest)))


def shifted_exponential(z: Expr, largest: Expr) -> Expr:
    """e^(z - max), at most 1."""
    return exp(difference(z, largest), evaluate=False)


def share(part: Expr, whole: Expr) -> Expr:
    """part/whole."""
    return quotient(part, whole)
