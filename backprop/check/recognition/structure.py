"""Names for the lines of a table from what depends on what, where an epoch is one sample.

One formula may be wrong in any way: an activation shows itself by its function or as what alone reads a weighted sum, a
weighted sum by its terms or by what its activation reads.
"""

from collections import Counter

from backprop.check.proof.model import Model
from backprop.check.recognition.dependencies import Dependencies, Term
from backprop.check.recognition.stretch import Stretch, Usual
from backprop.derivation.equation import Neuron
from backprop.spreadsheet.formula import Node, Number, Reference, walk


def structure(stretch: Stretch, usual: Usual, model: Model, activations: dict[int, Reference]) -> dict[str, int]:
    """Quantity -> line, as far as the formulas' dependencies say."""
    outline = model.outline
    reader = Dependencies(stretch, usual, activations, bool(outline.biases))
    lines: dict[str, int] = {}
    known: list[int] = []
    for layer in outline.layers:
        pairs = reader.neurons(known)
        if not known:
            given = reader.given([z for z, _ in pairs], len(outline.inputs))
            lines.update(zip((symbol.name for symbol in outline.inputs), given, strict=False))
        for neuron, (z, a) in zip(layer, pairs, strict=False):
            lines[neuron.z.name] = z
            if a is not None:
                lines[neuron.a.name] = a
            _weights(lines, model, neuron, reader.terms(z))
            if neuron.bias is not None and z in reader.bias:
                lines.setdefault(neuron.bias.name, reader.bias[z])
        outputs = (_output(lines, model, neuron) for neuron in layer)
        known = [line for line in outputs if line is not None]
        reader.used |= set(lines.values())
    for neuron in (neuron for layer in outline.layers for neuron in layer):
        if neuron.z.name in lines and neuron.a.name not in lines and neuron.a.name not in model.twins:
            reader.used |= set(lines.values())
            most = reader.most_read()
            if most is not None:
                lines[neuron.a.name] = most
    _left_over(lines, [n.a.name for layer in outline.layers for n in layer], sorted(reader.activations))
    _left_over(lines, list(model.trained), sorted(reader.weights))
    _losses(reader, model, lines)
    _gradients(reader, model, lines)
    return lines


def _output(lines: dict[str, int], model: Model, neuron: Neuron) -> int | None:
    """The line of an activation, or of the sum that it equals."""
    return lines.get(neuron.a.name, lines.get(model.twins.get(neuron.a.name, "")))


def _left_over(lines: dict[str, int], names: list[str], candidates: list[int]) -> None:
    """The lines of a kind that no name has yet go to the names that have no line, if there are as many."""
    missing = [name for name in names if name not in lines]
    free = [line for line in candidates if line not in lines.values()]
    if len(missing) == len(free):
        lines.update(zip(missing, free, strict=True))


def _weights(lines: dict[str, int], model: Model, neuron: Neuron, terms: list[Term]) -> None:
    sources = {
        lines.get(symbol.name, lines.get(model.twins.get(symbol.name, ""))): index
        for index, symbol in enumerate(neuron.incoming)
    }
    for weight, source in terms:
        if source in sources:
            lines[neuron.weights[sources[source]].name] = weight


def _losses(reader: Dependencies, model: Model, lines: dict[str, int]) -> None:
    """E_k reads its activation and one line more, the target, and no weight moves by it; E_total reads them all."""
    outline = model.outline
    used = set(lines.values())
    reads = {line: others for line, others in reader.reads.items() if line not in used}
    stepped = {at for weight in reader.weights for at in reader.read_a_step_above(weight)}
    losses = []
    for number, (neuron, target) in enumerate(zip(outline.layers[-1], outline.targets, strict=False)):  # if it has some
        output = _output(lines, model, neuron)
        loss_lines = [
            line
            for line, others in reads.items()
            if output in others and len(others) == 2 and not others - {output} & used and line not in stepped
            and _holds_number(reader.usual[line])
            and all(reader.computes_nothing(other) for other in others - {output})
        ]  # fmt: skip
        for line in loss_lines[:1]:
            lines[target.name] = next(iter(reads[line] - {output}))
            lines[outline.loss[number]] = line
            losses.append(line)
    read_by_some = {line for read in reader.reads.values() for line in read}
    for line, tree in reader.usual.items():
        read = set(reader.lines_read(line, tree))
        others = read - set(losses)
        if not read & set(losses) or line in {*used, *losses, *read_by_some} or others & used:
            continue
        lines[outline.loss[-1]] = line
        missing = [name for name in outline.loss if name not in lines]
        lines.update(zip(missing, sorted(others), strict=False))
        break


def _holds_number(tree: Node | None) -> bool:
    return tree is not None and any(isinstance(node, Number) for node in walk(tree))


def _gradients(reader: Dependencies, model: Model, lines: dict[str, int]) -> None:
    """The line that a weight's update reads beside the weight itself, one step above, and that few others read."""
    others: dict[str, set[int]] = {}
    for weight in model.trained:
        line = lines.get(weight)
        tree = reader.usual.get(line) if line is not None else None
        if line is not None and tree is not None:
            others[weight] = {at for at in reader.read_a_step_above(line) if at != line and at in reader.usual}
    shared = Counter(line for read in others.values() for line in read)
    for name, read in others.items():
        free = [line for line in read if shared[line] <= len(others) / 2 and line not in lines.values()]
        if len(free) == 1:
            lines[f"dE_d{name}"] = free[0]
