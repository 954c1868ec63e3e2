"""What sentences say of several epochs at once: the last of them, a run of them, their number; and of the first one."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from reports.readmes.proof.evidence import squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding, show
from reports.readmes.reading.logs.results import Log, Result

P = r"(?<![\d.])(?P<percent>\d{2}(?:\.\d{1,3})?)\s*%?\+?"  # a percentage
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_N = rf"(?P<number>\d{{1,2}}|{'|'.join(_WORDS)})"
_ALL = r"(?:consisten\w*|maintain\w*|stay\w*|remain\w*|always|stable|steady|all|every|each|above|over|at least|≥|>=?)"
_LAST = re.compile(
    rf"{P}(?![\d.])(?P<between>[^.%\n\d]{{0,60}}?)\b(?:in|for|over|during|across|throughout)\s+(?:all\s+)?(?:the\s+)?"
    rf"(?:last|final)\s+{_N}\s+(?:consecutive\s+)?epochs?\b",
    re.IGNORECASE,
)
_OF_LAST = re.compile(rf"\b(?:last|final)\s+{_N}\s+epochs?\b(?P<between>[^.%\n\d]{{0,50}}?){P}(?![\d.])", re.IGNORECASE)
_LASTING = re.compile(rf"(?:\b|(?=[≥>])){_ALL}", re.IGNORECASE)
_ROW = re.compile(
    rf"{P}(?![\d.])[^.%\n\d]{{0,40}}?\bfor\s+{_N}\s+(?:(?:consecutive|straight|successive)\s+epochs?\b|epochs?\s+in\s+a\s+row\b)",
    re.IGNORECASE,
)
_TIMES = re.compile(
    rf"\bnumber\s+of\s+epochs\s+(?:above|over|at\s+least|of\s+at\s+least|with\s+at\s+least|≥|>=)\s*{P}[^.%\n\d]{{0,12}}?"
    r"(?:[:=|]|\bis\b)\s*(?P<number>\d{1,2})\b"
    rf"|\breach(?:es|ed)\s+{P.replace('percent', 'percent2')}\s*(?:\w+\s+){{0,2}}?(?P<number2>\d{{1,2}})\s+times\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"\bfirst\s+epoch\b(?P<between>[^.%\n\d]{{0,40}}?){P}(?![\d.])"
    rf"|{P.replace('percent', 'percent2')}(?![\d.])[^.%\n\d]{{0,30}}?\b(?:in|after|at)\s+(?:the\s+)?(?:very\s+)?"
    rf"first\s+epoch\b|\b(?:start|begin)(?:s|ed|ning|ing)?\s+(?:at|from|with)\s+{P.replace('percent', 'percent3')}"
    r"(?![\d.])[^.%\n\d]{0,30}?\b(?:in|at|after)\s+epoch\s+1\b",
    re.IGNORECASE,
)
_OTHER_FIRST = re.compile(
    r"\b(?:with|that|where|which|when|to|above|over|cross\w*|reach\w*|hit\w*|exceed\w*|least|best)\b|[>≥<]",
    re.IGNORECASE,
)
_ONLY = re.compile(
    rf"{P}(?![\d.])[^.%\n\d]{{0,40}}?\b(?:in|within)\s+(?:just|only|merely)\s+{_N}\s+epochs?\b", re.IGNORECASE
)
_MEAN = re.compile(r"\b(?:average|avg|mean|loss|gap|differ\w*)\b", re.IGNORECASE)


def _last(match: re.Match[str], log: Log, line: int) -> Judgements:
    number = _number(match["number"])
    whole = match.string[max(0, match.start() - 40) : match.end()]
    if not _LASTING.search(whole) or _MEAN.search(whole) or not 1 < number <= len(log.results):
        return
    below = [result for result in log.results[-number:] if not at_least(result, match["percent"])]
    yield None if not below else _below(match, below, line)


def _row(match: re.Match[str], log: Log, line: int) -> Judgements:
    text, number = match["percent"], _number(match["number"])
    longest = run = 0
    for result in log.results:
        run = run + 1 if at_least(result, text) else 0
        longest = max(longest, run)
    yield None if number <= longest else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), f"{longest} epochs in a row",
        f"the log of lines {log.first} to {log.last} has at most {longest} epochs of at least {text} % in a row",
    )  # fmt: skip


def _times(match: re.Match[str], log: Log, line: int) -> Judgements:
    text, number = _either(match, "percent"), int(_either(match, "number"))
    reach = sum(result.accuracy * 100 >= Fraction(text) for result in log.results)
    able = {
        reach,
        sum(result.accuracy * 100 > Fraction(text) for result in log.results),
        sum(at_least(result, text) for result in log.results),
    }
    yield None if number in able else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), f"{reach} epochs",
        f"the log of lines {log.first} to {log.last} has {reach} epochs of at least {text} %",
    )  # fmt: skip


def _first(match: re.Match[str], log: Log, line: int) -> Judgements:
    """The first epoch's accuracy on test images, or in training."""
    text = _either(match, "percent")
    result = log.results[0]
    if _OTHER_FIRST.search(match["between"] or "") or "." not in text:
        return
    known = [result.accuracy * 100] + ([result.trained * 100] if result.trained is not None else [])
    decimals = len(text.partition(".")[2])
    right = any(is_rounding(Fraction(text), accuracy, decimals) for accuracy in known)
    yield None if right else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), f"{show(result.accuracy * 100, 2)} %",
        f"the log has {result.wording} at epoch {result.epoch} (line {result.line})",
    )  # fmt: skip


def _only(match: re.Match[str], log: Log, line: int) -> Judgements:
    number = _number(match["number"])
    reach = [result for result in log.results if at_least(result, match["percent"])]
    if number >= len(log.results) or not reach:
        return
    yield None if any(result in reach for result in log.results[:number]) else Finding(
        line, Kind.MILESTONE, squeeze(match[0]), f"epoch {reach[0].epoch}",
        f"the log first has {match['percent']} % at epoch {reach[0].epoch}, {reach[0].wording} in line {reach[0].line}",
    )  # fmt: skip


def _below(match: re.Match[str], below: Sequence[Result], line: int) -> Finding:
    worst = min(below, key=lambda result: result.accuracy)
    return Finding(
        line, Kind.MILESTONE, squeeze(match[0]), f"{show(worst.accuracy * 100, 2)} % at epoch {worst.epoch}",
        f"the log has {worst.wording} at epoch {worst.epoch} (line {worst.line}), below {match['percent']} %",
    )  # fmt: skip


def at_least(result: Result, text: str) -> bool:
    """Whether an epoch has that percentage, as it is written or rounded to it."""
    exact = result.accuracy * 100
    return exact >= Fraction(text) or is_rounding(Fraction(text), exact, len(text.partition(".")[2]))


def _number(text: str) -> int:
    return _WORDS.get(text.lower()) or int(text)


def _either(match: re.Match[str], name: str) -> str:
    return next(match.groupdict()[f"{name}{at}"] for at in ("", 2, 3) if match.groupdict().get(f"{name}{at}"))


SPANS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Log, int], Judgements]], ...] = (
    (_LAST, _last), (_OF_LAST, _last), (_ROW, _row), (_TIMES, _times), (_FIRST, _first), (_ONLY, _only),
)  # fmt: skip
