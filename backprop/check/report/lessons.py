"""The sentences that teach: for each kind of mistake, more closely where it lies and what the wrong factor is for.

They name ideas (the slope of an activation, the error of an output), no cell and no number of a workbook, so that they
may be told to somebody who has yet to find the formula.
"""

from collections.abc import Mapping
from enum import StrEnum

from backprop.check.findings import Kind


class Stage(StrEnum):
    """What a quantity belongs to."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Idea(StrEnum):
    """What a part of a formula is for."""

    SLOPE = "slope"  # of an activation
    ERROR = "error"  # of an output, against its target
    TARGET = "target"
    WEIGHT = "weight"
    RATE = "rate"
    DERIVATIVE = "derivative"
    SUM = "sum"  # weighted, of a neuron
    INCOMING = "incoming"  # what a neuron takes from the layer before


RULES: dict[Kind, str] = {
    Kind.WRONG_REFERENCE: "one cell in the formula is another quantity's. Click into the formula, name each cell that "
    "it reads, and look for the one that does not belong to this quantity",
    Kind.WRONG_ROW: "the right quantity of the wrong row. Everything in a row is computed from the weights of that "
    "row; only a new weight is made from the row before",
    Kind.WRONG_OPERATOR: "one operator is another. Write the formula on paper first, then compare sign by sign",
    Kind.SIGN: "a sign is turned round. Read the formula aloud, and ask of each term whether it is added or taken away",
    Kind.WRONG_NUMBER: "a number in the formula is another. Ask of each number where it comes from",
    Kind.MISSING_FACTOR: "a factor or a term is missing. Write the formula on paper first, then find the cell of each "
    "of its letters",
    Kind.EXTRA_FACTOR: "a factor or a term stands there once too often. Write the formula on paper first, then find "
    "the cell of each of its letters",
    Kind.MISSING_PARENTHESES: "a pair of brackets is missing. Products go before sums: what multiplies a whole sum "
    "needs brackets round the sum",
    Kind.EXTRA_PARENTHESES: "a pair of brackets too many. Read aloud what they multiply as a whole, and ask whether "
    "it should be",
    Kind.MOVED_PARENTHESIS: "a bracket opens or closes in the wrong place. Read aloud what stands between the "
    "brackets, and ask whether exactly that belongs together",
    Kind.MISSING_ABSOLUTE: "a reference moves as the formula is filled down, and should stay. What stands once for "
    "all rows, like the learning rate, has a $ before its column and its row",
    Kind.FROZEN_ROW: "a $ holds a reference in one row, and it should move. What every row has for itself has no $ "
    "before its row",
    Kind.OVERWRITTEN: "the formula of another quantity, or one unlike all others in its column. Compare it with its "
    "neighbours, and fill the right one down anew",
    Kind.HARD_CODED: "a number stands where a formula belongs. Change a weight: the number stays, and all that reads "
    "it is wrong. Write the formula that gives it",
    Kind.WRONG_FORMULA: "the formula is another function, by more than one change. Begin anew: write it on paper, "
    "then find the cell of each of its letters",
    Kind.NOT_COMPUTABLE: "the formula cannot be computed: it reads a text, or uses a function that is not known. Look "
    "at what the cell and those that it reads show",
    Kind.STALE_VALUE: "the formula is right, and the number stored beside it is not what it gives. Have the program "
    "compute everything anew (Excel: Ctrl+Alt+F9, LibreOffice: Ctrl+Shift+F9), and save",
    Kind.ERROR_VALUE: "the cell shows an error. Look at what it divides by and at the cells that it reads: an error "
    "is passed on to all that read it",
    Kind.PASTED_VALUES_DIFFER: "pasted numbers that the others of their row do not give. Put formulas in their place",
    Kind.REPEATED_ROWS: "rows repeat the one before, though the gradient is not zero. The weights of a row come from "
    "the update of the row before",
    Kind.INPUT_CHANGES: "an input or a target that is not the same in every row. They are given: take each row's from "
    "the same cell",
    Kind.INCOMPLETE: "cells of a row are empty, though its weights are there. Fill the formulas to the row's end",
}

_CANCEL = "a number in the formula is another. The ½ of a squared error and the 2 of its square cancel in the slope"

AT_STAGE: Mapping[tuple[Kind, Stage], str] = {
    (Kind.WRONG_OPERATOR, Stage.BACKWARD): "one operator is another. What follows one after the other on a path to the "
    "loss is multiplied, what reaches it by several paths is added",
    (Kind.SIGN, Stage.BACKWARD): "a sign is turned round. The error of an output is output minus target, in this order",
    (Kind.SIGN, Stage.UPDATE): "a sign is turned round. A step goes against the derivative: old weight minus η times "
    "derivative",
    (Kind.WRONG_NUMBER, Stage.BACKWARD): _CANCEL,
    (Kind.WRONG_NUMBER, Stage.LOSS): _CANCEL,
    (Kind.MISSING_FACTOR, Stage.BACKWARD): "a factor or a term is missing. The chain rule has one factor for every "
    "step of the path: count the steps, then the factors",
    (Kind.EXTRA_FACTOR, Stage.BACKWARD): "a factor or a term stands there once too often. The chain rule has one "
    "factor for every step of the path, and none twice",
    (Kind.WRONG_FORMULA, Stage.BACKWARD): "the formula is another function, by more than one change. Begin anew: write "
    "the path from the loss to this quantity, a factor for each step, then a cell for each factor",
}

MISSING: Mapping[tuple[Stage, Idea], str] = {
    (Stage.BACKWARD, Idea.SLOPE): "the slope of an activation is missing (of a sigmoid a·(1 − a), both factors): the "
    "chain rule passes through every neuron on the path",
    (Stage.BACKWARD, Idea.ERROR): "the slope of the loss is missing (of half the squared error a − t): every path "
    "begins at the loss",
    (Stage.BACKWARD, Idea.TARGET): "the target is missing: the error of an output is output minus target",
    (Stage.BACKWARD, Idea.WEIGHT): "a weight is missing: whoever goes back over a connection is multiplied by its "
    "weight",
    (Stage.BACKWARD, Idea.DERIVATIVE): "a derivative is missing that this one is made of",
    (Stage.BACKWARD, Idea.INCOMING): "the value that comes in is missing: the slope of a weighted sum by a weight is "
    "what the weight is multiplied by on the way forward",
    (Stage.FORWARD, Idea.WEIGHT): "a weight is missing: each value that comes in is multiplied by the weight of its "
    "connection",
    (Stage.FORWARD, Idea.INCOMING): "a value that comes in is missing: each weight is multiplied by the value on its "
    "connection",
    (Stage.LOSS, Idea.TARGET): "a target is missing: each output is compared with its own target",
    (Stage.UPDATE, Idea.RATE): "the learning rate is missing: a step is η times the derivative",
    (Stage.UPDATE, Idea.DERIVATIVE): "the derivative is missing: a step is η times the derivative by this very weight",
}

EXTRA: Mapping[tuple[Stage, Idea], str] = {
    (Stage.BACKWARD, Idea.SLOPE): "the slope of an activation stands there once too often: one for each neuron on the "
    "path",
    (Stage.BACKWARD, Idea.ERROR): "the slope of the loss stands there once too often: a path begins at the loss once",
    (Stage.BACKWARD, Idea.WEIGHT): "a weight stands there too much: one for each connection that the path goes back "
    "over, and the weight by which the derivative is taken is not among them",
    (Stage.BACKWARD, Idea.RATE): "the learning rate stands in a derivative: it belongs to the update alone",
    (Stage.BACKWARD, Idea.DERIVATIVE): "a derivative stands there once too often",
    (Stage.BACKWARD, Idea.INCOMING): "a neuron's value stands there too much: what comes in on the weight is "
    "multiplied by once",
    (Stage.FORWARD, Idea.WEIGHT): "a weight stands there too much: each connection has one",
    (Stage.FORWARD, Idea.INCOMING): "a neuron's value stands there too much: each connection brings one",
    (Stage.UPDATE, Idea.RATE): "the learning rate stands there once too often: a step is η times the derivative",
    (Stage.UPDATE, Idea.DERIVATIVE): "a derivative stands there once too often: a step is η times the derivative",
}

OTHER: Mapping[tuple[Stage, Idea], str] = {
    (Stage.BACKWARD, Idea.SLOPE): "another cell stands where the slope of an activation belongs: take that of the "
    "neuron that this path goes through",
    (Stage.BACKWARD, Idea.ERROR): "another cell stands where an output belongs: each output is compared with its own "
    "target",
    (Stage.BACKWARD, Idea.TARGET): "another cell stands where a target belongs: each output is compared with its own",
    (Stage.BACKWARD, Idea.WEIGHT): "another cell stands where a weight belongs: take the one on the connection that "
    "this path goes back over",
    (Stage.BACKWARD, Idea.DERIVATIVE): "another cell stands where a derivative belongs that this one is made of",
    (Stage.BACKWARD, Idea.INCOMING): "another cell stands where the value that comes in belongs: take the one that "
    "this very weight is multiplied by on the way forward",
    (Stage.FORWARD, Idea.WEIGHT): "another cell stands where a weight belongs: each connection has its own",
    (Stage.FORWARD, Idea.INCOMING): "another cell stands where a value that comes in belongs: a neuron takes the "
    "activations of the layer before, each with its own weight",
    (Stage.FORWARD, Idea.SUM): "another cell stands where a weighted sum belongs: an activation is a function of its "
    "own neuron's sum",
    (Stage.LOSS, Idea.ERROR): "another cell stands where an output belongs: each output is compared with its own "
    "target",
    (Stage.LOSS, Idea.TARGET): "another cell stands where a target belongs: each output is compared with its own",
    (Stage.UPDATE, Idea.WEIGHT): "another cell stands where the old weight belongs: a new weight is made from its own "
    "old one",
    (Stage.UPDATE, Idea.RATE): "another cell stands where the learning rate belongs",
    (Stage.UPDATE, Idea.DERIVATIVE): "another cell stands where a derivative belongs: each weight is changed by its "
    "own",
}

BY_KIND = {Kind.MISSING_FACTOR: MISSING, Kind.EXTRA_FACTOR: EXTRA, Kind.WRONG_REFERENCE: OTHER}
