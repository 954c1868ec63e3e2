"""The parts of a workbook that points are given for."""

from enum import StrEnum


class Part(StrEnum):
    """What points are given for."""

    FORWARD = "forward"
    LOSS = "loss"
    OUTPUT_GRADIENTS = "output_gradients"
    HIDDEN_GRADIENTS = "hidden_gradients"
    UPDATES = "updates"
    FILLED_DOWN = "filled_down"
    CHART = "chart"
    OTHER_RATES = "other_rates"
