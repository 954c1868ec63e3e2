"""The chain rule of every parameter as lines of a listing: names, expressions, words. Opens no workbook.

A line stands over quantities of the epoch and over earlier lines only: from the output back, each neuron's two factors
and its delta, then what each parameter multiplies. The walk of a parameter is three of them and the lines of a sum.
"""

from dataclasses import dataclass, field

from sympy import Expr, Integer, Symbol

from backprop.derivation.derive import Derivation, loss_outputs
from backprop.derivation.equation import Neuron, derivative_name, sample_name
from backprop.derivation.expressions import product
from backprop.derivation.functions import local_derivative, loss_slope
from backprop.epochs.columns import layer_name
from backprop.functions.losses import LOSSES
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import RateSheet
from backprop.workbook.sheets.selection import evenly_spread

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
    formula_of: int | None = None  # the line whose formula stands in place of words


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
    def sum_of_deltas(self) -> str:
        """The name of what the source is multiplied by: the delta, or the sum of several."""
        return " + ".join(self.deltas)

    @property
    def derivative(self) -> str:
        """The column of its derivative in the epoch table."""
        return derivative_name(self.name)


@dataclass(slots=True)
class Chain:
    """The listing and the parameters that it serves."""

    lines: list[Line] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    deltas: dict[str, int] = field(default_factory=dict)  # of each neuron listed, the number of its line

    def quantities(self, layout: RateSheet) -> tuple[str, ...]:
        """What the lines take from the epoch table, in its order; of several samples by the first."""
        defined = {line.name for line in self.lines} | set(self.deltas)
        used = {s.name for line in self.lines if line.expression is not None for s in line.expression.free_symbols}
        order = {name: number for number, name in enumerate(layout.columns)}
        return tuple(sorted(used - defined, key=lambda name: order.get(name, order.get(sample_name(name, 1), 0))))


def chain_rule(derivation: Derivation) -> Chain:
    """The lines of the neurons that the offered parameters reach, from the output back, then their own factors."""
    trained = derivation.trained
    offered = set(evenly_spread(trained, MOST_PARAMETERS))
    chain = Chain()
    firsts: dict[str, tuple[int, int]] = {}  # a neuron's first factor, and how many lines add up to it
    needed: list[tuple[int, int, Neuron]] = []
    reached = False
    for position, layer in enumerate(derivation.layers):
        neurons = [
            (position, n, neuron) for n, neuron in enumerate(layer) if reached or offered & set(_trained(neuron))
        ]
        needed = [*neurons, *needed]
        reached = reached or bool(neurons)
    for position, number, neuron in needed:
        firsts[neuron.name] = _add_neuron(chain, derivation, position, number)
    for position in range(len(derivation.layers)):
        _add_layer_parameters(chain, derivation, position, offered, firsts)
    order = {symbol.name: number for number, symbol in enumerate(trained)}
    chain.parameters.sort(key=lambda parameter: order[parameter.name])
    return chain


def _trained(neuron: Neuron) -> tuple[Symbol, ...]:
    return neuron.weights if neuron.bias is None else (*neuron.weights, neuron.bias)


def _shared(layer: tuple[Neuron, ...]) -> bool:
    return len(layer) > 1 and layer[0].bias is not None and layer[0].bias == layer[1].bias


def _add(chain: Chain, line: Line) -> int:
    chain.lines.append(line)
    return len(chain.lines) - 1


def _add_neuron(chain: Chain, derivation: Derivation, position: int, number: int) -> tuple[int, int]:
    """Its factors and its delta; the number of the first factor, and how many lines before it add up to it."""
    network, layer = derivation.network, derivation.layers[position]
    neuron, activation = layer[number], network.layers[position].activation
    spoken = activation.replace("_", " ")
    name = f"∂E/∂{neuron.a}"
    steep = f"∂{neuron.a}/∂{neuron.z}"
    paths = 0
    if layer is derivation.layers[-1]:
        slope = loss_slope(network.loss, loss_outputs(layer, derivation.targets)[number])
        if LOSSES[network.loss].by_sum:
            words = f"Loss and activation in one: cross-entropy after {spoken} leaves output minus target."
            first = _add(chain, Line(neuron.delta.name, slope, words))
            words = f"Already inside δ_{neuron.name}: alone, ∂E/∂{neuron.a} grows without bound where this goes to 0."
            _add(chain, Line(steep, None, words))
            chain.deltas[neuron.delta.name] = first
            return first, 0
        words = f"How much the loss grows with the output {neuron.a}: its distance from the target."
        first = _add(chain, Line(name, slope, words))
    else:
        following = derivation.layers[position + 1]
        paths = _add_paths(chain, [(n, product(n.delta, n.weights[number])) for n in following])
        ways = "each neuron that it feeds" if len(following) > 1 else f"{following[0].name}, which it feeds"
        words = f"How much the loss grows with the output {neuron.a}: through {ways}."
        first = _add_sum(chain, name, paths, words)
    words = f"How steep {spoken} is at {neuron.z}: how much {neuron.a} moves when {neuron.z} does."
    _add(chain, Line(steep, local_derivative(activation, neuron.z, neuron.a), words))
    words = f"Both together: how much the loss grows with the sum {neuron.z}."
    chain.deltas[neuron.delta.name] = _add(chain, Line(neuron.delta.name, product(Symbol(name), Symbol(steep)), words))
    return first, paths


