"""A report of the checker held against the truth of a file: found where, mended how, alarms elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.any_model.case import Case
from benchmarks.any_model.plant import Planted, differs
from benchmarks.any_model.sheet.book import Book, Formula, Place
from benchmarks.any_model.sheet.calculator import Calculator
from benchmarks.any_model.sheet.parser import ReadError, corner, moved
from benchmarks.any_model.truth import states

TRAITS = ("output", "loss", "hidden", "optimiser", "convention", "mean", "mean_at", "loss_cell", "separate", "closed",
          "per_sample", "merged", "data", "headers", "wide", "other_sheet", "names", "derivatives", "local", "initial",
          "augmented", "inputs", "start", "stacked", "count", "extras", "samples")  # fmt: skip
MOST = 0.8  # of a slip's cells must be named
Finding = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    what: str  # right, rewriting, slip, forward
    kind: str  # of the slip or the rewriting
    wish: str  # model | layout | arithmetic
    seed: int
    verdict: str
    found: bool = False  # a finding touches a wrong cell
    placed: bool = False  # the findings are the wrong cells: no other, and most of them
    mended: bool = False  # what should be there, filled over each finding, gives the right numbers
    alarms: int = 0  # findings elsewhere
    visible: bool = True
    seconds: float = 0.0
    story: str = ""
    traits: tuple[str, ...] = ()  # what else was drawn

    @property
    def fails(self) -> bool:
        if self.what == "slip":
            return not (self.placed and self.mended) or bool(self.alarms)
        return bool(self.alarms) or self.verdict != ("no_derivatives" if self.what == "forward" else "correct")


def cells(finding: Finding) -> list[Place]:
    """Every cell of a finding's range."""
    found = []
    for part in str(finding["range"] or finding["cell"]).split(","):
        sheet, _, area = part.strip().rpartition("!")
        first, _, last = area.replace("$", "").partition(":")
        (r0, c0), (r1, c1) = corner(first), corner(last or first)
        name = sheet.strip("'") or finding["sheet"]
        found += [(name, r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)]
    return found


def mends(case: Case, finding: Finding, where: Sequence[Place]) -> bool:
    """Whether the offered formula, filled over the finding's cells, is right there at three random states."""
    text = finding["should_be"]
    if not text:
        return False
    row, column = corner(str(finding["cell"]).replace("$", ""))
    sheet = finding["sheet"]
    for given in states(case, 3, seed=2):
        world = Calculator(case.right, given)
        try:
            first = world.result(text, sheet, True)
            for cell in where:
                if isinstance(first, np.ndarray) and first.size > 1:
                    at = cell[1] - row, cell[2] - column
                    fits = 0 <= at[0] < first.shape[0] and 0 <= at[1] < first.shape[1]
                    new = float(first[at]) if fits else None
                else:
                    result = world.result(moved(text, cell[1] - row, cell[2] - column), sheet, True)
                    new = float(result[0, 0]) if isinstance(result, np.ndarray) else result
                if differs(new, world.value(cell)) and not _ill(new, world.value(cell)):
                    return False
        except (ReadError, IndexError):
            return False
    return True


def _ill(new: object, old: object) -> bool:
    """Differences of rounding: two ways to the same number."""
    return isinstance(new, float) and isinstance(old, float) and abs(new - old) <= 1e-7 * max(abs(new), abs(old), 1e-2)


def judge(case: Case, planted: Planted | None, what: str, report: Mapping[str, Any], seconds: float) -> Outcome:
    """The outcome of a file."""
    wish = case.wish
    named = f"{wish.model} | {wish.layout} | {wish.arithmetic}"
    traits = tuple(f"{name} {getattr(wish, name)}" for name in TRAITS)
    findings: Sequence[Finding] = report["findings"]
    story = _story(planted, report, case.right if planted is None else planted.book)
    if planted is None:
        kind = wish.rewriting or wish.convention
        return Outcome(
            what,
            kind,
            named,
            wish.seed,
            report["verdict"],
            alarms=len(findings),
            seconds=seconds,
            story=story,
            traits=traits,
        )
    wrong = set(planted.wrong)
    told = [(finding, cells(finding)) for finding in findings]
    hits = [(finding, where) for finding, where in told if wrong & set(where)]
    hit = {cell for _, where in hits for cell in where}
    allowed = wrong | _arrays(planted)
    return Outcome(
        what, planted.kind, named, wish.seed, report["verdict"],
        found=bool(hits),
        placed=bool(hits) and hit <= allowed and len(hit & wrong) >= MOST * len(wrong),
        mended=bool(hits) and all(mends(case, finding, where) for finding, where in hits),
        alarms=sum(allowed.isdisjoint(where) for _, where in told), visible=planted.visible, seconds=seconds,
        story=story, traits=traits,
    )  # fmt: skip


def _arrays(planted: Planted) -> set[Place]:
    """All changed cells and the cells of changed arrays: a slip that shows in some of them is told for all."""
    found = set()
    for sheet, row, column in planted.right:
        content = planted.book.cells[sheet, row, column]
        rows, columns = (content.rows, content.columns) if isinstance(content, Formula) else (1, 1)
        found |= {(sheet, row + r, column + c) for r in range(rows) for c in range(columns)}
    return found


def _story(planted: Planted | None, report: Mapping[str, Any], book: Book) -> str:
    lines = []
    if planted:
        place, right = next(iter(planted.right.items()), (planted.wrong[0], ""))
        stands = getattr(book.cells[place], "text", book.cells[place])
        lines.append(f"{len(planted.wrong)} cells from {place} ({planted.quantity}): {stands} for {right}")
    lines.append(f"{report['verdict']} {report.get('message', '')}")
    for finding in report["findings"][:4]:
        lines.append(f"{finding['sheet']}!{finding['range']} {finding['kind']} {finding['severity']}: "
                     f"{finding['formula']} -> {finding['should_be']} ({finding['explanation']})")  # fmt: skip
    return "\n        ".join(lines)
