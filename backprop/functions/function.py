"""What a row is for functions of one number, and for the activations that are made of them.

Formulas are functions of `m`, the names of `backprop.derivation.functions.MATHS`: sympy's own, and sums and products
that keep their order. So a row stands whole in one file, and sympy is loaded only where a formula is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Maths = Any  # the namespace MATHS
Expr = Any  # a sympy expression


@dataclass(frozen=True, slots=True)
class Function:
    """A function of z: its definition, its derivative, and how each language writes it.

    In a spelling {0} is the argument as an operand, in brackets where it needs them; {all} is the argument bare, for
    the brackets of a call. Excel, NumPy and JavaScript are spelled so that nothing overflows for any double.
    """

    name: str  # of the sympy function, by which printers know it
    definition: Callable[[Maths, Expr], Expr]  # the plain formula, which the tests derive anew
    excel: str
    numpy: str
    javascript: str
    latex: str
    text: str
    latex_definition: str = ""  # right side of the line that explains it under a listing; none needs no explanation
    text_definition: str = ""
    explained_with: tuple[str, ...] = ()  # names of the functions in that line
    textbook: str = ""  # Excel as people write it by hand, where that differs
    slope: "Function | Callable[[Maths, Expr, Expr], Expr] | None" = None  # a function, or an expression over z and a


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation by the name that descriptions give it."""

    name: str
    about: str  # one line: what it is, its source
    function: Function | None  # None: it couples the neurons of a layer
    aliases: tuple[str, ...] = ()
    kinks: tuple[tuple[float, float], ...] = ()  # each z where the derivative jumps or has a corner; PyTorch's value
