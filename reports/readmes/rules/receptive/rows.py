"""Layers in order with their kernels: field, jump and size of each, from row to row of a table or line of a list."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from reports.readmes.proof.findings import Finding, Kind
from reports.readmes.reading.layers.fields import FieldList
from reports.readmes.reading.layers.listed import Step
from reports.readmes.rules.receptive.mistaken import is_mistaken

LEAST_ROWS, MOST_ROWS = 3, 500
LEAST_TOLD = 4  # layers of a list that tell their field
Judged = tuple[list[Finding | None], int | None]  # of each row, and the field behind the last one where it is known
Rule = tuple[bool, bool, bool]  # whether the column j is the jump in, padding is of both sides, sizes are rounded up


def judge_rows(steps: Sequence[Step]) -> Judged:
    """By the reading of the columns that most rows fit.

    Nothing where fewer than two fifths of the rows fit any, unless the sizes prove every kernel, stride and padding.
    """
    layers = sum("k" in step.cells for step in steps)
    if not LEAST_ROWS <= layers <= MOST_ROWS:
        return [], None
    readings: list[Rule] = [(a, b, c) for a, b, c in product((False, True), repeat=3)]
    judged = {reading: list(_rows(steps, reading)) for reading in readings}
    best = min(readings, key=lambda reading: sum(odd for odd, _, _ in judged[reading]))
    findings = [finding for _, finding, _ in judged[best]]
    wrong = sum(finding is not None for finding in findings)
    if 5 * wrong <= 3 * len(steps) or _is_closed(steps) or is_mistaken(steps):
        return findings, judged[best][-1][2] if len(findings) >= layers else None
    return [], None


def _is_closed(steps: Sequence[Step]) -> bool:
    """Whether each size follows from the row's own kernel, and goes into the next row; and the first fields are right.

    Then nothing is left out and no column is misread, however many fields are wrong.
    """
    of = [step.cells for step in steps]
    if not all({"k", "s", "p", "n_in", "n", "r"} <= has.keys() and has["s"] for has in of):
        return False
    made = all(
        (has["n_in"] + 2 * has["p"] - (has["k"] - 1) * has.get("d", 1) - 1) // has["s"] + 1 == has["n"] for has in of
    )
    linked = all(before["n"] == after["n_in"] for before, after in pairwise(of))
    begins = of[0]["r"] == of[0]["k"] and of[1]["r"] == of[0]["r"] + (of[1]["k"] - 1) * of[0]["s"]
    return made and linked and begins


def _rows(steps: Sequence[Step], reading: Rule) -> Iterator[tuple[bool, Finding | None, int]]:
    """Of each row whether it differs from what the rows before make, what is wrong with itself, and its right field."""
    jump_in, both_sides, up = reading
    r = steps[0].cells.get("r_in", 1)
    j = steps[0].cells.get("j_in", 1)
    n = left = steps[0].cells.get("n_in")  # what a row says that it leaves, and what it does
    for step in steps:
        has = step.cells
        if "k" not in has:  # a block that is told by its field only
            if left is not None and left != n == has.get("n_in"):
                yield True, Finding(
                    step.line, Kind.RECEPTIVE, f"size {n} goes in", f"size {left}", "what the row before leaves"
                ), has["r"]  # fmt: skip
            stride = has.get("s") or _shrinks(has)
            if stride is None and has["r"] != r and not {"j", "j_in"} & has.keys():
                return  # whether it strides is not told
            r, j, n = has["r"], has.get("j", has.get("j_in", j) * (stride or 1)), has.get("n", n)
            left = n
            continue
        k, s = has["k"], has.get("s", 1)
        reach = (k - 1) * has.get("d", 1)
        still = _stands_still(step)
        if still is not None:
            has, s = has | {"s": 1}, 1
        if jump_in and "j" in has and "j_in" not in has:
            j = has["j"]
        after = j * s if "s" in has else has.get("j", j)
        expected: dict[str, int] = {"r": r + reach * j, "j": j if jump_in else after}
        slip = _goes_in(step, left)
        if slip is not None and left is not None:
            has = has | {"n_in": left}
        n = has.get("n_in", n)
        if n is not None and "p" in has and has.get("s"):
            room = n + has["p"] * (1 if both_sides else 2) - reach - 1
            expected["n"] = (-(-room // s) if up else room // s) + 1
        wrong = {name: value for name, value in expected.items() if name in has and has[name] != value}
        own = {"r", "r_in"} <= has.keys() and has["r"] == has["r_in"] + reach * has.get("j_in", j)
        slip = still or slip
        odd = bool(wrong) or slip is not None
        if set(wrong) == {"r"} and own:
            wrong = {}  # right over an input that a row before got wrong
        yield odd, say_step(step, wrong, r, j, reach) if wrong else slip, expected["r"]
        r, j, n = expected["r"], after, has.get("n", n)
        left = expected.get("n", n)


def _stands_still(step: Step) -> Finding | None:
    """A stride of 0 beside a kernel and a picture that comes out as large as one of stride 1 makes it."""
    has = step.cells
    if has.get("s") != 0 or has["k"] < 2 or not {"n_in", "n", "p"} <= has.keys():
        return None
    made = has["n_in"] + 2 * has["p"] - (has["k"] - 1) * has.get("d", 1)
    return None if made != has["n"] else Finding(
        step.line, Kind.RECEPTIVE, "stride 0", "stride 1", f"a kernel that never moves makes no picture of {has['n']}"
    )  # fmt: skip


def _shrinks(has: dict[str, int]) -> int | None:
    """By how much a row divides the size, where it tells both."""
    return max(1, round(has["n_in"] / has["n"])) if has.get("n_in") and has.get("n") else None


def _goes_in(step: Step, left: int | None) -> Finding | None:
    """A size that goes in which is not what the row before leaves, and does not make the size that comes out."""
    has = step.cells
    if left is None or not {"n_in", "n", "p", "s"} <= has.keys() or not has["s"] or has["n_in"] == left:
        return None
    made, other = (
        (n + 2 * has["p"] - (has["k"] - 1) * has.get("d", 1) - 1) // has["s"] + 1 for n in (left, has["n_in"])
    )
    return None if made != has["n"] or other == made else Finding(
        step.line, Kind.RECEPTIVE, f"size {has['n_in']} goes in", f"size {left}",
        f"what the layer before leaves, and what makes {made} here",
    )  # fmt: skip


def judge_list(fields: FieldList) -> Judged:
    """A list: a field is wrong where it follows neither from all layers before nor from the field told last.

    Where more than a third are, layers may be left out, unless the sizes prove that none is.
    """
    steps = fields.steps
    if sum("r" in step.cells for step in steps) < LEAST_TOLD or (fields.named and _tells_what_goes_in(steps)):
        return [], None
    mistaken = not fields.functional and is_mistaken(steps)
    findings, r = _listed(steps, mistaken)
    if fields.named and _many(findings):  # made by some formula of its own
        findings, r = _listed(steps, True)
    proven = mistaken or (fields.closed and (fields.named or findings[0] is None))
    return (findings, r) if not _many(findings) or proven else ([], None)


def _many(findings: Sequence[Finding | None]) -> bool:
    return 3 * sum(finding is not None for finding in findings) > len(findings)


def _listed(steps: Sequence[Step], whole: bool) -> tuple[list[Finding | None], int]:
    """Of each field what is wrong with it, and the last right one; `whole`: by all layers before and nothing else."""
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
        right = told == r or (not whole and told == last) or told == step.cells.get("r_in", -1) + grows
        findings.append(
            None
            if right
            else say_step(step, {"r": r}, r - grows, j // step.cells["s"], grows // (j // step.cells["s"]))
        )
        last = told
    return findings, r


def _tells_what_goes_in(steps: Sequence[Step]) -> bool:
    """Whether each field is that before its layer."""
    r = j = 1
    for step in steps:
        if step.cells["r"] != r:
            return False
        r, j = step.widen(r, j)
    return True


def say_step(step: Step, wrong: dict[str, int], r: int, j: int, reach: int) -> Finding:
    """What is wrong with a row, and how the right number comes about."""
    names = {"r": "receptive field", "j": "jump", "n": "size"}
    found = ", ".join(f"{names[name]} {step.cells[name]}" for name in wrong)
    expected = ", ".join(f"{names[name]} {value}" for name, value in wrong.items())
    how = f"{r} + {reach} · {j} = {r + reach * j}" if "r" in wrong else (
        "(n + 2p − k) / s + 1" if "n" in wrong else "jump times stride"
    )  # fmt: skip
    return Finding(step.line, Kind.RECEPTIVE, found, expected, how)
