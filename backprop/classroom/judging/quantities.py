"""The quantities of a network as a rubric sees them: which part each belongs to, and what is computed from which."""

import ast
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from backprop.check.proof.model import NEW, Model
from backprop.classroom.parts import Part
from backprop.derivation.equation import EPOCH_LOSS, derivative_name, sample_name


@dataclass(frozen=True)
class Quantities:
    """All that a table of the network may hold."""

    parts: Mapping[str, Part]  # of what is computed, in the order in which it can be
    needed: frozenset[str]  # what a table has a line for, unless another line does without
    trained: frozenset[str]
    readers: Mapping[str, tuple[str, ...]]  # what reads a quantity in its own epoch; weights are those of the next

    def readers_without(self, name: str, lines: Container[str]) -> set[str]:
        """What reads the quantity in a table of those lines, some of which do without what would lie between."""
        reached: set[str] = set()
        waiting = [name]
        while waiting:
            for reader in set(self.readers.get(waiting.pop(), ())) - reached:
                reached.add(reader)
                if reader not in lines:
                    waiting.append(reader)
        return reached

    def follows(self, name: str) -> tuple[str, ...]:
        """What is computed from the quantity in its own epoch, and the weights of the next, in order."""
        reached: set[str] = set()
        waiting = [name]
        while waiting:
            for reader in self.readers.get(waiting.pop(), ()):
                if reader not in reached and reader != name:
                    reached.add(reader)
                    if reader not in self.trained:  # of the next epoch, where everything follows
                        waiting.append(reader)
        return tuple(each for each in self.parts if each in reached)


@lru_cache(maxsize=8)
def quantities_of(model: Model) -> Quantities:
    """The quantities of the model, as its outline's source computes them."""
    trained = frozenset(model.trained)
    return Quantities(_parts(model), frozenset(model.needed - {*model.weights}) | trained, trained, _readers(model))


def _parts(model: Model) -> dict[str, Part]:
    outline = model.outline
    last = outline.layers[-1]
    output = {neuron.delta.name for neuron in last}
    output |= {derivative_name(weight.name) for neuron in last for weight in neuron.weights}
    output |= {derivative_name(neuron.bias.name) for neuron in last if neuron.bias is not None}
    forward, loss = set(outline.forward), {*outline.loss, EPOCH_LOSS}
    updates = {*outline.states, *outline.schedule, *model.trained, model.counted}

    def part(target: str) -> Part:
        if target in forward:
            return Part.FORWARD
        if target in loss:
            return Part.LOSS
        if target in updates:
            return Part.UPDATES
        return Part.OUTPUT_GRADIENTS if target in output else Part.HIDDEN_GRADIENTS

    parts = {name: part(computed.target) for name, computed in model.computed.items()}
    return {**parts, **{NEW + name: Part.UPDATES for name in model.trained}}


def _readers(model: Model) -> dict[str, tuple[str, ...]]:
    readers: dict[str, list[str]] = {}
    for target, read in _assignments(model):
        for source in read:
            for reader, name in _samples(model, target, source):
                readers.setdefault(name, []).append(reader)
    return {name: tuple(dict.fromkeys(found)) for name, found in readers.items()}


def _assignments(model: Model) -> Iterable[tuple[str, list[str]]]:
    """What is computed, and the names that its right side has; of the weights those of the next epoch."""
    function = ast.parse(model.outline.source).body[-1]
    assert isinstance(function, ast.FunctionDef)
    for statement in function.body:
        match statement:
            case ast.Assign([ast.Name("next_weights")], ast.List(values)):
                for name, value in zip(model.trained, values, strict=False):
                    yield name, [read for read in _names(value) if read != name]
            case ast.Assign([ast.Name(target)], value) if not isinstance(value, ast.Dict):
                yield target, [read for read in _names(value) if read != target]


def _names(tree: ast.AST) -> list[str]:
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _samples(model: Model, target: str, source: str) -> Iterable[tuple[str, str]]:
    """The pairs of the quantities' names, sample by sample where a step has several."""
    if not model.per_sample & {target, source}:
        return [(target, source)]

    def named(name: str, sample: int) -> str:
        return sample_name(name, sample) if name in model.per_sample else name

    return [(named(target, sample), named(source, sample)) for sample in range(1, model.network.batch + 1)]
