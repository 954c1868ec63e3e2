"""Smooth relatives of the relu: softplus, gelu, swish, mish."""

from backprop.functions.classic import SIGMOID
from backprop.functions.function import Activation, Expr, Function, Maths

SOFTPLUS = Function(
    "softplus",
    definition=lambda m, z: m.log(1 + m.exp(z)),
    slope=lambda m, z, _: m.sigmoid(z),
    excel="MAX({0},0)+LN(1+EXP(-ABS({0})))",
    numpy="maximum({0}, 0) + log(1 + exp(-abs({0})))",
    javascript="Math.max({0}, 0) + Math.log(1 + Math.exp(-Math.abs({0})))",
    latex=r"\mathrm{{softplus}}\left({all}\right)",
    text="softplus({all})",
    latex_definition=r"\ln\left(1 + e^{z}\right)",
    text_definition="ln(1 + e^z)",
)

_CUBIC, _THREE_CUBIC = "0.044715", "0.134145"  # of gelu's tanh form, and its derivative's
_CLIPPED = {  # T is 1 or -1 to the last bit beyond
    "excel": "MAX(-10,MIN(10,{0}))",
    "numpy": "minimum(maximum({0}, -10), 10)",
    "javascript": "Math.min(Math.max({0}, -10), 10)",
}
_T = {
    "excel": f"TANH(SQRT(2/PI())*{_CLIPPED['excel']}*(1+{_CUBIC}*SUMSQ({_CLIPPED['excel']})))",
    "numpy": f"tanh(sqrt(2/pi)*{_CLIPPED['numpy']}*(1 + {_CUBIC}*{_CLIPPED['numpy']}**2))",
    "javascript": f"Math.tanh(Math.sqrt(2/Math.PI)*({_CLIPPED['javascript']} + {_CUBIC}*{_CLIPPED['javascript']}**3))",
}


def _gelu_tanh(m: Maths, z: Expr) -> Expr:
    return m.tanh(m.sqrt(2 / m.pi) * (z + m.Rational(_CUBIC) * z**3))


def _gelu_slope(m: Maths, z: Expr) -> Expr:
    t = _gelu_tanh(m, z)
    return (1 + t) / 2 + z / 2 * (1 - t**2) * m.sqrt(2 / m.pi) * (1 + 3 * m.Rational(_CUBIC) * z**2)


GELU = Function(
    "gelu",
    definition=lambda m, z: z / 2 * (1 + _gelu_tanh(m, z)),
    excel=f"{{0}}/2*(1+{_T['excel']})",
    numpy=f"{{0}}/2*(1 + {_T['numpy']})",
    javascript=f"{{0}}/2*(1 + {_T['javascript']})",
    latex=r"\mathrm{{gelu}}\left({all}\right)",
    text="gelu({all})",
    latex_definition=r"\frac{z}{2} \left(1 + T\right), \quad "
    rf"T = \tanh\left(\sqrt{{\frac{{2}}{{\pi}}}} \left(z + {_CUBIC} z^{{3}}\right)\right)",
    text_definition=f"z/2·(1 + T), T = tanh(√(2/π)·(z + {_CUBIC}·z³))",
    slope=Function(
        "gelu_slope",
        definition=_gelu_slope,
        excel=f"(1+{_T['excel']})/2+{_CLIPPED['excel']}/2*(1-SUMSQ({_T['excel']}))*SQRT(2/PI())"
        f"*(1+{_THREE_CUBIC}*SUMSQ({_CLIPPED['excel']}))",
        numpy=f"(1 + {_T['numpy']})/2 + {_CLIPPED['numpy']}/2*(1 - {_T['numpy']}**2)*sqrt(2/pi)"
        f"*(1 + {_THREE_CUBIC}*{_CLIPPED['numpy']}**2)",
        javascript=f"(1 + {_T['javascript']})/2 + {_CLIPPED['javascript']}/2*(1 - {_T['javascript']}**2)"
        f"*Math.sqrt(2/Math.PI)*(1 + {_THREE_CUBIC}*{_CLIPPED['javascript']}**2)",
        latex=r"\mathrm{{gelu}}'\left({all}\right)",
        text="gelu′({all})",
        latex_definition=r"\frac{1 + T}{2} + \frac{z}{2} \left(1 - T^{2}\right) "
        rf"\sqrt{{\frac{{2}}{{\pi}}}} \left(1 + {_THREE_CUBIC} z^{{2}}\right)",
        text_definition=f"(1 + T)/2 + z/2·(1 − T²)·√(2/π)·(1 + {_THREE_CUBIC}·z²)",
    ),
)
SWISH = Function(
    "swish",
    definition=lambda m, z: z / (1 + m.exp(-z)),
    excel="MAX({0},-700)/(1+EXP(-MAX({0},-700)))",
    textbook="{0}/(1+EXP(-{0}))",
    numpy="maximum({0}, -700)/(1 + exp(-maximum({0}, -700)))",
    javascript="Math.max({0}, -700)/(1 + Math.exp(-Math.max({0}, -700)))",
    latex=r"\mathrm{{swish}}\left({all}\right)",
    text="swish({all})",
    latex_definition=r"z \, \sigma\left(z\right)",
    text_definition="z·σ(z)",
    explained_with=("sigmoid",),
    slope=Function(
        "swish_slope",
        definition=lambda m, z: (1 + z * (1 - 1 / (1 + m.exp(-z)))) / (1 + m.exp(-z)),
        excel=f"(1+MAX({{0}},-700)*(1-{SIGMOID.excel}))/(1+EXP(-MAX({{0}},-700)))",
        numpy=f"(1 + maximum({{0}}, -700)*(1 - {SIGMOID.numpy}))/(1 + exp(-maximum({{0}}, -700)))",
        javascript=f"(1 + Math.max({{0}}, -700)*(1 - {SIGMOID.javascript}))/(1 + Math.exp(-Math.max({{0}}, -700)))",
        latex=r"\mathrm{{swish}}'\left({all}\right)",
        text="swish′({all})",
        latex_definition=r"\sigma\left(z\right) \left(1 + z \left(1 - \sigma\left(z\right)\right)\right)",
        text_definition="σ(z)·(1 + z·(1 − σ(z)))",
        explained_with=("sigmoid",),
    ),
)

