"""Numbers in the texts of sheets Explain and Walkthrough as a spreadsheet writes them; values of expressions.

A text with numbers is a formula that joins the equation's own words with the texts of its numbers, so it follows them.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache, reduce
from operator import add
from types import CodeType
from typing import ClassVar

from sympy import Expr, Integer

from backprop.derivation.equation import sample_name
from backprop.epochs.trace import SCALARS
from backprop.functions.activations import FUNCTIONS as ROWS
from backprop.printers.base import PRODUCT
from backprop.printers.numpy import NumpyPrinter
from backprop.printers.text import FUNCTIONS, TextPrinter

SHORT_DEFINITION = 26  # characters; a longer one is named: tanh(0.4)
BRIEF, FULL = 4, 9  # places: of a number that has no more, and of all others

Shown = Callable[[str, bool], tuple[str, str]]  # a quantity, whether it stands alone in brackets -> its formula, text


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


def plain(value: float) -> str:
    """A number as one writes it on a board: 0.05, or with nine places where it has more than four."""
    brief, full = fixed(value, BRIEF), fixed(value, FULL)
    return f"{float(brief) + 0:.15g}" if Decimal(brief) == Decimal(full) else full


def plain_formula(cell: str) -> str:
    """The same as a formula."""
    brief = f"ROUND({cell},{BRIEF})"
    return f'=IF({brief}=ROUND({cell},{FULL}),({brief}+0)&"",FIXED({cell},{FULL},TRUE))'


class _Values(NumpyPrinter):
    """Python over a table of the quantities, whatever their names."""

    def symbol(self, name: str) -> str:
        return f"known[{name!r}]"

    def _print_previous(self, expr: Expr) -> str:
        return self.symbol(f"previous {expr.args[0].name}")


def evaluate(expression: Expr, known: Mapping[str, float]) -> float:
    """The expression's value, computed as the trace computes it; what was kept before is known as "previous v"."""
    return float(eval(_compiled(expression), {**SCALARS, "reduce": reduce, "add": add, "known": known}))


@lru_cache(maxsize=4_096)
def _compiled(expression: Expr) -> CodeType:
    """Python of the expression: a sheet computes the same one with many numbers."""
    return compile(_Values().doprint(expression), "<expression>", "eval")


def _computed() -> dict[str, str]:
    """The functions whose definition is short, as what they compute: max(z, 0) for relu(z)."""
    templates = {}
    for row in ROWS.values():
        definition = row.text_definition
        if definition and len(definition) <= SHORT_DEFINITION:
            template = re.sub("z", "{0}", definition)
            templates[row.name] = f"({template})" if re.search(" for |,", template) else template
    return templates


class _Marked(TextPrinter):
    """Text with each quantity between two marks, for its number to be put in."""

    functions: ClassVar[dict[str, str]] = {**FUNCTIONS, **_computed()}

    def __init__(self, per_sample: frozenset[str], sample: int, samples: int) -> None:
        super().__init__()
        self._per_sample, self._sample, self._samples = per_sample, sample, samples

    def symbol(self, name: str) -> str:
        return f"\0{sample_name(name, self._sample) if name in self._per_sample else name}\0"

    def _print_previous(self, expr: Expr) -> str:
        return f"\0previous {expr.args[0].name}\0"

    def _print_mean(self, expr: Expr) -> str:
        return f"({self._print_summed(expr)})/{self._samples}"

    def _print_summed(self, expr: Expr) -> str:
        every = (_Marked(self._per_sample, sample, 0) for sample in range(1, self._samples + 1))
        return " + ".join(printer.at_least(expr.args[0], PRODUCT) for printer in every)


def with_numbers(
    expression: Expr, shown: Shown, per_sample: frozenset[str] = frozenset(), sample: int = 0, samples: int = 0
) -> tuple[str | None, str]:
    """The expression with numbers for its symbols: as a formula, None if it has none, and as text.

    Of the quantities that each sample has, those of `sample`; a mean or sum is written out over that many samples.
    """
    if isinstance(expression, Integer):
        return None, str(expression)
    parts = str(_Marked(per_sample, sample, samples).doprint(expression)).split("\0")
    pieces, text = [], ""
    for number, part in enumerate(parts):
        if number % 2:
            alone = parts[number - 1].endswith("(") and parts[number + 1].startswith(")")
            formula, written = shown(part, alone)
            pieces.append(formula)
            text += written
        elif part:
            pieces.append(f'"{part}"')
            text += part
    return f"={'&'.join(pieces)}", text
