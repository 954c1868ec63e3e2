"""Random states of a network: whole, consistent epochs in doubles or to many digits, drawn from seeds."""

import ast
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from backprop.check.proof.model import NEW, Model
from backprop.check.proof.printed import printed_functions
from backprop.check.tables.table import Literals
from backprop.derivation.equation import BATCH, EPOCH, EPOCH_LOSS, ETA, SAMPLE, TOTAL_LOSS, sample_name
from backprop.epochs.compiled import compile_epoch, printed_function
from backprop.spreadsheet.arithmetic import NUMPY, Arithmetic

State = dict[str, Any]

FEW, MANY = 4, 24  # states in doubles; many where a function has kinks or numbers have signs
LARGEST_DRAWN = 40  # number of an epoch


class States:
    """Random epochs of a network in one arithmetic; the same for every table."""

    def __init__(self, model: Model, arithmetic: Arithmetic) -> None:
        self.model, self.arithmetic = model, arithmetic
        self.samples = FEW if model.positive else MANY
        functions = printed_functions(arithmetic)
        source, exact = model.outline.source, arithmetic is not NUMPY
        self.epoch = _exact_epoch(source, arithmetic) if exact else compile_epoch(source, functions)
        self.known: dict[tuple[int, int | None, Literals], list[State]] = {}
        self.named: dict[Literals, tuple[list[str], Any]] = {}

    def number(self, key: str, sample: int, name: str | None = None) -> Any:
        """A reproducible random number, as fits the quantity `name`; an array over the samples in doubles."""
        if self.arithmetic is NUMPY:
            return np.array([float(self._draw(name or key, key, state)) for state in range(self.samples)])
        return self.arithmetic.number(self._draw(name or key, key, sample))

    def around(self, sample: int, literals: Literals = (), begins: bool = False) -> list[State]:
        """Three epochs in a row; where training `begins` the first of them is empty."""
        return self._known(sample, 0 if begins else None, literals)

    def elsewhere(self, sample: int, distance: int, literals: Literals = ()) -> State:
        """An epoch too far away to be computed from this one: same inputs and targets, other weights."""
        return self._known(sample, distance, literals)[0]

    def named_values(self, literals: Literals) -> tuple[list[str], Any]:
        """The names of what an epoch computes and their values, a row each."""
        if literals not in self.named:
            state = self.around(0, literals)[1]
            names = [name for name in self.model.computed if not name.startswith(NEW)]
            values = np.stack([np.broadcast_to(state[name], (self.samples,)) for name in names])
            self.named[literals] = names, values
        return self.named[literals]

    def _known(self, sample: int, distance: int | None, literals: Literals) -> list[State]:
        """A distance of 0 stands for the first epochs of a training, None for any three in a row."""
        key = (sample, distance, literals)
        if key not in self.known:
            suffix = f"@{distance}" if distance else ""
            typed = {name: self.arithmetic.number(value) for name, value in literals}
            names, trained = map(str, self.model.outline.parameters), self.model.trained
            weights = [
                typed[name] if name in typed else self.number(name + suffix * (name in trained), sample, name)
                for name in names
            ]
            kept = [self.number(name + suffix, sample, name) for name in self.model.states]
            if distance == 0:
                kept = [0 * value for value in kept]
                states = [{}, *self._run(sample, weights, kept, 2, literals, 1, 1, "")]
            else:
                number = self._number_before(sample, literals) + (1 + distance if distance else 0)
                turn = self.number(self.model.turn, sample)
                states = self._run(sample, weights, kept, 1 if distance else 3, literals, number, turn, suffix)
            self.known[key] = states
        return self.known[key]

    def _run(
        self, sample: int, weights: list[Any], kept: list[Any], steps: int, literals: Literals, number: Any,
        first_turn: Any, suffix: str,
    ) -> list[State]:  # fmt: skip
        model, outline = self.model, self.model.outline
        constants = {name: self._constant(name, sample, literals) for name in ("eta", *model.constants)}
        loss = self.number(EPOCH_LOSS, sample)
        states = []
        for ahead in range(steps):
            turn = f"{suffix}+{ahead}" if model.turns else ""
            given = {name: self._given(name, turn, sample) for name in (*model.inputs, *model.targets)}
            data = [[self._gathered(symbol.name, given) for symbol in kind]
                    for kind in (outline.inputs, outline.targets)]  # fmt: skip
            counts = {model.counted: number + ahead, EPOCH: number + ahead}
            extra = [kept] * bool(kept) + [counts[name] for name in model.numbers]
            computed, following = self.epoch(*data, weights, constants["eta"], *extra,
                                             **{name: constants[name] for name in model.constants})  # fmt: skip
            parameters = dict(zip(map(str, outline.parameters), weights, strict=True))
            if model.turns:  # a turn after the other, whichever of them ends an epoch
                counts[model.turn] = first_turn + ahead
                loss = ((counts[model.turn] - 1) * loss + computed[TOTAL_LOSS]) / counts[model.turn]
                counts[EPOCH_LOSS] = loss
            states.append(given | parameters | self._spread(computed) | constants | counts)
            kept = [computed[name] for name in model.states]
            weights = following
        return states

    def _gathered(self, name: str, given: State) -> Any:
        """A quantity of an epoch's samples as the epoch's function takes it."""
        if name not in self.model.per_sample:
            return given[name]
        values = [given[sample_name(name, sample)] for sample in range(1, self.model.network.batch + 1)]
        return np.array(values, dtype=float if self.arithmetic is NUMPY else object)

    def _spread(self, computed: State) -> State:
        state: State = {}
        for name, value in computed.items():
            if name in self.model.per_sample:
                state |= {sample_name(name, sample): number for sample, number in enumerate(value, 1)}
            else:
                state[name] = value
        return state

    def _given(self, name: str, turn: str, sample: int) -> Any:
        """An input or a target; the targets of softmax add up to 1."""
        model = self.model
        drawn = self.number(name + turn, sample, name)
        if model.network.loss != "softmax_cross_entropy" or name not in model.targets:
            return drawn
        at = model.targets.index(name)
        of = range(at % model.network.batch, len(model.targets), model.network.batch)
        return drawn / sum(self.number(model.targets[k] + turn, sample, model.targets[k]) for k in of)

    def _constant(self, name: str, sample: int, literals: Literals) -> Any:
        literal = dict(literals).get(name)
        return self.number(name, sample) if literal is None else self.arithmetic.number(literal)

    def _number_before(self, sample: int, literals: Literals) -> Any:
        """The number of the first of three rows: near a step of the schedule, if it has steps."""
        step = self._constant("step_size", sample, literals) if "step_size" in self.model.constants else None
        drawn = self.number(EPOCH, sample)
        if step is None:
            return drawn
        index = np.arange(self.samples) if self.arithmetic is NUMPY else sample
        return step * (index + 2) + index % 4 - 2

    def _draw(self, name: str, key: str, sample: int) -> Fraction:
        source = random.Random(f"{key}/{sample}")
        value = Fraction(source.randint(100_000, 1_900_000), 1_000_000)
        model = self.model
        if model.positive or name in (ETA, *model.states):
            return value
        if name in model.constants or name in (EPOCH, model.turn):
            return _DRAWN.get(name, _share)(value)
        if name in model.targets and model.network.loss in ("binary_cross_entropy", "softmax_cross_entropy"):
            return value / 2
        return value * source.choice((1, -1)) / model.fan_in.get(name, 1)


