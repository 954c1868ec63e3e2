"""The activations with kinks: relu, leaky relu, elu, selu, hard sigmoid. At a kink the derivative is PyTorch's."""

from backprop.functions.function import Activation, Function

_LEAK = "0.01"  # slope of the leaky relu below 0, PyTorch's default
_SCALE, _BELOW = "1.05070098735548", "1.75809934084738"  # of selu, and times its alpha; 15 digits, as Excel keeps

RELU = Function(
    "relu",
    definition=lambda m, z: m.Piecewise((z, z > 0), (0, True)),
    excel="MAX({all},0)",
    numpy="maximum({all}, 0)",
    javascript="Math.max({all}, 0)",
    latex=r"\mathrm{{relu}}\left({all}\right)",
    text="relu({all})",
    latex_definition=r"\max\left(z, 0\right)",
    text_definition="max(z, 0)",
    slope=Function(
        "step",
        definition=lambda m, z: m.Piecewise((1, z > 0), (0, True)),
        excel="IF({0}>0,1,0)",
        numpy="where({0} > 0, 1, 0)",
        javascript="({0} > 0 ? 1 : 0)",
        latex=r"\mathrm{{relu}}'\left({all}\right)",
        text="relu′({all})",
        latex_definition=r"\left[z > 0\right]",
        text_definition="1 for z > 0, else 0",
    ),
)
LEAKY_RELU = Function(
    "leaky_relu",
    definition=lambda m, z: m.Piecewise((z, z > 0), (m.Rational(_LEAK) * z, True)),
    excel=f"IF({{0}}>0,{{0}},{_LEAK}*{{0}})",
    numpy=f"where({{0}} > 0, {{0}}, {_LEAK}*{{0}})",
    javascript=f"({{0}} > 0 ? {{0}} : {_LEAK}*{{0}})",
    latex=r"\mathrm{{lrelu}}\left({all}\right)",
    text="lrelu({all})",
    latex_definition=rf"\max\left(z, {_LEAK} z\right)",
    text_definition=f"z for z > 0, else {_LEAK}·z",
    slope=Function(
        "leaky_step",
        definition=lambda m, z: m.Piecewise((1, z > 0), (m.Rational(_LEAK), True)),
        excel=f"IF({{0}}>0,1,{_LEAK})",
        numpy=f"where({{0}} > 0, 1, {_LEAK})",
        javascript=f"({{0}} > 0 ? 1 : {_LEAK})",
        latex=r"\mathrm{{lrelu}}'\left({all}\right)",
        text="lrelu′({all})",
        latex_definition=rf"{_LEAK} + {1 - float(_LEAK)} \left[z > 0\right]",
        text_definition=f"1 for z > 0, else {_LEAK}",
    ),
)
ELU = Function(
    "elu",
    definition=lambda m, z: m.Piecewise((z, z > 0), (m.exp(z) - 1, True)),
    excel="IF({0}>0,{0},EXP({0})-1)",
    numpy="where({0} > 0, {0}, exp(minimum({0}, 0)) - 1)",
    javascript="({0} > 0 ? {0} : Math.exp({0}) - 1)",
    latex=r"\mathrm{{elu}}\left({all}\right)",
    text="elu({all})",
    latex_definition=r"\max\left(z, 0\right) + e^{\min\left(z, 0\right)} - 1",
    text_definition="z for z > 0, else e^z − 1",
    slope=Function(
        "elu_slope",
        definition=lambda m, z: m.Piecewise((1, z > 0), (m.exp(z), True)),
        excel="EXP(MIN({all},0))",
        numpy="exp(minimum({all}, 0))",
        javascript="Math.exp(Math.min({all}, 0))",
        latex=r"\mathrm{{elu}}'\left({all}\right)",
        text="elu′({all})",
        latex_definition=r"e^{\min\left(z, 0\right)}",
        text_definition="1 for z > 0, else e^z",
    ),
)

