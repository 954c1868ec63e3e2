"""Which matrices an epoch has and what stands in each cell of them. Opens no workbook.

Samples are columns. Layer by layer, with A of the inputs X:  Z = W·A + b,  A = f(Z);  from the output back
G = Wᵀ·δ of the layer after,  δ = G ∘ f′(Z);  ∂W = δ·Aᵀ over the samples.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sympy import Expr, Symbol

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import TOTAL_LOSS, Neuron, derivative_name, sample_name
from backprop.derivation.expressions import product
from backprop.derivation.functions import local_derivative
from backprop.functions.optimisers import OPTIMISERS

Names = tuple[tuple[str, ...], ...]  # rows of the names of quantities
DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Block:
    """A matrix: its title, and the quantity in each of its cells; `product` is what it is the product of."""

    title: str
    names: Names
    kind: str
    product: "Product | None" = None


@dataclass(frozen=True, slots=True)
class Product:
    """left · right, each by the title of its block and perhaps transposed; plus a column; divided by a number."""

    left: str
    right: str
    turned: tuple[bool, bool] = (False, False)
    plus: str = ""
    over: int = 1


def back_name(neuron: Neuron) -> str:
    """G of a neuron: the loss's derivative by its activation, ∂E/∂a."""
    return f"back_{neuron.name}"


def blocks(derivation: Derivation) -> tuple[Block, ...]:
    """The blocks of an epoch, in the order in which a lecture computes them."""
    layers = derivation.layers
    found = [Block("X", _samples(derivation, derivation.inputs), "data")]
    for number, layer in enumerate(layers, 1):
        found += _forward(derivation, number, layer, "X" if number == 1 else _title("A", number - 1))
    losses = [equation.target for equation in derivation.loss[:-1]]
    if derivation.targets:
        found.append(Block("T", _samples(derivation, derivation.targets), "data"))
    found += [
        Block("E", _samples(derivation, losses), "loss"),
        Block(TOTAL_LOSS, ((TOTAL_LOSS,),), "loss"),
    ]
    for number in range(len(layers), 0, -1):
        found += _backward(derivation, number)
    for number, layer in enumerate(layers, 1):
        found += _states(derivation, number, layer)
    return tuple(found)


def hidden_deltas(derivation: Derivation) -> Iterator[tuple[str, int, Expr]]:
    """The deltas of hidden layers over G in place of the sum that G is: name, sample (0 of one alone), expression."""
    samples = range(1, derivation.network.batch + 1) if derivation.per_sample else (0,)
    for layer, description in zip(derivation.layers[:-1], derivation.network.layers, strict=False):
        for neuron in layer:
            slope = local_derivative(description.activation, neuron.z, neuron.a)
            for sample in samples:
                back = Symbol(of_sample(back_name(neuron), sample))
                yield of_sample(neuron.delta.name, sample), sample, product(back, slope)


def of_sample(name: str, sample: int) -> str:
    """The name of a quantity of that sample; as it is where there is one sample alone, 0."""
    return sample_name(name, sample) if sample else name


def _title(letter: str, number: int) -> str:
    return f"{letter}{str(number).translate(DIGITS)}"


def _samples(derivation: Derivation, symbols: Iterable[Symbol]) -> Names:
    """A row a quantity, a column a sample."""
    return _rows(derivation, [symbol.name for symbol in symbols])


def _rows(derivation: Derivation, names: Sequence[str]) -> Names:
    if not derivation.per_sample:
        return tuple((name,) for name in names)
    samples = range(1, derivation.network.batch + 1)
    return tuple(tuple(sample_name(name, sample) for sample in samples) for name in names)


def _forward(derivation: Derivation, number: int, layer: Sequence[Neuron], before: str) -> list[Block]:
    weights = Block(_title("W", number), tuple(tuple(w.name for w in neuron.weights) for neuron in layer), "weights")
    biases = Block(_title("b", number), tuple((n.bias.name,) for n in layer if n.bias is not None), "weights")
    found = [weights, *[biases] * bool(biases.names)]
    plus = biases.title if biases.names else ""
    sums = Product(weights.title, before, plus=plus)
    found.append(Block(_title("Z", number), _samples(derivation, (n.z for n in layer)), "forward", sums))
    own = {symbol.name for neuron in layer for symbol in (neuron.z, neuron.a)}
    shared = _between(derivation, layer, own)
    if shared:
        found.append(Block("exp(Z − max)", _rows(derivation, shared), "forward"))
    return [*found, Block(_title("A", number), _samples(derivation, (n.a for n in layer)), "forward")]


def _between(derivation: Derivation, layer: Sequence[Neuron], own: set[str]) -> list[str]:
    """What a layer computes between its sums and its activations: softmax its exponentials and their sum."""
    names = [equation.target.name for equation in derivation.forward]
    first, last = names.index(layer[0].z.name), names.index(layer[-1].a.name)
    return [name for name in names[first : last + 1] if name not in own]


def _backward(derivation: Derivation, number: int) -> list[Block]:
    layer, last = derivation.layers[number - 1], number == len(derivation.layers)
    delta, after = _title("δ", number), number + 1
    found = []
    if not last:
        back = Product(_title("W", after), _title("δ", after), turned=(True, False))
        title = f"{_title('W', after)}ᵀ{_title('δ', after)}"
        found.append(Block(title, _rows(derivation, [back_name(n) for n in layer]), "gradient", back))
    found.append(Block(delta, _samples(derivation, (n.delta for n in layer)), "gradient"))
    before = "X" if number == 1 else _title("A", number - 1)
    averaged = type(derivation.gradient[0].expression).__name__ == "mean"
    outer = Product(delta, before, turned=(False, True), over=derivation.network.batch if averaged else 1)
    found.append(Block(f"∂{_title('W', number)}", _each(layer, derivative_name), "gradient", outer))
    if derivation.network.training.train_biases and (biases := _biases(layer, derivative_name)):
        found.append(Block(f"∂{_title('b', number)}", biases, "gradient"))
    return found


def _states(derivation: Derivation, number: int, layer: Sequence[Neuron]) -> list[Block]:
    """What the optimiser keeps, as matrices of the shapes of W and b."""
    found = []
    for state in OPTIMISERS[derivation.network.training.optimiser].states:

        def name(parameter: str, letter: str = state.letter) -> str:
            return f"{letter}_{parameter}"

        found.append(Block(f"{state.letter} {_title('W', number)}", _each(layer, name), "state"))
        if derivation.network.training.train_biases and (biases := _biases(layer, name)):
            found.append(Block(f"{state.letter} {_title('b', number)}", biases, "state"))
    return found


def _each(layer: Sequence[Neuron], name: Callable[[str], str]) -> Names:
    return tuple(tuple(name(weight.name) for weight in neuron.weights) for neuron in layer)


def _biases(layer: Sequence[Neuron], name: Callable[[str], str]) -> Names:
    """A column, in which a bias that neurons share stands once."""
    names = dict.fromkeys(neuron.bias.name for neuron in layer if neuron.bias is not None)
    return tuple((name(bias),) for bias in names)
