"""NumPy source: one function that computes one epoch, on scalars or on arrays of any one shape."""

from sympy import Expr

from backprop.derive import Derivation, Form, Stage
from backprop.printers.base import ATOM, InfixPrinter

FUNCTIONS = {"sigmoid": "1/(1 + exp(-{z}))"}


class NumpyPrinter(InfixPrinter):
    """Python expressions over names and NumPy functions, in the order of operations of the Excel printer."""

    functions = FUNCTIONS

    def _print_Pow(self, expr: Expr) -> str:
        return f"{self.at_least(expr.base, ATOM)}**{self.at_least(expr.exp, ATOM)}"


def epoch_source(derivation: Derivation, form: Form) -> str:
    """Source of `epoch(inputs, targets, weights, eta)`, which returns the computed quantities and the next weights."""
    printer = NumpyPrinter()
    equations = derivation.equations(form)
    computed = [equation for equation in equations if equation.stage is not Stage.UPDATE]
    updates = [equation for equation in equations if equation.stage is Stage.UPDATE]
    lines = [
        "from numpy import exp",
        "",
        "",
        "def epoch(inputs, targets, weights, eta):",
        f"    {_names(derivation.inputs)} = inputs",
        f"    {_names(derivation.targets)} = targets",
        f"    {_names(derivation.weights)} = weights",
        *(f"    {printer.equation(equation)}" for equation in computed),
        "    quantities = {",
        *(f'        "{equation.target}": {equation.target},' for equation in computed),
        "    }",
        "    next_weights = [",
        *(f"        {printer.doprint(equation.expression)}," for equation in updates),
        "    ]",
        "    return quantities, next_weights",
        "",
    ]
    return "\n".join(lines)


def _names(symbols: tuple[Expr, ...]) -> str:
    return ", ".join(symbol.name for symbol in symbols) + ("," if len(symbols) == 1 else "")
