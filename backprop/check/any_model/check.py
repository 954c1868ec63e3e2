"""A workbook of any model: judged, mended where it is wrong, and judged once more.

What a mistake made wrong is right in the mended workbook, and what is still wrong there is another mistake. A change
that nothing but its neighbours asks for is believed where with it everything is proven.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

from backprop.check.any_model.judge import Judged, how_much, judge, place_of
from backprop.check.any_model.mending.again import Change, mended, perhaps
from backprop.check.any_model.mending.powers import MEANT, minus_before_powers
from backprop.check.any_model.mending.roots import grouped
from backprop.check.any_model.optimisers.outliers import carried_findings
from backprop.check.any_model.words.findings import changed_findings, finding_of
from backprop.check.findings import FileReport, Finding, Proof
from backprop.spreadsheet.book import Book, Cell
from backprop.spreadsheet.formula import Node
from groundfloor.text import count

MOST_CELLS = 20_000  # with a formula, of a workbook that is judged more than once
MOST_TIMES = 4  # that one is mended and judged
SECONDS = 12.0  # of the processor, for changes that only neighbours ask for


def check_any_model(book: Book, repairs: bool = True) -> FileReport:
    """Every cell that claims to be a derivative, every update: proven or refuted by the workbook's own formulas.

    Without `repairs` none is searched for, and what is not right is `not_understood`.
    """
    return (_judged(book, MOST_TIMES) if repairs else judge(book, repairs=False)).report


def _judged(book: Book, times: int) -> Judged:
    first = judge(book)
    if first.analysis is None or times == 0 or len(first.analysis.cells.nodes) > MOST_CELLS:
        return first
    if (as_meant := _with_negative_powers(book, first, times)) is not None:
        return as_meant
    if first.carried:
        return _mended_first(book, first, carried_findings(first.analysis, first.carried), first.carried, times)
    if first.roots:
        roots = grouped(sorted(first.roots, key=lambda root: root.expected.node), first.analysis)[0]
        if any(root.repair is None for root in roots):
            return first
        changes = {root.cell: root.repair.tree for root in roots if root.repair is not None}
        return _mended_first(book, first, finding_of(first.analysis, roots), changes, times)
    return _by_neighbours(book, first) if first.unchecked and not first.report.findings else first


def _with_negative_powers(book: Book, first: Judged, times: int) -> Judged | None:
    """The report with the minus of −x^2 before the power as the mistake, where more is proven so and less is wrong."""
    if first.analysis is None or _open(first) == 0:
        return None
    cells = {first.analysis.cells.graph.anchor(cell) for cell in first.analysis.cells.cell_of.values()}
    change = minus_before_powers(book, cells)
    if change is None:
        return None
    later = _judged(mended(book, change.trees), times - 1)
    if later.analysis is None or later.report.proof is None or first.report.proof is None:
        return None
    more = later.report.proof.right > first.report.proof.right and _open(later) < _open(first)
    return _told(first, [change], later, MEANT) if more else None


def _mended_first(
    book: Book, first: Judged, findings: list[Finding], changes: Mapping[Cell, Node], times: int
) -> Judged:
    """The report with these findings and what is left once they are mended; the first where that is no simpler."""
    left = len(first.report.findings) - len(findings) + len(first.unchecked)
    if left == 0:
        return first
    later = _judged(mended(book, changes), times - 1)
    own = {place_of(finding) for finding in findings}
    overlap = not own.isdisjoint(place_of(finding) for finding in later.report.findings)
    return first if later.report.proof is None or overlap or _open(later) >= left else _together(first, findings, later)


def _open(judged: Judged) -> int:
    return len(judged.report.findings) + len(judged.unchecked)


def _together(first: Judged, findings: list[Finding], later: Judged) -> Judged:
    """The report on a workbook with these findings and those of the mended one."""
    before, after = first.report.proof, later.report.proof
    assert before is not None
    assert after is not None
    told = sorted([*findings, *later.report.findings], key=lambda finding: (finding.sheet, finding.range))
    proof = Proof(
        after.derivatives, min(before.right, after.derivatives), after.updates, before.proven,
        before.through_optimiser, before.cells,
    )  # fmt: skip
    left = later.report.unchecked
    report = replace(
        first.report, verdict="mistakes", message=how_much(proof, left), findings=tuple(told),
        notes=later.report.notes, unchecked=left, proof=proof,
    )  # fmt: skip
    return replace(first, report=report, unchecked=later.unchecked)


def _by_neighbours(book: Book, first: Judged) -> Judged:
    """The report with changes that the formulas beside a doubted cell ask for, if all is proven with them.

    One after the other, each of which leaves less in doubt.
    """
    until = time.process_time() + SECONDS
    found: list[Change] = []
    judged, changed = first, book
    for _ in range(MOST_TIMES):
        better = _better(changed, judged, until)
        if better is None:
            return first
        change, changed, judged = better
        found.append(change)
        if judged.report.verdict == "correct":
            return _told(first, found, judged)
    return first


def _better(book: Book, judged: Judged, until: float) -> tuple[Change, Book, Judged] | None:
    """The first change that leaves less in doubt and makes nothing wrong, the changed workbook, and what is left."""
    assert judged.analysis is not None
    for change in perhaps(judged.analysis, judged.unchecked):
        if time.process_time() > until:
            return None
        changed = mended(book, change.trees)
        later = judge(changed, repairs=False)
        if _is_better(judged, change, later):
            return change, changed, later
    return None


def _is_better(judged: Judged, change: Change, later: Judged) -> bool:
    """Whether less is in doubt and nothing is wrong once the change is made, and it changes numbers into others."""
    after = later.analysis
    if after is None or later.report.findings or later.report.proof is None:
        return False
    follows = all(after.cells.at.get(cell) in after.cells.reads for cell in change.trees)
    return follows and len(later.unchecked) < len(judged.unchecked)


def _told(first: Judged, changes: list[Change], later: Judged, why: str = "") -> Judged:
    """A finding for each change that together prove everything. `why`: what is wrong, where one cannot see it."""
    before, after, proof = first.analysis, later.analysis, later.report.proof
    assert before is not None
    assert after is not None
    assert proof is not None
    if why:
        proven = f"{why}; {count(proof.right, 'derivative')} are proven so"
    else:
        many = f"{count(proof.derivatives, 'derivative')} and {count(proof.updates, 'update')}"
        proven = f"with the formula that others have here, all of {many} are proven"
    findings = [finding for change in changes for finding in changed_findings(before, after, change, proven)]
    return _together(first, findings, later)
