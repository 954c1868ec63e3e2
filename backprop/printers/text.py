"""Plain Unicode text, as a person types it: ∂E/∂w1 = (a_o1 − t1)·a_o1·(1 − a_o1)·a_h1."""

from sympy import Expr

from backprop.derive import Equation, Stage
from backprop.printers.base import ATOM, InfixPrinter

FUNCTIONS = {"sigmoid": "σ{bracketed}"}
NAMES = {"eta": "η"}
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
        sign = "←" if equation.stage is Stage.UPDATE else "="
        return f"{self.symbol(equation.target.name)} {sign} {self.doprint(equation.expression)}"

    def _print_Rational(self, expr: Expr) -> str:
        return "½" if (expr.p, expr.q) == (1, 2) else super()._print_Rational(expr)

    def _print_Pow(self, expr: Expr) -> str:
        if not expr.exp.is_Integer:
            return self.emptyPrinter(expr)
        return self.at_least(expr.base, ATOM) + str(expr.exp).translate(SUPERSCRIPTS)
