"""Plain Unicode text, as a person types it: ∂E/∂w1 = (a_o1 − t1)·a_o1·(1 − a_o1)·a_h1."""

from sympy import Expr, Rational

from backprop.derivation.equation import Equation, Stage
from backprop.functions.activations import spellings
from backprop.printers.base import ATOM, InfixPrinter
from backprop.printers.quantities import written

FUNCTIONS = {
    **spellings("text"),
    "Max": "max({all})",
    "exp": "exp({all})",
    "log": "ln({all})",
    "cos": "cos({all})",
    "pi": "π",
    "root": "√({all})",
    "whole": "⌊{all}⌋",
    "absolute": "|{all}|",
    "signum": "sign({all})",
    "first": "[{all} = 1]",
    "clip": "min(max({0}, {1}), {2})",
    "by_sign": "{1}^[{0} > 0]·{2}^[{0} < 0]",
    "unless_negative": "{1}·[{0} ≥ 0]",
    "quotient": "{0}/{1}",
    "previous": "{0}",
}
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class TextPrinter(InfixPrinter):
    """Readable Unicode; nothing parses it."""

    language = "text"
    functions = FUNCTIONS
    minus = " − "
    negative = "−"
    times = "·"

    def symbol(self, name: str) -> str:
        """∂E/∂w1 for dE_dw1."""
        return written(name)

    def level(self, expr: Expr) -> int:
        """A half is one character."""
        return ATOM if expr == Rational(1, 2) else super().level(expr)

    def equation(self, equation: Equation) -> str:
        """The equation, an update with ← for its new value."""
        sign = "←" if equation.stage in (Stage.UPDATE, Stage.STATE) else "="
        return f"{self.symbol(equation.target.name)} {sign} {self.doprint(equation.expression)}"

    def _print_Rational(self, expr: Expr) -> str:
        return "½" if (expr.p, expr.q) == (1, 2) else super()._print_Rational(expr)

    def _print_mean(self, expr: Expr) -> str:
        return f"mean({self._print(expr.args[0])})"

    def _print_summed(self, expr: Expr) -> str:
        return f"sum({self._print(expr.args[0])})"

    def _print_Pow(self, expr: Expr) -> str:
        base = self.at_least(expr.base, ATOM)
        if expr.base.is_Symbol and "/" in base:  # a derivative
            base = self.bracket(base)
        if expr.exp.is_Integer:
            return base + str(expr.exp).translate(SUPERSCRIPTS)
        return f"{base}^{self.at_least(expr.exp, ATOM)}"
