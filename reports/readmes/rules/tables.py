"""Parameter tables: what the judgement of each table as a whole says of its rows, totals and sizes."""

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Judgements, Kind
from reports.readmes.rules.registry import rule


@rule(
    Kind.PARAMETERS,
    "the parameters of a layer, in a row of a parameter table: torchsummary's, torchinfo's, Keras' `model.summary()` "
    "of old and new versions, plain, with pipes or boxes, fenced or not, or a markdown table of layers",
    "the row itself: whether any layer of that type and shape, with the kernel and input that the row names, has so "
    "many parameters; the total, where one row alone can be what it lacks; under Keras, where every step has a row, "
    "the rows before",
)
def check_parameters(evidence: Evidence) -> Judgements:
    """The number of parameters in each row."""
    yield from _claims(evidence, Kind.PARAMETERS)


@rule(
    Kind.SHAPE,
    "the output shape in such a row",
    "the row's own count and input, the size of all outputs, rows on both sides that fit each other but not this one; "
    "under Keras the rows before; in a table of torchinfo, the batch of the other rows too",
)
def check_shapes(evidence: Evidence) -> Judgements:
    """The output shape in each row."""
    yield from _claims(evidence, Kind.SHAPE)


@rule(
    Kind.TOTAL,
    "total, trainable and non-trainable parameters",
    "the sum of the rows, where all of them are read; under Keras, which counts four numbers a channel of each "
    "BatchNormalization, two of them not "
    "trained, and the state of the optimiser",
)
def check_totals(evidence: Evidence) -> Judgements:
    """The totals below each table."""
    yield from _claims(evidence, Kind.TOTAL)


@rule(
    Kind.MEMORY,
    "sizes in MB, of Keras 3 behind each total",
    "4 bytes a number; each output twice under torchsummary, under torchinfo for the whole batch those of layers with "
    "parameters, in MB of 10⁶; each other",
)
def check_sizes(evidence: Evidence) -> Judgements:
    """The sizes below each table."""
    yield from _claims(evidence, Kind.MEMORY)


def _claims(evidence: Evidence, kind: Kind) -> Judgements:
    for table in evidence.judged:
        yield from table.claims.get(kind, ())
