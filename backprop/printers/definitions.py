"""What the functions in a derivation's equations are, each once, in the language of a printer."""

from sympy import Function

from backprop.derivation.derive import Derivation
from backprop.printers.latex import DEFINITIONS as LATEX
from backprop.printers.latex import LatexPrinter
from backprop.printers.text import DEFINITIONS as TEXT
from backprop.printers.text import TextPrinter


def definitions(derivation: Derivation, printer: TextPrinter | LatexPrinter) -> list[str]:
    """One line a function, an activation before its derivative: σ(z) = 1/(1 + e^(−z))."""
    table = TEXT if isinstance(printer, TextPrinter) else LATEX
    used = {
        type(function).__name__
        for equation in derivation.forward + derivation.loss + derivation.deltas
        for function in equation.expression.atoms(Function)
    }
    if used & {"swish", "swish_slope"}:
        used.add("sigmoid")  # swish is written with it
    return [line for name, line in table.items() if name in used]
