"""Parameter counts in prose, against the table: "by using 15,738 parameters"."""

import re
from fractions import Fraction

from reports.readmes.proof.evidence import NUMBER, Evidence, alike, sentences, squeeze
from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding, show
from reports.readmes.rules.registry import rule

_PARAMETERS = r"(?:p[ae]r[ai]m\w*)"
_BEFORE = re.compile(
    rf"(?:\b(?:has|have|having|using|use|used|uses|with|of|by|contains?|needs?|only|total(?:\s+of)?)\s+|[:(]\s*)"
    rf"(?P<count>{NUMBER})\s*(?P<k>k\b)?\s*(?:(?:total|trainable|learnable|model)\s+)*{_PARAMETERS}\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\b(?:total|number|no\.?|count)\s+(?:(?:of|number|no\.?|trainable|model|the)\s+){{0,4}}{_PARAMETERS}\b"
    rf"[^.\d\n;|]{{0,40}}?(?:\bis|\bare|\bwas|:|=)[\s:=\-]*(?:total\s+params?:?\s*)?(?P<count>{NUMBER})\s*(?P<k>k\b)?",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:than|under|below|most|max\w*|min\w*|least|about|around|approx\w*|nearly|almost|<|>|≤|≥|~|≈)\s*$", re.IGNORECASE
)
LEAST = 100  # smaller numbers of parameters are of a layer or a formula


@rule(Kind.COUNT, '"by using 15,738 parameters", "25.3K"', "the total of the section's table")
def check_counts(evidence: Evidence) -> Judgements:
    """Every number of parameters that a sentence gives to its network."""
    printed = {(figure.line, figure.span[0]) for table in evidence.tables for figure in table.totals.values()}
    for sentence in sentences(evidence.document, "prose", "heading"):
        taken: set[int] = set()
        for match in (*_BEHIND.finditer(sentence.text), *_BEFORE.finditer(sentence.text)):
            start = match.start("count")
            if start in taken or sentence.speaks_of_others(start) or _LIMIT.search(sentence.text[:start]):
                continue
            taken.add(start)
            line, column = evidence.document.place(sentence.block, sentence.start + start)
            if (line, column) not in printed:
                yield from _judge(evidence, match, line, column)


def _judge(evidence: Evidence, match: re.Match[str], line: int, column: int) -> Judgements:
    number, unit = match["count"].replace(",", ""), 1_000 if match["k"] else 1
    decimals = len(number.partition(".")[2])
    if Fraction(number) * unit < LEAST or (decimals and unit == 1):
        return
    near = evidence.near(line, evidence.tables)
    totals = [table.total for table in near if table.total is not None]
    if not totals or len(totals) < len(near):
        return
    right = any(is_rounding(Fraction(number), Fraction(total, unit), decimals) for total in totals)
    if right:
        yield None
        return
    elsewhere = any(
        is_rounding(Fraction(number), Fraction(table.total or 0, unit), decimals) for table in evidence.tables
    )
    if len(totals) > 1 or elsewhere:
        return  # it may be about another network
    table, total = near[0], totals[0]
    text = show(Fraction(total, unit), decimals) if unit > 1 else f"{total:,}" if "," in match["count"] else str(total)
    if not alike(match["count"], text) and not (match.re is _BEHIND and evidence.same_section(line, table)):
        return  # as likely the figure of another network
    yield Finding(
        line, Kind.COUNT, squeeze(match[0]), f"{total:,} parameters",
        f"the layers of lines {table.first} to {table.last} have {total:,}",
        Edit(line, column, match["count"], text),
    )  # fmt: skip
