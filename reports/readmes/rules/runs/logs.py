"""Training logs: each percentage against the count beside it."""

import re
from itertools import repeat

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.reading.logs.results import Percent, Result, whole
from reports.readmes.rules.registry import rule

_COUNTED = re.compile(
    r"(?:accura\w*|\bacc|correct\w*)\W{1,4}(?P<correct>\d[\d,]{0,9})(?:\.0+)?\s*/\s*(?P<total>\d[\d,]{0,9})\s*"
    r"\(\s*(?P<percent>\d{1,3}(?:\.\d+)?)\s*%\s*\)",
    re.IGNORECASE,
)


@rule(
    Kind.LOG,
    "`Accuracy: 9821/10000 (98%)`, a table with a row an epoch",
    "the count beside the percentage, rounded or cut; of a table that tells some epochs of a log again, that log "
    "and the epochs that it has",
)
def check_logs(evidence: Evidence) -> Judgements:
    """Every line that prints a count and a percentage, and those that tell an epoch again."""
    for log in evidence.printed:
        for result in (*log.results, *log.repeated):
            if result.correct is not None:
                yield _finding(result)
        for other in evidence.logs:
            differ = log.excerpt_of(other)
            if differ is not None:
                yield from (_told_again(*pair) for pair in differ)
                yield from repeat(None, len(log.results) - len(differ))
    yield from _elsewhere(evidence)


def _elsewhere(evidence: Evidence) -> Judgements:
    """Counts with percentages in what programs printed and no log was made of: of two tasks, of training images."""
    read = {result.line for log in evidence.printed for result in (*log.results, *log.repeated)}
    for block in evidence.document.of_kind("fence"):
        for number in range(block.first, block.last + 1):
            if number in read:
                continue
            for match in _COUNTED.finditer(evidence.document.lines[number - 1]):
                percent = Percent(match["percent"], number, match.start("percent"))
                correct, total = whole(match["correct"]), whole(match["total"])
                yield _finding(Result(number, percent, correct=correct, total=total)) if total else None


def _told_again(result: Result, original: Result) -> Finding:
    if result.epoch != original.epoch:
        return Finding(
            result.line, Kind.LOG, f"{result.percent.text} in epoch {result.epoch}", f"epoch {original.epoch}",
            f"the log has {original.wording} in epoch {original.epoch} (line {original.line}), and no epoch "
            f"{result.epoch}",
        )  # fmt: skip
    return Finding(
        result.line, Kind.LOG, f"{result.percent.text} in epoch {result.epoch}", original.wording,
        f"the log has {original.wording} in that epoch (line {original.line})",
    )  # fmt: skip


def _finding(result: Result) -> Finding | None:
    correct, total, percent = result.correct, result.total, result.percent
    if correct is None:
        return None
    if not total or correct > total:
        return Finding(
            result.line, Kind.LOG, f"{correct:,} of {total or 0:,} right", f"at most {total or 0:,}",
            "no more can be right than are tested",
        )  # fmt: skip
    if is_rounding(percent.value * 100, result.accuracy * 100, percent.decimals):
        return None
    right = f"{float(result.accuracy * 100):.{percent.decimals}f}"
    return Finding(
        result.line, Kind.LOG, f"{percent.text} % beside {correct:,} of {total:,}", f"{right} %",
        f"{correct:,} / {total:,} = {float(result.accuracy * 100):.4g} %",
        Edit(result.line, percent.column, percent.text, right),
    )  # fmt: skip
