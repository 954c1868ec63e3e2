"""Plain Unicode text, as a person types it: ∂E/∂w1 = (a_o1 − t1)·a_o1·(1 − a_o1)·a_h1."""

from sympy import Expr

from backprop.derivation.equation import Equation, Stage
from backprop.printers.base import ATOM, InfixPrinter

FUNCTIONS = {
    "identity": "{0}",
    "sigmoid": "σ({all})",
    "hyperbolic_tangent": "tanh({all})",
    "relu": "relu({all})",
    "step": "relu′({all})",
    "leaky_relu": "lrelu({all})",
    "leaky_step": "lrelu′({all})",
    "elu": "elu({all})",
    "elu_slope": "elu′({all})",
    "softplus": "softplus({all})",
    "gelu": "gelu({all})",
    "gelu_slope": "gelu′({all})",
    "swish": "swish({all})",
    "swish_slope": "swish′({all})",
    "Max": "max({all})",
    "exp": "exp({all})",
    "log": "ln({all})",
    "cos": "cos({all})",
    "pi": "π",
    "root": "√({all})",
    "whole": "⌊{all}⌋",
    "quotient": "{0}/{1}",
    "previous": "{0}",
}
DEFINITIONS = {
    "sigmoid": "σ(z) = 1/(1 + e^(−z))",
    "hyperbolic_tangent": "tanh(z) = (e^z − e^(−z))/(e^z + e^(−z))",
    "relu": "relu(z) = max(z, 0)",
    "step": "relu′(z) = 1 for z > 0, else 0",
    "leaky_relu": "lrelu(z) = z for z > 0, else 0.01·z",
    "leaky_step": "lrelu′(z) = 1 for z > 0, else 0.01",
    "elu": "elu(z) = z for z > 0, else e^z − 1",
    "elu_slope": "elu′(z) = 1 for z > 0, else e^z",
    "softplus": "softplus(z) = ln(1 + e^z)",
    "gelu": "gelu(z) = z/2·(1 + T), T = tanh(√(2/π)·(z + 0.044715·z³))",
    "gelu_slope": "gelu′(z) = (1 + T)/2 + z/2·(1 − T²)·√(2/π)·(1 + 0.134145·z²)",
    "swish": "swish(z) = z·σ(z)",
    "swish_slope": "swish′(z) = σ(z)·(1 + z·(1 − σ(z)))",
}
NAMES = {
    "eta": "η",
    "eta_t": "η_t",
    "eta_min": "η_min",
    "momentum": "μ",
    "alpha": "α",
    "beta1": "β1",
    "beta2": "β2",
    "epsilon": "ε",
    "gamma": "γ",
    "weight_decay": "λ",
    "step_size": "step size",
    "period": "T",
    "epoch": "epoch",
}
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class TextPrinter(InfixPrinter):
    """Readable Unicode; nothing parses it."""

    functions = FUNCTIONS
    minus = " − "
    negative = "−"
    times = "·"

    def symbol(self, name: str) -> str:
        """∂E/∂w1 for dE_dw1, δ_h1 for delta_h1, η for eta."""
        if name.startswith("dE_d"):
            return f"∂E/∂{name.removeprefix('dE_d')}"
        if name.startswith("delta_"):
            return f"δ_{name.removeprefix('delta_')}"
        return NAMES.get(name, name)

    def equation(self, equation: Equation) -> str:
        """The equation, an update with ← for its new value."""
        sign = "←" if equation.stage in (Stage.UPDATE, Stage.STATE) else "="
        return f"{self.symbol(equation.target.name)} {sign} {self.doprint(equation.expression)}"

    def _print_Rational(self, expr: Expr) -> str:
        return "½" if (expr.p, expr.q) == (1, 2) else super()._print_Rational(expr)

    def _print_mean(self, expr: Expr) -> str:
        return f"mean({self._print(expr.args[0])})"

    def _print_Pow(self, expr: Expr) -> str:
        base = self.at_least(expr.base, ATOM)
        if expr.base.is_Symbol and "/" in base:  # a derivative
            base = self.bracket(base)
        if expr.exp.is_Integer:
            return base + str(expr.exp).translate(SUPERSCRIPTS)
        return f"{base}^{self.at_least(expr.exp, ATOM)}"
