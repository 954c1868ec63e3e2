"""Parameter tables: what the judgement of each table as a whole says of its rows, totals and sizes."""

import re
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, alike
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding, show
from reports.readmes.reading.document import plain
from reports.readmes.rules.arithmetic.lists import check_printed_sizes, check_sums
from reports.readmes.rules.comments import check_comments
from reports.readmes.rules.layers.blocks import check_blocks
from reports.readmes.rules.layers.channels import check_channels
from reports.readmes.rules.layers.commented import check_commented
from reports.readmes.rules.layers.kinds import check_kinds
from reports.readmes.rules.layers.told import check_told_layers, check_told_sums
from reports.readmes.rules.registry import rule

_MODEL_SIZE = re.compile(
    r"\b(?:model|params?|parameters?)\s+size\b(?:\s*\([^)]{0,10}\))?[\s:=|~]{1,6}(?P<size>\d+(?:\.\d+)?)\s*(?P<unit>[kKM])B\b",
    re.IGNORECASE,
)


@rule(
    Kind.PARAMETERS,
    "the parameters of a layer, in a row of a parameter table: torchsummary's, torchinfo's, Keras' `model.summary()` "
    "of old and new versions, plain, with pipes or boxes, fenced or not, or a markdown table of layers; in words, "
    "trees, drawings and comments of code beside the layer's channels and kernel",
    "the row itself: whether any layer of that type and shape, with the kernel and input that the row names, has so "
    "many parameters; the total, where one row alone can be what it lacks; under Keras, where every step has a row, "
    "the rows before",
)
def check_parameters(evidence: Evidence) -> Judgements:
    """The number of parameters in each row."""
    yield from _claims(evidence, Kind.PARAMETERS)
    yield from check_told_layers(evidence)


@rule(
    Kind.SHAPE,
    "the output shape in such a row; in the comments of a forward pass; the channels that go into a row; "
    '"7 conv layers and 5 batch norm layers"',
    "the row's own count and input, the size of all outputs, rows on both sides that fit each other but not this one; "
    "under Keras the rows before; in a table of torchinfo, the batch of the other rows too; the "
    "channels of the layer that the line of code calls, or that the row before gives, where all others fit; the layers "
    "of the only table or code",
)
def check_shapes(evidence: Evidence) -> Judgements:
    """The output shape in each row."""
    yield from _claims(evidence, Kind.SHAPE)
    yield from check_comments(evidence)
    yield from check_commented(evidence)
    yield from check_channels(evidence)
    yield from check_kinds(evidence)


@rule(
    Kind.TOTAL,
    "total, trainable and non-trainable parameters; those of the blocks of a drawn network, and behind listed layers",
    "the sum of the rows, where all of them are read; under Keras, which counts four numbers a channel of each "
    "BatchNormalization, two of them not "
    "trained, and the state of the optimiser; the rows of the block of that name",
)
def check_totals(evidence: Evidence) -> Judgements:
    """The totals below each table, and behind each list of parts."""
    yield from _claims(evidence, Kind.TOTAL)
    yield from check_sums(evidence)
    yield from check_blocks(evidence)
    yield from check_told_sums(evidence)


@rule(
    Kind.MEMORY,
    'sizes in MB, of Keras 3 behind each total; "model size: 0.76 MB"',
    "4 bytes a number; each output twice under torchsummary, under torchinfo for the whole batch those of layers with "
    "parameters, in MB of 10⁶; each other",
)
def check_sizes(evidence: Evidence) -> Judgements:
    """The sizes below each table, and that of the model in the text."""
    yield from _claims(evidence, Kind.MEMORY)
    yield from check_printed_sizes(evidence)
    totals = {each.total for each in evidence.counted if each.total}
    if len(totals) == 1:
        for block in evidence.document.of_kind("prose", "row"):
            for number in range(block.first, block.last + 1):
                for match in _MODEL_SIZE.finditer(plain(evidence.document.lines[number - 1])):
                    yield from _model_size(match, number, max(totals))


def _model_size(match: re.Match[str], line: int, total: int) -> Judgements:
    """Four bytes a parameter in MB of 2²⁰ or 10⁶ bytes, or two; another size only where it is a slip of one digit."""
    value, unit = Fraction(match["size"]), {"k": 1, "m": 2}[match["unit"].lower()]
    decimals = len(match["size"].partition(".")[2])
    sizes = [Fraction(total * width, base**unit) for width in (4, 2) for base in (1_024, 1_000)]
    if any(is_rounding(value, size, decimals) for size in sizes):
        yield None
    elif any(alike(match["size"], show(size, decimals)) for size in sizes[:2]):
        yield Finding(
            line, Kind.MEMORY, f"{match['size']} {match['unit']}B", f"{show(sizes[0], decimals)} {match['unit']}B",
            f"{total:,} parameters of 4 bytes",
        )  # fmt: skip


def _claims(evidence: Evidence, kind: Kind) -> Judgements:
    for table in evidence.judged:
        yield from table.claims.get(kind, ())
