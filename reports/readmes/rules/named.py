"""The data set that one line names, against the one that the README is about: what was left over from another text."""

import re
from collections.abc import Iterator

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.data_sets import DataSet, named_in
from reports.readmes.reading.document import Document, plain

_OF_DATA = re.compile(
    r"\b(?:for|of|on|the|with|using|classify|classifying|download\w*)\s+(?:the\s+)?"
    r"(?:fashion[ _-]?)?(?:mnist|cifar)[ _-]?(?:100?)?\s+(?:data\s?sets?|data|images)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"https?:|<!--|!\[|\]\(|\b(?:from|previous\w*|earlier|before|based|like|similar|unlike|instead|than|compar\w*|also|pre-?train\w*|"
    r"other|another|was|were|tutorial|paper|both|and|or|such|e\.g|example|original\w*|transfer\w*|if|not)\b|n't",
    re.IGNORECASE,
)
_COLOURED = re.compile(
    r"\bin_channels\s*=\s*3\b|\bConv2d\(\s*3\s*,|\b32\s*[x×*]\s*32\s*[x×*]\s*3\b|-1,\s*3,\s*32,\s*32", re.IGNORECASE
)
_CLASSES = ("aeroplane", "airplane", "automobile", "bird", "deer", "frog", "horse", "ship", "truck")
LEAST_LINES = 3
LEAST_CLASSES = 2
COLOURS = "CIFAR"


def check_named(evidence: Evidence) -> Judgements:
    """The one line that says of another data set that it is used."""
    document = evidence.document
    lines = {number: named_in(line) for number, line in enumerate(document.lines, 1)}
    named = {number: sets[0] for number, sets in lines.items() if len(sets) == 1}
    known = {each.name for sets in lines.values() for each in sets}
    if len(known) == 1 and _is_coloured(document):
        for number, each in named.items():
            if not each.name.startswith(COLOURS):
                yield _wrong(
                    document, number, "CIFAR-10", "the network takes three channels, the classes are CIFAR-10's"
                )
    elif len(known) == 2:
        for number, main in _left_over(document, named):
            yield _wrong(document, number, main.name, f"the title and other lines are about {main.name}")


def _left_over(document: Document, named: dict[int, DataSet]) -> Iterator[tuple[int, DataSet]]:
    """The line of a set that is named nowhere else, where the title and two other lines name one of another kind."""
    title = next(iter(sorted(document.headings)), 0)
    main = named.get(title)
    others = [(number, each) for number, each in named.items() if each is not main]
    if main is None or len(others) != 1 or len(named) <= LEAST_LINES:
        return
    ((number, other),) = others
    if main.name.startswith(COLOURS) != other.name.startswith(COLOURS):
        yield number, main


def _wrong(document: Document, number: int, right: str, why: str) -> Finding | None:
    line = plain(document.lines[number - 1])
    match = _OF_DATA.search(line)
    if match is None or _OTHERWISE.search(line.replace(match[0], "")):
        return None
    return Finding(number, Kind.DATA, squeeze(match[0]), right, why)


def _is_coloured(document: Document) -> bool:
    """Whether the network takes three channels and the classes are those of CIFAR-10."""
    text = "\n".join(document.lines).lower()
    classes = sum(re.search(rf"\b{name}s?\b", text) is not None for name in _CLASSES)
    return classes >= LEAST_CLASSES and _COLOURED.search(text) is not None
