"""The numbers of a student: weights, inputs, targets and a learning rate of their own, drawn from a seed and an id.

Pure: whether a draw behaves well is for `behaviour` to say. A draw depends on the seed, the student's id and its own
number alone, so a roster may be sorted anew or grow, and everyone keeps their numbers.
"""

import math
import random
from collections.abc import Sequence
from typing import Any

from backprop.functions.losses import LOSSES
from backprop.network.load import describe_network
from backprop.network.network import Network

USUAL_RATES = (0.2, 1.0)  # what a drawn η lies between, where the network names none
AROUND_ONE = (0.6, 1.6)  # times the network's rate, where it names one only
WEIGHT = (0.1, 0.95)  # sizes
BIAS = (0.05, 0.6)
INPUT = (0.05, 0.95)
MOVED = 0.08  # an input of several samples moves by so much of the largest, so that a class stays where it was
LOW, HIGH = (0.02, 0.3), (0.7, 0.98)  # targets that a sigmoid reaches
TANH_TARGET = (0.4, 0.9)
FEW, MANY = 40, 400  # parameters; more numbers need more decimals to differ
BETWEEN_0_AND_1, BETWEEN_MINUS_1_AND_1 = {"sigmoid", "hard_sigmoid"}, {"tanh", "softsign", "bipolar_sigmoid"}


class Draw:
    """Numbers, each of another size than those before; the same at every call with the same words.

    Of Python's generator only `random()` is used: it alone gives the same numbers in every version.
    """

    def __init__(self, *words: object) -> None:
        self._random = random.Random("/".join(map(str, words))).random
        self._sizes: set[float] = set()

    def between(self, low: float, high: float, decimals: int = 2) -> float:
        """A number of that many decimals, the bounds included."""
        steps = round((high - low) * 10**decimals)
        return float(round(low + math.floor(self._random() * (steps + 1)) / 10**decimals, decimals))

    def sign(self) -> int:
        """1, or in three draws of ten −1."""
        return -1 if self._random() < 0.3 else 1

    def fresh(self, low: float, high: float, decimals: int) -> float:
        """One whose size none before had; with a decimal more where all have been taken."""
        for attempt in range(200):
            value = self.between(low, high, decimals + attempt // 50)
            if value and abs(value) not in self._sizes:
                break
        self._sizes.add(abs(value))
        return value


def draw_network(network: Network, seed: int, student: str, number: int) -> Network:
    """The network with that draw of the student's in place of its numbers, everything else as described.

    Whole numbers of a data set (the 0 and 1 of exclusive or, a class) mean something and stay.
    """
    draw = Draw(seed, student, number, "numbers")
    fields = network.model_dump(exclude_unset=True)
    count = len(network.weights) + len(network.biases)
    decimals = 2 if count <= FEW else 3 if count <= MANY else 4
    weights, biases = {e for layer in network.layers for row in layer.weights for e in row}, set[Any]()
    for layer in network.layers:
        biases |= set(layer.bias_entries)
    fields["inputs"] = _inputs(draw, network)
    if LOSSES[network.loss].takes_targets:
        fields["targets"] = _targets(draw, network)
    if network.shared:
        fields["shared"] = {
            name: _signed(draw, *(BIAS if name in biases and name not in weights else WEIGHT), decimals)
            for name in network.shared
        }
    for layer, described in zip(fields["layers"], network.layers, strict=True):
        high = max(0.3, min(WEIGHT[1], 2.5 / math.sqrt(len(described.weights[0]))))
        layer["weights"] = [
            [entry if isinstance(entry, str) else _signed(draw, WEIGHT[0], high, decimals) for entry in row]
            for row in described.weights
        ]
        for kind in ("biases", "thresholds"):
            if layer.get(kind) is not None:
                layer[kind] = [
                    entry if isinstance(entry, str) else _signed(draw, *BIAS, decimals) for entry in layer[kind]
                ]
        if layer.get("shared_bias") is not None:
            layer["shared_bias"] = _signed(draw, *BIAS, decimals)
    return describe_network(fields, f"numbers of student {student}")


def draw_rate(network: Network, seed: int, student: str, number: int) -> float:
    """The learning rate of that draw, in steps of .05 or finer: between the network's own, or around its only one."""
    given = network.training.learning_rates
    low, high = (min(given), max(given)) if given else USUAL_RATES
    if low == high:
        low, high = (low * factor for factor in AROUND_ONE)
    unit = 10.0 ** math.floor(math.log10(high)) / 20  # 0.05 below 1, 0.005 below 0.1
    steps = max(1, math.floor((high - low) / unit))
    place = Draw(seed, student, number, "rate").between(0, steps, 0)
    return float(f"{min(high, math.ceil(low / unit - 1e-9) * unit + place * unit):.6g}")


def _signed(draw: Draw, low: float, high: float, decimals: int) -> float:
    return draw.sign() * draw.fresh(low, high, decimals)


def _inputs(draw: Draw, network: Network) -> list[list[float]]:
    if network.samples == 1:
        return [[_input(draw, value) for value in network.inputs[0]]]
    return _moved(draw, network.inputs)


def _input(draw: Draw, described: float) -> float:
    size = max(1.0, abs(described))
    return math.copysign(1, described) * draw.fresh(INPUT[0] * size, INPUT[1] * size, 2)


def _moved(draw: Draw, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """Each number a little beside where it was; whole ones stay."""
    sizes = [max(1.0, *(abs(row[column]) for row in rows)) for column in range(len(rows[0]))]
    return [
        [
            value if value.is_integer() else round(value + draw.between(-MOVED, MOVED, 2) * size, 4)
            for value, size in zip(row, sizes, strict=True)
        ]
        for row in rows
    ]


def _targets(draw: Draw, network: Network) -> list[list[float]]:
    loss, last = LOSSES[network.loss], network.layers[-1].activation
    if loss.targets_add_up or loss.targets_among:
        return [list(row) for row in network.targets]
    if network.samples > 1 or loss.targets_between:
        whole = all(value.is_integer() for row in network.targets for value in row)
        if whole or not loss.targets_between:
            return _moved(draw, network.targets) if not whole else [list(row) for row in network.targets]
        return [[_target(draw, value, "sigmoid") for value in row] for row in network.targets]
    return [[_target(draw, value, last) for value in network.targets[0]]]


def _target(draw: Draw, described: float, activation: str) -> float:
    """On the side on which the described target is, where the output's activation reaches it."""
    if activation in BETWEEN_0_AND_1:
        return draw.fresh(*(LOW if described < 0.5 else HIGH), 2)
    sign = math.copysign(1, described)
    if activation in BETWEEN_MINUS_1_AND_1:
        return sign * draw.fresh(*TANH_TARGET, 2)
    size = max(1.0, abs(described))
    return sign * draw.fresh(0.4 * size, 1.4 * size, 2)
