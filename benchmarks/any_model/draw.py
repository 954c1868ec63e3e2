"""Random wishes: choices that go together, each from a seed."""

import random
from dataclasses import replace

from benchmarks.any_model.layouts.headers import SPELLINGS
from benchmarks.any_model.layouts.layouts import BLOCKS, LAYOUTS, LINES, SPLIT, TABLES
from benchmarks.any_model.layouts.printing import ARITHMETICS
from benchmarks.any_model.programs.activations import ACTIVATIONS
from benchmarks.any_model.programs.optimisers import OPTIMISERS
from benchmarks.any_model.programs.wish import Wish

SQUARES = ("squared", "half squared", "half squared, negative")
DENSE = ("linear regression", "logistic regression", "softmax regression", "perceptron")
MODELS = ("linear regression", "logistic regression", "softmax regression", "perceptron", "perceptron", "perceptron",
          "matrix factorisation", "convolution", "recurrent", "embedding", "plain function")  # fmt: skip


def wish(seed: int, models: tuple[str, ...] = MODELS) -> Wish:
    """The wish of a seed."""
    draw = random.Random(seed)
    model = draw.choice(models)
    layout = draw.choice(LAYOUTS)
    arithmetic = draw.choice(ARITHMETICS)
    inputs = draw.randint(1, 3)
    hidden, output, loss, sizes = "sigmoid", "identity", "squared", (inputs, 1)
    if model == "linear regression":
        loss = draw.choice([*SQUARES, *SQUARES, "absolute", "huber"])
        sizes = (inputs, draw.choice([1, 1, 2]))
    elif model == "logistic regression":
        output, loss = "sigmoid", draw.choice(["binary cross-entropy", "binary cross-entropy", *SQUARES])
    elif model == "softmax regression":
        output, loss, sizes = "softmax", "softmax cross-entropy", (max(inputs, 2), draw.randint(2, 3))
    elif model == "matrix factorisation":
        loss, sizes = (
            draw.choice(["squared", "half squared"]),
            (draw.randint(2, 4), draw.randint(1, 3), draw.randint(2, 4)),
        )
    elif model == "convolution":
        hidden = draw.choice(["relu", "sigmoid", "tanh", "leaky relu"])
        output, sizes = draw.choice(["identity", "sigmoid"]), (draw.randint(3, 4), draw.randint(3, 4), 2, 2)
        loss = draw.choice(["binary cross-entropy", *SQUARES] if output == "sigmoid" else SQUARES)
    elif model == "recurrent":
        hidden, loss, sizes = "tanh", draw.choice(SQUARES), (draw.randint(1, 2), draw.randint(1, 3), 1)
    elif model == "embedding":
        output = draw.choice(["identity", "sigmoid"])
        loss = draw.choice(["binary cross-entropy", *SQUARES] if output == "sigmoid" else SQUARES)
        sizes = (draw.randint(2, 4), draw.randint(2, 3), 1)
    elif model == "plain function":
        sizes = ()
    else:
        hidden = draw.choice([name for name in ACTIVATIONS if name != "identity"])
        depth = draw.choice([1, 1, 1, 2])
        outputs = draw.choice([1, 2, 2, 3])
        sizes = (max(inputs, 1), *(draw.randint(2, 3) for _ in range(depth)), outputs)
        output = draw.choice(["sigmoid", "identity", "tanh", "softmax" if outputs > 1 else "sigmoid"])
        loss = {"softmax": "softmax cross-entropy", "sigmoid": draw.choice(["binary cross-entropy", *SQUARES])}.get(
            output, draw.choice([*SQUARES, "huber"] if output == "identity" else SQUARES)
        )
    lines, tables = layout in LINES, layout in TABLES
    samples = 1 if layout.startswith("sample a") else draw.choice([1, 2]) if lines else draw.randint(2, 6)
    if layout in SPLIT:
        samples = draw.randint(2, 5)
    if layout == "labels beside":
        samples = draw.choice([1, 1, 2])
    if model == "recurrent":
        layout = (
            "epoch a row" if layout == "sample a row" else "epoch a column" if layout == "sample a column" else layout
        )
        samples = draw.randint(2, 4)
    elif model in ("matrix factorisation", "convolution", "plain function"):
        samples = 1
    many = layout.rpartition(" ")[2] in ("down", "right", "sheet")
    steps = draw.randint(3, 12) if lines else draw.randint(2, 4) if many else 1
    made = Wish(
        seed, model, layout, arithmetic, sizes, samples, steps, hidden, output, loss,
        mean=(samples > 1 or model == "matrix factorisation") and draw.random() < 0.5,
        mean_at=draw.choice(["delta", "gradient"]),
        separate=draw.random() < 0.5 and output != "softmax",
        closed=draw.choice(["no", "no", "no", "delta", "update"]),
        per_sample=samples > 1 and (lines or tables or layout in SPLIT) and draw.random() < 0.6,
        bias=draw.random() < 0.85,
        slope=draw.randrange(3),
        optimiser=draw.choice(["sgd", "sgd", "sgd", *OPTIMISERS]),
        convention=draw.choice(["exact", "exact", "exact", "two left out", "n left to the rate", "negative"]),
        loss_cell=draw.random() < 0.75,
        merged=lines and draw.random() < 0.5,
        data=draw.choice(["typed", "copied", "once"]),
        headers=draw.choice(list(SPELLINGS)),
        wide=draw.random() < 0.6,
        other_sheet=draw.random() < 0.25,
        names=draw.random() < 0.15,
        derivatives=draw.choice(["backpropagation"] * 5 + ["forward differences", "central differences"]),
        local=draw.random() < 0.25,
        initial=many and draw.random() < 0.3,
        augmented=draw.random() < 0.15,
        inputs=draw.choice(["real", "binary"]),
        start=draw.choice(["random", "random", "random", "equal", "no biases"]),
        count=draw.choice(["number", "number", "cell", "COUNT"]),
        extras=draw.random() < 0.3,
        stacked=draw.random() < 0.3,
        title=draw.choice(["", "Backpropagation", "Gradient descent step by step"]),
        origin=draw.choice([(0, 0), (0, 0), (0, 0), (2, 0), (1, 1), (3, 2)]),
    )  # fmt: skip
    return settled(made)


