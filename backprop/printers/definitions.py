"""What the functions in a derivation's equations are, each once, in the language of a printer."""

from sympy import Function

from backprop.derivation.derive import Derivation
from backprop.functions.activations import FUNCTIONS
from backprop.functions.activations import definitions as definitions_in
from backprop.printers.latex import LatexPrinter
from backprop.printers.text import TextPrinter


def definitions(derivation: Derivation, printer: TextPrinter | LatexPrinter) -> list[str]:
    """One line a function, an activation before its derivative: σ(z) = 1/(1 + e^(−z))."""
    used = {
        type(function).__name__
        for equation in derivation.forward + derivation.loss + derivation.deltas
        for function in equation.expression.atoms(Function)
    }
    for name in used & FUNCTIONS.keys():
        used |= {*FUNCTIONS[name].explained_with}
    return [line for name, line in definitions_in(printer.language).items() if name in used]
