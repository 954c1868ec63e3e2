"""NumPy source: one function that computes one epoch or step, on scalars or on arrays of any one shape."""

import re

from sympy import Expr, Symbol

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import Equation, Stage
from backprop.functions.activations import spellings
from backprop.printers.base import ATOM, PRODUCT, InfixPrinter

LONG = 500  # terms; Python does not compile much longer sums

FUNCTIONS = {
    **spellings("numpy"),
    "exp": "exp({all})",
    "log": "log({all})",
    "cos": "cos({all})",
    "pi": "pi",
    "root": "sqrt({all})",
    "whole": "floor({all})",
    "absolute": "abs({all})",
    "signum": "where({0} > 0, 1, where({0} < 0, -1, 0))",
    "first": "where({0} == 1, 1, 0)",
    "clip": "minimum(maximum({0}, {1}), {2})",
    "by_sign": "where({0} > 0, {1}, where({0} < 0, {2}, 1))",
    "unless_negative": "where({0} < 0, 0, {1})",
    "quotient": "{0}/{1}",
    "previous": "{0}",
}
IMPORTS = {
    "functools": ("reduce",),
    "operator": ("add",),
    "numpy": ("cos", "exp", "floor", "full_like", "log", "maximum", "minimum", "pi", "sqrt", "tanh", "where"),
}
MEAN = '''def mean(values):
    """The mean over the samples, the first axis."""
    return sum(values)/len(values)


'''


class NumpyPrinter(InfixPrinter):
    """Python expressions over names and NumPy functions, in the order of operations of the Excel printer."""

    functions = FUNCTIONS

    def _print_mean(self, expr: Expr) -> str:
        return f"mean({self._print(expr.args[0])})"

    def _print_summed(self, expr: Expr) -> str:
        return f"sum({self._print(expr.args[0])})"

    def _print_Max(self, expr: Expr) -> str:
        return f"reduce(maximum, [{', '.join(map(self._print, expr.args))}])"

    def _print_Pow(self, expr: Expr) -> str:
        return f"{self.at_least(expr.base, ATOM)}**{self.at_least(expr.exp, ATOM)}"

    def _print_Add(self, expr: Expr) -> str:
        if len(expr.args) <= LONG:
            return super()._print_Add(expr)
        return f"reduce(add, [{', '.join(self.at_least(term, PRODUCT) for term in expr.args)}])"


def epoch_source(derivation: Derivation, form: Form) -> str:
    """Source of `epoch`, which returns the computed quantities and the next weights (with the biases after them).

    It takes `inputs`, `targets`, `weights` and `eta`; `state`, what the optimiser keeps, where it keeps something;
    `epoch`, counted from 1, where that enters; constants of the training as keywords. Where it takes several samples
    at once, each input and target is an array with the samples along its first axis. Where an epoch has several steps
    the function is one of them and called `step`; `step` and `epoch` are their numbers.
    """
    printer = NumpyPrinter()
    equations = derivation.equations(form)
    computed = [equation for equation in equations if equation.stage is not Stage.UPDATE]
    updates = {e.target: printer.doprint(e.expression) for e in equations if e.stage is Stage.UPDATE}
    kept = tuple(equation.target for equation in derivation.states)
    body = [
        f"    {_names(derivation.inputs)} = inputs",
        *([f"    {_names(derivation.targets)} = targets"] if derivation.targets else []),
        f"    {_names(tuple(derivation.parameters))} = weights",
        *([f"    {_names(kept)} = state"] if kept else []),
        *(f"    {_assignment(derivation, printer, equation)}" for equation in computed),
        "    quantities = {",
        *(f'        "{equation.target}": {equation.target},' for equation in computed),
        "    }",
        "    next_weights = [",
        *(f"        {updates.get(parameter, parameter.name)}," for parameter in derivation.parameters),
        "    ]",
        "    return quantities, next_weights",
    ]
    source = "\n".join([f"def {derivation.counted}({', '.join(_arguments(derivation))}):", *body, ""])
    used = set(re.findall(r"\w+", source))
    imports = [
        f"from {module} import {', '.join(name for name in names if name in used)}"
        for module, names in IMPORTS.items()
        if used & set(names)
    ]
    return "\n".join(imports) + "\n" * (3 if imports else 0) + MEAN * bool(derivation.per_sample) + source


def _assignment(derivation: Derivation, printer: NumpyPrinter, equation: Equation) -> str:
    """The equation; a number that every sample has is an array of it."""
    name = equation.target.name
    if name in derivation.per_sample and equation.expression.is_number:
        return f"{name} = full_like({derivation.inputs[0]}, {printer.doprint(equation.expression)})"
    return printer.equation(equation)


def _arguments(derivation: Derivation) -> list[str]:
    names = ["inputs", "targets", "weights", "eta"]
    names += ["state"] * bool(derivation.states) + [*derivation.numbers]
    constants = derivation.network.constants(100)
    return names + [f"{name}={value!r}" for name, value in constants.items()]


def _names(symbols: tuple[Symbol, ...]) -> str:
    return ", ".join(symbol.name for symbol in symbols) + ("," if len(symbols) == 1 else "")
