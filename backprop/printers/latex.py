r"""LaTeX that GitHub, MathJax, KaTeX and matplotlib all render: \frac{\partial E_{total}}{\partial w_{1}} = ..."""

import re

from sympy import Expr

from backprop.derive import Equation, Stage
from backprop.printers.base import ATOM, InfixPrinter

FUNCTIONS = {"sigmoid": r"\sigma{bracketed}"}
NAMES = (
    (r"eta", r"\\eta"),
    (r"E_total", r"E_{total}"),
    (r"delta_([a-z]\d+)", r"\\delta_{\1}"),
    (r"delta_([a-z]\d+)_(\d+)", r"\\delta_{\1,\2}"),
    (r"a_([a-z]\d+)", r"a_{\1}"),
    (r"a_([a-z]\d+)_(\d+)", r"a_{\1,\2}"),
    (r"h(\d+)_(\d+)", r"h^{(\1)}_{\2}"),
    (r"([a-zA-Z])(\d+)", r"\1_{\2}"),
)


class LatexPrinter(InfixPrinter):
    """One equation a line, no environments, no package."""

    functions = FUNCTIONS
    times = r" \cdot "

    def symbol(self, name: str) -> str:
        """w_{1} for w1, a_{h1} for a_h1, h^{(2)}_{1} for h2_1, a derivative as a fraction."""
        if name.startswith("dE_d"):
            return rf"\frac{{\partial E_{{total}}}}{{\partial {self.symbol(name.removeprefix('dE_d'))}}}"
        for pattern, template in NAMES:
            if match := re.fullmatch(pattern, name):
                return match.expand(template)
        return self.emptyPrinter(name)

    def equation(self, equation: Equation) -> str:
        """The equation, an update with an arrow to its new value."""
        sign = r"\leftarrow" if equation.stage is Stage.UPDATE else "="
        return f"{self.symbol(equation.target.name)} {sign} {self.doprint(equation.expression)}"

    def bracket(self, text: str) -> str:
        """Brackets that grow with what they hold."""
        return rf"\left({text}\right)"

    def _print_Rational(self, expr: Expr) -> str:
        sign = "-" if expr.p < 0 else ""
        return rf"{sign}\frac{{{abs(expr.p)}}}{{{expr.q}}}"

    def _print_Pow(self, expr: Expr) -> str:
        return f"{self.at_least(expr.base, ATOM)}^{{{self._print(expr.exp)}}}"
