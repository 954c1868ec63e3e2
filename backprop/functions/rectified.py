"""The activations with a kink at 0: relu, leaky relu, elu. At the kink the derivative is PyTorch's."""

from backprop.functions.function import Activation, Function

_LEAK = "0.01"  # slope of the leaky relu below 0, PyTorch's default

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

RECTIFIED = (
    Activation("relu", "the positive part", RELU, slope_at_kink=0.0),
    Activation("leaky_relu", f"a relu that keeps {_LEAK} of what is below 0", LEAKY_RELU, slope_at_kink=float(_LEAK)),
    Activation("elu", "Clevert et al. 2015, alpha = 1", ELU, slope_at_kink=1.0),
)
