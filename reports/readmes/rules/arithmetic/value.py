"""The exact value of arithmetic without names."""

from fractions import Fraction

from backprop.spreadsheet.formula import Binary, Bracket, Node, Number, Unary


def value_of(node: Node) -> Fraction:
    """The number that a tree of numbers is worth; NotImplementedError where it holds a name or a power."""
    match node:
        case Number(text):
            return Fraction(text)
        case Bracket(inside):
            return value_of(inside)
        case Unary(sign, operand):
            return -value_of(operand) if sign == "-" else value_of(operand)
        case Binary(operator, left, right):
            a, b = value_of(left), value_of(right)
            if operator == "/":
                return a / b
            return {"+": a + b, "-": a - b, "*": a * b}[operator] if operator in "+-*" else _no(operator)
    raise NotImplementedError


def _no(operator: str) -> Fraction:
    raise NotImplementedError(operator)
