"""What each sheet shows, in a line: beside the links on sheet Network."""

from backprop.workbook.layout import (
    CHECK_SHEET,
    EPOCHS_SHEET,
    EXPLAIN_SHEET,
    LOSS_SHEET,
    SAMPLES_SHEET,
    WALKTHROUGH_SHEET,
)
from backprop.workbook.plan import Plan

CONTENTS = {
    SAMPLES_SHEET: "inputs and targets of every sample",
    EPOCHS_SHEET: "the loss of each epoch, the mean over its samples",
    LOSS_SHEET: "first and last loss at each learning rate, the curves",
    EXPLAIN_SHEET: "one derivative of your choice, factor by factor",
    WALKTHROUGH_SHEET: "one step with every number in its formula",
    CHECK_SHEET: "every derivative against the slope of the loss",
}


def contents(plan: Plan, sheet: str) -> str:
    """What the sheet of that name shows."""
    for name, text in CONTENTS.items():
        if sheet == plan.words(name):
            return plan.words(text)
    return plan.words("every epoch at this learning rate, and its curve")
