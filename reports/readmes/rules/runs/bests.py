"""What a program or a text says beside an accuracy of a log: that it is a new best, and what the loss was."""

import re
from collections.abc import Iterator
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.reading.document import cells, plain
from reports.readmes.reading.logs.results import Log, Result

_NEW_BEST = re.compile(
    r"\bnew best\b[^\d|]{0,40}?\bacc(?:uracy)?\b[\s:=]*(?P<percent>\d{1,3}\.\d{1,4})\s*%", re.IGNORECASE
)
_SET = r"(?:test(?:ing)?|val(?:id(?:ation)?)?)"
_LOSS = re.compile(rf"{_SET}\s+loss|loss\s*\({_SET}\)", re.IGNORECASE)
_ACCURACY = re.compile(rf"{_SET}\s+acc(?:uracy)?(?:\s*\(%\))?|acc(?:uracy)?\s*\({_SET}\)", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%?")
NEAR = 8  # lines behind an epoch that speak of it
FINE = 2  # decimals by which an accuracy is told from others


def check_new_bests(evidence: Evidence) -> Judgements:
    """Each accuracy that is called a new best, against the epochs before it."""
    for log in evidence.printed:
        yield from _new_bests(evidence, log)


def _new_bests(evidence: Evidence, log: Log) -> Judgements:
    """Only beside the epoch's own accuracy, and where neither its loss nor its training is a new best."""
    ends = [*(result.line for result in log.results[1:]), log.last + NEAR]
    for at, (result, end) in enumerate(zip(log.results, ends, strict=True)):
        for number in range(result.line + 1, min(end, result.line + NEAR, len(evidence.document.lines) + 1)):
            match = _NEW_BEST.search(plain(evidence.document.lines[number - 1]))
            if match is None or Fraction(match["percent"]) != result.percent.value * 100 or at == 0:
                continue
            before = log.results[:at]
            best = max(before, key=lambda each: each.accuracy)
            lost = [_loss(each) for each in (*before, result)]
            by_loss = None not in lost and min(each for each in lost[:-1] if each is not None) > (lost[-1] or 0)
            trained = [each.trained for each in (*before, result)]
            by_training = None not in trained and max(each for each in trained[:-1] if each is not None) < (
                trained[-1] or 0
            )
            if best.accuracy <= result.accuracy:
                yield None
            elif not by_loss and not by_training:
                yield Finding(
                    number, Kind.ACCURACY, squeeze(match[0]), "no new best",
                    f"line {best.line} has {best.wording}"
                    + (f" in epoch {best.epoch}" if best.epoch is not None else ""),
                )  # fmt: skip


def check_losses(evidence: Evidence) -> Judgements:
    """Each row of a test accuracy and a test loss: the loss of the epochs of the only log that have the accuracy."""
    log = evidence.logs[0] if len(evidence.logs) == 1 else None
    lines = {result.line for each in evidence.printed for result in each.results}
    for block in evidence.document.of_kind("row") if log else ():
        row = [text for text, _ in cells(evidence.document.lines[block.first - 1])]
        if block.first in lines or len(row) != len(block.header):
            continue
        accuracies, losses = (list(_of(block.header, row, pattern)) for pattern in (_ACCURACY, _LOSS))
        if len(accuracies) != 1 or len(losses) != 1:
            continue
        same = [each for each in (log.results if log else ()) if _is(each.accuracy * 100, accuracies[0])]
        lost = [loss for each in same if (loss := _loss(each)) is not None]
        if not same or len(lost) < len(same) or len(accuracies[0].partition(".")[2]) < FINE:
            continue
        yield None if any(_is(loss, losses[0]) for loss in lost) else Finding(
            block.first, Kind.TRAINING, f"a test loss of {losses[0]}", f"{float(lost[0]):g}",
            f"line {same[0].line} of the log has it beside {same[0].wording}",
        )  # fmt: skip


def _of(header: tuple[str, ...], row: list[str], pattern: re.Pattern[str]) -> Iterator[str]:
    for title, text in zip(header, row, strict=True):
        if pattern.fullmatch(title.strip(" *`")) and (match := _NUMBER.fullmatch(text)):
            yield match[1]


def _is(exact: Fraction, text: str) -> bool:
    return is_rounding(Fraction(text), exact, len(text.partition(".")[2]))


def _loss(result: Result) -> Fraction | None:
    try:
        return Fraction((result.loss or "").replace(",", "."))
    except ValueError:
        return None
