"""Excel formulas. Where each quantity stands is the caller's: `locate` turns its name into a reference.

Powers are calls, because a spreadsheet reads -A1^2 as (-A1)^2 and 2^3^2 as 64. The order of operations is that of the
NumPy printer, so both give the same double. Arguments are kept where EXP and SUMSQ cannot overflow: beyond, the result
no longer changes. Where a power is below the smallest double, LibreOffice's POWER is #NUM!: squares are SUMSQ, which
gives 0 there, and other powers (0.9^epoch) are 0 by IFERROR.
"""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from openpyxl.utils import column_index_from_string
from sympy import Expr, Mul, Symbol

from backprop.derivation.equation import WIDE, Equation
from backprop.functions.activations import spellings
from backprop.printers.base import PRODUCT, SUM, InfixPrinter

FUNCTIONS = {
    **spellings("excel"),
    "exp": "EXP({all})",
    "log": "LN({all})",
    "cos": "COS({all})",
    "pi": "PI()",
    "root": "SQRT({all})",
    "whole": "INT({all})",
    "absolute": "ABS({all})",
    "signum": "SIGN({all})",
    "first": "IF({0}=1,1,0)",
    "clip": "MIN(MAX({0},{1}),{2})",
    "by_sign": "IF({0}>0,{1},IF({0}<0,{2},1))",
    "unless_negative": "IF({0}<0,0,{1})",
    "quotient": "{0}/{1}",
}


class ExcelPrinter(InfixPrinter):
    """A formula without its leading '='. `samples` locate the quantities of each sample, for means over them."""

    functions = FUNCTIONS
    plus = "+"
    minus = "-"

    def __init__(self, locate: Callable[[str], str], samples: Sequence[Callable[[str], str]] = ()) -> None:
        super().__init__()
        self._locate = locate
        self._samples = [type(self)(locate_in_sample) for locate_in_sample in samples]

    def symbol(self, name: str) -> str:
        """The reference to the cell of that quantity."""
        return self._locate(name)

    def equation(self, equation: Equation) -> str:
        """The formula of the target's cell, with its '='."""
        return f"={self.doprint(equation.expression)}"

    def level(self, expr: Expr) -> int:
        """A mean is a quotient, a sum a sum."""
        return {"mean": PRODUCT, "summed": SUM}.get(type(expr).__name__) or super().level(expr)

    def _print_mean(self, expr: Expr) -> str:
        values, count = expr.args
        terms = "+".join(printer.at_least(values, PRODUCT) for printer in self._samples)
        return f"({terms})/{count}"

    def _print_summed(self, expr: Expr) -> str:
        return "+".join(printer.at_least(expr.args[0], PRODUCT) for printer in self._samples)

    def _print_previous(self, expr: Expr) -> str:
        return self._locate(f"previous {expr.args[0].name}")

    def _print_Max(self, expr: Expr) -> str:
        cells = [self._print(argument) for argument in expr.args]
        return f"MAX({_range(cells) or ','.join(cells)})"

    def _print_Pow(self, expr: Expr) -> str:
        base = self._print(expr.base)
        return f"SUMSQ({base})" if expr.exp == 2 else f"IFERROR(POWER({base},{self._print(expr.exp)}),0)"

    def _print_Add(self, expr: Expr) -> str:
        terms = expr.args
        products = 0
        while products < len(terms) and _is_product(terms[products]):
            products += 1
        if products > WIDE:
            ranges = [_range([self._print(term.args[side]) for term in terms[:products]]) for side in (0, 1)]
            if all(ranges):
                rest = "".join(f"+{self.at_least(term, PRODUCT)}" for term in terms[products:])
                return f"SUMPRODUCT({','.join(map(str, ranges))}){rest}"
        if len(terms) > WIDE and all(isinstance(term, Symbol) for term in terms):
            cells = _range([self._print(term) for term in terms])
            if cells:
                return f"SUM({cells})"
        return super()._print_Add(expr)


class TextbookPrinter(ExcelPrinter):
    """Formulas as people write them by hand, without care for numbers that are too large or too small."""

    functions: ClassVar[dict[str, str]] = {**FUNCTIONS, **spellings("textbook")}

    def _print_Pow(self, expr: Expr) -> str:
        return f"POWER({self._print(expr.base)},{self._print(expr.exp)})"


def _is_product(term: Expr) -> bool:
    return isinstance(term, Mul) and len(term.args) == 2 and all(isinstance(part, Symbol) for part in term.args)


def _range(cells: Sequence[str]) -> str | None:
    """The range that holds these cells, if they stand side by side in one row and are many."""
    if len(cells) <= WIDE:
        return None
    parts = [re.fullmatch(r"(.*!)?(\$?)([A-Z]{1,3})(\$?(?:\d+|\{\w+\}))", cell) for cell in cells]
    if None in parts:
        return None
    places = [(part[1], part[4], column_index_from_string(part[3])) for part in parts if part]
    sheet, row, column = places[0]
    if any(place != (sheet, row, column + offset) for offset, place in enumerate(places)):
        return None
    return f"{cells[0]}:{cells[-1].rpartition('!')[2]}"