def settled(made: Wish) -> Wish:
    """The wish with what contradicts itself taken out."""
    changes: dict[str, object] = {}
    looked_up = made.data == "once" and made.model in DENSE and made.steps > 1
    if made.layout.startswith("sample a") and made.data != "typed" and not looked_up:
        changes["data"] = "typed"
    if made.convention == "two left out" and made.loss != "squared":
        changes["convention"] = "exact"
    if made.convention == "n left to the rate" and not made.mean:
        changes["convention"] = "exact"
    if made.model == "plain function":
        changes |= {"convention": "exact", "loss_cell": True, "closed": "no", "data": "typed"}
    if made.layout in SPLIT and made.model in ("matrix factorisation", "convolution", "plain function"):
        changes["layout"] = "epoch a row" if made.layout == "samples right" else "epoch a column"
    if made.loss in ("absolute", "huber"):
        changes["loss_cell"] = True  # nobody can tell them from a slope that was cut by mistake
    if made.steps == 1 and made.merged:
        changes["merged"] = False
    if made.headers == "none" and made.layout in ("labels beside", *BLOCKS):
        changes["headers"] = "dE/dw"
    if made.optimiser == "none" and made.steps > 1:
        changes["steps"] = 1
        changes["merged"] = False
    small = len(made.sizes) in (0, 2) or made.sizes[-2:] == (2, 1)
    if made.model not in ("linear regression", "logistic regression", "plain function", "perceptron") or not small:
        changes["derivatives"] = "backpropagation"
    if changes.get("derivatives", made.derivatives) != "backpropagation":
        changes |= {"samples": 1, "mean": False, "convention": "exact", "loss_cell": True, "local": False,
                    "closed": "no", "per_sample": False, "augmented": False}  # fmt: skip
    if made.model not in DENSE:
        changes["augmented"] = False
    if changes.get("augmented", made.augmented):
        changes["bias"] = False
    if made.closed == "update" and made.optimiser not in ("sgd", "momentum"):
        changes["closed"] = "no"
    if made.model in ("embedding", "recurrent") or len(made.sizes) > 3:
        changes["closed"] = "no"
    if made.model == "recurrent":
        changes["per_sample"] = False
    if made.per_sample and made.closed != "no":
        changes["closed"] = "no"
    return replace(made, **changes)  # type: ignore[arg-type]
