"""An outline as the checker needs it: the quantities of an epoch by name in a table, and what computes each."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

from backprop.derivation.equation import EPOCH, EPOCH_LOSS, STEP, sample_name
from backprop.derivation.written_names import Vocabulary
from backprop.epochs.outline import Outline
from backprop.errors import BackpropError
from backprop.functions.optimisers import OPTIMISERS
from backprop.network.network import Network
from backprop.printers.quantities import written

NEW = "new_"  # new_w1: the weight of the next epoch, where a worksheet of a single step computes it
MOST_QUANTITIES = 2_000
_SPELLED = {
    "momentum": ("mu",),
    "alpha": ("decay rate", "rho", "ρ"),
    "beta1": ("beta_1", "β_1"),
    "beta2": ("beta_2", "β_2"),
    "epsilon": ("eps",),
    "dampening": ("damping", "tau"),
    "eta_plus": ("eta+", "η+", "increase factor"),
    "eta_minus": ("eta-", "η-", "decrease factor"),
    "step_min": ("smallest step", "Δmin"),
    "step_max": ("largest step", "Δmax"),
    "weight_decay": ("weight decay", "lambda"),
    "step_size": ("step_size",),
    "eta_min": ("eta_min", "minimum learning rate"),
}


@dataclass(frozen=True, slots=True)
class Computed:
    """What computes a quantity: the equation of a target, of one of the epoch's samples where it has several."""

    target: str
    sample: int | None = None  # counted from 1
    updates: bool = False  # whether it is computed from the epoch before alone, so that the first epoch is given


