"""Equations as a notebook shows them: one aligned block of LaTeX for MathJax and KaTeX."""

from collections.abc import Sequence

from backprop.derivation.equation import TOTAL_LOSS, Equation
from backprop.printers.latex import LatexPrinter

MOST_CLOSED = 24  # weights; of more, derivatives written out are too long to read
MOST_LINES = 200


def aligned(sections: Sequence[tuple[str, Sequence[Equation]]]) -> str:
    r"""Equations under their headings between $$, aligned at their signs; of many the first, and how many there are."""
    printer = LatexPrinter()
    lines = []
    for title, equations in sections:
        lines.append(f"&{_heading(title, printer)}")
        lines += [rf"{printer.left(equation)} &{printer.right(equation)}" for equation in equations]
    count = sum(len(equations) for _, equations in sections)
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], rf"&\text{{... {count:,} equations in all}}"]
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}\n$$"


def _heading(title: str, printer: LatexPrinter) -> str:
    """Bold text; the name of the loss as a symbol, because KaTeX takes no underscore in a text."""
    words, name, _ = title.partition(TOTAL_LOSS)
    return rf"\textbf{{{words}}}" + printer.symbol(name) * bool(name)
