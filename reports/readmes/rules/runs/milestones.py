"""When an accuracy is crossed, from when on it holds, and means over the last epochs, against the log."""

import re
from fractions import Fraction
from statistics import mean

from reports.readmes.proof.evidence import Evidence, Sentence, sentences, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import show
from reports.readmes.reading.document import plain
from reports.readmes.reading.logs.results import Log
from reports.readmes.rules.registry import rule
from reports.readmes.rules.runs.spans import SPANS, P, at_least

_EPOCH = (
    r"(?:the\s+)?(?:epochs?\s*(?:no\.?|number|\#)?\s*(?P<after>\d{1,3})\b|"
    r"(?P<before>\d{1,3})\s?(?:st|nd|rd|th)\s+epochs?\b)"
)
_CROSSED = re.compile(
    rf"\b(?:(?P<first>first(?!\s+epochs?\b)(?:\s+\w+)?)\s+|(?:cross|surpass|exceed|pass|touch)(?:es|ed|s|ing)?\s+)(?:\w+\s+){{0,3}}?"
    rf"(?:over\s+|above\s+|≥\s*)?{P}(?![\d.])(?:\s+(?:mark|\w*\s?accuracy|acc))*\s+(?P<how>at|in|on|by|before)\s+{_EPOCH}",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    rf"\b(?:consisten\w*|maintain\w*|stay\w*|remain\w*|always|stable|steady)\b[^.%\n]{{0,40}}?{P}(?![\d.])[^.%\n]{{0,40}}?"
    rf"\b(?P<since>from|since|after)\s+{_EPOCH}"
    rf"|(?<!reaching )(?<!reached )(?<!reaches )(?<![\d.])"
    rf"(?P<percent2>\d{{2}}(?:\.\d{{1,3}})?)\s*%\+?[^.%\n]{{0,40}}?\b(?:consisten\w*\s+)?(?:from|since)\s+"
    + _EPOCH.replace("<after>", "<after2>").replace("<before>", "<before2>")
    + r"|\b(?P<since3>from|since|after)\s+"
    + _EPOCH.replace("<after>", "<after3>").replace("<before>", "<before3>")
    + r"(?:\s+on(?:wards?)?)?\b[^.%\n\d]{0,40}?(?:\b(?:above|over|at\s+least|consistently|stay\w*)|≥|>=?)\s*"
    r"(?<![\d.])(?P<percent3>\d{2}(?:\.\d{1,3})?)(?![\d.])\s*%",
    re.IGNORECASE,
)
_FIRST_AT = re.compile(  # 99.40 % (first achieved in the 18th epoch)
    rf"{P}[^.%\n\d]{{0,12}}?\b(?P<first>first)\s+(?:achieved|hit|seen|obtained|crossed)\s+(?P<how>at|in|on)\s+"
    rf"{_EPOCH}",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\bepochs?\s+(?:with\s+|at\s+)?(?:≥|>=)\s*(?P<percent>\d{2}(?:\.\d{1,3})?)\s*%\s*[:=]\s*\W{0,4}(?P<number>none|never|\d{1,3})\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^\W*(?P<percent>\d{2}(?:\.\d{1,3})?)\s*%\+?\s+(?:test|val(?:idation)?)?\s*acc(?:uracy)?\W*:\W*"
    r"(?:(?:in\s+)?epoch\s+(?P<epoch>\d{1,3})\b|(?P<never>never)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_WHICH = re.compile(
    r"\b(?P<which>best|final|last)\s+epoch\b\W{0,30}[:=|]\W{0,30}(?P<epoch>\d{1,3})\b(?!\s*[.%])", re.IGNORECASE
)
_MEAN = re.compile(
    r"\b(?:average|avg|mean)\b[^.%\n\d]{0,40}\blast\s+(?P<number>\d{1,2})\s+epochs?\b[^.%\n\d]{0,30}(?P<value>\d{2}\.\d{1,4})\s*%"
    r"|\blast\s+(?P<number2>\d{1,2})\s*(?:epochs?)?\s*(?:avg|average|mean)\w*[^.%\n\d]{0,20}(?P<value2>\d{2}\.\d{1,4})\s*%"
    r"|\blast\s+(?P<number3>\d{1,2})\b[^.%\n\d\[]{0,12}\[[^\]\n]{5,120}\]\s*=\s*(?P<value3>\d{2}\.\d{1,4})\s*%",
    re.IGNORECASE,
)


