"""Random wishes: choices that go together, each from a seed."""

import random
from dataclasses import replace

from benchmarks.any_model.layouts.headers import SPELLINGS
from benchmarks.any_model.layouts.layouts import BLOCKS, LAYOUTS, LINES, TABLES
from benchmarks.any_model.layouts.printing import ARITHMETICS
from benchmarks.any_model.programs.activations import ACTIVATIONS
from benchmarks.any_model.programs.optimisers import OPTIMISERS
from benchmarks.any_model.programs.wish import Wish

SQUARES = ("squared", "half squared", "half squared, negative")
FIRST_MODELS = ("linear regression", "logistic regression", "softmax regression", "perceptron")


def wish(seed: int, models: tuple[str, ...] = FIRST_MODELS) -> Wish:
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
    samples = 1 if layout.startswith("sample") else draw.choice([1, 2]) if lines else draw.randint(2, 6)
    if layout == "labels beside":
        samples = draw.choice([1, 1, 2])
    many = layout.rpartition(" ")[2] in ("down", "right", "sheet")
    steps = draw.randint(3, 12) if lines else draw.randint(2, 4) if many else 1
    made = Wish(
        seed, model, layout, arithmetic, sizes, samples, steps, hidden, output, loss,
        mean=samples > 1 and draw.random() < 0.5,
        mean_at=draw.choice(["delta", "gradient"]),
        separate=draw.random() < 0.5 and output != "softmax",
        closed=draw.choice(["no", "no", "no", "no", "delta"]) if len(sizes) < 4 else "no",
        per_sample=samples > 1 and (lines or tables) and draw.random() < 0.6,
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
    )  # fmt: skip
    return settled(made)


def settled(made: Wish) -> Wish:
    """The wish with what contradicts itself taken out."""
    changes: dict[str, object] = {}
    if made.layout.startswith("sample") and made.data != "typed":
        changes["data"] = "typed"
    if made.convention == "two left out" and made.loss != "squared":
        changes["convention"] = "exact"
    if made.convention == "n left to the rate" and not made.mean:
        changes["convention"] = "exact"
    if made.steps == 1 and made.merged:
        changes["merged"] = False
    if made.headers == "none" and made.layout in ("labels beside", *BLOCKS):
        changes["headers"] = "dE/dw"
    if made.optimiser == "none" and made.steps > 1:
        changes["steps"] = 1
        changes["merged"] = False
    if made.per_sample and made.closed != "no":
        changes["closed"] = "no"
    return replace(made, **changes)  # type: ignore[arg-type]
