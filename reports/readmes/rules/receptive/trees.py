"""Receptive fields in the headings of blocks whose layers stand below, further in: "Block 2: 14×14 → 7×7 (RF: 7)".

Where in a block its field is meant is not told: before it, behind it or behind any layer in it. Another one is wrong,
where the channels prove that no convolution is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.layers.listed import (
    Step,
    depth,
    is_chained,
    is_header,
    names_layer,
    told_field,
    told_layer,
)

LEAST = 2  # blocks
LONGEST = 300  # letters of a line


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with the field that it tells, and the layers below it."""

    line: int
    field: int
    layers: tuple[Step, ...]


def judge_trees(document: Document) -> Judgements:
    """The field of each block that has layers."""
    for blocks in _networks(document):
        r, j = 1, 1
        judged: list[Finding | None] = []
        for block in blocks:
            able = {r}
            for layer in block.layers:
                r, j = layer.widen(r, j)
                able.add(r)
            right = block.field in able
            judged.append(None if right else _wrong(block, min(able), r))
        if judged[0] is None:
            yield from judged


def _wrong(block: Block, first: int, last: int) -> Finding:
    return Finding(
        block.line, Kind.RECEPTIVE, f"receptive field {block.field}", f"receptive field {last}",
        f"from its beginning to its end the block sees {first} to {last} pixels",
    )  # fmt: skip


def _networks(document: Document) -> Iterator[list[Block]]:
    """The blocks of each drawing every layer of which is understood, and none left out."""
    for fence in document.of_kind("fence", "prose"):
        blocks: list[Block] = []
        inside = -1  # how far in the heading of the block stands
        for number in range(fence.first, fence.last + 1):
            line = plain(document.lines[number - 1])
            field = told_field(line) if len(line) <= LONGEST else None
            if field is not None and is_header(document, number):
                blocks.append(Block(number, field, ()))
                inside = depth(line)
            elif blocks and depth(line) > inside and names_layer(line):
                layer = told_layer(number, line) if len(line) <= LONGEST else None
                if layer is None:
                    blocks = []
                    break
                block = blocks[-1]
                blocks[-1] = Block(block.line, block.field, (*block.layers, layer))
        if len(blocks) >= LEAST and is_chained([layer for block in blocks for layer in block.layers]):
            yield blocks


def tree_lines(document: Document) -> set[int]:
    """The lines of the headings that are judged."""
    return {block.line for blocks in _networks(document) for block in blocks}
