"""Totals of parameters without a table: printed alone, or those of layers that a text gives as code or lists."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.layers.modules import module_totals
from reports.readmes.reading.layers.weighed import Weighed, is_chained
from reports.readmes.reading.rows import Table, whole

_PRINTED = re.compile(r"^\W*(?P<what>Total|Trainable|Non-trainable) params:\s*(?P<count>\d[\d,]*)", re.IGNORECASE)
_CONV = re.compile(
    r"nn\.Conv2d\(\s*(?:in_channels\s*=\s*)?(\d+)\s*,\s*(?:out_channels\s*=\s*)?(\d+)\s*,\s*(?:kernel_size\s*=\s*)?"
    r"(?:(\d+)|\(\s*(\d+)\s*,\s*(\d+)\s*\))(?P<rest>[^\n]*)"
)
_NORM = re.compile(r"nn\.BatchNorm2d\(\s*(?:num_features\s*=\s*)?(\d+)\s*\)")
_LINEAR = re.compile(r"nn\.Linear\(\s*(?:in_features\s*=\s*)?(\d+)\s*,\s*(?:out_features\s*=\s*)?(\d+)(?P<rest>[^\n]*)")
_COUNTED = re.compile(
    r"\bnn\.(?:Conv\w*|BatchNorm\w*|Linear|\w*Norm\w*|Embedding|LSTM|GRU|RNN|Parameter|PReLU|Bilinear|\w*Attention)\("
)
LEAST = 3  # layers of a network that words list
_CLASS = re.compile(r"^\s*class\s+\w+")
_OTHER = re.compile(r"\bgroups\s*=|\b(?:for|range)\b|\*\*|\.\.\.|…|self\.\w+\s*=\s*(?!nn\.)\w+\(")


@dataclass(frozen=True, slots=True)
class Total:
    """Parameters of a network, and the lines that tell them."""

    first: int
    last: int
    total: int


def printed_totals(document: Document, tables: tuple[Table, ...]) -> Iterator[Total]:
    """Totals that a program printed under a table that the text leaves out, and of networks printed in modules."""
    totals = {table.total for table in tables}
    yield from (Total(*each) for each in module_totals(document) if each[2] not in totals)
    held = {figure.line for table in tables for figure in table.totals.values()}
    for number, raw in enumerate(document.lines, 1):
        match = _PRINTED.match(plain(raw))
        if match and number not in held and match["what"].lower() == "total":
            yield Total(number, number, whole(match["count"]))


def listed_totals(parts: Iterable[Sequence[Weighed]]) -> Iterator[Total]:
    """Of each network whose layers words list from the picture on the weights that it has at least."""
    for layers in parts:
        through = [layer for layer in layers if layer.type != "norm"]
        if len(through) >= LEAST and is_chained(layers):
            yield Total(layers[0].line, layers[-1].line, sum(layer.weights for layer in through))


def coded_totals(document: Document) -> Iterator[Total]:
    """Of each fence with the layers of one network their parameters, where all of them have numbers."""
    for block in document.of_kind("fence"):
        lines = document.lines[block.first - 1 : block.last]
        if sum(_CLASS.match(line) is not None for line in lines) < 2 and (total := _counted(lines)):
            yield Total(block.first, block.last, total)


def all_called(document: Document, code: Total) -> bool:
    """Whether the network's forward pass, where the code has one, calls every layer that it constructs."""
    text = "\n".join(document.lines[code.first - 1 : code.last])
    names = re.findall(r"self\.(\w+)\s*=\s*nn\.", text)
    return "def forward" not in text or all(len(re.findall(rf"self\.{name}\b", text)) > 1 for name in names)


def _counted(lines: tuple[str, ...]) -> int | None:
    total = 0
    for line in (each.partition("#")[0] for each in lines):
        layers = len(_COUNTED.findall(line))
        if _OTHER.search(line) or layers > 1:
            return None
        conv, norm, linear = (pattern.search(line) for pattern in (_CONV, _NORM, _LINEAR))
        if layers and not (conv or norm or linear):
            return None
        if conv:
            inside, out, side, high, wide = (int(group or 0) for group in conv.groups()[:5])
            total += inside * out * (side * side or high * wide) + out * (
                "bias=False" not in conv["rest"].replace(" ", "")
            )
        elif norm:
            total += 2 * int(norm[1])
        elif linear:
            inside, out = int(linear[1]), int(linear[2])
            total += inside * out + out * _has_bias(linear["rest"])
    return total or None


def _has_bias(rest: str) -> bool:
    return "bias=False" not in rest.replace(" ", "")
