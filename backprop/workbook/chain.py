"""The chain rule of every parameter as lines of a listing: names, expressions, words. Opens no workbook.

A line stands over quantities of the epoch and over earlier lines only: from the output back, each neuron's two factors
and its delta, then what each parameter multiplies. The walk of a parameter is three of them and the lines of a sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sympy import Expr, Integer, Symbol

from backprop.columns import layer_name, sample_name
from backprop.derive import Derivation
from backprop.equation import Neuron, derivative_symbol
from backprop.expressions import product
from backprop.functions import BY_SUM, LOSS_SLOPES, local_derivative
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import RateSheet

MOST_PARAMETERS = 200
MOST_PATHS = 8  # lines of a sum; the rest are one line
MOST_TERMS = 3  # of a sum written in one cell
NONE = "—"
_ONE = Integer(1)
_TEXT = TextPrinter()


@dataclass(frozen=True, slots=True)
class Line:
    """A factor, or part of one. `expression` gives its value, or the sum of the lines that `added` counts."""

    name: str
    expression: Expr | None = None
    words: str = ""
    added: range | None = None
    told: int | None = None  # the line whose formula stands for words


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be chosen: which lines its walk takes, by their numbers."""

    name: str
    rule: str
    place: str
    factors: tuple[int, int, int]
    paths: int  # lines just before the first factor that add up to it
    deltas: tuple[str, ...]  # the share of a sample is their sum, times the source
    source: str | None

    @property
    def derivative(self) -> str:
        """The column of the epoch table."""
        return derivative_symbol(Symbol(self.name)).name


@dataclass(slots=True)
class Chain:
    """The listing and the parameters that it serves."""

    lines: list[Line] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    deltas: list[str] = field(default_factory=list)  # of the neurons listed

    def quantities(self, layout: RateSheet) -> tuple[str, ...]:
        """What the lines take from the epoch table, in its order; of several samples by the first."""
        own = {line.name for line in self.lines} | set(self.deltas)
        used = {s.name for line in self.lines if line.expression is not None for s in line.expression.free_symbols}
        order = {name: number for number, name in enumerate(layout.columns)}
        return tuple(sorted(used - own, key=lambda name: order.get(name, order.get(sample_name(name, 1), 0))))


