"""Receptive fields, jumps and sizes, layer by layer."""

import re
from collections.abc import Iterator, Sequence

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import plain
from reports.readmes.reading.layers.chains import Sized, read_chains
from reports.readmes.reading.layers.code import constructed, constructs, told_sizes
from reports.readmes.reading.layers.fields import FieldList
from reports.readmes.rules.receptive.blocks import judge_blocks, judge_boxes
from reports.readmes.rules.receptive.finals import Ends, judge_final
from reports.readmes.rules.receptive.rows import LEAST_ROWS, Judged, judge_list, judge_rows
from reports.readmes.rules.receptive.shaped import judge_shaped
from reports.readmes.rules.receptive.trees import judge_trees, tree_lines
from reports.readmes.rules.receptive.untold import judge_untold
from reports.readmes.rules.registry import rule

LONGEST = 300  # letters of a line
MOST_SLIPS = 2  # rows that do not follow, before and behind one wrong size
LEAST_TOLD = 4  # layers of a list that tell their field
_SIDES = re.compile(
    r"\b(?:rf|receptive[ _-]?field)\b(?:\s*(?:of|is|[:=]))?\s*"
    r"(?P<high>\d{1,3})\s*[x×]\s*(?P<wide>\d{1,3})\b(?!\s*[x×])",
    re.IGNORECASE,
)
_LARGE = re.compile(
    r"\b(?:receptive field|rf)\b[^.|\d\n]{0,60}?(?P<field>\d{1,3},\d{3}|\d{4,7})(?![\d,.]*\d|\s*p[ae]r[ai]m)",
    re.IGNORECASE,
)


@rule(
    Kind.RECEPTIVE,
    "tables and lists with a layer a row of kernel, padding, stride, sizes, receptive fields and jumps; blocks of "
    "drawn networks, their headings and lists of their fields; fields and jumps beside output shapes; sizes in the "
    "comment of a line of code; "
    "fields beside names whose kernels stand elsewhere; the receptive field that the text names",
    "n_out = (n_in + 2p − k) / s + 1, r_out = r_in + (k − 1) · d · j_in, j_out = j_in · s, from row to row, where most "
    "rows fit, or sizes or channels beside each layer prove that none is left out, or one mistaken formula makes every "
    "field; the code of the line; the only such list, where it is right or proven wrong; the only network whose "
    "channels prove that none of its layers is left out",
)
def check_receptive_fields(evidence: Evidence) -> Judgements:
    """Each row of each such table and list."""
    ends: list[Ends] = []  # of each list that tells fields, judged or not
    for fields in evidence.fields:
        judged, field = _judged(fields)
        yield from judged
        told = [step.cells["r"] for step in fields.steps if "r" in step.cells]
        lines = fields.steps[0].line, fields.steps[-1].line
        ends += [Ends(*lines, tuple(told), field, bool(judged) and not any(judged))] if len(told) > 1 else []
    for layers in evidence.shaped:
        rows = list(judge_shaped(layers))
        yield from (finding for _, _, finding in rows)
        right = bool(rows) and not any(finding for _, _, finding in rows)
        told = [layer.field for layer in layers]
        ends.append(Ends(layers[0].line, layers[-1].line, tuple(told), rows[-1][1] if rows else None, right))
    if len({(end.told, end.field, end.right) for end in ends}) == 1:
        yield from judge_final(evidence, ends)
    elif not ends:
        yield from judge_untold(evidence)
    yield from judge_trees(evidence.document)
    yield from judge_blocks(evidence)
    yield from judge_boxes(evidence)
    yield from _squares(evidence)
    yield from _sizes(evidence)
    yield from _counts(evidence)
    for side, chain in read_chains(evidence.document):
        yield from _judge_sizes(side, chain)


def judged_fields(evidence: Evidence) -> set[int]:
    """The lines of all lists that are judged."""
    lists = [fields for fields in evidence.fields if _judged(fields)[0]]
    lines = {step.line for fields in lists for step in fields.steps} | tree_lines(evidence.document)
    return lines | {layer.line for layers in evidence.shaped if list(judge_shaped(layers)) for layer in layers}


