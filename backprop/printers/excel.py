"""Excel formulas. Where each quantity stands is the caller's: `locate` turns its name into a reference.

Powers are calls, because a spreadsheet reads -A1^2 as (-A1)^2 and 2^3^2 as 64. The order of operations is that of the
NumPy printer, so both give the same double.
"""

from collections.abc import Callable

from sympy import Expr

from backprop.derive import Equation
from backprop.printers.base import InfixPrinter

FUNCTIONS = {"sigmoid": "1/(1+EXP(-{z}))"}


class ExcelPrinter(InfixPrinter):
    """A formula without its leading '='."""

    functions = FUNCTIONS
    plus = "+"
    minus = "-"

    def __init__(self, locate: Callable[[str], str]) -> None:
        super().__init__()
        self._locate = locate

    def symbol(self, name: str) -> str:
        """The reference to the cell of that quantity."""
        return self._locate(name)

    def equation(self, equation: Equation) -> str:
        """The formula of the target's cell, with its '='."""
        return f"={self.doprint(equation.expression)}"

    def _print_Pow(self, expr: Expr) -> str:
        return f"POWER({self._print(expr.base)},{self._print(expr.exp)})"
