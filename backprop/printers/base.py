"""What infix languages share: sums, products, powers, brackets and calls, arguments printed in the order they stand."""

import re
from functools import cache
from typing import ClassVar

from sympy import Add, Expr, Function, Mul, Rational
from sympy.printing.printer import Printer

from backprop.derivation.equation import Equation
from backprop.errors import BackpropError

SUM, PRODUCT, ATOM = 1, 2, 3


class InfixPrinter(Printer):
    """Prints an expression as infix text. A subclass sets the operators and how names, powers and calls look.

    `functions` holds a template by sympy's class name: {0}, {1} are the arguments as operands, bracketed where
    needed; {all} are all of them bare, with commas, for a call's brackets.
    """

    plus = " + "
    minus = " - "
    negative = "-"
    times = "*"
    functions: ClassVar[dict[str, str]] = {}

    def symbol(self, name: str) -> str:
        """How the target writes the quantity of that name."""
        return name

    def equation(self, equation: Equation) -> str:
        """The whole equation as one line."""
        return f"{self.symbol(equation.target.name)} = {self.doprint(equation.expression)}"

    def emptyPrinter(self, expr: object) -> str:
        """An unknown node raises: no target gets text that merely looks right."""
        raise BackpropError(f"{type(self).__name__} cannot print {type(expr).__name__} '{expr}'")

    def bracket(self, text: str) -> str:
        """The text in brackets."""
        return f"({text})"

    def at_least(self, expr: Expr, level: int) -> str:
        """The text of `expr`, bracketed if it binds less tightly than `level`."""
        text = str(self._print(expr))
        return self.bracket(text) if self.level(expr) < level else text

    def level(self, expr: Expr) -> int:
        """How tightly the printed text of `expr` binds."""
        if isinstance(expr, Function):
            return template_level(self.functions.get(type(expr).__name__, ""))
        if isinstance(expr, Add) or (expr.is_number and expr.is_negative):
            return SUM
        if isinstance(expr, Mul):
            return SUM if _negated(expr) is not None else PRODUCT
        return PRODUCT if isinstance(expr, Rational) and expr.q != 1 else ATOM

    def _print_Symbol(self, expr: Expr) -> str:
        return self.symbol(expr.name)

    def _print_Integer(self, expr: Expr) -> str:
        return str(expr.p).replace("-", self.negative)

    def _print_Rational(self, expr: Expr) -> str:
        return f"{str(expr.p).replace('-', self.negative)}/{expr.q}"

    def _print_Pi(self, _: Expr) -> str:
        return self.functions["pi"]

    def _print_Function(self, expr: Expr) -> str:
        return self.call(type(expr).__name__, expr)

    def _print_exp(self, expr: Expr) -> str:
        return self.call("exp", expr)

    def call(self, name: str, expr: Expr) -> str:
        """The template of that name, filled."""
        template = self.functions.get(name)
        if template is None:
            return self.emptyPrinter(expr)
        operands = [self.at_least(argument, ATOM) for argument in expr.args] if "{0}" in template else []
        bare = ", ".join(str(self._print(argument)) for argument in expr.args) if "{all}" in template else ""
        return template.format(*operands, all=bare)

    def _print_Add(self, expr: Expr) -> str:
        text = ""
        for term in expr.args:
            positive = _negated(term)
            if positive is None:
                text += self.plus * bool(text) + self.at_least(term, PRODUCT)
            else:
                text += (self.minus if text else self.negative) + self.at_least(positive, PRODUCT)
        return text

    def _print_Mul(self, expr: Expr) -> str:
        positive = _negated(expr)
        if positive is not None:
            return self.negative + self.at_least(positive, PRODUCT)
        first, *others = expr.args
        parts = [self.at_least(first, PRODUCT)]
        parts += [self.at_least(factor, ATOM) for factor in others]
        return self.times.join(parts)


def _negated(expr: Expr) -> Expr | None:
    """-expr where expr is written with a leading minus, else None."""
    if isinstance(expr, Mul) and expr.args[0] == -1:
        rest = expr.args[1:]
        return rest[0] if len(rest) == 1 else Mul(*rest, evaluate=False)
    return None


@cache
def template_level(template: str) -> int:
    """How tightly what a template gives binds: by the operators that stand outside all brackets."""
    outside, depth = "", 0
    for character in re.sub(r"\{(\d|all)\}", "x", template):
        depth -= character in ")]}"
        outside += character * (depth == 0)
        depth += character in "([{"
    if re.search(r"[+−-]", outside):
        return SUM
    return PRODUCT if re.search(r"[/*·]|\\cdot", outside) else ATOM