def _share(value: Fraction) -> Fraction:
    return value / 2


def _small(value: Fraction) -> Fraction:
    return value / 10


def _above_one(value: Fraction) -> Fraction:
    return value + 1


def _whole(value: Fraction) -> Fraction:
    return Fraction(int(value * LARGEST_DRAWN / 2) + 2)


_DRAWN: dict[str, Callable[[Fraction], Fraction]] = {
    "epsilon": _small,
    "eta_plus": _above_one,
    "step_min": _small,
    "step_max": _whole,
    "weight_decay": _small,
    "eta_min": _small,
    "step_size": _whole,
    "period": _whole,
    EPOCH: _whole,
    SAMPLE: _whole,
    BATCH: _whole,
}


def _exact_epoch(source: str, arithmetic: Arithmetic) -> Callable[..., Any]:
    """The printed `epoch` function with every number in it exact: 1/3 is a third, 0.01 a hundredth."""

    class Exact(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.AST:
            if type(node.value) not in (int, float):
                return node
            return ast.Call(ast.Name("exact", ast.Load()), [ast.Constant(repr(node.value))], [])

    tree = ast.fix_missing_locations(Exact().visit(ast.parse(source)))
    namespace: dict[str, Any] = {"exact": lambda text: arithmetic.number(Fraction(text))}
    exec(compile(tree, "<epoch>", "exec"), namespace)
    namespace.update(printed_functions(arithmetic))
    namespace["where"] = lambda *arguments: np.asarray(np.where(*arguments))[()]
    return printed_function(namespace)
