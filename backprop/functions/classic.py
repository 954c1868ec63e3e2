"""The classic activations: identity, sigmoid, tanh; and softmax, which the equations of its layer write out."""

from backprop.functions.function import Activation, Function

IDENTITY = Function(
    "identity",
    definition=lambda _, z: z,
    slope=lambda m, _z, _a: m.Integer(1),
    excel="{0}",
    numpy="{0}",
    javascript="{0}",
    latex="{0}",
    text="{0}",
)
SIGMOID = Function(
    "sigmoid",
    definition=lambda m, z: 1 / (1 + m.exp(-z)),
    slope=lambda m, _, a: m.product(a, m.difference(m.Integer(1), a)),
    excel="1/(1+EXP(-MAX({0},-700)))",
    textbook="1/(1+EXP(-{0}))",
    numpy="1/(1 + exp(-maximum({0}, -700)))",
    javascript="1/(1 + Math.exp(-Math.max({0}, -700)))",
    latex=r"\sigma\left({all}\right)",
    text="σ({all})",
    latex_definition=r"\frac{1}{1 + e^{-z}}",
    text_definition="1/(1 + e^(−z))",
)
TANH = Function(
    "hyperbolic_tangent",  # sympy has a tanh of its own
    definition=lambda m, z: (m.exp(z) - m.exp(-z)) / (m.exp(z) + m.exp(-z)),
    slope=lambda m, _, a: m.difference(m.Integer(1), m.square(a)),
    excel="TANH({all})",
    numpy="tanh({all})",
    javascript="Math.tanh({all})",
    latex=r"\tanh\left({all}\right)",
    text="tanh({all})",
    latex_definition=r"\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
    text_definition="(e^z − e^(−z))/(e^z + e^(−z))",
)

CLASSIC = (
    Activation("identity", "no activation", IDENTITY, aliases=("linear",)),
    Activation("sigmoid", "the logistic function, in (0, 1); Goodfellow et al. 2016, 3.10", SIGMOID),
    Activation("tanh", "in (−1, 1)", TANH),
)
SOFTMAX = Activation("softmax", "shares of the exponentials of a layer, which add up to 1; output layer only", None)
