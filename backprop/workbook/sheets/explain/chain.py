"""The chain rule of every parameter as lines of a listing: names, expressions, words. Opens no workbook.

A line stands over quantities of the epoch and over earlier lines only: from the output back, each neuron's two factors
and its delta, then what each parameter multiplies. The walk of a parameter is three of them and the lines of a sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sympy import Expr, Integer, Symbol

from backprop.derivation.derive import Derivation, loss_outputs
from backprop.derivation.equation import Neuron, derivative_name, sample_name
from backprop.derivation.expressions import negative, product, total
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

Use = tuple[Neuron, Symbol | None]  # a neuron that has a parameter, and what it multiplies there
Uses = Sequence[Use]


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
    delta: str  # the share of a sample is it times the source
    source: str | None
    sum: Expr | None = None  # what stands for the delta, where that is not the one of a neuron

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


def _add(chain: Chain, line: Line) -> int:
    chain.lines.append(line)
    return len(chain.lines) - 1


def _add_neuron(chain: Chain, derivation: Derivation, position: int, number: int) -> tuple[int, int]:
    """Its factors and its delta; the number of the first factor, and how many lines before it add up to it."""
    network, layer = derivation.network, derivation.layers[position]
    neuron, activation = layer[number], network.layers[position].activation
    spoken, spoken_loss = activation.replace("_", " "), network.loss.replace("_", " ")
    name = f"∂E/∂{neuron.a}"
    steep = f"∂{neuron.a}/∂{neuron.z}"
    paths = 0
    fed = derivation.fed.get(neuron.a)
    if fed is None:
        slope = loss_slope(network.loss, loss_outputs(layer, derivation.targets)[number])
        if LOSSES[network.loss].by_sum:
            words = f"Loss and activation in one: cross-entropy after {spoken} leaves output minus target."
            first = _add(chain, Line(neuron.delta.name, slope, words))
            delta = _TEXT.symbol(neuron.delta.name)
            words = f"Already inside {delta}: alone, ∂E/∂{neuron.a} grows without bound where this goes to 0."
            _add(chain, Line(steep, None, words))
            chain.deltas[neuron.delta.name] = first
            return first, 0
        words = f"How much the loss grows with the output {neuron.a}: the derivative of {spoken_loss}."
        first = _add(chain, Line(name, slope, words))
    else:
        paths = _add_paths(chain, [(n, product(n.delta, weight)) for n, weight in fed])
        ways = "each neuron that it feeds" if len(fed) > 1 else f"{fed[0][0].name}, which it feeds"
        words = f"How much the loss grows with the output {neuron.a}: through {ways}."
        first = _add_sum(chain, name, paths, words)
    words = f"How steep {spoken} is at {neuron.z}: how much {neuron.a} moves when {neuron.z} does."
    _add(chain, Line(steep, local_derivative(activation, neuron.z, neuron.a), words))
    words = f"Both together: how much the loss grows with the sum {neuron.z}."
    chain.deltas[neuron.delta.name] = _add(chain, Line(neuron.delta.name, product(Symbol(name), Symbol(steep)), words))
    return first, paths


def _share(neuron: Neuron, source: Symbol | None) -> Expr:
    """What one use of a parameter adds to its derivative."""
    if source is not None:
        return product(neuron.delta, source)
    return negative(neuron.delta) if neuron.has_threshold else neuron.delta


def _add_shared(chain: Chain, symbol: Symbol, uses: Uses) -> tuple[int, int]:
    """What it does through each neuron, added up, as the first factor; there is no second."""
    paths = _add_paths(chain, [(neuron, _share(neuron, source)) for neuron, source in uses])
    words = f"{symbol} is used in {len(uses)} places: what it does to the loss through each, added up."
    first = _add_sum(chain, "Σ δ" if uses[0][1] is None else "Σ δ·x", paths, words)
    words = "No factor of its own: each δ holds the slope of its activation."
    _add(chain, Line(f"∂{uses[0][0].a}/∂{uses[0][0].z}, …", None, words))
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
    """The offered parameters that no layer before has, and a line for what each multiplies."""
    layer_words = layer_name(derivation, position)
    where = f"in {layer_words}" if layer_words[-1].isdigit() else f"in the {layer_words}"
    weights, biases = derivation.new_in(position)
    for symbol in (*weights, *biases):
        if symbol not in offered:
            continue
        uses = derivation.uses[symbol]
        if len(uses) > 1:
            _add_shared_parameter(chain, derivation, symbol, uses, where)
        else:
            _add_parameter(chain, derivation, symbol, uses[0], where, firsts)


def _add_shared_parameter(chain: Chain, derivation: Derivation, symbol: Symbol, uses: Uses, where: str) -> None:
    first, paths = _add_shared(chain, symbol, uses)
    neuron, source = uses[0]
    words = "Each product holds what it multiplies." if source is not None else "A bias is added as it is."
    third = _add(chain, Line(f"∂{neuron.z}/∂{symbol}, …", _ONE, words))
    shares = [_TEXT.doprint(_share(neuron, source)) for neuron, source in uses]
    terms = " + ".join(shares[:MOST_TERMS]) + " + …" * (len(shares) > MOST_TERMS)
    rule = f"∂E/∂{symbol} = {_mean(derivation, terms)},   where {_TEXT.symbol(neuron.delta.name)} = ∂E/∂{neuron.z}"
    if source is None and symbol not in derivation.network.shared:
        place = f"{symbol} is shared by the neurons {where}"
    else:
        joined = [f"{neuron.name} from {source}" if source is not None else neuron.name for neuron, source in uses]
        place = f"{symbol} is used by {', '.join(joined[:MOST_TERMS])}" + ", …" * (len(joined) > MOST_TERMS)
    added = total([_share(neuron, source) for neuron, source in uses])
    chain.parameters.append(
        Parameter(symbol.name, rule, place, (first, first + 1, third), paths, f"share of {symbol}", None, added)
    )


def _add_parameter(
    chain: Chain, derivation: Derivation, symbol: Symbol, use: Use, where: str, firsts: dict[str, tuple[int, int]]
) -> None:
    """A parameter of one neuron: what it multiplies there, None for a bias."""
    neuron, source = use
    first, paths = firsts[neuron.name]
    moved, added = _ONE, None
    if source is not None:
        moved = source
        words = f"What {symbol} multiplies: were {source} 0, {symbol} could not change the loss."
        place = f"{symbol} leads from {source} to {neuron.name}, {where}"
    elif neuron.has_threshold:
        moved, added = Integer(-1), negative(neuron.delta)
        words = f"A threshold is taken off: {neuron.z} falls as much as {symbol} grows."
        place = f"{symbol} is the threshold of {neuron.name}, {where}"
    else:
        words = f"A bias is added as it is: {neuron.z} moves as much as {symbol}."
        place = f"{symbol} is the bias of {neuron.name}, {where}"
    name = f"∂{neuron.z}/∂{symbol}"
    third = _add(chain, Line(name, moved, words))
    if chain.lines[first].name == neuron.delta.name:
        delta = _TEXT.symbol(neuron.delta.name)
        rule = f"{_mean(derivation, f'{delta} · {name}')},   where {delta} = ∂E/∂{neuron.z}"
    else:
        rule = _mean(derivation, f"∂E/∂{neuron.a} · ∂{neuron.a}/∂{neuron.z} · {name}")
    share = neuron.delta.name if added is None else f"share of {symbol}"
    chain.parameters.append(
        Parameter(
            symbol.name, f"∂E/∂{symbol} = {rule}", place, (first, first + 1, third), paths, share,
            None if source is None else source.name, added,
        )
    )  # fmt: skip


def _mean(derivation: Derivation, product: str) -> str:
    network = derivation.network
    return f"{network.reduction} of  {product}  over the {network.batch} samples" if derivation.per_sample else product
