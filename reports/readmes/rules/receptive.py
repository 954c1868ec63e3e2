"""Receptive fields, jumps and sizes, layer by layer."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import plain
from reports.readmes.reading.layers.chains import Sized, read_chains
from reports.readmes.reading.layers.code import constructed, constructs, told_sizes
from reports.readmes.reading.layers.fields import FieldList, Step, read_fields
from reports.readmes.rules.registry import rule

LEAST_ROWS, MOST_ROWS = 3, 500
LONGEST = 300  # letters of a line
MOST_SLIPS = 2  # rows that do not follow, before and behind one wrong size
LEAST_TOLD = 4  # layers of a list that tell their field
_FINAL = re.compile(
    r"\b(?:(?:final|total|overall|network)\s+)?(?:receptive[ -]field|rf)\b(?:\s*\(rf\))?\s*"
    r"(?:achieved|reached|of the network)?\s*(?:[:=|]|is)\s*\W{0,4}(?P<field>\d{1,4})(?:\s*[x×]\s*(?P=field))?"
    r"(?![\d.,]|\s*(?:→|->|%|[x×]))",
    re.IGNORECASE,
)
_SIDES = re.compile(
    r"\b(?:rf|receptive[ _-]?field)\b(?:\s*(?:of|is|[:=]))?\s*"
    r"(?P<high>\d{1,3})\s*[x×]\s*(?P<wide>\d{1,3})\b(?!\s*[x×])",
    re.IGNORECASE,
)
_LARGE = re.compile(
    r"\b(?:receptive field|rf)\b[^.|\d\n]{0,60}?(?P<field>\d{1,3},\d{3}|\d{4,7})(?![\d,.]*\d|\s*p[ae]r[ai]m)",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(?:target|goal|must|should|need\w*|require\w*|at least|more than|least|aim\w*|constraint\w*)\b|[<>≥≤]",
    re.IGNORECASE,
)


@rule(
    Kind.RECEPTIVE,
    "tables and lists with a layer a row of kernel, padding, stride, sizes, receptive fields and jumps; sizes in the "
    "comment of a line of code; the receptive field that the text names",
    "n_out = (n_in + 2p − k) / s + 1, r_out = r_in + (k − 1) · d · j_in, j_out = j_in · s, from row to row, where most "
    "rows fit, or sizes beside each layer prove that none is left out; the code of the line; the only such list, where "
    "it is right",
)
def check_receptive_fields(evidence: Evidence) -> Judgements:
    """Each row of each such table and list."""
    lists = list(read_fields(evidence.document))
    told: list[FieldList] = []
    for fields in lists:
        judged = list(_judge(fields.steps) if fields.table else _judge_list(fields))
        yield from judged
        told += [fields] if judged and not any(judged) else []
    if len(lists) == len(told) == 1:
        yield from _judge_final(evidence, told[0])
    yield from _squares(evidence)
    yield from _sizes(evidence)
    yield from _counts(evidence)
    for side, layers in read_chains(evidence.document):
        yield from _judge_sizes(side, layers)


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
    """Each line of code that constructs a layer, with the sizes in its comment."""
    for number, line in enumerate(evidence.document.lines, 1):
        sizes = told_sizes(line) if len(line) < LONGEST and constructs(line) else None
        layer = constructed(line) if sizes else None
        if sizes and layer:
            n_in, n = sizes
            reach = (layer["k"] - 1) * layer["d"]
            expected = (n_in + 2 * layer["p"] - reach - 1) // layer["s"] + 1
            same = expected < 1 or n == expected
            yield None if same else Finding(
                number, Kind.RECEPTIVE, f"size {n}", f"size {expected}",
                f"({n_in} + 2 · {layer['p']} − {reach + 1}) / {layer['s']} + 1, by the code of the line",
            )  # fmt: skip


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


Rule = tuple[bool, bool, bool]  # whether the column j is the jump in, padding is of both sides, sizes are rounded up


def _judge(steps: Sequence[Step]) -> Judgements:
    """By the reading of the columns that most rows fit; nothing where fewer than two thirds of the rows fit any."""
    if not LEAST_ROWS <= sum("k" in step.cells for step in steps) <= MOST_ROWS:
        return
    readings: list[Rule] = [(a, b, c) for a, b, c in product((False, True), repeat=3)]
    judged = {reading: list(_rows(steps, reading)) for reading in readings}
    best = min(readings, key=lambda reading: sum(odd for odd, _ in judged[reading]))
    findings = [finding for _, finding in judged[best]]
    wrong = sum(finding is not None for finding in findings)
    if 5 * wrong <= 3 * len(steps):
        yield from findings


def _rows(steps: Sequence[Step], reading: Rule) -> Iterator[tuple[bool, Finding | None]]:
    """Of each row whether it differs from what the rows before make, and what is wrong with itself."""
    jump_in, both_sides, up = reading
    r = steps[0].cells.get("r_in", 1)
    j = steps[0].cells.get("j_in", 1)
    n = steps[0].cells.get("n_in")
    for step in steps:
        has = step.cells
        if "k" not in has:  # a block that is told by its field only
            r, j, n = has["r"], has.get("j", has.get("j_in", j)), has.get("n", n)
            continue
        k, s = has["k"], has.get("s", 1)
        reach = (k - 1) * has.get("d", 1)
        if jump_in and "j" in has and "j_in" not in has:
            j = has["j"]
        after = j * s if "s" in has else has.get("j", j)
        expected: dict[str, int] = {"r": r + reach * j, "j": j if jump_in else after}
        n = has.get("n_in", n)
        if n is not None and "p" in has and has.get("s"):
            room = n + has["p"] * (1 if both_sides else 2) - reach - 1
            expected["n"] = (-(-room // s) if up else room // s) + 1
        wrong = {name: value for name, value in expected.items() if name in has and has[name] != value}
        own = {"r", "r_in"} <= has.keys() and has["r"] == has["r_in"] + reach * has.get("j_in", j)
        odd = bool(wrong)
        if set(wrong) == {"r"} and own:
            wrong = {}  # right over an input that a row before got wrong
        yield odd, _finding(step, wrong, r, j, reach) if wrong else None
        r, j, n = expected["r"], after, has.get("n", n)


def _judge_list(fields: FieldList) -> Judgements:
    """A list: a field is wrong where it follows neither from all layers before nor from the field told last.

    Where more than a third are, layers may be left out, unless the sizes prove that none is.
    """
    steps = fields.steps
    if sum("r" in step.cells for step in steps) < LEAST_TOLD:
        return
    findings: list[Finding | None] = []
    r = last = steps[0].cells.get("r_in", 1)
    j = 1
    for step in steps:
        reach, before = (step.cells["k"] - 1) * step.cells["d"], j
        grows = reach * before
        r, last, j = r + grows, last + grows, before * step.cells["s"]
        if "r" not in step.cells:
            continue
        told = step.cells["r"]
        right = told in (r, last) or told == step.cells.get("r_in", -1) + grows
        findings.append(
            None
            if right
            else _finding(step, {"r": r}, r - grows, j // step.cells["s"], grows // (j // step.cells["s"]))
        )
        last = told
    wrong = sum(finding is not None for finding in findings)
    if 3 * wrong <= len(findings) or fields.closed:
        yield from findings


def _judge_final(evidence: Evidence, fields: FieldList) -> Judgements:
    """The receptive field that a line names without an aim: one that the list tells."""
    told = {step.cells["r"]: step for step in fields.steps if "r" in step.cells}
    lines = {step.line for step in fields.steps}
    last = fields.steps[-1]
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            match = _FINAL.search(line) if number not in lines and len(line) < 300 else None
            if match is None or _AIM.search(line[: match.end()]):
                continue
            field = int(match["field"])
            yield None if field in told else Finding(
                number, Kind.RECEPTIVE, f"receptive field {field}", f"receptive field {max(told)}",
                f"the layers of lines {fields.steps[0].line} to {last.line} end at {max(told)}",
            )  # fmt: skip


def _finding(step: Step, wrong: dict[str, int], r: int, j: int, reach: int) -> Finding:
    names = {"r": "receptive field", "j": "jump", "n": "size"}
    found = ", ".join(f"{names[name]} {step.cells[name]}" for name in wrong)
    expected = ", ".join(f"{names[name]} {value}" for name, value in wrong.items())
    how = f"{r} + {reach} · {j} = {r + reach * j}" if "r" in wrong else (
        "(n + 2p − k) / s + 1" if "n" in wrong else "jump times stride"
    )  # fmt: skip
    return Finding(step.line, Kind.RECEPTIVE, found, expected, how)
