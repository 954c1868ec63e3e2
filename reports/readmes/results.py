"""A check's result for people and for programs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.text import count
from reports.figures.formats import percent, thousands
from reports.readmes.corrected import Fixed
from reports.readmes.proof.findings import FileReport, Finding, Kind
from reports.readmes.rules.registry import CODES

if TYPE_CHECKING:
    from reports.figures.published import PublishedRun

PLURAL = {
    Kind.PARAMETERS: "parameter counts of layers",
    Kind.SHAPE: "output shapes",
    Kind.TOTAL: "totals",
    Kind.MEMORY: "memory estimates",
    Kind.LOG: "percentages in logs",
    Kind.ACCURACY: "accuracies in the text",
    Kind.COUNT: "parameter counts in the text",
    Kind.CONSTRAINT: "constraints",
    Kind.MILESTONE: "milestones of a training",
    Kind.SUMMARY: "figures in tables of runs",
    Kind.TRAINING: "figures of the training",
    Kind.RECEPTIVE: "rows of receptive fields",
    Kind.ARITHMETIC: "sums that are written out",
    Kind.RATE: "learning rates",
    Kind.FORMULA: "formulas",
    Kind.DATA: "figures of a data set",
    Kind.RUN: "figures of recorded runs",
}
WIDEST = 160
MOST_LINES = 12  # of those that were not read


def as_text(report: FileReport) -> Iterator[str]:
    """The lines of a report: findings, a verdict, what was checked."""
    for finding in report.findings:
        yield f"{report.file}:{finding.line}: [{finding.kind.rule}] {_short(finding.found)}"
        yield f"  should be: {_short(finding.expected)}"
        yield f"  because: {_short(finding.reason)}"
    if not report.claims:
        yield f"{report.file}: no claim found that can be checked: no table, log or formula, nor a figure they bear out"
        yield from _unread(report)
        return
    yield f"{report.file}: {count(len(report.findings), 'finding')} in {count(report.claims, 'checked claim')}"
    yield f"  checked: {', '.join(f'{number:,} {_kind(kind, number)}' for kind, number in report.checked.items())}"
    yield from _unread(report)


def _unread(report: FileReport) -> Iterator[str]:
    """What looks like a claim and was not understood."""
    if report.unread:
        what = " and ".join(_counted(name, len(lines)) for name, lines in report.unread.items())
        places = sorted({line for lines in report.unread.values() for line in lines})
        shown = ", ".join(map(str, places[:MOST_LINES])) + (", …" if len(places) > MOST_LINES else "")
        yield f"  not read: {what} (line{'s' if len(places) > 1 else ''} {shown})"


def _counted(name: str, number: int) -> str:
    """1 list of receptive fields, 2 lists of receptive fields."""
    return f"{number:,} {name if number != 1 else _singular(name)}"


def as_json(reports: Sequence[FileReport]) -> dict[str, object]:
    """The same as data."""
    return {
        "files": [
            {
                "file": report.file,
                "findings": [_finding(finding) for finding in report.findings],
                "checked": {kind.value: number for kind, number in report.checked.items()},
                "claims": report.claims,
                "unread": {name: list(lines) for name, lines in report.unread.items()},
            }
            for report in reports
        ]
    }


def corrected_line(report: FileReport, fixed: Fixed | None) -> str:
    """What became of a corrected copy."""
    if fixed is None:
        return f"  nothing in {report.file} can be corrected mechanically: no copy written"
    done = count(fixed.corrected, "finding")
    return f"  corrected: {fixed.file}: {done} corrected, {fixed.left} left to correct by hand"


def imported_line(run: "PublishedRun", folder: Path) -> str:
    """What was read of a published run, and where its record lies."""
    parameters = f", {thousands(run.parameters)} parameters" if run.parameters is not None else ""
    best = f"best {percent(run.best.accuracy)} in epoch {run.best.epoch}"
    return f"{folder}: published, {count(len(run.epochs), 'epoch')}, {best}{parameters}"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "line": finding.line,
        "rule": finding.kind.rule,
        "code": CODES[finding.kind],
        "kind": finding.kind.value,
        "found": finding.found,
        "expected": finding.expected,
        "reason": finding.reason,
        "fixable": finding.edit is not None,
    }


def _kind(kind: Kind, number: int) -> str:
    return PLURAL[kind] if number != 1 else _singular(PLURAL[kind])


def _singular(text: str) -> str:
    words = text.split(" ")
    at = next((index for index, word in enumerate(words) if word in ("of", "in", "that")), len(words))
    noun = words[at - 1]
    words[at - 1] = "accuracy" if noun == "accuracies" else noun.removesuffix("s")
    return " ".join(words)


def _short(text: str) -> str:
    """One line: a README's text must not steer a terminal."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 1]}…"
