"""What words say of runs that sections of their own tell: better or worse than the one before, and the best of all."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, Sentence, sentences, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.stages import Stage, follows, read_stages, stage_at
from reports.readmes.reading.claims import is_aim
from reports.readmes.reading.document import Section

_SET = r"(?P<set>test(?:ing)?|val(?:idation)?|train(?:ing)?)"
_UP = re.compile(
    rf"\b{_SET}\s+acc(?:uracy)?\s+(?:is|was|has|also|slightly|further)?\s*(?:also|slightly|further|been|gone)?\s*"
    r"(?:up|increased|improved|risen|went up|higher)\b",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:reduced|decreased|lessened|lower|less)\s+(?:the\s+)?over-?\s?fitting\b"
    r"|\bover-?\s?fitting\s+(?:is|was|has|got)\s+(?:been\s+)?(?:reduced|decreased|lessened|lower|less)\b"
    r"|\bgap\s+(?:is|was|has)\s+(?:been\s+)?(?:reduced|decreased|narrowed|lower|smaller)\b",
    re.IGNORECASE,
)
_BEST = re.compile(
    rf"\b(?:best|better|highest|higher)\b[^.;]{{0,40}}?\b{_SET}\s+(?:set\s+)?acc(?:uracy|uracies)?\b", re.IGNORECASE
)
_OTHER = re.compile(
    r"\d|\b(?:than|compared?|versus|vs|from|if|would|could|should|can|may|might|not|no|never|try|need|want|will|expect\w*|"
    r"aim\w*|target|but|although|though|initially|epochs?|first|second)\b|n't",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)
LEAST = Fraction(2, 100)  # by which a gap grows, in points


def check_stages(evidence: Evidence) -> Judgements:
    """Every sentence of a run that says how it stands to the run before, and every one that calls one run the best."""
    stages = read_stages(evidence)
    for sentence in sentences(evidence.document, "prose") if stages else ():
        line, _ = evidence.document.place(
            sentence.block, sentence.start + len(sentence.text) - len(sentence.text.lstrip())
        )
        if is_aim(evidence.document, line):
            continue
        at = stage_at(stages, line, evidence)
        for text, number in _lines(sentence, evidence):
            if at and follows(stages[at - 1], stages[at]):
                yield from _after(text, number, stages[at - 1], stages[at])
            elif at is None:
                yield from _best(text, number, stages)


def _lines(sentence: Sentence, evidence: Evidence) -> Iterator[tuple[str, int]]:
    """The sentence line by line, as lists are written, each with its number."""
    offset = 0
    for part in sentence.text.split("\n"):
        if part.strip():
            yield part, evidence.document.place(sentence.block, sentence.start + offset)[0]
        offset += len(part) + 1


def _after(text: str, line: int, before: Stage, stage: Stage) -> Judgements:
    up, less = _UP.search(text), _LESS.search(text)
    if up and not _OTHER.search(text[: up.end() + 25]):
        old, new = ((each.train if up["set"].lower().startswith("tr") else each.test) for each in (before, stage))
        if old is not None and new is not None and old.how == new.how and old.value != new.value:
            yield None if new.value > old.value else Finding(
                line, Kind.SUMMARY, squeeze(up[0]), f"{new.text} %, down from {old.text} %",
                f"line {old.line} has {old.text} %, line {new.line} {new.text} %",
            )  # fmt: skip
    if less and not _OTHER.search(text[: less.start()]) and before.gap is not None and stage.gap is not None:
        grown = stage.gap - before.gap
        if min(stage.gap, before.gap) > 0 and not 0 < grown < LEAST:
            yield None if grown <= 0 else Finding(
                line, Kind.SUMMARY, squeeze(less[0]),
                f"a gap of {float(stage.gap):.2f}, up from {float(before.gap):.2f}",
                f"training above test: {_told(before)} in the run before, {_told(stage)} in this one",
            )  # fmt: skip


def _told(stage: Stage) -> str:
    return f"{stage.train.text if stage.train else ''} and {stage.test.text} %"


def _best(text: str, line: int, stages: Sequence[Stage]) -> Judgements:
    """A sentence that names one run and says that its accuracy is the best."""
    best = list(_BEST.finditer(text))
    named = [stage for stage in stages if _names(text, stage.section, stages)]
    if not best or len(named) != 1 or _OTHER.search(text[min(m.start() for m in best) :]):
        return
    told = [stage.train if best[0]["set"].lower().startswith("tr") else stage.test for stage in stages]
    own = named[0].train if best[0]["set"].lower().startswith("tr") else named[0].test
    if own is None or any(each is None or each.how != own.how for each in told):
        return
    top = max((each for each in told if each is not None), key=lambda each: each.value)
    yield None if own.value >= top.value else Finding(
        line, Kind.SUMMARY, squeeze(best[0][0]), f"{top.text} % in line {top.line}",
        f"{named[0].section.title} has {own.text} %",
    )  # fmt: skip


def _names(text: str, section: Section, stages: Sequence[Stage]) -> bool:
    """Whether a text has a word of the section's title that no other run's title has."""
    others = {
        word.lower() for each in stages if each.section is not section for word in _WORD.findall(each.section.title)
    }
    own = {word.lower() for word in _WORD.findall(section.title)} - others
    return any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for word in own)
