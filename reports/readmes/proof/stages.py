"""Runs that sections of their own tell in words: in order, each with the one accuracy on test and training images."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence
from reports.readmes.reading.claims import Said
from reports.readmes.reading.document import Section

LEAST = 2  # runs
_JUDGED = re.compile(r"\b(?:analys[ei]s|observations?|inferences?|findings|learnings?|remarks|notes)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Stage:
    """A section that tells one run."""

    section: Section
    test: Said
    train: Said | None

    @property
    def gap(self) -> Fraction | None:
        """By how much the training images are known better than others."""
        return self.train.value - self.test.value if self.train is not None else None


def read_stages(evidence: Evidence) -> Sequence[Stage]:
    """The runs of the level of headings that has most of them, in order; none where a section tells of several."""
    if evidence.logs:
        return ()
    levels: dict[int, list[Stage]] = defaultdict(list)
    for section in evidence.document.sections:
        if section.level and (stage := _stage(evidence, section)) is not None:
            levels[section.level].append(stage)
    most = max(levels.values(), key=len, default=[])
    return most if len(most) >= LEAST else ()


def stage_at(stages: Sequence[Stage], line: int, evidence: Evidence) -> int | None:
    """Which run a line speaks of: that of its section, or the last one where its section is headed "Analysis"."""
    for at, stage in enumerate(stages):
        if stage.section.first <= line <= stage.section.last:
            return at
    own = evidence.document.around(line)[0]
    before = [at for at, stage in enumerate(stages) if stage.section.first < line]
    follows = bool(before) and own.level == stages[0].section.level and _JUDGED.search(own.title) is not None
    return before[-1] if follows else None


def follows(before: Stage, stage: Stage) -> bool:
    """Whether the one run is told as the next: Step 3 and Step 4, or sections of one name."""
    numbers = [_NUMBER.findall(each.section.title)[:1] for each in (before, stage)]
    if numbers[0] and numbers[1]:
        return int(numbers[0][0]) + 1 == int(numbers[1][0])
    return before.section.title.strip(" :*") == stage.section.title.strip(" :*")


def _stage(evidence: Evidence, section: Section) -> Stage | None:
    told: dict[str, list[Said]] = {"test": [], "train": []}
    for claim in evidence.said:
        if claim.what in told and section.first <= claim.line <= section.last:
            told[claim.what].append(claim)
    test, train = told["test"], told["train"]
    single = [len({(claim.value, claim.exact) for claim in claims}) == 1 for claims in (test, train)]
    if not single[0] or not test[0].exact:
        return None
    return Stage(section, test[0], train[0] if single[1] and train[0].exact and train[0].how == test[0].how else None)