def _judged(fields: FieldList) -> Judged:
    return judge_rows(fields.steps) if fields.table else judge_list(fields)


def _counts(evidence: Evidence) -> Iterator[Finding]:
    """A receptive field that is the number of parameters."""
    totals = {each.total for each in evidence.counted} | {c.value for c in evidence.said if c.what == "parameters"}
    for block in evidence.document.of_kind("prose", "row"):
        for number in range(block.first, block.last + 1):
            match = _LARGE.search(plain(evidence.document.lines[number - 1]))
            if match and int(match["field"].replace(",", "")) in totals:
                yield Finding(
                    number, Kind.RECEPTIVE, f"receptive field {match['field']}", "a number of pixels",
                    f"{match['field']} is the number of parameters",
                )  # fmt: skip


def _judge_sizes(side: int | None, layers: Sequence[Sized]) -> Judgements:
    """A list in which the layers follow from each other but for one size, with which neither neighbour agrees."""
    sides = [side, *(layer.side for layer in layers)]
    fits = [before is None or layer.side in layer.after(before) for before, layer in zip(sides, layers, strict=False)]
    if len(layers) < LEAST_ROWS or fits.count(False) > MOST_SLIPS:
        return
    for at, layer in enumerate(layers):
        before = sides[at]
        if fits[at] or before is None or at + 1 >= len(layers) or fits[at + 1]:
            yield None
            continue
        able = sorted(size for size in layer.after(before) if layers[at + 1].side in layers[at + 1].after(size))
        yield None if len(able) != 1 else Finding(
            layer.line, Kind.RECEPTIVE, f"size {layer.side}", f"size {able[0]}",
            f"of {before}, and what the next layer leaves as {layers[at + 1].side}",
        )  # fmt: skip


def _sizes(evidence: Evidence) -> Judgements:
    """Each line of code that constructs a layer, with the sizes in its comment.

    A comment behind the last layer of a block may tell of those above it too that have none.
    """
    untold: list[dict[str, int]] = []
    for number, line in enumerate(evidence.document.lines, 1):
        if not constructs(line) or len(line) >= LONGEST:
            untold = [] if line.strip() else untold
            continue
        sizes, layer = told_sizes(line), constructed(line)
        if sizes and layer:
            n_in, n = sizes
            expected = _after(layer, n_in)
            whole = n_in
            for above in (*untold, layer):
                whole = _after(above, whole)
            same = expected < 1 or n in (expected, whole)
            reach = (layer["k"] - 1) * layer["d"]
            yield None if same else Finding(
                number, Kind.RECEPTIVE, f"size {n}", f"size {expected}",
                f"({n_in} + 2 · {layer['p']} − {reach + 1}) / {layer['s']} + 1, by the code of the line",
            )  # fmt: skip
        untold = [] if sizes else [*untold, *([layer] if layer else [])]


def _after(layer: dict[str, int], size: int) -> int:
    return (size + 2 * layer["p"] - (layer["k"] - 1) * layer["d"] - 1) // layer["s"] + 1


def _squares(evidence: Evidence) -> Iterator[Finding]:
    """One field with two sides among fields that are squares, line below line."""
    runs: list[list[tuple[int, re.Match[str]]]] = [[]]
    for number, line in enumerate(evidence.document.lines, 1):
        match = _SIDES.search(line) if len(line) < 300 else None
        if match:
            if runs[-1] and number - runs[-1][-1][0] > 3:
                runs.append([])
            runs[-1].append((number, match))
    for run in runs:
        odd = [(number, match) for number, match in run if match["high"] != match["wide"]]
        if len(odd) == 1 and len(run) > LEAST_TOLD:
            ((number, match),) = odd
            yield Finding(
                number, Kind.RECEPTIVE, f"receptive field {match['high']}x{match['wide']}", "a square",
                f"the other {len(run) - 1} of the list are squares",
            )  # fmt: skip
