"""What each quantity is, in a few words: beside its number on sheets Explain and Walkthrough."""

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import ETA, sample_name
from groundfloor.words import Words


def meanings(derivation: Derivation, words: Words) -> dict[str, str]:
    """A phrase for each given number, sum and activation by its name; of each sample too."""
    found = {symbol.name: words("input") for symbol in derivation.inputs}
    found |= {symbol.name: words("target") for symbol in derivation.targets}
    for layer in derivation.layers:
        for neuron in layer:
            for weight, source in zip(neuron.weights, neuron.incoming, strict=True):
                several = len(derivation.uses[weight]) > 1
                join = words("weight from {source} to {target}", source=source, target=neuron.name)
                found[weight.name] = words("shared weight") if several else join
            if neuron.bias is not None:
                found[neuron.bias.name] = words("threshold") if neuron.has_threshold else words("bias")
            found[neuron.z.name] = words("weighted sum of {neuron}", neuron=neuron.name)
            found[neuron.a.name] = words("output of {neuron}", neuron=neuron.name)
    for name in derivation.per_sample & found.keys():
        for sample in range(1, derivation.network.batch + 1):
            found[sample_name(name, sample)] = f"{found[name]}, {words('sample {number}', number=sample)}"
    found[ETA] = words("learning rate")
    return found
