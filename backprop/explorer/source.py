"""A derivation as the JavaScript module `derived.js`: its data, an epoch, and the forward pass of one sample."""

from backprop.derivation.derive import Derivation, derive
from backprop.explorer.model import to_json
from backprop.printers.javascript import JavascriptPrinter, epoch_javascript


def derived_module(derivation: Derivation) -> str:
    """Exports data, compute and predict."""
    compute = epoch_javascript(derivation, "steps")
    parts = [
        f"export const data = {to_json(derivation)};\n",
        compute,
        f"export const compute = {derivation.counted};\n",
    ]
    return "\n".join([*parts, predict_javascript(derivation)])


def predict_javascript(derivation: Derivation) -> str:
    """Source of `predict`: takes inputs, targets and parameters of one sample, gives its forward pass and losses."""
    single = of_one_sample(derivation)
    printer = JavascriptPrinter(single)
    equations = single.forward + single.loss
    lines = [f"  const {equation.target} = {printer.doprint(equation.expression)};" for equation in equations]
    given = [symbol.name for symbol in (*single.inputs, *single.targets, *single.parameters)]
    computed = ", ".join(equation.target.name for equation in equations)
    head = f"export function predict({{{', '.join(given)}}}) {{"
    return "\n".join([head, *lines, f"  return {{{computed}}};", "}", ""])


def of_one_sample(derivation: Derivation) -> Derivation:
    """The derivation of the same network with its first sample alone, whose loss is no mean."""
    network = derivation.network
    if network.samples == 1:
        return derivation
    training = network.training.model_copy(update={"batch": "full"})
    return derive(
        network.model_copy(update={"inputs": network.inputs[:1], "targets": network.targets[:1], "training": training})
    )
