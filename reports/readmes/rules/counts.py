"""Parameter counts in the text, against the tables: "by using 15,738 parameters", "Params: 18.8k"."""

import re
from collections.abc import Iterator

from reports.readmes.proof.evidence import Evidence, alike
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.stated import ABOUT, judge_count
from reports.readmes.reading.claims import Said
from reports.readmes.reading.counted import Total
from reports.readmes.rules.layers.told import check_too_few
from reports.readmes.rules.registry import rule
from reports.readmes.rules.runs.summaries import named_section

LEAST_DIGITS = 3
LEAST = 1_000  # of parameters that are told several times
_LABEL = re.compile(r"^\s*[-*+]\s+\*\*`?(?P<name>[A-Za-z][^*:(`]{1,40})")


@rule(
    Kind.COUNT,
    '"by using 15,738 parameters", "Params: 18.8k", a row of "Total parameters" and a figure',
    "the totals of the tables, of networks printed module by module, or of the layers that a text gives as code: right "
    "as any of them, wrong only beside the one that it must be of; the same number elsewhere, with two digits swapped "
    "or, where all others agree, another digit; "
    "the table of the section that bears the bold name before it; what the layers of the only listed "
    "or coded network exceed",
)
def check_counts(evidence: Evidence) -> Judgements:
    """Every number of parameters that a line gives to its network."""
    printed = {figure.line for table in evidence.tables for figure in table.totals.values()}
    for said in evidence.said:
        if said.what == "parameters" and said.line not in printed:
            yield from list(judge_count(said, evidence)) or _labelled(said, evidence)
    found = [*_turned(evidence)]
    yield from found
    yield from _odd(evidence) if not any(found) else ()
    yield from _alone(evidence)
    yield from check_too_few(evidence)


def _labelled(said: Said, evidence: Evidence) -> Judgements:
    """A number behind the bold name of a network, far from the total of the one table in the section of that name."""
    lines = evidence.document.lines
    own = _LABEL.match(lines[said.line - 1])
    above = _LABEL.match(lines[said.line - 2]) if said.line > 1 and lines[said.line - 1].startswith("  ") else None
    label = own or above
    section = named_section(evidence, label["name"]) if label else None
    tables = [
        table for table in evidence.tables
        if section and table.total and section.first <= table.first and table.last <= section.last
    ]  # fmt: skip
    if len(tables) != 1 or said.above or any(row.count == said.value for row in tables[0].rows):
        return
    total = tables[0].total or 0
    yield None if abs(said.value - total) * ABOUT <= total else Finding(
        said.line, Kind.COUNT, f"{said.text}{'k' if said.unit == 1_000 else 'M' if said.unit > 1 else ''} parameters",
        f"{total:,} parameters", f"the layers of lines {tables[0].first} to {tables[0].last} have {total:,}",
    )  # fmt: skip


def _turned(evidence: Evidence) -> Judgements:
    """A number of parameters that stands twice, as a slip once with two neighbouring digits in the other order."""
    told = [said for said in evidence.said if said.what == "parameters" and said.exact]
    known = {each.total for each in (*evidence.counted, *evidence.coded)}
    for at, later in enumerate(told):
        if not known and any(first.value == later.value and first.line != later.line for first in told[:at]):
            yield None
        for first in told[:at]:
            both = {first.value, later.value}
            if first.unit == later.unit and is_turned(first.text, later.text) and not both & known:
                yield Finding(
                    later.line, Kind.COUNT, f"{later.text} parameters", f"{first.text}, or that in line {first.line}",
                    f"line {first.line} has {first.text}: two digits changed places",
                )  # fmt: skip


def _odd(evidence: Evidence) -> Iterator[Finding]:
    """The one number that is not what all others say, of a README with one network, by a slip of a digit."""
    told = [said for said in evidence.said if said.what == "parameters" and said.exact and said.unit == 1]
    known = {each.total for each in (*evidence.counted, *evidence.coded) if each.total is not None}
    for claim in told if len(known) < 2 else ():
        others = {said.value for said in told if said is not claim} | known
        times = sum(said is not claim for said in told) + bool(known)
        total = next(iter(others), 0)
        if len(others) == 1 and times > 1 and total >= LEAST and alike(claim.text, f"{int(total)}"):
            judged = any(list(judge_count(claim, evidence))) if known else False
            if claim.value != total and not judged:
                yield Finding(
                    claim.line, Kind.COUNT, f"{claim.text} parameters", f"{int(total):,} parameters",
                    f"{int(total):,} stands in all other places",
                )  # fmt: skip


def _alone(evidence: Evidence) -> Judgements:
    """A total that is printed by itself, against the layers of the only table before it, by a slip of a digit."""
    alone = [each for each in evidence.counted if isinstance(each, Total)]
    if len(alone) != 1 or len(evidence.tables) != 1 or evidence.tables[0].total is None:
        return
    (printed,), total = alone, evidence.tables[0].total
    if evidence.tables[0].last < printed.first and printed.first == printed.last:
        slip = printed.total != total and alike(str(printed.total), str(total))
        if slip or printed.total == total:
            yield None if not slip else Finding(
                printed.first, Kind.COUNT, f"total params {printed.total:,}", f"{total:,}",
                f"the layers of lines {evidence.tables[0].first} to {evidence.tables[0].last} have {total:,}",
            )  # fmt: skip


def is_turned(one: str, other: str) -> bool:
    """Whether two numbers of three digits or more, not round, differ by two neighbouring digits that changed places."""
    a, b = (re.sub(r"[^\d.]", "", text) for text in (one, other))
    places = [at for at, (left, right) in enumerate(zip(a, b, strict=False)) if left != right]
    if len(a) != len(b) or len(places) != 2 or len(a.replace(".", "")) < LEAST_DIGITS or a.endswith("00"):
        return False
    first, second = places
    return set(a[first + 1 : second]) <= {"."} and (a[first], a[second]) == (b[second], b[first])
