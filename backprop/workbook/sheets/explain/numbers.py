"""Numbers in the texts of sheet Explain as a spreadsheet writes them, and the values of expressions."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext

from sympy import Expr

from backprop.epochs.trace import SCALARS
from backprop.printers.numpy import NumpyPrinter


def fixed(value: float, places: int) -> str:
    """FIXED(value, places, TRUE)."""
    with localcontext(prec=400):
        return format(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")


def in_brackets(written: str) -> str:
    """A number as it stands in a product or a sum: (-0.5), and 0 without a sign."""
    return f"({written})" if float(written) < 0 else written.removeprefix("-")


def in_brackets_formula(cell: str, places: int) -> str:
    """The same as a formula: the number in a cell, rounded to that many places."""
    return f'=IF(ROUND({cell},{places})<0,"("&FIXED({cell},{places},TRUE)&")",FIXED(ABS({cell}),{places},TRUE))'


class _Values(NumpyPrinter):
    """Python over a table of the quantities, whatever their names."""

    def symbol(self, name: str) -> str:
        return f"known[{name!r}]"


def evaluate(expression: Expr, known: Mapping[str, float]) -> float:
    """The expression's value, computed as the trace computes it."""
    return float(eval(_Values().doprint(expression), {**SCALARS, "known": known}))
