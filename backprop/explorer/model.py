"""The data of a derivation that the page explores: names, numbers, structure, formulas. Holds no code."""

import json
from typing import Any

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import TOTAL_LOSS, Neuron
from backprop.epochs.columns import groups, layer_name
from backprop.epochs.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES
from backprop.explorer.formulas import formulas, signs
from backprop.printers.quantities import written


def to_json(derivation: Derivation) -> str:
    """The data as JSON that may stand inside a script element."""
    return json.dumps(model_data(derivation), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def model_data(derivation: Derivation) -> dict[str, Any]:
    """What `engine/model.js` is made of."""
    network = derivation.network
    made = formulas(derivation)
    trained = {symbol.name for symbol in derivation.trained}
    weights = {symbol.name for symbol in derivation.weights}
    return {
        "name": network.name,
        "title": network.title,
        "network": network.model_dump(mode="json", exclude_defaults=True, exclude={"inputs", "targets"}),
        "inputs": [symbol.name for symbol in derivation.inputs],
        "targets": [symbol.name for symbol in derivation.targets],
        "parameters": [
            {
                "name": symbol.name, "value": value, "trained": symbol.name in trained,
                "kind": "weight" if symbol.name in weights else "bias",
            }
            for symbol, value in derivation.parameters.items()
        ],
        "layers": [
            {
                "title": layer_name(derivation, number), "activation": network.layers[number].activation,
                "neurons": [_neuron(neuron) for neuron in layer],
            }
            for number, layer in enumerate(derivation.layers)
        ],
        "samples": [
            {"inputs": inputs, "targets": targets}
            for inputs, targets in zip(network.inputs, network.targets, strict=True)
        ],
        "batch": network.batch,
        "steps": network.steps,
        "reduction": network.reduction,
        "perSample": sorted(derivation.per_sample),
        "states": [equation.target.name for equation in derivation.states],
        "numbers": derivation.numbers,
        "losses": [equation.target.name for equation in derivation.loss[:-1]],
        "total": TOTAL_LOSS,
        "columns": [{"title": group.title, "names": group.names} for group in groups(derivation, "steps")],
        "loss": network.loss,
        "optimiser": network.training.optimiser,
        "schedule": network.training.schedule,
        "constants": network.constants(DEFAULT_EPOCHS),
        "rates": network.training.learning_rates or DEFAULT_LEARNING_RATES,
        "epochs": DEFAULT_EPOCHS,
        "templates": list(made.templates),
        "equations": [
            {
                "target": formula.target, "stage": formula.stage, "template": formula.template,
                "names": formula.names, "over": formula.over,
            }
            for formula in made.formulas
        ],
        "signs": signs(derivation),
        "texts": {name: written(name) for name in signs(derivation)},
    }  # fmt: skip


def _neuron(neuron: Neuron) -> dict[str, Any]:
    return {
        "name": neuron.name, "z": neuron.z.name, "a": neuron.a.name, "delta": neuron.delta.name,
        "weights": [weight.name for weight in neuron.weights],
        "incoming": [source.name for source in neuron.incoming],
        "bias": None if neuron.bias is None else neuron.bias.name, "threshold": neuron.has_threshold,
    }  # fmt: skip
