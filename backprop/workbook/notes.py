"""The notes on the headings of an epoch table: what a column holds, in words and as an equation."""

from collections.abc import Iterator

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import BATCH, EPOCH, EPOCH_LOSS, SAMPLE, Equation, Stage, sample_name
from backprop.epochs.columns import layer_name
from backprop.functions.optimisers import OPTIMISERS
from backprop.printers.text import TextPrinter
from backprop.workbook.plan import Plan

MOST_NOTES = 250  # columns; a sheet with thousands of notes opens slowly
LONGEST = 240  # characters of an equation
_TEXT = TextPrinter()


def heading_notes(plan: Plan) -> dict[str, str]:
    """The note of each column, of the first columns only."""
    words = dict(_words(plan))
    return {name: words[name] for name in list(plan.layout.columns)[:MOST_NOTES]}


def quantity_meanings(plan: Plan) -> dict[str, str]:
    """What each column holds, in words alone: of the first columns only."""
    found = {}
    for name, meaning in _meanings(plan.derivation):
        found[name] = meaning.removesuffix(": the chain rule, written out.").rstrip(".") + "."
        if name in plan.derivation.per_sample:
            for sample in range(1, plan.derivation.network.batch + 1):
                found[sample_name(name, sample)] = f"Sample {sample}. {found[name]}"
    return {name: found[name] for name in list(plan.layout.columns)[:MOST_NOTES] if name in found}


def _words(plan: Plan) -> Iterator[tuple[str, str]]:
    derivation = plan.derivation
    counted, network = derivation.counted, derivation.network
    yield counted, f"Counted from 1. A row shows the weights with which its {counted} computes, and what they give."
    if derivation.takes_turns:
        yield EPOCH, f"A pass over all {network.samples} samples: {network.steps} steps."
        yield SAMPLE, "The sample that this step takes: the rows of sheet Samples take turns."
        yield BATCH, f"The batch that this step takes: {network.batch} rows of sheet Samples after the other, in turn."
        mean = "Mean of E_total since the epoch began: in its last step, the loss of the epoch."
        yield EPOCH_LOSS, mean
    meanings = dict(_meanings(derivation))
    stages = {e.target.name: e for e in derivation.equations(plan.form) if e.stage is not Stage.UPDATE}
    for name, meaning in meanings.items():
        text = f"{meaning}\n{_equation(stages[name])}" if name in stages else meaning
        yield name, text
        if name in derivation.per_sample:
            for sample in range(1, derivation.network.batch + 1):
                yield sample_name(name, sample), f"Sample {sample}. {text}"
    for equation in derivation.updates:
        name = equation.target.name
        below = f"First row: sheet Network. Below, from the row above:\n{_equation(equation)}"
        yield name, f"{meanings[name]} {below}"


def _meanings(derivation: Derivation) -> Iterator[tuple[str, str]]:
    network = derivation.network
    for equation in derivation.schedule:
        yield (
            equation.target.name,
            f"Learning rate of this {derivation.counted}: the {network.training.schedule} schedule.",
        )
    for number, symbol in enumerate(derivation.inputs, 1):
        yield symbol.name, f"Input {number}."
    for number, symbol in enumerate(derivation.targets, 1):
        yield symbol.name, f"Target: what output {number} should give."
    for number, (layer, description) in enumerate(zip(derivation.layers, network.layers, strict=True)):
        function = description.activation.replace("_", " ")
        for neuron in layer:
            for weight, source in zip(neuron.weights, neuron.incoming, strict=True):
                uses = len(derivation.uses[weight])
                yield weight.name, f"Weight from {source} to {neuron.z}{f', one of its {uses} uses' * (uses > 1)}."
            if neuron.bias is not None:
                uses = len(derivation.uses[neuron.bias])
                of_layer = description.shared_bias is not None
                owner = f"shared by the {layer_name(derivation, number)}" if of_layer else f"of {neuron.z}"
                owner += f", one of its {uses} uses" * (uses > 1 and not of_layer)
                trained = "" if network.training.train_biases else " Not trained: the same in every epoch."
                yield neuron.bias.name, f"{'Threshold' if neuron.has_threshold else 'Bias'} {owner}.{trained}"
            yield neuron.z.name, f"Weighted sum of neuron {neuron.name}: what comes in, times its weights."
            yield neuron.a.name, f"Activation of neuron {neuron.name}: {function} of its weighted sum."
            yield neuron.delta.name, f"How much E_total changes with {neuron.z}: the error sent back to this neuron."
            yield f"e_{neuron.name}", "Exponential for softmax; the largest sum is taken off, so that none overflows."
    yield "z_max", "The largest weighted sum of the output layer."
    yield "e_sum", "Sum of the exponentials: softmax divides by it."
    for number, equation in enumerate(derivation.loss[:-1], 1):
        yield equation.target.name, f"Loss of output {number}: {network.loss.replace('_', ' ')}."
    of_all = f", the {network.reduction} over the samples" if derivation.per_sample else ""
    yield derivation.loss[-1].target.name, f"The loss that training makes small{of_all}."
    for equation in derivation.gradient + derivation.input_gradient:
        name = equation.target.name
        yield name, f"How much E_total changes with {name.removeprefix('dE_d')}: the chain rule, written out."
    about = {state.letter: state.about for state in OPTIMISERS[network.training.optimiser].states}
    for equation in derivation.states:
        letter, _, parameter = equation.target.name.partition("_")
        yield (
            equation.target.name,
            f"{about[letter]} of {parameter}, kept by {network.training.optimiser}. It starts at 0.",
        )


def _equation(equation: Equation) -> str:
    text = _TEXT.equation(equation)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
