"""The field that a text names for the network, against layers that it lists without any field.

Only of one network whose channels prove that no layer is left out, from the picture on; a global pooling behind it may
count as a layer of its own, and so may any layer before the last.
"""

import re
from collections.abc import Iterator, Sequence

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.layers.listed import Step
from reports.readmes.rules.receptive.finals import LONGEST, named_final

_CHAIN = re.compile(
    r"\b(?:rf|receptive[ -]field)\b[^.\n\d]{0,30}?(?P<chain>\d{1,3}(?:\s*(?:→|->|➔|➜)\s*\d{1,3}){2,})(?![\d.]|\s*[x×])",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:final|total|overall)\b", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:blocks?|stage|transition|conv\w*|\w*pool\w*|input|after|before|c\d|layer\s*\d+)\b", re.IGNORECASE
)
_BEHIND = re.compile(r"\b(?:before|after|at|till|until|by|in|for)\b", re.IGNORECASE)  # which part of the network
_AHEAD = re.compile(r".*?\b(?:rf|receptive[ -]field)\b\D*", re.IGNORECASE)
LEAST = 4  # layers
SIDES = (28, 32, 64, 224)  # of usual pictures: a field that covers all of it
WIDEST = 16  # of what is left for a global pooling
CLASSES = (10, 100, 200)


def judge_untold(evidence: Evidence) -> Judgements:
    """Each line that names the field of the network."""
    networks = [fields.steps for fields in evidence.fields if fields.whole and len(fields.steps) >= LEAST]
    if len({tuple(_reached(steps)) for steps in networks}) != 1:
        return
    steps = networks[0]
    fields = list(_reached(steps))
    last, jump = fields[-1]
    behind = {last + jump * more for more in range(WIDEST)}
    right = {field for field, _ in fields} | behind
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            yield from _chain(line, number, {field for field, _ in fields})
            field = named_final(line, block.kind == "row") if len(line) < LONGEST else None
            if field is None or _is_part(line) or (field > last and not _ends(evidence.document, steps)):
                continue
            whole = _WHOLE.search(line) or not _BEHIND.search(_AHEAD.sub("", line, count=1))
            able = behind if whole and _ends(evidence.document, steps) else right
            yield None if field in able or field in SIDES else Finding(
                number, Kind.RECEPTIVE, f"receptive field {field}", f"receptive field {last}",
                f"the layers of lines {steps[0].line} to {steps[-1].line} end at {last}",
            )  # fmt: skip


def _is_part(line: str) -> bool:
    """Whether the words before the field speak of a part of the network."""
    ahead = _AHEAD.match(line)
    return ahead is not None and _PART.search(ahead[0]) is not None and _WHOLE.search(line) is None


def _chain(line: str, number: int, right: set[int]) -> Judgements:
    """Fields between arrows: RF grows from 1 → 3 → 5."""
    match = _CHAIN.search(line) if len(line) < LONGEST else None
    fields = [int(text) for text in re.findall(r"\d+", match["chain"])] if match else []
    odd = [field for field in fields if field not in right | {1, *SIDES}]
    if match and fields == sorted(set(fields)):
        yield None if not odd else Finding(
            number, Kind.RECEPTIVE, squeeze(match[0]), f"no layer sees {odd[0]} pixels",
            f"the layers see {', '.join(map(str, sorted(right)))} pixels",
        )  # fmt: skip


def _reached(steps: Sequence[Step]) -> Iterator[tuple[int, int]]:
    """The field and the jump behind each layer."""
    r = j = 1
    for step in steps:
        r, j = step.widen(r, j)
        yield r, j


def _ends(document: Document, steps: Sequence[Step]) -> bool:
    """Whether nothing can follow but a head: what comes out are the classes, or what a linear layer takes."""
    out = next((step.cells["out"] for step in reversed(steps) if "out" in step.cells), 0)
    linear = re.compile(rf"\b(?:linear|fc|fully|dense)\b.{{0,30}}?\b{out}\b", re.IGNORECASE)
    behind = document.lines[steps[0].line :]
    return out in CLASSES or any(linear.search(line) for line in behind)