SELU = Function(
    "selu",
    definition=lambda m, z: m.Piecewise((m.Rational(_SCALE) * z, z > 0), (m.Rational(_BELOW) * (m.exp(z) - 1), True)),
    excel=f"IF({{0}}>0,{_SCALE}*{{0}},{_BELOW}*(EXP({{0}})-1))",
    numpy=f"where({{0}} > 0, {_SCALE}*{{0}}, {_BELOW}*(exp(minimum({{0}}, 0)) - 1))",
    javascript=f"({{0}} > 0 ? {_SCALE}*{{0}} : {_BELOW}*(Math.exp({{0}}) - 1))",
    latex=r"\mathrm{{selu}}\left({all}\right)",
    text="selu({all})",
    latex_definition=rf"{_SCALE} \max\left(z, 0\right) + {_BELOW} \left(e^{{\min\left(z, 0\right)}} - 1\right)",
    text_definition=f"{_SCALE}·z for z > 0, else {_BELOW}·(e^z − 1)",
    slope=Function(
        "selu_slope",
        definition=lambda m, z: m.Piecewise((m.Rational(_SCALE), z > 0), (m.Rational(_BELOW) * m.exp(z), True)),
        excel=f"IF({{0}}>0,{_SCALE},{_BELOW}*EXP({{0}}))",
        numpy=f"where({{0}} > 0, {_SCALE}, {_BELOW}*exp(minimum({{0}}, 0)))",
        javascript=f"({{0}} > 0 ? {_SCALE} : {_BELOW}*Math.exp({{0}}))",
        latex=r"\mathrm{{selu}}'\left({all}\right)",
        text="selu′({all})",
        latex_definition=rf"{_SCALE} \left[z > 0\right] + {_BELOW} e^{{z}} \left[z \le 0\right]",
        text_definition=f"{_SCALE} for z > 0, else {_BELOW}·e^z",
    ),
)
HARD_SIGMOID = Function(
    "hard_sigmoid",
    definition=lambda m, z: m.Piecewise((0, z <= -3), (z / 6 + m.Rational(1, 2), z < 3), (1, True)),
    excel="MAX(0,MIN(1,{0}/6+1/2))",
    numpy="maximum(0, minimum(1, {0}/6 + 1/2))",
    javascript="Math.max(0, Math.min(1, {0}/6 + 1/2))",
    latex=r"\mathrm{{hsig}}\left({all}\right)",
    text="hsig({all})",
    latex_definition=r"\max\left(0, \min\left(1, \frac{z}{6} + \frac{1}{2}\right)\right)",
    text_definition="z/6 + 1/2, kept from 0 to 1",
    slope=Function(
        "hard_sigmoid_slope",
        definition=lambda m, z: m.Piecewise((0, z <= -3), (m.Rational(1, 6), z < 3), (0, True)),
        excel="IF(ABS({0})<3,1/6,0)",
        numpy="where(abs({0}) < 3, 1/6, 0)",
        javascript="(Math.abs({0}) < 3 ? 1/6 : 0)",
        latex=r"\mathrm{{hsig}}'\left({all}\right)",
        text="hsig′({all})",
        latex_definition=r"\frac{1}{6} \left[\left|z\right| < 3\right]",
        text_definition="1/6 for |z| < 3, else 0",
    ),
)

RECTIFIED = (
    Activation("relu", "the positive part", RELU, kinks=((0.0, 0.0),)),
    Activation("leaky_relu", f"a relu that keeps {_LEAK} of what is below 0", LEAKY_RELU, kinks=((0.0, float(_LEAK)),)),
    Activation("elu", "Clevert et al. 2015, alpha = 1", ELU, kinks=((0.0, 1.0),)),
    Activation("selu", "an elu that keeps mean and spread; Klambauer et al. 2017", SELU, kinks=((0.0, float(_BELOW)),)),
    Activation(
        "hard_sigmoid",
        "a sigmoid of straight lines, PyTorch's: kinks at −3 and 3",
        HARD_SIGMOID,
        kinks=((-3.0, 0.0), (3.0, 0.0)),
    ),
)
