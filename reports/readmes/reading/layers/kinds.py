"""How many layers of each kind the one network of a text has: by its code, its printed modules or its table."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reports.readmes.reading.document import Document
from reports.readmes.reading.rows import Table

_CONSTRUCTED = re.compile(
    r"(?:\bnn\.|^\s*\(\w+\):\s*|\blayers\.)(?P<type>Conv2d|Conv2D|BatchNorm2d|BatchNormalization|MaxPool2d|MaxPooling2D|"
    r"Dropout2d|Dropout|Linear|Dense)\("
)
_CALLED = re.compile(r"\bself\.(\w+)\(")
_NAMED = re.compile(r"\bself\.(?P<name>\w+)\s*=\s*nn\.(?P<type>\w+)\(")
_CLASS = re.compile(r"^\s*class\s+\w+\s*\(")
_UNCLEAR = re.compile(
    r"^\s*for\s|\*\[|\bappend\(|\bModuleList\b|\bdef\s+(?!__init__|forward)\w+|^\s*\.{3}|\bF\.(?:max_pool|dropout|batch_norm)"
)
KINDS = {
    "Conv2d": "conv", "Conv2D": "conv", "BatchNorm2d": "norm", "BatchNormalization": "norm", "MaxPool2d": "pool",
    "MaxPooling2D": "pool", "Dropout": "dropout", "Dropout2d": "dropout", "Linear": "linear", "Dense": "linear",
}  # fmt: skip
FUNCTIONS = ("pool", "dropout")  # which a table has no row of, where a function does it
LEAST = 3  # convolutions of a network
Kinds = Mapping[str, frozenset[int]]  # of each kind the numbers that it may be said to have


def read_kinds(document: Document, tables: Sequence[Table]) -> tuple[int, Kinds] | None:
    """The first line of the only network and its numbers, 0 for what it has not; None where there is not one."""
    found = [each for each in (*_tables(tables), *_code(document)) if max(each[1]["conv"], default=0) >= LEAST]
    return found[0] if len(found) == 1 else None


def _tables(tables: Sequence[Table]) -> Iterator[tuple[int, Kinds]]:
    for table in tables:
        if table.whole:
            counts = Counter(KINDS[row.type] for row in table.rows if row.type in KINDS)
            yield (
                table.first,
                {
                    kind: frozenset({counts[kind]}) if counts[kind] or kind not in FUNCTIONS else frozenset()
                    for kind in KINDS.values()
                },
            )


def _code(document: Document) -> Iterator[tuple[int, Kinds]]:
    """A fence with the layers of one network; a layer that is called several times may count as often."""
    for block in document.of_kind("fence"):
        lines = [line.partition("#")[0] for line in document.lines[block.first - 1 : block.last]]
        types = [match["type"] for line in lines for match in _CONSTRUCTED.finditer(line)]
        if not types:
            continue
        unclear = sum(_CLASS.match(line) is not None for line in lines) > 1 or any(map(_UNCLEAR.search, lines))
        constructed = Counter(KINDS[each] for each in types)
        names = {m["name"]: m["type"] for line in lines for m in _NAMED.finditer(line)}
        called = Counter(KINDS[names[n]] for line in lines for n in _CALLED.findall(line) if names.get(n) in KINDS)
        yield (
            block.first,
            {
                kind: frozenset() if unclear else frozenset({constructed[kind], called[kind] or constructed[kind]})
                for kind in KINDS.values()
            },
        )
