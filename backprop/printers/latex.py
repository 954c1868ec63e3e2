r"""LaTeX that GitHub, MathJax, KaTeX and matplotlib all render: \frac{\partial E_{total}}{\partial w_{1}} = ..."""

import re

from sympy import Expr, Rational

from backprop.derivation.equation import Equation, Stage
from backprop.functions.activations import spellings
from backprop.printers.base import ATOM, PRODUCT, InfixPrinter
from backprop.printers.quantities import GREEK

FUNCTIONS = {
    **spellings("latex"),
    "Max": r"\max\left({all}\right)",
    "exp": r"e^{{{all}}}",
    "log": r"\ln\left({all}\right)",
    "cos": r"\cos\left({all}\right)",
    "pi": r"\pi",
    "root": r"\sqrt{{{all}}}",
    "whole": r"\lfloor {all} \rfloor",
    "absolute": r"\left|{all}\right|",
    "signum": r"\mathrm{{sign}}\left({all}\right)",
    "first": r"\left[{all} = 1\right]",
    "clip": r"\min\left(\max\left({0}, {1}\right), {2}\right)",
    "by_sign": r"{{{1}}}^{{\left[{0} > 0\right]}} \cdot {{{2}}}^{{\left[{0} < 0\right]}}",
    "unless_negative": r"{1} \cdot \left[{0} \ge 0\right]",
    "previous": "{0}",
}
NAMES = {
    "momentum": r"\mu",
    "weight_decay": r"\lambda",
    "dampening": r"\tau",
    "eta_plus": r"\eta^{+}",
    "eta_minus": r"\eta^{-}",
    "step_min": r"\Delta_{\min}",
    "step_max": r"\Delta_{\max}",
    "period": "T",
    "step_size": "S",
    "epoch": "t",
    "step": "k",
    "e_sum": r"e_{\Sigma}",
    "z_max": r"z_{\max}",
}
LETTERS = {letter: name for name, letter in GREEK.items()}


class LatexPrinter(InfixPrinter):
    """One equation a line, no environments, no package."""

    language = "latex"
    functions = FUNCTIONS
    times = r" \cdot "

    def symbol(self, name: str) -> str:
        """w_{1} for w1, a_{h1} for a_h1, h^{(2)}_{1} for h2_1, a derivative as a fraction."""
        if name.startswith("dE_d"):
            return rf"\frac{{\partial E_{{total}}}}{{\partial {self.symbol(name.removeprefix('dE_d'))}}}"
        if name in NAMES:
            return NAMES[name]
        if match := re.fullmatch(r"h(\d+)_(\d+)", name):
            return rf"h^{{({match[1]})}}_{{{match[2]}}}"
        if match := re.fullmatch(r"([^\W\d_]+?)_?(\d\w*|(?<=_)\w+)", name):
            return f"{_letter(match[1])}_{{{match[2].replace('_', ',')}}}"
        return _letter(name)

    def equation(self, equation: Equation) -> str:
        """The equation, an update with an arrow to its new value."""
        return f"{self.left(equation)} {self.right(equation)}"

    def left(self, equation: Equation) -> str:
        """What the equation gives a value."""
        return self.symbol(equation.target.name)

    def right(self, equation: Equation) -> str:
        """The sign and the value."""
        sign = r"\leftarrow" if equation.stage in (Stage.UPDATE, Stage.STATE) else "="
        return f"{sign} {self.doprint(equation.expression)}"

    def bracket(self, text: str) -> str:
        """Brackets that grow with what they hold."""
        return rf"\left({text}\right)"

    def level(self, expr: Expr) -> int:
        """Over samples, a mean or a sum is a sum's term; a fraction stands by itself."""
        if isinstance(expr, Rational) and expr > 0:
            return ATOM
        return PRODUCT if type(expr).__name__ in ("mean", "summed") else super().level(expr)

    def _print_Rational(self, expr: Expr) -> str:
        sign = "-" if expr.p < 0 else ""
        return rf"{sign}\frac{{{abs(expr.p)}}}{{{expr.q}}}"

    def _print_quotient(self, expr: Expr) -> str:
        top, bottom = map(self._print, expr.args)
        return rf"\frac{{{top}}}{{{bottom}}}"

    def _print_mean(self, expr: Expr) -> str:
        values, count = expr.args
        return rf"\frac{{1}}{{{count}}} \sum_{{s=1}}^{{{count}}} {self.at_least(values, PRODUCT)}"

    def _print_summed(self, expr: Expr) -> str:
        values, count = expr.args
        return rf"\sum_{{s=1}}^{{{count}}} {self.at_least(values, PRODUCT)}"

    def _print_Pow(self, expr: Expr) -> str:
        base = self.at_least(expr.base, ATOM)
        if expr.base.is_Symbol and ("^" in base or base.startswith(r"\frac")):  # a derivative, h^{(2)}_{1}
            base = self.bracket(base)
        return f"{base}^{{{self._print(expr.exp)}}}"


def _letter(name: str) -> str:
    name = LETTERS.get(name, name)
    if name in GREEK:
        return f"\\{name}"
    return name if len(name) == 1 else rf"\mathrm{{{name}}}"
