"""The classic activations: identity, sigmoids, tanh, softsign; and softmax, which its layer's equations write out."""

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
BIPOLAR_SIGMOID = Function(
    "bipolar_sigmoid",
    definition=lambda m, z: 2 / (1 + m.exp(-z)) - 1,
    slope=lambda m, _, a: m.product(m.Rational(1, 2), m.total([m.Integer(1), a]), m.difference(m.Integer(1), a)),
    excel="2/(1+EXP(-MAX({0},-700)))-1",
    textbook="2/(1+EXP(-{0}))-1",
    numpy="2/(1 + exp(-maximum({0}, -700))) - 1",
    javascript="2/(1 + Math.exp(-Math.max({0}, -700))) - 1",
    latex=r"\mathrm{{bip}}\left({all}\right)",
    text="bip({all})",
    latex_definition=r"\frac{2}{1 + e^{-z}} - 1",
    text_definition="2/(1 + e^(−z)) − 1",
)
SOFTSIGN = Function(
    "softsign",
    definition=lambda m, z: m.Piecewise((z / (1 + z), z > 0), (z / (1 - z), True)),
    excel="{0}/(1+ABS({0}))",
    numpy="{0}/(1 + abs({0}))",
    javascript="{0}/(1 + Math.abs({0}))",
    latex=r"\mathrm{{softsign}}\left({all}\right)",
    text="softsign({all})",
    latex_definition=r"\frac{z}{1 + \left|z\right|}",
    text_definition="z/(1 + |z|)",
    slope=Function(
        "softsign_slope",
        definition=lambda m, z: m.Piecewise((1 / (1 + z) ** 2, z > 0), (1 / (1 - z) ** 2, True)),
        excel="SUMSQ(1/(1+ABS({0})))",
        numpy="(1/(1 + abs({0})))**2",
        javascript="Math.pow(1/(1 + Math.abs({0})), 2)",
        latex=r"\mathrm{{softsign}}'\left({all}\right)",
        text="softsign′({all})",
        latex_definition=r"\frac{1}{\left(1 + \left|z\right|\right)^{2}}",
        text_definition="1/(1 + |z|)²",
    ),
)

CLASSIC = (
    Activation("identity", "no activation", IDENTITY, aliases=("linear",)),
    Activation("sigmoid", "the logistic function, in (0, 1); Goodfellow et al. 2016, 3.10", SIGMOID),
    Activation("tanh", "in (−1, 1)", TANH),
    Activation("bipolar_sigmoid", "the sigmoid stretched to (−1, 1): tanh(z/2); Fausett 1994", BIPOLAR_SIGMOID),
    Activation("softsign", "in (−1, 1), with long tails", SOFTSIGN),
)
SOFTMAX = Activation("softmax", "shares of the exponentials of a layer, which add up to 1; output layer only", None)