@rule(
    Kind.MILESTONE,
    '"crossed 99.4 % at epoch 9", "consistently 99.4 % from epoch 12", "average of the last 5 epochs: 99.43 %", "above '
    '99.4 % in the last 3 epochs", "for 4 consecutive epochs", "97.5 % in the first epoch", '
    '"first achieved in the 18th epoch"',
    "the log of the section, or the only one, whole, which need print no epochs where it has as many results as were "
    "trained; an epoch may be counted from 0 or 1 where the log counts from 0",
)
def check_milestones(evidence: Evidence) -> Judgements:
    """Every sentence that says when."""
    for sentence in sentences(evidence.document, "prose", "heading"):
        for pattern, judge in (*_FORMS, *SPANS):
            for match in pattern.finditer(sentence.text):
                line, _ = evidence.document.place(sentence.block, sentence.start + match.start())
                log = _log(evidence, line, sentence, match)
                if log is not None:
                    yield from judge(match, log, line)
    for block in evidence.document.of_kind("prose", "row"):
        for number in range(block.first, block.last + 1):
            for match in _WHICH.finditer(plain(evidence.document.lines[number - 1])):
                log = evidence.log(number)
                if log is not None and log.complete and len(evidence.logs) == 1 and not log.first <= number <= log.last:
                    yield from _best_epoch(match, log, number)


def _log(evidence: Evidence, line: int, sentence: Sentence, match: re.Match[str]) -> Log | None:
    """The log that the sentence speaks of, where that is certain."""
    log = evidence.log(line)
    sure = log is not None and log.complete and (evidence.same_section(line, log) or len(evidence.logs) == 1)
    return log if sure and not sentence.speaks_of_others(match.end()) else None


def _crossed(match: re.Match[str], log: Log, line: int) -> Judgements:
    text, epoch = match["percent"], int(match["after"] or match["before"])
    needed = Fraction(text)
    reach = [result for result in log.results if result.accuracy * 100 >= needed]
    near = [result for result in log.results if at_least(result, text)]
    by = match["how"].lower() in ("by", "before")
    meant = [r for number in range(epoch + 1) for r in log.at(number)] if by else log.at(epoch)
    if not meant or any(result.epoch is None for result in log.results):
        return
    right = any(result in near for result in meant) and (
        not match["first"] or by or any(first[0] in meant for first in (reach, near) if first)
    )
    first = f"epoch {reach[0].epoch}" if reach else "no epoch"
    why = f"{reach[0].wording} in line {reach[0].line}" if reach else f"the best of the log is {log.best.wording}"
    yield None if right else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), first,
        f"the log has {meant[-1].wording} at epoch {meant[-1].epoch}; first at {text} %: {first}, {why}",
    )  # fmt: skip


def _holds(match: re.Match[str], log: Log, line: int) -> Judgements:
    text = match["percent"] or match["percent2"] or match["percent3"]
    names = [f"{name}{at}" for at in ("", 2, 3) for name in ("after", "before")]
    epoch = int(next(match[name] for name in names if match[name]))
    later = log.results[0].epoch == 0 or log.counted or "after" in (match["since"] or match["since3"] or "").lower()
    starts = (epoch, epoch + 1) if later else (epoch,)
    numbers = [
        (result, result.epoch + (log.results[0].epoch == 0)) for result in log.results if result.epoch is not None
    ]
    below = [
        [result for result, number in numbers if number >= start and not at_least(result, text)] for start in starts
    ]
    if not any(number >= epoch for _, number in numbers):
        return
    fewest = below[0] if len(below[0]) <= len(below[-1]) else below[-1]
    worst = min(fewest, key=lambda result: result.accuracy, default=None)
    yield None if worst is None else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), f"{show(worst.accuracy * 100, 2)} % at epoch {worst.epoch}",
        f"the log has {worst.wording} at epoch {worst.epoch} (line {worst.line}), below {text} %",
    )  # fmt: skip


