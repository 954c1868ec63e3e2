"""Functions that losses are made of, and no activation is."""

from backprop.functions.function import Function

# With m = min(|z|, 1), Huber's function is m·(|z| − m/2) on both sides of its kinks, and no square can overflow.
HUBER = Function(
    "huber",
    definition=lambda m, z: m.Piecewise(
        (-z - m.Rational(1, 2), z < -1), (z**2 / 2, z < 1), (z - m.Rational(1, 2), True)
    ),
    excel="MIN(ABS({0}),1)*(ABS({0})-MIN(ABS({0}),1)/2)",
    textbook="IF(ABS({0})<1,POWER({0},2)/2,ABS({0})-1/2)",
    numpy="minimum(abs({0}), 1)*(abs({0}) - minimum(abs({0}), 1)/2)",
    javascript="Math.min(Math.abs({0}), 1)*(Math.abs({0}) - Math.min(Math.abs({0}), 1)/2)",
    latex=r"\mathrm{{huber}}\left({all}\right)",
    text="huber({all})",
    latex_definition=r"m \left(\left|z\right| - \frac{m}{2}\right), \quad m = \min\left(\left|z\right|, 1\right)",
    text_definition="z²/2 for |z| < 1, else |z| − 1/2",
    slope=Function(
        "huber_slope",
        definition=lambda m, z: m.Piecewise((-1, z < -1), (z, z < 1), (1, True)),
        excel="MAX(-1,MIN(1,{all}))",
        numpy="maximum(-1, minimum(1, {all}))",
        javascript="Math.max(-1, Math.min(1, {all}))",
        latex=r"\mathrm{{huber}}'\left({all}\right)",
        text="huber′({all})",
        latex_definition=r"\max\left(-1, \min\left(1, z\right)\right)",
        text_definition="z, kept from −1 to 1",
    ),
)
