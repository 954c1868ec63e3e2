"""What a row of headings says that a table holds: how many of each quantity, in which layers, kept by which optimiser.

Quantities are named as `backprop workbook` names them, or as people do; notation is told from the headings. Headings
that do not add up (weights unlike the layers, a derivative missing) are no description.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from backprop.check.tables.view import View
from backprop.derivation.equation import BATCH, SAMPLE, STEP
from backprop.derivation.written_names import quantity
from backprop.functions.optimisers import OPTIMISERS

LEAST_DERIVATIVES = 2  # headings that name one, for a row to be looked at

_SAMPLE = re.compile(r"(.+)_s([1-9]\d*)")
_PLAIN = re.compile(r"[itwb][1-9]\d*")
_OWN = re.compile(r"(∂E/∂)?(i|θ|theta)([1-9]\d*)")  # what people write otherwise, or not at all
_NEURON = re.compile(r"h[1-9]\d*(?:_[1-9]\d*)?|o[1-9]\d*")
_KEPT = re.compile(
    f"({'|'.join({state.letter for row in OPTIMISERS.values() for state in row.states})})_((?:[wb]|theta)[1-9]\\d*)"
)
_SOFTMAX = {"z_max", "e_sum"}
_DERIVATIVE = "dE_d"


@dataclass(frozen=True, slots=True)
class Headings:
    """A consistent row of headings. Lines are those of the first sample."""

    view: View
    step: int
    sizes: tuple[int, ...]  # inputs, then the neurons of each layer
    lines: dict[str, int]  # i1, t1, w1, b1 -> line
    activations: tuple[tuple[int, ...], ...]  # their lines, layer by layer
    biases: tuple[int, ...]  # of each layer: none, one that is shared, or one a neuron
    thresholds: tuple[int, ...]  # likewise, but never shared
    has_targets: bool
    has_input_gradient: bool
    trains_biases: bool
    notation: tuple[str, str]  # of a sum and an activation: net_{}, out_{}
    states: frozenset[str]  # letters of what the optimiser keeps
    samples: int  # side by side
    takes_turns: bool
    counts_steps: bool  # beside the epochs, which are passes over all samples
    has_rate: bool  # a learning rate of each epoch
    has_softmax: bool


def find_headings(view: View) -> Iterator[Headings]:
    """Each row of a sheet whose headings describe a network."""
    counts = Counter[int]()
    for row, column, text in view.sheet.texts():
        if (quantity(text) or "").startswith(_DERIVATIVE):
            counts[view.position(row, column)[0]] += 1
    for step, count in sorted(counts.items()):
        if count >= LEAST_DERIVATIVES and (headings := _read(view, step)) is not None:
            yield headings


def is_heading(value: object) -> bool:
    """Whether a text names a quantity of some network."""
    if not isinstance(value, str):
        return False
    text = unicodedata.normalize("NFKC", value).strip()
    of_sample = _SAMPLE.fullmatch(text)
    plain = text if of_sample is None else of_sample[1]
    return bool(quantity(plain) or _KEPT.fullmatch(plain) or _OWN.fullmatch(plain))


def _read(view: View, step: int) -> Headings | None:
    texts = {line: unicodedata.normalize("NFKC", text).strip()
             for line in view.lines() if isinstance(text := view.value(step, line), str)}  # fmt: skip
    samples, first = _first_sample(texts)
    lines: dict[str, int] = {}
    derivatives, kept = set[str](), defaultdict[str, set[str]](set)
    rest: dict[int, str] = {}
    for line, text in first.items():
        state, meant = _KEPT.fullmatch(text), quantity(text) or ""
        own = _OWN.fullmatch(text)
        if state is not None:
            kept[state[1]].add(state[2])
        elif own is not None:
            name = f"{'i' if own[2] == 'i' else 'theta'}{own[3]}"
            derivatives.add(name) if own[1] else lines.setdefault(name, line)
        elif meant.startswith(_DERIVATIVE):
            derivatives.add(meant.removeprefix(_DERIVATIVE))
        elif _PLAIN.fullmatch(meant):
            lines.setdefault(meant, line)
        else:
            rest[line] = text
    neurons = _neurons(rest)
    count = {letters: _counted(lines, letters) for letters in ("i", "t", "w", "b", "theta")}
    if neurons is None or None in count.values():
        return None
    notation, activations = neurons
    inputs, targets, weights, biases, thresholds = (number or 0 for number in count.values())
    sizes = (inputs, *(len(layer) for layer in activations))
    per_layer, off_per_layer = _biases(lines, sizes, biases, "b"), _biases(lines, sizes, thresholds, "theta")
    trained = {name for name in derivatives if name[0] in "bt"}
    by_inputs = {name for name in derivatives if name[0] == "i"}
    derivatives -= by_inputs
    every = {f"w{number}" for number in range(1, weights + 1)} | trained
    fits = (
        inputs
        and targets in (0, sizes[-1])
        and len(by_inputs) in (0, inputs)
        and weights == sum(before * after for before, after in pairwise(sizes))
        and derivatives == every
        and (not trained or len(trained) == biases + thresholds)
        and all(names == every for names in kept.values())
    )
    if (
        not fits
        or per_layer is None
        or off_per_layer is None
        or any(map(min, zip(per_layer, off_per_layer, strict=True)))
    ):
        return None
    plain = set(first.values())
    return Headings(
        view, step, sizes, lines, activations, per_layer, off_per_layer, bool(targets), bool(by_inputs), bool(trained),
        notation, frozenset(kept), samples, SAMPLE in plain or plain >= {STEP, BATCH}, STEP in plain,
        bool({"η_t", "eta_t"} & plain), plain >= _SOFTMAX,
    )  # fmt: skip


def _first_sample(texts: dict[int, str]) -> tuple[int, dict[int, str]]:
    """How many samples lie side by side, and the headings of all but the first of them left out, `_s1` taken away."""
    samples, first = 1, {}
    for line, text in texts.items():
        of_sample = _SAMPLE.fullmatch(text)
        if of_sample is not None:
            samples = max(samples, int(of_sample[2]))
        if of_sample is None or of_sample[2] == "1":
            first[line] = text if of_sample is None else of_sample[1]
    return samples, first


def _counted(lines: dict[str, int], letters: str) -> int | None:
    """How many there are of a kind; None where their numbers have gaps."""
    kind = re.compile(rf"{letters}(\d+)")
    numbers = sorted(int(found[1]) for name in lines if (found := kind.fullmatch(name)))
    return len(numbers) if numbers == list(range(1, len(numbers) + 1)) else None


def _neurons(texts: dict[int, str]) -> tuple[tuple[str, str], tuple[tuple[int, ...], ...]] | None:
    """The notation of sums and activations, and the lines of the activations layer by layer."""
    named: dict[str, dict[str, int]] = defaultdict(dict)
    for line, text in texts.items():
        found = list(_NEURON.finditer(text))
        if found and not text.startswith(("δ_", "delta_")):
            neuron = found[-1]
            named[f"{text[: neuron.start()]}{{}}{text[neuron.end() :]}"].setdefault(neuron[0], line)
    whole = _whole(named)
    if whole is None:  # as people write them
        named = defaultdict(dict)
        for line, text in texts.items():
            meant = quantity(text) or ""
            if _NEURON.fullmatch(meant.removeprefix("a_")):
                named["a_{}" if meant.startswith("a_") else "{}"].setdefault(meant.removeprefix("a_"), line)
        whole = _whole(named)
    if whole is None:
        return None
    sums, activations = whole
    layers: dict[str, dict[int, int]] = defaultdict(dict)
    for name, line in named[activations].items():
        layer, _, number = name[1:].rpartition("_")
        layers["~" if name[0] == "o" else f"{int(layer or 1):06}"][int(number)] = line
    ordered = [layers[name] for name in sorted(layers)]
    if any(sorted(layer) != list(range(1, len(layer) + 1)) for layer in ordered) or "~" not in layers:
        return None
    return (sums, activations), tuple(tuple(layer[n] for n in sorted(layer)) for layer in ordered)


def _whole(named: dict[str, dict[str, int]]) -> tuple[str, str] | None:
    """The first two ways of naming that name every neuron: a sum stands before its activation."""
    every = {neuron for neurons in named.values() for neuron in neurons}
    whole = [way for way, neurons in named.items() if neurons.keys() == every and re.fullmatch(r"\w*\{\}\w*", way)]
    return (whole[0], whole[1]) if len(whole) >= 2 else None


def _biases(lines: dict[str, int], sizes: tuple[int, ...], count: int, letters: str) -> tuple[int, ...] | None:
    """How many biases or thresholds each layer has: those behind its weights; else one a neuron, or one a layer."""
    layers = [(before * after, after) for before, after in pairwise(sizes)]
    ends, per_layer = [], [0] * len(layers)
    weights = 0
    for number, _ in layers:
        ends.append(lines.get(f"w{weights + 1}", 0))
        weights += number
    for number in range(1, count + 1):
        behind = [layer for layer, start in enumerate(ends) if start < lines[f"{letters}{number}"]]
        if not behind:
            break
        per_layer[behind[-1]] += 1
    fits = all(number in (0, 1, size) for number, (_, size) in zip(per_layer, layers, strict=True))
    if sum(per_layer) == count and fits:
        return tuple(per_layer)
    if count == sum(sizes[1:]):
        return sizes[1:]
    return (1,) * len(layers) if count == len(layers) else None