def _listed(match: re.Match[str], log: Log, line: int) -> Judgements:
    """A list of milestones: the first epoch at each."""
    first = next((result for result in log.results if result.accuracy * 100 >= Fraction(match["percent"])), None)
    right = first is None if match["never"] else first is not None and first in log.at(int(match["epoch"]))
    yield None if right else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), "never" if first is None else f"epoch {first.epoch}",
        f"the best of the log is {log.best.wording}" if first is None
        else f"the log has {first.wording} at epoch {first.epoch} (line {first.line})",
    )  # fmt: skip


def _best_epoch(match: re.Match[str], log: Log, line: int) -> Judgements:
    """The epoch that is called the best or the last."""
    epoch, best = int(match["epoch"]), match["which"].lower() == "best"
    results = log.at(epoch)
    expected = log.best if best else log.results[-1]
    right = any(result.accuracy == expected.accuracy if best else result is expected for result in results)
    yield None if right else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), f"epoch {expected.epoch}",
        f"the log of lines {log.first} to {log.last} has {expected.wording} at epoch {expected.epoch}",
    )  # fmt: skip


def _times(match: re.Match[str], log: Log, line: int) -> Judgements:
    """How many epochs reach an accuracy."""
    yield judge_times(log, match["percent"], match["number"], line, squeeze(match[0]))


def judge_times(log: Log, percent: str, number: str, line: int, found: str) -> Finding | None:
    """What is wrong with a number of epochs that reach an accuracy; none, never and the like are 0."""
    strict = sum(result.accuracy * 100 >= Fraction(percent) for result in log.results)
    rounded = sum(at_least(result, percent) for result in log.results)
    told = int(number) if number.isdecimal() else 0
    return None if told in (strict, rounded) else Finding(
        line, Kind.MILESTONE, found, f"{strict} epochs",
        f"the log of lines {log.first} to {log.last} has {strict} epochs of at least {percent} %",
    )  # fmt: skip


def _mean(match: re.Match[str], log: Log, line: int) -> Judgements:
    number, value = (next(match[f"{n}{i}"] for i in ("", 2, 3) if match[f"{n}{i}"]) for n in ("number", "value"))
    yield from judge_mean(log, int(number), value, line, squeeze(match[0]))


def judge_mean(log: Log, number: int, value: str, line: int, found: str) -> Judgements:
    """A mean over the last epochs, of a log that has so many; its figures are rounded themselves."""
    if not 1 < number <= len(log.results):
        return
    exact = mean(result.accuracy for result in log.results[-number:]) * 100
    decimals = len(value.partition(".")[2])
    printed = max(result.percent.decimals for result in log.results[-number:])
    room = Fraction(1, 2 * 10**decimals) + Fraction(1, 2 * 10**printed)
    yield None if abs(Fraction(value) - exact) <= room else Finding(
        line, Kind.MILESTONE, found, f"{float(exact):.{max(2, decimals)}f} %",
        f"the mean of the last {number} epochs of the log (lines {log.results[-number].line} to {log.last})",
    )  # fmt: skip


_FORMS = (
    (_CROSSED, _crossed),
    (_FIRST_AT, _crossed),
    (_HOLDS, _holds),
    (_MEAN, _mean),
    (_TIMES, _times),
    (_LISTED, _listed),
)
