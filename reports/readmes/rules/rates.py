"""Learning rates whose digits occur twice with the point in another place: 0.3772 beside 0.03772."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, repeat

from reports.readmes.proof.evidence import Evidence, sentences
from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.reading.document import plain
from reports.readmes.rules.registry import rule

_NUMBER = r"(?<![\w.,])(?P<rate>\d?\.\d{1,12}(?:[eE]-?\d{1,2})?)(?![\w%]|\.\d|\s*%)"
_NAMED = re.compile(
    rf"(?:learning[ -]?rates?|\blr\b|η)\W*(?:(?:as|of|is|was|to|from|with|the|value|set|at|used)\W+){{0,4}}?{_NUMBER}",
    re.IGNORECASE,
)
_CALLED = re.compile(rf"{_NUMBER}\s*(?:as\s+)?(?:the\s+)?(?:learning[ -]?rate|\blr\b)", re.IGNORECASE)
_ANY = re.compile(_NUMBER)
_OTHER = re.compile(
    r"\b(?:loss|momentum|decay|dropout|gamma|error|std|mean|deviation)\b\W*(?:\w+\W+){0,2}$", re.IGNORECASE
)
_DISCUSSED = re.compile(
    r"\b(?:slip|typo|mistake|misprint|elsewhere|instead of|wrong\w*|rather than|not)\b", re.IGNORECASE
)
_SCHEDULE = re.compile(  # rates that are a power of ten apart on purpose
    r"\b(?:max\w*|min\w*|div\w*|initial|final|peak|anneal\w*|warm\w*|cycle|schedul\w*|range|finder|end)\b|\de-\d",
    re.IGNORECASE,
)
_FIRST_RATE = re.compile(
    r"\b(?:(?:initial|starting|base)\s+)?(?:learning[ _-]?rate|lr)\b\s*(?:\(?initial\)?\s*)?(?:[:=|]|is|of|was)\s*"
    r"(?P<rate>\d*\.\d{1,6}|\de-\d)(?![\w.]|\s*(?:-|–|→|to|,)\s*\d)",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\bstep[_ -]?size\b\s*(?:[:=]|of|is)?\s*(?P<step>\d{1,3})\b[^.\n]{0,25}?"
    r"\bgamma\b\s*(?:[:=]|of|is)?\s*(?P<gamma>0?\.\d{1,3})\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"learning[ -]?rate|\blr\b|η", re.IGNORECASE)
DIGITS = 3  # significant ones; 0.1 beside 0.01 is two learning rates


@dataclass(frozen=True, slots=True)
class Mention:
    """A learning rate in prose."""

    text: str
    line: int
    column: int
    named: bool  # the words learning rate stand beside it

    @property
    def value(self) -> float:
        """The rate."""
        return float(self.text)

    @property
    def digits(self) -> str:
        """Its significant digits."""
        return re.split("[eE]", self.text)[0].replace(".", "").strip("0")


_OWN_NAME = re.compile(r"\b(?!lr\b|rate\b|eta\b)[A-Za-z]\w*\s*[:=]\s*$", re.IGNORECASE)  # of another quantity


@rule(
    Kind.RATE,
    "0.3772 where 0.03772 stands elsewhere: three or more equal digits, the point in another place; the first rate of "
    "a training, the steps and the factor by which it falls",
    "the other rates of the text; the rates that the only log prints",
)
def check_rates(evidence: Evidence) -> Judgements:
    """Every learning rate of three digits or more that is mentioned beside others."""
    mentions = _mentions(evidence)
    named = [mention for mention in mentions if mention.named]
    rates = [mention.digits for mention in named if len(mention.digits) >= DIGITS]
    findings = list(_slips(mentions, named, dict.fromkeys(rates)))
    yield from findings
    yield from repeat(None, (len(rates) if len(named) > 1 else 0) - len(findings))
    yield from _schedule(evidence)


def _schedule(evidence: Evidence) -> Judgements:
    """What the text says of the schedule, against rates that the only log prints from its first epoch on."""
    logs = [log for log in evidence.logs if all(result.rate is not None for result in log.results)]
    if len(evidence.logs) != 1 or not logs or not logs[0].complete:
        return
    rates = [result.rate or Fraction(0) for result in logs[0].results]
    if any(after > before for before, after in pairwise(rates)):
        return  # it warms up or turns
    for pattern, judge in ((_FIRST_RATE, _first_rate), (_STEPS, _steps)):
        found = [
            (number, match)
            for block in evidence.document.of_kind("prose", "row")
            for number in range(block.first, block.last + 1)
            if not logs[0].first <= number <= logs[0].last
            for match in pattern.finditer(plain(evidence.document.lines[number - 1]))
        ]
        if len({match.groups() for _, match in found}) == 1:
            for number, match in found:
                yield from judge(match, number, rates)


def _first_rate(match: re.Match[str], line: int, rates: Sequence[Fraction]) -> Judgements:
    rate = Fraction(match["rate"])
    near = any(abs(rate - other) <= rate / 100 for other in rates)
    yield None if near else Finding(
        line, Kind.RATE, f"learning rate {match['rate']}", f"{float(rates[0]):g}",
        f"the log begins with {float(rates[0]):g} and has {match['rate']} nowhere",
    )  # fmt: skip


def _steps(match: re.Match[str], line: int, rates: Sequence[Fraction]) -> Judgements:
    """A rate that falls by one factor at equal distances."""
    falls = [at for at, (before, after) in enumerate(pairwise(rates), 1) if after < before]
    factors = [rates[at] / rates[at - 1] for at in falls]
    distances = {after - before for before, after in pairwise(falls)}
    step, gamma = int(match["step"]), Fraction(match["gamma"])
    if len(falls) < 2 or len(distances) != 1 or max(factors) - min(factors) > Fraction(2, 100):
        return
    seen = distances.pop()
    right = seen == step and abs(factors[0] - gamma) <= Fraction(2, 100)
    yield None if right else Finding(
        line, Kind.RATE, f"a step of {step} epochs by {match['gamma']}",
        f"{seen} epochs by {float(factors[0]):.3g}", "the rates that the log prints",
    )  # fmt: skip


def _slips(mentions: list[Mention], named: list[Mention], rates: Iterable[str]) -> Iterator[Finding]:
    """Of each rate that is written with the point in two places, which one is wrong."""
    for digits in rates:
        alike = [mention for mention in mentions if mention.digits == digits and mention.value > 0]
        values = sorted({mention.value for mention in alike})
        if len(values) == 2 and _power_of_ten(values[1] / values[0]):
            yield _finding(alike, [m.value for m in named if m.digits != digits and m.value > 0])


def _mentions(evidence: Evidence) -> list[Mention]:
    """The numbers that stand beside the words, and others of blocks where the words occur."""
    mentions: dict[tuple[int, int], Mention] = {}
    about = {
        block for block in evidence.document.of_kind("prose", "heading")
        if _WORDS.search(evidence.document.text(block))
    }  # fmt: skip
    for sentence in sentences(evidence.document, "prose", "heading"):
        if sentence.block not in about or _DISCUSSED.search(sentence.text) or _SCHEDULE.search(sentence.text):
            continue
        for pattern in (_NAMED, _CALLED, _ANY):
            for match in pattern.finditer(sentence.text):
                start = match.start("rate")
                before = sentence.text[max(0, start - 40) : start]
                if pattern is _ANY and (_OTHER.search(before) or _OWN_NAME.search(before)):
                    continue
                place = evidence.document.place(sentence.block, sentence.start + start)
                mentions.setdefault(place, Mention(match["rate"], *place, named=pattern is not _ANY))
    return [mentions[place] for place in sorted(mentions)]


def _finding(alike: list[Mention], others: list[float]) -> Finding:
    """Which of two rates is the slip: the one farther from the other rates, else the one mentioned less often."""
    values = sorted({mention.value for mention in alike})
    distance = [sum(abs(math.log10(value / other)) for other in others) for value in values]
    times = [sum(mention.value == value for mention in alike) for value in values]
    if others and distance[0] != distance[1]:
        right = values[0] if distance[0] < distance[1] else values[1]
        why = f"nearer to {', '.join(f'{rate:g}' for rate in sorted(set(others)))}"
    elif times[0] != times[1]:
        right, why = (values[0] if times[0] > times[1] else values[1]), "written more often"
    else:
        first, last = alike[0], next(m for m in reversed(alike) if m.value != alike[0].value)
        return Finding(
            last.line, Kind.RATE, f"learning rate {last.text}", f"{first.text} or {last.text} in both places",
            f"line {first.line} has the same digits with the point elsewhere: {first.text}",
        )  # fmt: skip
    good = next(mention for mention in alike if mention.value == right)
    slip = next(mention for mention in alike if mention.value != right)
    return Finding(
        slip.line, Kind.RATE, f"learning rate {slip.text}", good.text,
        f"the same digits with the point elsewhere than in line {good.line}, {good.text}, which is {why}",
        Edit(slip.line, slip.column, slip.text, good.text),
    )  # fmt: skip


def _power_of_ten(ratio: float) -> bool:
    return abs(math.log10(ratio) - round(math.log10(ratio))) < 1e-9
