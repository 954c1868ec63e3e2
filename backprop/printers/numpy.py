"""NumPy source: one function that computes one epoch, on scalars or on arrays of any one shape."""

import re

from sympy import Expr, Symbol

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import EPOCH, Stage
from backprop.printers.base import ATOM, PRODUCT, InfixPrinter

LONG = 500  # terms; Python does not compile much longer sums

_SIGMOID = "1/(1 + exp(-maximum({0}, -700)))"
_CLIPPED = "minimum(maximum({0}, -10), 10)"
_GELU_TANH = f"tanh(sqrt(2/pi)*{_CLIPPED}*(1 + 0.044715*{_CLIPPED}**2))"
FUNCTIONS = {
    "identity": "{0}",
    "sigmoid": _SIGMOID,
    "hyperbolic_tangent": "tanh({all})",
    "relu": "maximum({all}, 0)",
    "step": "where({0} > 0, 1, 0)",
    "leaky_relu": "where({0} > 0, {0}, 0.01*{0})",
    "leaky_step": "where({0} > 0, 1, 0.01)",
    "elu": "where({0} > 0, {0}, exp(minimum({0}, 0)) - 1)",
    "elu_slope": "exp(minimum({all}, 0))",
    "softplus": "maximum({0}, 0) + log(1 + exp(-abs({0})))",
    "gelu": f"{{0}}/2*(1 + {_GELU_TANH})",
    "gelu_slope": f"(1 + {_GELU_TANH})/2 + {_CLIPPED}/2*(1 - {_GELU_TANH}**2)*sqrt(2/pi)*(1 + 0.134145*{_CLIPPED}**2)",
    "swish": "maximum({0}, -700)/(1 + exp(-maximum({0}, -700)))",
    "swish_slope": f"(1 + maximum({{0}}, -700)*(1 - {_SIGMOID}))/(1 + exp(-maximum({{0}}, -700)))",
    "exp": "exp({all})",
    "log": "log({all})",
    "cos": "cos({all})",
    "pi": "pi",
    "root": "sqrt({all})",
    "whole": "floor({all})",
    "quotient": "{0}/{1}",
    "previous": "{0}",
}
IMPORTS = {
    "functools": ("reduce",),
    "operator": ("add",),
    "numpy": ("cos", "exp", "floor", "log", "maximum", "minimum", "pi", "sqrt", "tanh", "where"),
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
    `epoch`, counted from 1, where that enters; constants of the training as keywords. Where an epoch takes several
    samples, each input and target is an array with the samples along its first axis.
    """
    printer = NumpyPrinter()
    equations = derivation.equations(form)
    computed = [equation for equation in equations if equation.stage is not Stage.UPDATE]
    updates = {e.target: printer.doprint(e.expression) for e in equations if e.stage is Stage.UPDATE}
    kept = tuple(equation.target for equation in derivation.states)
    body = [
        f"    {_names(derivation.inputs)} = inputs",
        f"    {_names(derivation.targets)} = targets",
        f"    {_names(tuple(derivation.parameters))} = weights",
        *([f"    {_names(kept)} = state"] if kept else []),
        *(f"    {printer.equation(equation)}" for equation in computed),
        "    quantities = {",
        *(f'        "{equation.target}": {equation.target},' for equation in computed),
        "    }",
        "    next_weights = [",
        *(f"        {updates.get(parameter, parameter.name)}," for parameter in derivation.parameters),
        "    ]",
        "    return quantities, next_weights",
    ]
    source = "\n".join([f"def epoch({', '.join(_arguments(derivation))}):", *body, ""])
    used = set(re.findall(r"\w+", source))
    imports = [
        f"from {module} import {', '.join(name for name in names if name in used)}"
        for module, names in IMPORTS.items()
        if used & set(names)
    ]
    return "\n".join(imports) + "\n" * (3 if imports else 0) + MEAN * bool(derivation.per_sample) + source


def needs_epoch(derivation: Derivation) -> bool:
    """Whether the number of the epoch enters an equation."""
    equations = (*derivation.schedule, *derivation.updates[:1])
    return any(equation.expression.has(EPOCH) for equation in equations)


def _arguments(derivation: Derivation) -> list[str]:
    names = ["inputs", "targets", "weights", "eta"]
    names += ["state"] * bool(derivation.states) + ["epoch"] * needs_epoch(derivation)
    constants = derivation.network.training.constants(100)
    return names + [f"{name}={value!r}" for name, value in constants.items()]


def _names(symbols: tuple[Symbol, ...]) -> str:
    return ", ".join(symbol.name for symbol in symbols) + ("," if len(symbols) == 1 else "")
