"""One epoch's equations as a listing in a language, under headings; no final line break."""

from backprop.derivation.derive import Derivation, Form
from backprop.printers.definitions import definitions
from backprop.printers.javascript import epoch_javascript
from backprop.printers.latex import LatexPrinter
from backprop.printers.numpy import epoch_source
from backprop.printers.text import TextPrinter


def text_listing(derivation: Derivation, form: Form) -> str:
    """Unicode text."""
    return _under_headings(derivation, form, TextPrinter(), "")


def latex_listing(derivation: Derivation, form: Form) -> str:
    """LaTeX, one equation a line, headings as comments."""
    return _under_headings(derivation, form, LatexPrinter(), "% ")


def numpy_listing(derivation: Derivation, form: Form) -> str:
    """A Python function of NumPy arrays."""
    return epoch_source(derivation, form).rstrip("\n")


def javascript_listing(derivation: Derivation, form: Form) -> str:
    """A JavaScript function."""
    return epoch_javascript(derivation, form).rstrip("\n")


def _under_headings(derivation: Derivation, form: Form, printer: TextPrinter | LatexPrinter, comment: str) -> str:
    sections = [
        (title, [printer.equation(equation) for equation in equations])
        for title, equations in derivation.sections(form)
    ]
    sections.append(("Functions", definitions(derivation, printer)))
    return "\n\n".join("\n".join([f"{comment}{title}", *lines]) for title, lines in sections if lines)
