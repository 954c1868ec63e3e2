"""What words say of the kinds of layers that a network has, against its code or its table: "5 batch norm layers"."""

import re

from reports.readmes.proof.evidence import Evidence, sentences, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.layers.kinds import Kinds, read_kinds

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PATTERNS = {
    "conv": r"conv(?:olution(?:al)?)?(?:2d)?",
    "norm": r"batch[ -]?norm(?:ali[sz]ation)?(?:2d)?",
    "pool": r"max[ -]?pool(?:ing)?(?:2d)?",
    "dropout": r"drop[ -]?out",
    "linear": r"(?:fully[ -]connected|fc|linear|dense)",
}
_COUNTED = re.compile(
    rf"(?<![\w.,×x-])(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS[1:])})\s+(?:"
    + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items())
    + r")(?:\s+layers?\b|(?=\s*(?:,|and\b|along\b)))",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:each|every|per|block|blocks|first|last|another|more|additional|extra|if|would|could|should|than|instead|"
    r"previous\w*|earlier|remov\w*|add\w*|replac\w*|reduc\w*|from|least|most|up to|transition|1\s*[x×]\s*1)\b",
    re.IGNORECASE,
)
_NAMES = {"conv": "convolutions", "norm": "batch normalisations", "pool": "max poolings", "dropout": "dropouts"}
LEAST = 2  # kinds that a sentence counts, one of them rightly


def check_kinds(evidence: Evidence) -> Judgements:
    """Every number of layers in a sentence that counts several kinds, and has at least as many right as wrong."""
    network = read_kinds(evidence.document, evidence.tables)
    if network is None:
        return
    first, kinds = network
    for sentence in sentences(evidence.document, "prose"):
        told = list(_COUNTED.finditer(sentence.text))
        if len({_kind(match) for match in told}) < LEAST or _OTHERWISE.search(sentence.text):
            continue
        judged = [(match, _number(match) in kinds[_kind(match)]) for match in told if kinds[_kind(match)]]
        if len(judged) < len(told) or 2 * sum(right for _, right in judged) < len(judged):
            continue
        for match, right in judged:
            line, _ = evidence.document.place(sentence.block, sentence.start + match.start())
            yield None if right else _wrong(match, line, kinds, first)


def _wrong(match: re.Match[str], line: int, kinds: Kinds, first: int) -> Finding:
    kind = _kind(match)
    numbers = " or ".join(map(str, sorted(kinds[kind])))
    return Finding(
        line, Kind.SHAPE, squeeze(match[0]), f"{numbers} {_NAMES.get(kind, 'linear layers')}",
        f"the network of line {first} on has so many",
    )  # fmt: skip


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind in _PATTERNS if match[kind])


def _number(match: re.Match[str]) -> int:
    text = match["number"].lower()
    return int(text) if text.isdecimal() else _NUMBERS.index(text)
