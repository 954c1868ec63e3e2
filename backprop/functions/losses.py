"""The losses, a row each: the loss of one output and its derivative. The loss of a sample is their sum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backprop.functions.function import Expr, Maths


@dataclass(frozen=True, slots=True)
class Output:
    """What the loss of one output is written over."""

    z: Expr
    a: Expr
    target: Expr
    outputs: int  # of the network
    largest: Expr = None  # of a softmax layer: its largest sum, and the sum of its exponentials
    whole: Expr = None


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss by the name that descriptions give it."""

    name: str
    about: str  # one line: formula over all outputs, n of them
    value: Callable[[Maths, Output], Expr]
    slope: Callable[[Maths, Output], Expr]  # over a and the target: dE/da, or dE/dz where `by_sum`
    by_sum: bool = False  # dE/da alone grows without bound
    aliases: tuple[str, ...] = ()
    activation: str | None = None  # the one that the output layer has to have
    targets_between: tuple[float, float] | None = None
    targets_add_up: bool = False  # to 1
    targets_among: tuple[float, ...] = ()
    takes_targets: bool = True
    kink: str = ""  # where its derivative jumps or has a corner; there it is PyTorch's

    def fitting(self, targets: Sequence[float]) -> Sequence[float]:
        """Targets that it takes: these, or the first class, or each second output's high, or none."""
        if not self.takes_targets:
            return []
        if self.targets_add_up:
            return [float(not number) for number in range(len(targets))]
        if self.targets_between or self.targets_among:
            low, high = self.targets_between or self.targets_among
            return [high if number % 2 else low for number in range(len(targets))]
        return targets


def _binary_cross_entropy(m: Maths, output: Output) -> Expr:
    """-(t ln a + (1 - t) ln(1 - a)) for a = sigmoid(z): -ln a = softplus(-z) and -ln(1 - a) = softplus(z)."""
    z, t = output.z, output.target
    entropy = m.total([
        m.product(t, m.softplus(m.negative(z))), m.product(m.difference(m.Integer(1), t), m.softplus(z))
    ])  # fmt: skip
    return entropy if output.outputs == 1 else m.product(m.Rational(1, output.outputs), entropy)


def _softmax_cross_entropy(m: Maths, output: Output) -> Expr:
    """-t ln a for a = e^(z - max)/sum: t (ln(sum) - (z - max)), finite for any z."""
    return m.product(output.target, m.difference(m.log(output.whole), m.difference(output.z, output.largest)))


def _short_of_margin(m: Maths, output: Output) -> Expr:
    return m.difference(m.Integer(1), m.product(output.target, output.a))


HALF_SQUARED = Loss(
    "half_squared_error",
    "Σ ½·(t − a)²",
    value=lambda m, o: m.product(m.Rational(1, 2), m.square(m.difference(o.target, o.a))),
    slope=lambda m, o: m.difference(o.a, o.target),
    aliases=("half_squared",),
)
MEAN_SQUARED = Loss(
    "mean_squared_error",
    "1/n·Σ (t − a)²",
    value=lambda m, o: m.product(m.Rational(1, o.outputs), m.square(m.difference(o.target, o.a))),
    slope=lambda m, o: m.product(m.Rational(2, o.outputs), m.difference(o.a, o.target)),
    aliases=("mean_squared", "mse"),
)
SQUARED = Loss(
    "squared_error",
    "Σ (t − a)²",
    value=lambda m, o: m.square(m.difference(o.target, o.a)),
    slope=lambda m, o: m.product(m.Integer(2), m.difference(o.a, o.target)),
    aliases=("squared", "sse"),
)
MEAN_ABSOLUTE = Loss(
    "mean_absolute_error",
    "1/n·Σ |t − a|",
    value=lambda m, o: m.product(m.Rational(1, o.outputs), m.absolute(m.difference(o.target, o.a))),
    slope=lambda m, o: m.product(m.Rational(1, o.outputs), m.signum(m.difference(o.a, o.target))),
    aliases=("mean_absolute", "mae", "l1"),
    kink="where an output is its target",
)
HUBER = Loss(
    "huber_error",
    "1/n·Σ huber(a − t): ½·(a − t)² up to a distance of 1, beyond it |a − t| − ½",
    value=lambda m, o: m.product(m.Rational(1, o.outputs), m.huber(m.difference(o.a, o.target))),
    slope=lambda m, o: m.product(m.Rational(1, o.outputs), m.huber_slope(m.difference(o.a, o.target))),
    aliases=("huber", "smooth_l1"),
    kink="where an output is 1 from its target",
)
HINGE = Loss(
    "hinge",
    "1/n·Σ max(0, 1 − t·a) for targets −1 and 1",
    value=lambda m, o: m.product(m.Rational(1, o.outputs), m.relu(_short_of_margin(m, o))),
    slope=lambda m, o: m.product(m.Rational(-1, o.outputs), o.target, m.step(_short_of_margin(m, o))),
    targets_among=(-1.0, 1.0),
    kink="where target times output is 1",
)
OUTPUT = Loss(
    "output",
    "Σ a: nothing but the outputs, each with the gradient 1; no targets",
    value=lambda _, o: o.a,
    slope=lambda m, _: m.Integer(1),
    takes_targets=False,
)
BINARY_CROSS_ENTROPY = Loss(
    "binary_cross_entropy",
    "−1/n·Σ (t·ln a + (1 − t)·ln(1 − a)) of sigmoid outputs",
    value=_binary_cross_entropy,
    slope=lambda m, o: m.product(m.Rational(1, o.outputs), m.difference(o.a, o.target)),
    by_sum=True,
    aliases=("bce",),
    activation="sigmoid",
    targets_between=(0.0, 1.0),
)
SOFTMAX_CROSS_ENTROPY = Loss(
    "softmax_cross_entropy",
    "−Σ t·ln a of softmax outputs",
    value=_softmax_cross_entropy,
    slope=lambda m, o: m.difference(o.a, o.target),
    by_sum=True,
    aliases=("cross_entropy",),
    activation="softmax",
    targets_between=(0.0, 1.0),
    targets_add_up=True,
)

LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        HALF_SQUARED,
        MEAN_SQUARED,
        BINARY_CROSS_ENTROPY,
        SOFTMAX_CROSS_ENTROPY,
        SQUARED,
        MEAN_ABSOLUTE,
        HUBER,
        HINGE,
        OUTPUT,
    )
}
