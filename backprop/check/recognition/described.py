"""The networks that a table's headings and formulas describe.

Headings say how many of each quantity there are, formulas which activation a layer has. What neither tells, as the
loss, gives several networks, and the proofs say which it is. A description is never the ground for calling a formula
right: it is proven all the same.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from backprop.check.recognition.activations import activation_of, at_probes
from backprop.check.recognition.headings import Headings, find_headings
from backprop.check.recognition.stretch import Stretch
from backprop.check.tables.own_workbooks import sheets_without_epochs
from backprop.check.tables.view import View
from backprop.errors import NetworkError
from backprop.functions.losses import LOSSES
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.network.alike import name_of
from backprop.network.load import describe_network, presets
from backprop.network.network import Network
from backprop.spreadsheet.book import CONSTANT, Book, Cell
from backprop.spreadsheet.contents import cell_number
from backprop.spreadsheet.formula import Area, Call, Name, Node, NotComputableError
from backprop.spreadsheet.names import resolve

LOOKED_AT = 50  # epochs, for the formula that most of a line's share
DECAY = {"λ", "weight decay", "weight_decay"}  # texts beside its cell
DAMPENING = {"τ", "dampening"}
MOST_DATA = 10_000  # samples that take turns
MOST_NETWORKS = 100  # of one row of headings


@dataclass(frozen=True, slots=True)
class Described:
    """A table, and the networks of which its headings may be."""

    stretch: Stretch
    networks: tuple[Network, ...]


def described(book: Book) -> Iterator[Described]:
    """The tables whose headings describe networks, of those headed alike the first."""
    seen = set()
    without = sheets_without_epochs(book)
    for sheet in (sheet for sheet in book.sheets.values() if sheet.name not in without):
        for transposed in (False, True):
            for headings in find_headings(View(book, sheet, transposed)):
                alike = (
                    headings.sizes,
                    headings.biases,
                    headings.thresholds,
                    headings.notation,
                    headings.states,
                    headings.samples,
                )
                stretch = None if alike in seen else _stretch(headings)
                networks = [] if stretch is None else list(islice(_networks(headings), MOST_NETWORKS))
                if stretch is not None and networks:
                    seen.add(alike)
                    known = presets()
                    yield Described(stretch, tuple(sorted(networks, key=lambda network: network.name not in known)))


def _stretch(headings: Headings) -> Stretch | None:
    """The epochs under the headings; None where there are fewer than two."""
    view, first = headings.view, headings.step + 1
    line = headings.activations[-1][0]
    last = first
    while last < first + LOOKED_AT and view.tree(last, line) is not None:
        last += 1
    lines = tuple(line for line in view.lines() if view.tree(first, line) is not None)
    return Stretch(view, first, last - 1, headings.step, lines) if last - first > 1 else None


def _networks(headings: Headings) -> Iterator[Network]:
    choices = _activations(headings)
    training: dict[str, Any] = {"train_biases": headings.trains_biases}
    data = None
    if headings.takes_turns:
        data = _data(headings)
        if data is None:
            return
        training["batch"] = headings.samples
    texts = {text.strip() for _, _, text in headings.view.sheet.texts()}
    training["weight_decay"] = 0.01 if DECAY & texts else 0.0
    if DAMPENING & texts:
        training["dampening"] = 0.1
    letters = headings.states
    optimisers = [row.name for row in OPTIMISERS.values() if {state.letter for state in row.states} == letters]
    schedules = [row.name for row in SCHEDULES.values() if (row.rate is not None) == headings.has_rate]
    losses = [row.name for row in LOSSES.values() if row.takes_targets == headings.has_targets]
    reductions = ("mean", "sum") if headings.samples > 1 else ("mean",)
    counts = ["epochs", "steps"] if headings.takes_turns and headings.has_rate else ["epochs"]
    if not headings.counts_steps:  # where each sample is called an epoch, epochs are steps
        counts = counts[-1:]
    ways = product(product(*choices), losses, reductions, optimisers, schedules, counts)
    for activations, loss, reduction, optimiser, schedule, counted in ways:
        fields = _fields(headings, activations, data, loss) | {"reduction": reduction}
        fields["training"] = {
            **training, "optimiser": optimiser, "schedule": schedule, "schedule_counts": counted
        }  # fmt: skip
        try:
            network = describe_network(fields, headings.view.sheet.name)
        except NetworkError:
            continue
        yield network.model_copy(update={"name": name_of(network)})


def _activations(headings: Headings) -> list[list[str]]:
    """The activations that each layer's neurons have, the most frequent first: one of them may be a mistake.

    Where one neuron alone says which, it may be any other too, those of the other layers before the rest.
    """
    known = at_probes()
    layers = [
        Counter(name for line in lines if (name := _activation(headings, line, known)) is not None)
        for lines in headings.activations
    ]
    usual = [name for name, _ in sum(layers, Counter[str]()).most_common()]
    choices = []
    for found in layers:
        names = [name for name, _ in found.most_common()]
        sure = names and found[names[0]] > 1
        choices.append(names if sure else list(dict.fromkeys([*names, *usual, "sigmoid", "tanh", "relu", *known])))
    return [*choices[:-1], ["softmax"]] if headings.has_softmax else choices


def _activation(headings: Headings, line: int, known: dict[str, Any]) -> str | None:
    view, first = headings.view, headings.step + 1
    trees = Counter(view.trees(line, first, first + LOOKED_AT))
    number = next((tree for tree, _ in trees.most_common() if tree is not None and tree != CONSTANT), None)
    node = None if number is None else view.book.trees[number]
    return None if node is None or isinstance(node, str) else activation_of(node, known)


def _fields(headings: Headings, activations: Sequence[str], data: Any, loss: str) -> dict[str, Any]:
    """The description; numbers are those of the first epoch, which nothing is proven from."""
    view, first, sizes = headings.view, headings.step + 1, headings.sizes
    outputs = sizes[-1]
    numbers = {name: view.number(first, line) for name, line in headings.lines.items()}

    def number(name: str) -> float:
        value = numbers.get(name)
        return value if value is not None and abs(value) < 1e300 else 0.5

    inputs, targets = data or (
        [[number(f"i{k}") for k in range(1, sizes[0] + 1)]] * headings.samples,
        [LOSSES[loss].fitting([0.0] * outputs)] * headings.samples,
    )
    layers, weight, bias, threshold = [], 1, 1, 1
    held_by = zip(headings.biases, headings.thresholds, strict=True)
    for activation, incoming, size, (held, taken_off) in zip(activations, sizes, sizes[1:], held_by, strict=False):
        rows = [[number(f"w{weight + size_before + k}") for k in range(incoming)]
                for size_before in range(0, size * incoming, incoming)]  # fmt: skip
        layer: dict[str, Any] = {"activation": activation, "weights": rows}
        values = [number(f"b{bias + k}") for k in range(held)]
        if held == size:
            layer["biases"] = values
        elif held:
            layer["shared_bias"] = values[0]
        if taken_off:
            layer["thresholds"] = [number(f"theta{threshold + k}") for k in range(size)]
        layers.append(layer)
        weight, bias, threshold = weight + size * incoming, bias + held, threshold + taken_off
    notation = dict(zip(("sum", "activation"), headings.notation, strict=True))
    fields = {"name": "table", "title": "table", "inputs": inputs, "loss": loss, "layers": layers,
              "notation": notation, "input_gradient": headings.has_input_gradient}  # fmt: skip
    return fields | ({"targets": targets} if headings.has_targets else {})


def _data(headings: Headings) -> tuple[list[list[float]], list[list[float]]] | None:
    """The samples that take turns, a row a sample: those that the workbook names, else those that its epochs pick."""
    areas = _named_data(headings) or _picked_data(headings)
    if areas is None:
        return None
    wide = headings.sizes[0]
    rows = [[cell_number(headings.view.book, cell) for cell in cells] for cells in zip(*areas, strict=True)]
    if len(rows) < 2 or any(number is None for row in rows for number in row):
        return None
    return [[x or 0.0 for x in row[:wide]] for row in rows], [[t or 0.0 for t in row[wide:]] for row in rows]


def _named_data(headings: Headings) -> list[list[Cell]] | None:
    """The cells of each input and each target under the names `inputs` and `targets`."""
    columns: list[list[Cell]] = []
    for name, wide in (("inputs", headings.sizes[0]), ("targets", headings.sizes[-1])):
        try:
            area = resolve(headings.view.book, Name(name))
        except NotComputableError:
            return None
        found = _columns(area, (1, 1), "")
        if len(found) != wide:
            return None
        columns += found
    return columns if len({len(column) for column in columns}) == 1 else None


def _picked_data(headings: Headings) -> list[list[Cell]] | None:
    """The cells from which INDEX picks each input and each target: columns of one sheet, each another."""
    view, step = headings.view, headings.step + 2
    inputs, targets = headings.sizes[0], headings.sizes[-1]
    names = [*(f"i{k}" for k in range(1, inputs + 1)), *(f"t{k}" for k in range(1, targets + 1))]
    columns: list[list[Cell]] = []
    for name in names:
        formula = view.formula(step, headings.lines[name])
        if not isinstance(formula, Call) or formula.function.upper() != "INDEX" or not formula.arguments:
            return None
        columns += _columns(formula.arguments[0], view.position(step, headings.lines[name]), view.sheet.name)
    rows = {(column[0][0], column[0][1], column[-1][1]) for column in columns}
    apart = len({column[0][2] for column in columns}) == len(columns) == len(names)
    return columns if len(rows) == 1 and apart else None


def _columns(area: Node, holder: tuple[int, int], sheet: str) -> list[list[Cell]]:
    """The cells of an area, column by column; none where it is no area of the size of samples."""
    if not isinstance(area, Area):
        return []
    top, bottom, left, right = area.corners(*holder)
    if bottom - top >= MOST_DATA or right - left >= MOST_DATA:
        return []
    at = area.first.sheet or sheet
    return [[(at, row, column) for row in range(top, bottom + 1)] for column in range(left, right + 1)]
