"""The parts of a grade in words, and what to remember of each."""

from backprop.classroom.grading.graded import Part

NAMES: dict[Part, str] = {
    Part.FORWARD: "forward pass",
    Part.LOSS: "loss",
    Part.OUTPUT_GRADIENTS: "gradients of the output layer",
    Part.HIDDEN_GRADIENTS: "gradients of hidden layers",
    Part.UPDATES: "new weights",
    Part.FILLED_DOWN: "rows filled down",
    Part.CHART: "chart of the loss",
    Part.OTHER_RATES: "other learning rates",
}

SHORT: dict[Part, str] = {  # above a narrow column
    Part.FORWARD: "forward",
    Part.LOSS: "loss",
    Part.OUTPUT_GRADIENTS: "∂ out",
    Part.HIDDEN_GRADIENTS: "∂ hidden",
    Part.UPDATES: "new w",
    Part.FILLED_DOWN: "rows",
    Part.CHART: "chart",
    Part.OTHER_RATES: "other η",
}

_RULES: dict[Part, str] = {
    Part.FORWARD: "A weighted sum takes each value that comes in times its own weight, and the bias; the activation is "
    "a function of that sum alone.",
    Part.LOSS: "The loss adds up over the outputs, each compared with its own target.",
    Part.OUTPUT_GRADIENTS: "From the loss to a weight of the output layer leads one path: the slope of the loss at "
    "that output, the slope of its activation, and the value that comes in on the weight.",
    Part.HIDDEN_GRADIENTS: "A weight of a hidden layer reaches the loss by every neuron that its own feeds: add over "
    "these paths; each passes a weight on its way back, and the slope of every neuron.",
    Part.UPDATES: "A new weight is the old one less the learning rate times its own derivative, all of one row.",
    Part.FILLED_DOWN: "Every row is the one before with its new weights: the same formulas, one row further down.",
    Part.CHART: "The chart shows the loss of every epoch; whether it falls is the first thing to look at.",
    Part.OTHER_RATES: "The same table once more for each learning rate; only η is another.",
}


def part_name(part: Part) -> str:
    """The part as words."""
    return NAMES[part]


def rule_of(part: Part) -> str:
    """What to remember of the part, as a sentence."""
    return _RULES[part]


def points_text(points: float | None) -> str:
    """Points with two decimals at most: 7, 12.5, 6.67."""
    return "–" if points is None else f"{points:.2f}".rstrip("0").rstrip(".")
