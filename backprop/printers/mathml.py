"""MathML through LaTeX: names, and equations in which each quantity is a place for its sign or its number."""

import re

from math_core import LatexToMathML
from sympy import Expr

from backprop.printers.base import ATOM
from backprop.printers.latex import LatexPrinter

PREVIOUS = "'"  # behind the name of what was computed in the step before
_HOLE = re.compile(r"<mtext>\[(\d|all)\]</mtext>")
_PLACE = re.compile(r"<mtext>\[(\d+)\]</mtext>")


class PlacesPrinter(LatexPrinter):
    """LaTeX with a numbered place for each mention of a symbol; `names` are what stands there, as they are read."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def symbol(self, name: str) -> str:
        """The next place."""
        self.names.append(name)
        return rf"\text{{[{len(self.names) - 1}]}}"

    def _print_previous(self, expr: Expr) -> str:
        return self.symbol(f"{expr.args[0]}{PREVIOUS}")

    def _print_Pow(self, expr: Expr) -> str:
        base = self.at_least(expr.base, ATOM)
        if expr.base.is_Symbol and expr.base.name.startswith("dE_d"):
            base = self.bracket(base)
        return f"{base}^{{{self._print(expr.exp)}}}"


def mathml_sign(name: str) -> str:
    """How the quantity of that name is written."""
    return _mathml(LatexPrinter().symbol(name))


def mathml_template(expr: Expr) -> tuple[str, tuple[str, ...]]:
    """The expression with {0}, {1}, ... in the places of its quantities, and the names of these."""
    printer = PlacesPrinter()
    text = _mathml(str(printer.doprint(expr)))
    return _PLACE.sub(r"{\1}", text), tuple(printer.names)


def template_mathml(template: str) -> str:
    """A function's spelling in LaTeX as MathML with the same holes, {0} and {all}."""
    holes = {name: rf"\text{{[{name}]}}" for name in ("0", "1", "2", "all")}
    text = _mathml(template.format(*list(holes.values())[:3], all=holes["all"]))
    return _HOLE.sub(r"{\1}", text)


def _mathml(latex: str) -> str:
    """What stands inside a <math> element."""
    whole = LatexToMathML().convert_with_local_state(latex, displaystyle=False)
    return re.sub(r"^<math[^>]*>|</math>$", "", whole)
