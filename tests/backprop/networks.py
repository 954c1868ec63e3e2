"""Random small networks for property tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from backprop.derivation.functions import ACTIVATIONS
from backprop.errors import WorkbookError
from backprop.functions.losses import LOSSES
from backprop.network.layer import Layer
from backprop.network.network import Network
from backprop.network.training import Training

numbers = st.floats(-2, 2, allow_subnormal=False).map(lambda x: round(x, 6))
rates = st.sampled_from([0.02, 0.1, 0.3])


@st.composite
def networks(draw: st.DrawFn, widest: int = 3, most_layers: int = 3) -> Network:
    """Sigmoid layers without biases, half squared error, one sample, plain gradient descent."""
    sizes = draw(st.lists(st.integers(1, widest), min_size=2, max_size=most_layers + 1))

    def vector(size: int) -> tuple[float, ...]:
        return tuple(draw(st.lists(numbers, min_size=size, max_size=size)))

    layers = tuple(
        Layer(activation="sigmoid", weights=tuple(vector(incoming) for _ in range(size)))
        for incoming, size in pairwise(sizes)
    )
    return Network(
        name="random",
        title="Random",
        inputs=vector(sizes[0]),
        targets=vector(sizes[-1]),
        loss="half_squared_error",
        layers=layers,
    )


@st.composite
def any_networks(draw: st.DrawFn, widest: int = 3, most_samples: int = 4, positive: bool = False) -> Network:
    """All that a description can say, |z| kept below about 5 at the start.

    `positive`: inputs, weights, biases and errors are all at least 0.05, so that in no sum of the forward or backward
    pass terms cancel; for that the loss is never softmax cross-entropy, whose errors have both signs.
    """
    loss = draw(st.sampled_from([name for name in LOSSES if not (positive and name == "softmax_cross_entropy")]))
    sizes = draw(st.lists(st.integers(1, widest), min_size=2, max_size=4))
    if loss == "softmax_cross_entropy":
        sizes[-1] = draw(st.integers(2, max(2, widest)))
    last = {"binary_cross_entropy": "sigmoid", "softmax_cross_entropy": "softmax"}.get(loss)
    digits = st.integers(50, 1000) if positive else st.integers(-1000, 1000)

    def vector(size: int, scale: float = 1.0) -> tuple[float, ...]:
        return tuple(number / 1000 * scale for number in draw(st.lists(digits, min_size=size, max_size=size)))

    def layer(incoming: int, size: int, activation: str) -> Layer:
        weights = tuple(vector(incoming, 1.5 / incoming) for _ in range(size))
        biases: dict[str, Any] = draw(st.sampled_from([{}, {"biases": size}, {"shared_bias": 1}]))
        if "biases" in biases:
            biases = {"biases": vector(size)}
        elif biases:
            biases = {"shared_bias": vector(1)[0]}
        return Layer(activation=activation, weights=weights, **biases)

    hidden = [draw(st.sampled_from(sorted(ACTIVATIONS))) for _ in sizes[2:]]
    activations = [*hidden, last or draw(st.sampled_from(sorted(ACTIVATIONS)))]
    layers = tuple(
        layer(incoming, size, activation)
        for (incoming, size), activation in zip(pairwise(sizes), activations, strict=True)
    )
    samples = draw(st.integers(1, most_samples))
    targets = {"targets": tuple(_targets(draw, loss, sizes[-1], positive) for _ in range(samples))}
    shared: dict[str, float] = {}
    if draw(st.booleans()):
        layers, shared = draw(rewired(layers, vector, not positive))
    return Network(
        name="random",
        title="Random",
        inputs=tuple(vector(sizes[0]) for _ in range(samples)),
        **(targets if LOSSES[loss].takes_targets else {}),
        loss=loss,
        reduction=draw(st.sampled_from(["mean", "sum"])),
        input_gradient=draw(st.booleans()),
        layers=layers,
        shared=shared,
        training=draw(trainings(samples)),
    )


@st.composite
def rewired(
    draw: st.DrawFn, layers: tuple[Layer, ...], vector: Callable[[int], tuple[float, ...]], signs: bool
) -> tuple[tuple[Layer, ...], dict[str, float]]:
    """The layers with some weights and biases shared, some connections left out, some over layers; what is shared."""
    shared = {"w90": vector(1)[0], "w2": vector(1)[0], "b90": vector(1)[0]}
    count = len(layers)
    names = [f"i{number + 1}" for number in range(len(layers[0].weights[0]))]
    earlier = list(names)
    made = []
    for position, layer in enumerate(layers, 1):
        extra = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2)) if position > 1 else []
        taken = [*names, *(name for name in extra if name not in names)]
        rows = [[*row, *vector(len(taken) - len(row))] for row in layer.weights]
        for row in rows:
            for column in range(len(row)):
                row[column] = draw(st.sampled_from([row[column], row[column], "w90", "w2", ""]))
            if all(entry == "" for entry in row):
                row[0] = "w90"
        for column in range(len(names)):  # every neuron feeds something
            if all(row[column] == "" for row in rows):
                rows[0][column] = "w90"
        biases = layer.biases and tuple(draw(st.sampled_from([value, "b90", ""])) for value in layer.biases)
        thresholds = None
        if signs and layer.biases and all(not isinstance(value, str) for value in biases):
            biases, thresholds = draw(st.sampled_from([(biases, None), (None, biases)]))
        changes = {"inputs": tuple(taken) if taken != names else None, "weights": rows, "biases": biases,
                   "thresholds": thresholds}  # fmt: skip
        made.append(Layer(**{**layer.model_dump(), **changes}))
        start = "o" if position == count else "h" if count == 2 else f"h{position}_"
        names = [f"{start}{number + 1}" for number in range(layer.size)]
        earlier += names
    used = {entry for layer in made for row in (*layer.weights, layer.bias_entries) for entry in row}
    return tuple(made), {name: value for name, value in shared.items() if name in used}


def _targets(draw: st.DrawFn, loss: str, size: int, positive: bool) -> tuple[float, ...]:
    if positive:  # below every activation
        return (
            (0.0,) * size if loss == "binary_cross_entropy" else (-1.0,) * size if loss == "hinge" else (-1.5,) * size
        )
    if loss == "softmax_cross_entropy":
        parts = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size).filter(any))
        return tuple(part / sum(parts) for part in parts)
    if loss == "hinge":
        return tuple(draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=size, max_size=size)))
    lowest = 0 if loss == "binary_cross_entropy" else -1000
    return tuple(n / 1000 for n in draw(st.lists(st.integers(lowest, 1000), min_size=size, max_size=size)))


@st.composite
def trainings(draw: st.DrawFn, samples: int = 1) -> Training:
    """Every optimiser, schedule and batch, some with weight decay, some without training the biases."""
    constants: dict[str, Any] = {
        "sgd": {},
        "momentum": {
            "momentum": draw(st.sampled_from([0.5, 0.9])),
            "dampening": draw(st.sampled_from([0.0, 0.0, 0.3])),
        },
        "nesterov": {"momentum": draw(st.sampled_from([0.5, 0.9]))},
        "rmsprop": {"alpha": draw(st.sampled_from([0.9, 0.99])), "epsilon": 1e-3},
        "adam": {"beta1": draw(st.sampled_from([0.5, 0.9])), "beta2": 0.99, "epsilon": 1e-3},
        "adamw": {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-3},
        "adagrad": {"epsilon": 1e-3},
        "rprop": {"step_max": draw(st.sampled_from([0.2, 50.0]))},
    }
    scheduled: dict[str, Any] = {
        "constant": {},
        "step": {"step_size": draw(st.integers(1, 6)), "gamma": draw(st.sampled_from([0.1, 0.5, 0.9]))},
        "cosine": {"period": draw(st.sampled_from([None, 2, 7])), "eta_min": draw(st.sampled_from([0.0, 0.01]))},
    }
    optimiser = draw(st.sampled_from(sorted(constants)))
    own_steps = optimiser == "rprop"  # torch's decays no weights, and follows no schedule
    schedule = "constant" if own_steps else draw(st.sampled_from(sorted(scheduled)))
    return Training(
        optimiser=optimiser,
        schedule=schedule,
        weight_decay=0.0 if own_steps else draw(st.sampled_from([None, 0.0, 0.01, 0.1])),
        train_biases=draw(st.booleans()),
        batch=draw(st.sampled_from(["full", "stochastic", *(n for n in range(2, samples) if samples % n == 0)])),
        schedule_counts=draw(st.sampled_from(["epochs", "steps"])) if schedule != "constant" else "epochs",
        **constants[optimiser],
        **scheduled[schedule],
    )


@contextmanager
def only_those_that_fit() -> Iterator[None]:
    """Draws another network where a derivative written out is longer than a formula of Excel may be."""
    try:
        yield
    except WorkbookError as error:
        if "--form steps" not in str(error):
            raise
        reject()


def wide_network(sizes: tuple[int, ...], output: str, samples: int) -> Network:
    """Layers of swish neurons before the output, biases of each kind, small weights that all differ."""
    layers = []
    for number, (incoming, size) in enumerate(pairwise(sizes)):
        weights = tuple(
            tuple(((7 * row + 3 * column + number) % 19 - 9) / 40 for column in range(incoming)) for row in range(size)
        )
        biases: dict[str, Any] = {"shared_bias": 0.1} if number else {"biases": tuple(j / 100 for j in range(size))}
        last = number == len(sizes) - 2
        layers.append(Layer(activation=output if last else "swish", weights=weights, **biases))
    targets = (1.0,) + (0.0,) * (sizes[-1] - 1)
    return Network(
        name="wide",
        title="Wide",
        inputs=tuple(tuple(((5 * i + s) % 11 - 5) / 10 for i in range(sizes[0])) for s in range(samples)),
        targets=(targets,) * samples,
        loss="softmax_cross_entropy" if output == "softmax" else "half_squared_error",
        layers=tuple(layers),
    )


LARGE = wide_network((2, 20, 2), "sigmoid", 1)  # too large for the live picture and for the board of a step
