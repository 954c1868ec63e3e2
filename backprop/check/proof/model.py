"""A derivation as the checker needs it: the quantities of an epoch by name in a table, and what computes each."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

from sympy import Integer

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import EPOCH, Equation, Stage, sample_name
from backprop.derivation.expressions import total
from backprop.derivation.written_names import Vocabulary
from backprop.epochs.columns import takes_turns
from backprop.errors import BackpropError, NetworkError
from backprop.network.network import Network
from backprop.printers.text import TextPrinter

NEW = "new_"  # new_w1: the weight of the next epoch, where a worksheet of a single step computes it
MOST_QUANTITIES = 2_000
_SPELLED = {
    "momentum": ("mu",),
    "alpha": ("decay rate", "rho", "ρ"),
    "beta1": ("beta_1", "β_1"),
    "beta2": ("beta_2", "β_2"),
    "epsilon": ("eps",),
    "weight_decay": ("weight decay", "lambda"),
    "step_size": ("step_size",),
    "eta_min": ("eta_min", "minimum learning rate"),
}


@dataclass(frozen=True, slots=True)
class Computed:
    """What computes a quantity: an equation, of one of the epoch's samples where it has several."""

    equation: Equation
    sample: int | None  # counted from 1

    @property
    def updates(self) -> bool:
        """Whether it is computed from the epoch before alone, so that the first epoch is given."""
        return self.equation.stage is Stage.UPDATE


class Model:
    """The quantities of a derivation, by name. With `one_step` those of a worksheet of a single step."""

    def __init__(self, derivation: Derivation, one_step: bool = False) -> None:
        network = derivation.network
        self.derivation, self.network = derivation, network
        self.per_sample = derivation.per_sample
        self.turns = takes_turns(derivation)  # each epoch has another sample
        self.numbered = derivation.needs_epoch  # the number of the epoch enters the equations
        self.inputs = self._each(symbol.name for symbol in derivation.inputs)
        self.targets = self._each(symbol.name for symbol in derivation.targets)
        self.weights = tuple(symbol.name for symbol in derivation.weights)
        self.trained = tuple(symbol.name for symbol in derivation.trained)
        self.held_biases = tuple(s.name for s in derivation.biases if s.name not in self.trained)
        self.states = tuple(equation.target.name for equation in derivation.states)
        self.constants = network.training.constants(1)
        self.deltas = frozenset(self._each(equation.target.name for equation in derivation.deltas))
        self.any_layout = network.samples == 1 and not derivation.states and not derivation.schedule
        self.computed = self._computed(derivation.equations("steps"), one_step)

    @cached_property
    def one_step(self) -> "Model":
        """The same for a worksheet of a single step, which may hold the next weights beside the old."""
        return Model(self.derivation, one_step=True)

    @cached_property
    def answers(self) -> dict[str, Computed]:
        """What computes each quantity, derivatives in closed form where that is short enough to be read."""
        try:
            closed = self.derivation.closed
        except NetworkError:
            closed = ()
        return self.computed | self._computed(closed, False)

    @property
    def given(self) -> tuple[str, ...]:
        """What is the same in every epoch: inputs, targets and biases that are not trained."""
        return (() if self.turns else self.inputs + self.targets) + self.held_biases

    @property
    def data(self) -> tuple[str, ...]:
        """What changes from epoch to epoch with the sample whose turn it is."""
        return ("sample", *self.inputs, *self.targets) if self.turns else ()

    @cached_property
    def names(self) -> frozenset[str]:
        """Every quantity that a table may have a line for."""
        return frozenset((*self.given, *self.data, *self.weights, *self.computed))

    @cached_property
    def needed(self) -> frozenset[str]:
        """The quantities of which a table of this network has most."""
        neurons = [neuron for layer in self.derivation.layers for neuron in layer]
        shown = set(self._each(name.name for neuron in neurons for name in (neuron.z, neuron.a)))
        forward = set(self._each(equation.target.name for equation in self.derivation.forward))
        new = {name for name in self.computed if name.startswith(NEW)}
        return (frozenset((*self.weights, *self.computed)) - self.deltas) - (forward - shown) - self.twins.keys() - new

    @cached_property
    def twins(self) -> dict[str, str]:
        """Activation -> weighted sum where they are the same number, so that people leave one out."""
        pairs: dict[str, str] = {}
        for layer, description in zip(self.derivation.layers, self.network.layers, strict=True):
            if description.activation == "identity":
                for neuron in layer:
                    names = (self._each([symbol.name]) for symbol in (neuron.a, neuron.z))
                    pairs.update(zip(*names, strict=True))
        return pairs

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What headers call the quantities."""
        symbol = TextPrinter().symbol
        known: dict[str, str] = {}
        for neuron in (neuron for layer in self.derivation.layers for neuron in layer):
            plain = neuron.name.replace("_", "")
            known |= {plain: neuron.z.name, f"a_{plain}": neuron.a.name, f"delta_{plain}": neuron.delta.name}
        return Vocabulary(((name, symbol(name)) for name in self.names), known)

    @cached_property
    def labels(self) -> Vocabulary:
        """What texts beside single cells call the training's constants."""
        symbol = TextPrinter().symbol
        spelled = {name: (symbol(name), *_SPELLED.get(name, ())) for name in self.constants}
        return Vocabulary(((name, shown) for name, spellings in spelled.items() for shown in spellings), {})

    @property
    def positive(self) -> bool:
        """Whether positive states are enough to tell formulas apart."""
        sigmoids = all(layer.activation == "sigmoid" for layer in self.network.layers)
        return sigmoids and self.network.plain and self.network.loss == "half_squared_error"

    @cached_property
    def fan_in(self) -> dict[str, int]:
        """Weight -> the root of how many its neuron adds up, a whole number."""
        neurons = (neuron for layer in self.derivation.layers for neuron in layer)
        return {weight.name: isqrt(len(neuron.weights)) for neuron in neurons for weight in neuron.weights}

    def _each(self, names: Iterable[str]) -> tuple[str, ...]:
        samples = range(1, self.network.batch + 1)
        every: list[str] = []
        for name in names:
            every += [sample_name(name, sample) for sample in samples] if name in self.per_sample else [name]
        return tuple(every)

    def _computed(self, equations: Iterable[Equation], one_step: bool) -> dict[str, Computed]:
        computed: dict[str, Computed] = {}
        for equation in equations:
            name = equation.target.name
            if equation.stage is Stage.UPDATE and one_step:
                computed[NEW + name] = Computed(Equation(equation.target, equation.expression, Stage.BACKWARD), None)
            elif name in self.per_sample:
                for sample in range(1, self.network.batch + 1):
                    computed[sample_name(name, sample)] = Computed(equation, sample)
            else:
                computed[name] = Computed(equation, None)
        if self.numbered and not one_step and computed:
            computed[EPOCH.name] = Computed(Equation(EPOCH, total([EPOCH, Integer(1)]), Stage.UPDATE), None)
        return computed


def refuse_unchecked(network: Network) -> None:
    """BackpropError for a network whose workbooks are not checked."""
    count = len(network.weights) * 2 + len(network.biases) * 2 + 3 * network.batch * sum(network.sizes)
    if count > MOST_QUANTITIES:
        raise BackpropError(
            f"network '{network.name}': workbooks of about {count:,} columns are not checked; "
            f"at most {MOST_QUANTITIES:,}"
        )