def _add_shared_bias(chain: Chain, layer: tuple[Neuron, ...]) -> tuple[int, int]:
    """The sum of the layer's deltas, as the first factor; there is no second."""
    paths = _add_paths(chain, [(neuron, neuron.delta) for neuron in layer])
    words = f"{layer[0].bias} enters every neuron of its layer: what it does to the loss through each, added up."
    first = _add_sum(chain, "Σ δ", paths, words)
    _add(
        chain,
        Line(
            f"∂{layer[0].a}/∂{layer[0].z}, …", None, "No factor of its own: each δ holds the slope of its activation."
        ),
    )
    return first, paths


def _add_paths(chain: Chain, through: list[tuple[Neuron, Expr]]) -> int:
    """A line for each path; of many, those shown come last, after one for all others. How many lines add up."""
    shown, rest = through[:MOST_PATHS], through[MOST_PATHS:]
    start = len(chain.lines)
    for neuron, expression in [*rest, *shown]:
        _add(chain, Line(f"through {neuron.name}", expression, formula_of=chain.deltas[neuron.delta.name]))
    if rest:
        added = range(start, start + len(rest))
        _add(
            chain,
            Line(
                f"and {len(rest):,} more", None, "The other paths, added up; the table of every factor has each.", added
            ),
        )
    return len(shown) + bool(rest)


def _add_sum(chain: Chain, name: str, paths: int, words: str) -> int:
    start = len(chain.lines) - paths
    return _add(chain, Line(name, None, words, range(start, start + paths)))


def _add_layer_parameters(
    chain: Chain, derivation: Derivation, position: int, offered: set[Symbol], firsts: dict[str, tuple[int, int]]
) -> None:
    """The offered parameters of a layer, and a line for what each multiplies."""
    layer = derivation.layers[position]
    layer_words = layer_name(derivation, position)
    where = f"in {layer_words}" if layer_words[-1].isdigit() else f"in the {layer_words}"
    for neuron in layer:
        for weight, source in zip(neuron.weights, neuron.incoming, strict=True):
            if weight in offered:
                words = f"What {weight} multiplies: were {source} 0, {weight} could not change the loss."
                place = f"{weight} leads from {source} to {neuron.name}, {where}"
                _add_parameter(chain, derivation, neuron, weight, source, words, place, firsts[neuron.name])
        if neuron.bias in offered and not _shared(layer):
            words = f"A bias is added as it is: {neuron.z} moves as much as {neuron.bias}."
            place = f"{neuron.bias} is the bias of {neuron.name}, {where}"
            _add_parameter(chain, derivation, neuron, neuron.bias, None, words, place, firsts[neuron.name])
    bias = layer[0].bias
    if bias is not None and bias in offered and _shared(layer):
        first, paths = _add_shared_bias(chain, layer)
        third = _add(chain, Line(f"∂{layer[0].z}/∂{bias}, …", _ONE, "A bias is added as it is."))
        deltas = tuple(neuron.delta.name for neuron in layer)
        terms = " + ".join(map(_TEXT.symbol, deltas[:MOST_TERMS])) + " + …" * (len(deltas) > MOST_TERMS)
        rule = f"∂E/∂{bias} = {_mean(derivation, terms)},   where {_TEXT.symbol(deltas[0])} = ∂E/∂{layer[0].z}"
        place = f"{bias} is shared by the neurons {where}"
        chain.parameters.append(Parameter(bias.name, rule, place, (first, first + 1, third), paths, deltas, None))


def _add_parameter(
    chain: Chain,
    derivation: Derivation,
    neuron: Neuron,
    symbol: Symbol,
    source: Symbol | None,
    words: str,
    place: str,
    firsts: tuple[int, int],
) -> None:
    """A parameter of one neuron; `source` is what it multiplies, None for a bias."""
    first, paths = firsts
    name = f"∂{neuron.z}/∂{symbol}"
    third = _add(chain, Line(name, _ONE if source is None else source, words))
    if chain.lines[first].name == neuron.delta.name:
        delta = _TEXT.symbol(neuron.delta.name)
        rule = f"{_mean(derivation, f'{delta} · {name}')},   where {delta} = ∂E/∂{neuron.z}"
    else:
        rule = _mean(derivation, f"∂E/∂{neuron.a} · ∂{neuron.a}/∂{neuron.z} · {name}")
    chain.parameters.append(
        Parameter(
            symbol.name,
            f"∂E/∂{symbol} = {rule}",
            place,
            (first, first + 1, third),
            paths,
            (neuron.delta.name,),
            None if source is None else source.name,
        )
    )


def _mean(derivation: Derivation, product: str) -> str:
    return f"mean of  {product}  over the {derivation.network.batch} samples" if derivation.per_sample else product