# With w = e^z, tanh(ln(1 + w)) is n/(n + 2) for n = w(w + 2): no cancellation below 0, 1 to the last bit from z = 19.
_W = {"excel": "EXP(MIN({0},25))", "numpy": "exp(minimum({0}, 25))", "javascript": "Math.exp(Math.min({0}, 25))"}
_N = {language: f"{w}*({w}+2)" if language == "excel" else f"{w}*({w} + 2)" for language, w in _W.items()}


def _mish_tanh(m: Maths, z: Expr) -> Expr:
    return m.tanh(m.log(1 + m.exp(z)))


MISH = Function(
    "mish",
    definition=lambda m, z: z * _mish_tanh(m, z),
    excel=f"{{0}}*({_N['excel']}/({_N['excel']}+2))",
    numpy=f"{{0}}*({_N['numpy']}/({_N['numpy']} + 2))",
    javascript=f"{{0}}*({_N['javascript']}/({_N['javascript']} + 2))",
    latex=r"\mathrm{{mish}}\left({all}\right)",
    text="mish({all})",
    latex_definition=r"z \tanh\left(\ln\left(1 + e^{z}\right)\right)",
    text_definition="z·tanh(ln(1 + e^z))",
    explained_with=("hyperbolic_tangent",),
    slope=Function(
        "mish_slope",
        definition=lambda m, z: _mish_tanh(m, z) + z * (1 - _mish_tanh(m, z) ** 2) / (1 + m.exp(-z)),
        excel=f"{_N['excel']}/({_N['excel']}+2)+4*{_W['excel']}*({_W['excel']}+1)/SUMSQ({_N['excel']}+2)*MIN({{0}},25)",
        numpy=f"{_N['numpy']}/({_N['numpy']} + 2)"
        f" + 4*{_W['numpy']}*({_W['numpy']} + 1)/({_N['numpy']} + 2)**2*minimum({{0}}, 25)",
        javascript=f"{_N['javascript']}/({_N['javascript']} + 2)"
        f" + 4*{_W['javascript']}*({_W['javascript']} + 1)/({_N['javascript']} + 2)**2*Math.min({{0}}, 25)",
        latex=r"\mathrm{{mish}}'\left({all}\right)",
        text="mish′({all})",
        latex_definition=r"T + z \left(1 - T^{2}\right) \sigma\left(z\right), \quad "
        r"T = \tanh\left(\ln\left(1 + e^{z}\right)\right)",
        text_definition="T + z·(1 − T²)·σ(z), T = tanh(ln(1 + e^z))",
        explained_with=("hyperbolic_tangent", "sigmoid"),
    ),
)

SMOOTH = (
    Activation("softplus", "the integral of the sigmoid", SOFTPLUS),
    Activation("gelu", "Hendrycks and Gimpel 2016, the tanh form", GELU),
    Activation("swish", "also called SiLU; Ramachandran et al. 2017", SWISH, aliases=("silu",)),
    Activation("mish", "Misra 2019", MISH),
)
