"""A derivation as a notebook shows it: its equations as one aligned block of LaTeX for MathJax and KaTeX."""

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import TOTAL_LOSS
from backprop.printers.latex import LatexPrinter

MOST_CLOSED = 24  # weights; of more, derivatives written out are too long to read
MOST_LINES = 200


def aligned(derivation: Derivation) -> str:
    r"""The equations of one epoch between $$, aligned at their signs; of many the first, and how many there are."""
    printer = LatexPrinter()
    form: Form = "closed" if len(derivation.weights) <= MOST_CLOSED else "steps"
    lines = []
    for title, equations in derivation.sections(form):
        lines.append(f"&{_heading(title, printer)}")
        lines += [rf"{printer.left(equation)} &{printer.right(equation)}" for equation in equations]
    count = len(derivation.equations(form))
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], rf"&\text{{... {count:,} equations in all}}"]
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}\n$$"


def _heading(title: str, printer: LatexPrinter) -> str:
    """Bold text; the name of the loss as a symbol, because KaTeX takes no underscore in a text."""
    words, name, _ = title.partition(TOTAL_LOSS.name)
    return rf"\textbf{{{words}}}" + printer.symbol(name) * bool(name)
