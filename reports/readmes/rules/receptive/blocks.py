"""Fields of blocks, told apart from their layers: "Block 2: RF = 19" beside a list of what Block 2 consists of.

Where in a block its field is meant is not told: before it, behind it or behind any layer in it.
"""

import re
from collections.abc import Iterator, Sequence

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.layers.drawn import Block, read_blocks
from reports.readmes.reading.layers.listed import LONGEST, Step, is_chained, names_layer, told_layer

_NAME = re.compile(
    r"^[\s>*+\-•│├└─#]*(?:\d+[.)]\s*)?"
    r"(?P<name>(?:(?:conv(?:olution)?|input|output|transition|dilated)\s+)?(?:block|stage|transition)\s*\d+|C\d)\b",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\b(?:rf|receptive[ _-]?field)\s*(?:[=:]|is|of)?\s*(?P<field>\d{1,3})(?:\s*[x×]\s*(?P=field))?"
    r"(?![\d.%]|\s*(?:→|->|[-+*×])\s*\d)",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"^\s*[│║|](?P<inside>[^│║]*(?:[│║]\s*└[^│║]*)?)[│║|]")
_STRIDES = re.compile(r"pool|strid|downsampl", re.IGNORECASE)
LEAST = 3  # blocks whose field is told
NEAR = 2  # lines from a title to the first layer of its block


def judge_blocks(evidence: Evidence) -> Judgements:
    """Each such field, of the only network whose channels prove that no layer is left out, where the first is right."""
    networks = [fields.steps for fields in evidence.fields if fields.whole and len(fields.steps) > LEAST]
    if len(networks) != 1:
        return
    able = dict(_able(evidence.document, networks[0]))
    told = [claim for claim in _told(evidence.document, networks[0]) if claim[0] in able]
    if len({name for name, _, _ in told}) < LEAST or len(told) > len(able):
        return
    judged = [_of_block(field, able[name], line) for name, field, line in told]
    if judged[0] is None:
        yield from judged


def judge_boxes(evidence: Evidence) -> Judgements:
    """The field of each drawn box, of a drawing whose layers' channels prove that none is left out."""
    for boxes in read_blocks(evidence.document):
        layers = [_layers(evidence.document, box) for box in boxes]
        known = [steps for steps in layers if steps is not None]
        told = [box.field for box in boxes if box.field]
        if len(told) < LEAST or len(known) < len(layers) or not is_chained([step for steps in known for step in steps]):
            continue
        r = j = 1
        judged: list[Finding | None] = []
        for box, steps in zip(boxes, known, strict=True):
            able = [r]
            for step in steps:
                r, j = step.widen(r, j)
                able.append(r)
            if box.field and steps:
                judged.append(_of_block(box.field[1], able, box.field[0]))
        if judged and judged[0] is None:
            yield from judged


def _layers(document: Document, box: Block) -> list[Step] | None:
    """What stands inside the box, line by line; None where a line strides that is not understood."""
    steps: list[Step] = []
    for number in range(box.first, box.last + 1):
        inside = _INSIDE.match(plain(document.lines[number - 1]))
        text = inside["inside"] if inside else ""
        step = told_layer(number, text)
        if step is not None:
            steps.append(step)
        elif names_layer(text) and _STRIDES.search(text):
            return None
    return steps


def _of_block(field: int, able: Sequence[int], line: int) -> Finding | None:
    return None if field in able else Finding(
        line, Kind.RECEPTIVE, f"receptive field {field}", f"receptive field {able[-1]}",
        f"from its beginning to its end the block sees {able[0]} to {able[-1]} pixels",
    )  # fmt: skip


def _able(document: Document, steps: Sequence[Step]) -> Iterator[tuple[str, list[int]]]:
    """The blocks by the titles between the layers, each with the fields from its beginning to its end."""
    lines = {step.line for step in steps}
    name, seen, names = "", [1], set()
    r = j = 1
    at = 0
    for number in range(max(1, steps[0].line - NEAR), steps[-1].line + 1):
        title = _NAME.match(plain(document.lines[number - 1])) if number not in lines else None
        if title:
            if name:
                yield name, seen
            name = _key(title["name"])
            if name in names:
                return
            names.add(name)
            seen = [r]
        while at < len(steps) and steps[at].line == number:
            r, j = steps[at].widen(r, j)
            seen.append(r)
            at += 1
    if name:
        yield name, seen


def _told(document: Document, steps: Sequence[Step]) -> Iterator[tuple[str, int, int]]:
    """The name, field and line of each line elsewhere that tells one of a block."""
    for number, raw in enumerate(document.lines, 1):
        if steps[0].line - NEAR <= number <= steps[-1].line or len(raw) > LONGEST:
            continue
        line = plain(raw)
        match = _NAME.match(line)
        field = _FIELD.search(line) if match else None
        if match and field:
            yield _key(match["name"]), int(field["field"]), number


def _key(name: str) -> str:
    return re.sub(r"\s+", "", name).lower()
