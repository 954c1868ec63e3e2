"""JavaScript source: an ES module's function that computes one epoch or step on numbers; no library, no build step."""

from sympy import Expr

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import Equation, Stage, sample_name
from backprop.functions.activations import spellings
from backprop.printers.base import PRODUCT, InfixPrinter

FUNCTIONS = {
    **spellings("javascript"),
    "Max": "Math.max({all})",
    "exp": "Math.exp({all})",
    "log": "Math.log({all})",
    "cos": "Math.cos({all})",
    "pi": "Math.PI",
    "root": "Math.sqrt({all})",
    "whole": "Math.floor({all})",
    "absolute": "Math.abs({all})",
    "signum": "Math.sign({all})",
    "first": "({0} === 1 ? 1 : 0)",
    "clip": "Math.min(Math.max({0}, {1}), {2})",
    "by_sign": "({0} > 0 ? {1} : {0} < 0 ? {2} : 1)",
    "unless_negative": "({0} < 0 ? 0 : {1})",
    "quotient": "{0}/{1}",
    "previous": "{0}",
}


class JavascriptPrinter(InfixPrinter):
    """Expressions over constants of one sample; where an epoch has several, their names end in _s1, _s2, ..."""

    functions = FUNCTIONS

    def __init__(self, derivation: Derivation, sample: int = 1) -> None:
        super().__init__()
        self._derivation, self._sample = derivation, sample
        self._per_sample = derivation.per_sample

    def symbol(self, name: str) -> str:
        """The constant that holds that quantity."""
        return sample_name(name, self._sample) if name in self._per_sample else name

    def level(self, expr: Expr) -> int:
        """A mean is a quotient."""
        return PRODUCT if type(expr).__name__ == "mean" else super().level(expr)

    def _print_mean(self, expr: Expr) -> str:
        return f"({' + '.join(self._terms(expr))})/{expr.args[1]}"

    def _print_summed(self, expr: Expr) -> str:
        return f"({' + '.join(self._terms(expr))})"

    def _terms(self, expr: Expr) -> list[str]:
        """What each sample adds."""
        values, count = expr.args
        samples = range(1, int(count) + 1)
        return [JavascriptPrinter(self._derivation, sample).at_least(values, PRODUCT) for sample in samples]

    def _print_Pow(self, expr: Expr) -> str:
        return f"Math.pow({self._print(expr.base)}, {self._print(expr.exp)})"


def epoch_javascript(derivation: Derivation, form: Form) -> str:
    """Source of `epoch`: takes an object of inputs, targets, weights, biases and eta, gives the computed quantities.

    `next` among them holds the weights and biases of the next epoch. What the optimiser keeps starts at 0 and is
    among the quantities too; `epoch`, counted from 1, is taken where it enters an equation. Where an epoch has several
    steps the function is one of them and called `step`; `step` and `epoch` are their numbers.
    """
    equations = derivation.equations(form)
    kept = [equation.target.name for equation in derivation.states]
    lines, names = [], []
    for equation in equations:
        for name, text in _assignments(derivation, equation):
            if equation.stage is not Stage.UPDATE:
                lines.append(f"  {'' if equation.stage is Stage.STATE else 'const '}{name} = {text};")
                names.append(name)
    updates = [f"{e.target}: {JavascriptPrinter(derivation).doprint(e.expression)}" for e in derivation.updates]
    constants = derivation.network.constants(100)
    taken = [*_given(derivation), *derivation.numbers, *(f"{name} = 0" for name in kept)]
    taken += [f"{name} = {value!r}" for name, value in constants.items()]
    head = f"export function {derivation.counted}({{{', '.join(taken)}}}) {{"
    return "\n".join(
        [head, *lines, f"  const next = {{{', '.join(updates)}}};", f"  return {{{', '.join(names)}, next}};", "}", ""]
    )


def _assignments(derivation: Derivation, equation: Equation) -> list[tuple[str, str]]:
    """The name and text of an equation, once a sample where it is of one."""
    printers = _printers(derivation, equation.target.name)
    return [(printer.symbol(equation.target.name), printer.doprint(equation.expression)) for printer in printers]


def _given(derivation: Derivation) -> list[str]:
    data = [symbol.name for symbol in derivation.inputs + derivation.targets]
    names = [printer.symbol(name) for name in data for printer in _printers(derivation, name)]
    return [*names, *(symbol.name for symbol in derivation.parameters), "eta"]


def _printers(derivation: Derivation, name: str) -> list[JavascriptPrinter]:
    count = derivation.network.batch if name in derivation.per_sample else 1
    return [JavascriptPrinter(derivation, sample) for sample in range(1, count + 1)]