def chain_rule(derivation: Derivation) -> Chain:
    """The lines of the neurons that the offered parameters reach, from the output back, then their own factors."""
    trained = derivation.trained
    count = min(len(trained), MOST_PARAMETERS)
    offered = {trained[number * len(trained) // count] for number in range(count)}
    chain = Chain()
    firsts: dict[str, tuple[int, int]] = {}  # first factor and the lines that add up to it, by neuron or shared bias
    deltas: dict[str, int] = {}
    needed: list[tuple[int, int, Neuron]] = []
    reached = False
    for position, layer in enumerate(derivation.layers):
        own = [(position, n, neuron) for n, neuron in enumerate(layer) if reached or offered & set(_trained(neuron))]
        needed = [*own, *needed]
        reached = reached or bool(own)
    for position, number, neuron in needed:
        chain.deltas.append(neuron.delta.name)
        firsts[neuron.name] = _neuron(chain, derivation, position, number, deltas)
    for layer in derivation.layers:
        bias = layer[0].bias
        if bias in offered and _shared(layer):
            firsts[bias.name] = _shared_bias(chain, layer, deltas)
    for parameter, entry in _parameters(chain, derivation, firsts):
        if parameter in offered:
            chain.parameters.append(entry)
    return chain


def _trained(neuron: Neuron) -> tuple[Symbol, ...]:
    return neuron.weights if neuron.bias is None else (*neuron.weights, neuron.bias)


def _shared(layer: tuple[Neuron, ...]) -> bool:
    return len(layer) > 1 and layer[0].bias is not None and layer[0].bias == layer[1].bias


def _add(chain: Chain, line: Line) -> int:
    chain.lines.append(line)
    return len(chain.lines) - 1


def _neuron(
    chain: Chain, derivation: Derivation, position: int, number: int, deltas: dict[str, int]
) -> tuple[int, int]:
    """Its factors and its delta; the number of the first factor, and how many lines before it add up to it."""
    network, layer = derivation.network, derivation.layers[position]
    neuron, activation = layer[number], network.layers[position].activation
    spoken = activation.replace("_", " ")
    name = f"∂E/∂{neuron.a}"
    steep = f"∂{neuron.a}/∂{neuron.z}"
    paths = 0
    if layer is derivation.layers[-1]:
        slope = LOSS_SLOPES[network.loss](neuron.a, derivation.targets[number], len(layer))
        if network.loss in BY_SUM:
            left = "output minus target" if len(layer) == 1 or activation == "softmax" else "their distance, shared,"
            words = f"Loss and activation in one: of cross-entropy after {spoken}, {left} is all that is left."
            first = _add(chain, Line(neuron.delta.name, slope, words))
            words = f"Already inside δ_{neuron.name}: alone, ∂E/∂{neuron.a} grows without bound where this goes to 0."
            _add(chain, Line(steep, None, words))
            deltas[neuron.delta.name] = first
            return first, 0
        words = f"How much the loss grows with the output {neuron.a}: its distance from the target."
        first = _add(chain, Line(name, slope, words))
    else:
        following = derivation.layers[position + 1]
        through = [
            (f"through {n.name}", product(n.delta, n.weights[number]), deltas[n.delta.name]) for n in following
        ]
        paths = _paths(chain, through)
        ways = "each neuron that it feeds" if len(following) > 1 else f"{following[0].name}, which it feeds"
        words = f"How much the loss grows with the output {neuron.a}: through {ways}."
        first = _sum(chain, name, paths, words)
    words = f"How steep {spoken} is at {neuron.z}: how much {neuron.a} moves when {neuron.z} does."
    _add(chain, Line(steep, local_derivative(activation, neuron.z, neuron.a), words))
    words = f"Both together: how much the loss grows with the sum {neuron.z}."
    deltas[neuron.delta.name] = _add(chain, Line(neuron.delta.name, product(Symbol(name), Symbol(steep)), words))
    return first, paths


def _shared_bias(chain: Chain, layer: tuple[Neuron, ...], deltas: dict[str, int]) -> tuple[int, int]:
    """The sum of the layer's deltas, as the first factor; there is no second."""
    paths = _paths(chain, [(f"through {n.name}", n.delta, deltas[n.delta.name]) for n in layer])
    words = f"{layer[0].bias} enters every neuron of its layer: what it does to the loss through each, added up."
    first = _sum(chain, "sum of δ", paths, words)
    _add(chain, Line(f"∂a/∂{layer[0].bias}", None, "No factor of its own: each δ holds the slope of its activation."))
    return first, paths


def _paths(chain: Chain, through: list[tuple[str, Expr, int]]) -> int:
    """A line a path, the first few last, before them one for all others; how many lines then add up."""
    shown, rest = through[:MOST_PATHS], through[MOST_PATHS:]
    start = len(chain.lines)
    for name, expression, told in [*rest, *shown]:
        _add(chain, Line(name, expression, told=told))
    if rest:
        added = range(start, start + len(rest))
        _add(chain, Line(f"and {len(rest):,} more", None, "The other paths, added up; each stands above these.", added))
    return len(shown) + bool(rest)


def _sum(chain: Chain, name: str, paths: int, words: str) -> int:
    start = len(chain.lines) - paths
    return _add(chain, Line(name, None, words, range(start, start + paths)))


def _parameters(
    chain: Chain, derivation: Derivation, firsts: dict[str, tuple[int, int]]
) -> Iterator[tuple[Symbol, Parameter]]:
    """Every trained parameter whose neuron is listed, weights first; a line is added for what it multiplies."""
    for position, layer in enumerate(derivation.layers):
        for neuron in layer:
            if neuron.name not in firsts:
                continue
            for weight, source in zip(neuron.weights, neuron.incoming, strict=True):
                words = f"What {weight} multiplies: were {source} 0, {weight} could not change the loss."
                place = f"{weight} leads from {source} to {neuron.name}, in the {layer_name(derivation, position)}"
                yield weight, _entry(chain, derivation, neuron, weight, source, words, place, firsts[neuron.name])
    for position, layer in enumerate(derivation.layers):
        place = f"in the {layer_name(derivation, position)}"
        bias = layer[0].bias
        if bias is not None and _shared(layer):
            if bias.name in firsts:
                first, paths = firsts[bias.name]
                third = _add(chain, Line(f"∂{layer[0].z}/∂{bias}, …", _ONE, "A bias is added as it is."))
                deltas = tuple(neuron.delta.name for neuron in layer)
                terms = " + ".join(map(_TEXT.symbol, deltas[:MOST_TERMS])) + " + …" * (len(deltas) > MOST_TERMS)
                rule = f"∂E/∂{bias} = {_mean(derivation)}{terms},   where {_TEXT.symbol(deltas[0])} = ∂E/∂{layer[0].z}"
                yield (
                    bias,
                    Parameter(
                        bias.name, rule, f"{bias} is shared by all neurons {place}", (first, first + 1, third), paths,
                        deltas, None,
                    ),
                )  # fmt: skip
            continue
        for neuron in layer:
            if neuron.bias is not None and neuron.name in firsts:
                words = f"A bias is added as it is: {neuron.z} moves as much as {neuron.bias}."
                where = f"{neuron.bias} is the bias of {neuron.name}, {place}"
                yield (
                    neuron.bias,
                    _entry(chain, derivation, neuron, neuron.bias, None, words, where, firsts[neuron.name]),
                )


def _entry(
    chain: Chain, derivation: Derivation, neuron: Neuron, parameter: Symbol, source: Symbol | None, words: str,
    place: str, firsts: tuple[int, int],
) -> Parameter:  # fmt: skip
    first, paths = firsts
    name = f"∂{neuron.z}/∂{parameter}"
    third = _add(chain, Line(name, _ONE if source is None else source, words))
    head = f"∂E/∂{parameter} = {_mean(derivation)}"
    if chain.lines[first].name == neuron.delta.name:
        rule = f"{head}δ_{neuron.name} · {name},   where δ_{neuron.name} = ∂E/∂{neuron.z}"
    else:
        rule = f"{head}∂E/∂{neuron.a} · ∂{neuron.a}/∂{neuron.z} · {name}"
    return Parameter(
        parameter.name, rule, place, (first, first + 1, third), paths, (neuron.delta.name,),
        None if source is None else source.name,
    )  # fmt: skip


def _mean(derivation: Derivation) -> str:
    return f"mean over {derivation.network.batch} samples of  " if derivation.per_sample else ""