class Model:
    """The quantities of an outline, by name. With `one_step` those of a worksheet of a single step."""

    def __init__(self, outline: Outline, one_step: bool = False) -> None:
        network = outline.network
        self.outline, self.network = outline, network
        self.per_sample = outline.per_sample
        self.turns = outline.takes_turns  # each step of an epoch has other samples
        self.numbers = outline.numbers  # of the step, of the epoch: those that enter the equations
        self.counted, self.turn = outline.counted, outline.turn
        self.inputs = self._each(symbol.name for symbol in outline.inputs)
        self.targets = self._each(symbol.name for symbol in outline.targets)
        self.weights = tuple(symbol.name for symbol in outline.weights)
        self.trained = tuple(symbol.name for symbol in outline.trained)
        self.held_biases = tuple(s.name for s in outline.biases if s.name not in self.trained)
        self.states = outline.states
        self.constants = network.training.constants(1)
        self.deltas = frozenset(self._each(outline.deltas))
        self.any_layout = network.samples == 1 and not outline.states and not outline.schedule
        self.is_one_step = one_step
        self.computed = self._computed(one_step)

    @cached_property
    def one_step(self) -> "Model":
        """The same for a worksheet of a single step, which may hold the next weights beside the old."""
        return Model(self.outline, one_step=True)

    @property
    def given(self) -> tuple[str, ...]:
        """What is the same in every epoch: inputs, targets and biases that are not trained."""
        return (() if self.turns else self.inputs + self.targets) + self.held_biases

    @property
    def data(self) -> tuple[str, ...]:
        """What changes from step to step with the sample or the batch whose turn it is."""
        return (EPOCH, self.turn, *self.inputs, *self.targets) if self.turns else ()

    @cached_property
    def places(self) -> dict[str, tuple[int, int]]:
        """Input or target -> which number of its sample, inputs before targets, and which sample of the batch."""
        symbols = [symbol.name for symbol in self.outline.inputs + self.outline.targets]
        return {
            sample_name(name, sample + 1) if name in self.per_sample else name: (number, sample)
            for number, name in enumerate(symbols)
            for sample in range(self.network.batch)
        }

    @property
    def read_the_rate(self) -> tuple[str, ...]:
        """What the learning rate enters: the updates, or the steps that an optimiser keeps itself."""
        scaled = OPTIMISERS[self.network.training.optimiser].scaled
        return self.weights if scaled else self.states[: len(self.trained)]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every quantity that a table may have a line for."""
        return frozenset((*self.given, *self.data, *self.weights, *self.trained, *self.computed))

    @cached_property
    def needed(self) -> frozenset[str]:
        """The quantities of which a table of this network has most."""
        neurons = [neuron for layer in self.outline.layers for neuron in layer]
        shown = set(self._each(name.name for neuron in neurons for name in (neuron.z, neuron.a)))
        forward = set(self._each(self.outline.forward))
        seldom = {*(name for name in self.computed if name.startswith(NEW)), STEP, EPOCH_LOSS}
        if self.is_one_step:  # which shows derivatives, and seldom what the optimiser makes of them
            seldom |= {*self.states, *self.outline.schedule}
        every = frozenset((*self.weights, *self.computed))
        return every - self.deltas - (forward - shown) - self.twins.keys() - seldom

    @cached_property
    def twins(self) -> dict[str, str]:
        """Activation -> weighted sum where they are the same number, so that people leave one out."""
        pairs: dict[str, str] = {}
        for layer, description in zip(self.outline.layers, self.network.layers, strict=True):
            if description.activation == "identity":
                for neuron in layer:
                    names = (self._each([symbol.name]) for symbol in (neuron.a, neuron.z))
                    pairs.update(zip(*names, strict=True))
        return pairs

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What headers call the quantities."""
        known: dict[str, str] = {}
        for neuron in (neuron for layer in self.outline.layers for neuron in layer):
            plain = neuron.name.replace("_", "")
            known |= {plain: neuron.z.name, f"a_{plain}": neuron.a.name, f"delta_{plain}": neuron.delta.name}
        return Vocabulary(((name, written(name)) for name in self.names), known)

    @cached_property
    def labels(self) -> Vocabulary:
        """What texts beside single cells call the training's constants."""
        spelled = {name: (written(name), *_SPELLED.get(name, ())) for name in self.constants}
        return Vocabulary(((name, shown) for name, spellings in spelled.items() for shown in spellings), {})

    @property
    def positive(self) -> bool:
        """Whether positive states are enough to tell formulas apart."""
        sigmoids = all(layer.activation == "sigmoid" for layer in self.network.layers)
        return sigmoids and self.network.plain and self.network.loss == "half_squared_error"

    @cached_property
    def fan_in(self) -> dict[str, int]:
        """Weight -> the root of how many its neuron adds up, a whole number."""
        neurons = (neuron for layer in self.outline.layers for neuron in layer)
        return {weight.name: isqrt(len(neuron.weights)) for neuron in neurons for weight in neuron.weights}

    def _each(self, names: Iterable[str]) -> tuple[str, ...]:
        samples = range(1, self.network.batch + 1)
        every: list[str] = []
        for name in names:
            every += [sample_name(name, sample) for sample in samples] if name in self.per_sample else [name]
        return tuple(every)

    def _computed(self, one_step: bool) -> dict[str, Computed]:
        computed: dict[str, Computed] = {}
        for name in self.outline.computed:
            if name in self.per_sample:
                for sample in range(1, self.network.batch + 1):
                    computed[sample_name(name, sample)] = Computed(name, sample)
            else:
                computed[name] = Computed(name)
        for name in self.trained:
            computed[NEW * one_step + name] = Computed(name, updates=not one_step)
        if (self.numbers or self.turns) and not one_step:
            computed[self.counted] = Computed(self.counted, updates=True)
        if self.turns and not one_step:
            computed[EPOCH_LOSS] = Computed(EPOCH_LOSS)
        return computed


def refuse_unchecked(network: Network) -> None:
    """BackpropError for a network whose workbooks are not checked."""
    count = len(network.weights) * 2 + len(network.biases) * 2 + 3 * network.batch * sum(network.sizes)
    if count > MOST_QUANTITIES:
        raise BackpropError(
            f"network '{network.name}': workbooks of about {count:,} columns are not checked; "
            f"at most {MOST_QUANTITIES:,}"
        )
