"""One result told twice and differently: two test accuracies of one section, two figures for one epoch."""

import re
from collections.abc import Iterator
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.reading.claims import Said
from reports.readmes.reading.document import plain

_EACH = re.compile(
    r"\bepochs?\s+(?P<epochs>\d{1,3}(?:\s*(?:,|and|&)\s*\d{1,3})+)\s+(?:were|was|are|is|had|has|gave|reached|:)\s*"
    r"(?P<values>\d{2}\.\d{1,3}\s*%?(?:\s*(?:,|and|&)\s*(?:and\s+)?\d{2}\.\d{1,3}\s*%?)+)",
    re.IGNORECASE,
)
_PLAIN = re.compile(  # a test accuracy and nothing besides: of no task, part or way of its own
    r"^[\s>*+\-•#]*(?:\d+[.)]\s*)?test(?:ing)?\s+(?:set\s+)?accuracy\W{1,5}\d{2}(?:\.\d+)?\s*%?\W*$"
    r"|\baccuracy\s+of\s+\d{2}(?:\.\d+)?\s*%\s+on\s+(?:the\s+)?test\s+(?:set|data\w*|images)\W*$",
    re.IGNORECASE,
)
LEAST = 2  # results of a section


def check_twice(evidence: Evidence) -> Judgements:
    """Every test accuracy that a section states a second time, of a text without a log."""
    yield from _epochs(evidence)
    if evidence.logs:
        return
    sections: dict[int, list[Said]] = {}
    for claim in evidence.said:
        if claim.what == "test":
            sections.setdefault(evidence.document.around(claim.line)[0].first, []).append(claim)
    told = [claims for claims in sections.values() if claims]
    if len(told) != 1 or len(told[0]) != LEAST or any(_other(claim, evidence) for claim in told[0]):
        return
    first, second = told[0]
    if first.line != second.line:
        yield None if _same(first, second) else Finding(
            second.line, Kind.ACCURACY, f"{second.text} % on test images", f"{first.text} %, or that there",
            f"line {first.line} has {first.text} % of the same images",
        )  # fmt: skip


def _other(claim: Said, evidence: Evidence) -> bool:
    line = plain(evidence.document.lines[claim.line - 1])
    return not claim.exact or bool(claim.how) or claim.epoch is not None or _PLAIN.search(line) is None


def _same(one: Said, other: Said) -> bool:
    """Whether one is a rounding of the other."""
    few, many = sorted((one, other), key=lambda claim: claim.decimals)
    return is_rounding(few.value, many.value, few.decimals)


def _epochs(evidence: Evidence) -> Iterator[Finding | None]:
    """An epoch's accuracy against a list of epochs and theirs in the same section."""
    for block in evidence.document.of_kind("prose"):
        for number in range(block.first, block.last + 1):
            match = _EACH.search(plain(evidence.document.lines[number - 1]))
            if match is None:
                continue
            epochs = [int(text) for text in re.findall(r"\d+", match["epochs"])]
            values = re.findall(r"\d{2}\.\d{1,3}", match["values"])
            listed = dict(zip(epochs, values, strict=True)) if len(epochs) == len(values) else {}
            section = evidence.document.around(number)[0]
            for claim in evidence.said:
                near = section.first <= claim.line <= section.last and claim.line != number
                if near and claim.what == "test" and claim.exact and claim.epoch in listed:
                    text = listed[claim.epoch]
                    right = is_rounding(claim.value, Fraction(text), claim.decimals) or Fraction(text) == claim.value
                    yield None if right else Finding(
                        claim.line, Kind.ACCURACY, f"{claim.text} % at epoch {claim.epoch}", f"{text} %",
                        f"line {number} has {text} % at epoch {claim.epoch}",
                    )  # fmt: skip
