"""What a README says of a well-known data set: its images, how many to train and to test with, classes, sides."""

import re
from collections.abc import Iterator

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.data_sets import DataSet, named_data_sets, named_in
from reports.readmes.reading.document import plain
from reports.readmes.rules.named import check_named
from reports.readmes.rules.registry import rule

_NUMBER = r"(?<![\w.,$/×])(?P<number>\d{1,3}(?:[,  ]\d{3})+|\d{4,6}|\d{2,3}\s?[kK])(?![\w.]*\d|[,.]\d|\s*[/%×x*])"
_SET = r"(?P<set>train(?:ing)?|test(?:ing)?)"
_PICTURES = r"(?:images?|samples?|examples?|pictures?|digits|data(?:set)?|set)"
_BEFORE = re.compile(  # 60,000 28x28 images for training
    rf"{_NUMBER}\s*(?:\w+\s*[x×]\s*\w+\s+)?(?:(?!and\b|with\b|of\b)[a-zA-Z-]+\s+){{0,3}}?"
    rf"{_SET}\b(?!\s+(?:batches|epochs?|steps?))",
    re.IGNORECASE,
)
_BEHIND = re.compile(  # training set: 60,000
    rf"\b{_SET}(?:\s+{_PICTURES})?\s*(?:[:=–—-]|\bof\b|\bcontains\b|\bhas\b|\bconsists of\b)\s*{_NUMBER}\s*"
    r"(?P<unit>images?|samples?|examples?|pictures?|digits)?",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"{_NUMBER}\s*(?:\w+\s*[x×]\s*\w+\s+)?(?:(?!and\b|with\b|of\b|train|test)[a-zA-Z-]+\s+){{0,3}}?"
    r"(?:images|samples|examples|pictures)\b(?!\s*(?:per|each|in each|for|to|of the (?:train|test)|batch|"
    r"\(?(?:train|test)))",
    re.IGNORECASE,
)
_PER_CLASS = re.compile(
    r"(?:\beach\s+(?:\w+\s+)?(?:with|has|have|having|contain\w*)\s+)?(?<![\w.,])(?P<number>\d{1,2},\d{3}|\d{3,5})\s*"
    r"(?:[a-zA-Z-]+\s+){0,2}?"
    r"(?:images|samples|examples|pictures)(?:\s+(?:per|(?:in|for|from|of)\s+each)\s+(?:class|digit|category))?",
    re.IGNORECASE,
)
_EACH = re.compile(r"^each\b|\b(?:class|digit|category)$", re.IGNORECASE)
_FIRST = re.compile(
    r"\b(?:consists? of|consisting of|comprises?|contains?|containing|has|dataset of|database of|collection of|"
    r"includes?)"
    r"\s*(?:a total of|a collection of|about|over)?\s*$",
    re.IGNORECASE,
)
_CLASSES = re.compile(r"(?<![\w.,])(?P<number>\d{1,3})\s+(?:\w+\s+)?(?:classes|categories)\b", re.IGNORECASE)
_SIDE = re.compile(
    r"(?<![\w.,×x*-])(?P<number>\d{2,3})\s*[x×*]\s*(?P=number)(?:\s*[x×*]\s*[13])?\s*(?:-?\s*pixels?\b|colou?r|"
    r"gr[ae]y\w*|rgb\b|images?\b)",
    re.IGNORECASE,
)
_SQUARE = re.compile(r"(?<![\w.])(\d{2})\s*[xX×*]\s*\1(?!\d)")
_MADE_OF = re.compile(
    r"\b(?:consists?|comprises?|contains?|containing|consisting|comprising|includes?|has|have|collection|made up|"
    r"dataset of|database of)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:split\w*|subset|val(?:id(?:ation)?)?|held|hold|holdout|augment\w*|only|sub-?sampl\w*|random\w*|"
    r"per epoch|first|remaining|rest|part|portion|reduced|smaller|extended|noisy|clients?|poison\w*|"
    r"emnist|kmnist)\b|\d\s*%",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?<=[.;!?])\s+(?=[A-Z])")
LONGEST = 1_500  # letters of a line


@rule(
    Kind.DATA,
    '"60,000 training and 10,000 test images", "6,000 images per class" of MNIST, Fashion-MNIST, CIFAR-10 or '
    'CIFAR-100; "directory for the MNIST dataset"',
    "the data set of that name; another number is wrong only in a line that says of what the named set consists, or "
    "where it is that of all images; the set that title and other lines name, or that channels and classes show",
)
def check_data_sets(evidence: Evidence) -> Judgements:
    """Every number of images, classes and sides that belongs to the one data set that a line or the README names."""
    named = named_data_sets(evidence.document)
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if len(line) > LONGEST or not re.search(r"\d{2}", line):
                continue
            for sentence in _ENDS.split(line):
                here = named_in(sentence)
                known = here or _of_side(sentence, named)
                if len(known) == 1:
                    sure = bool(here) and _MADE_OF.search(sentence) is not None and _PART.search(sentence) is None
                    yield from _sentence(sentence, number, known[0], sure)
    yield from check_named(evidence)


def _of_side(sentence: str, named: list[DataSet]) -> list[DataSet]:
    """Of several sets that the README names, those with pictures of the size that a sentence tells."""
    side = _SQUARE.search(sentence) if len(named) > 1 else None
    return [each for each in named if side is None or int(side[1]) == each.side]


def _sentence(line: str, number: int, known: DataSet, sure: bool) -> Judgements:
    taken: list[tuple[int, int]] = []
    for pattern in (_PER_CLASS, _BEFORE, _BEHIND, _ALL):
        for match in pattern.finditer(line):
            at = match.span("number")
            if any(start <= at[0] < end for start, end in taken):
                continue
            if pattern is _PER_CLASS and not _EACH.search(match[0]):
                continue
            taken.append(at)
            right = list(_right(match, known, pattern is _PER_CLASS))
            all_trained = pattern is _BEFORE and _trains_with_all(match, known) and _PART.search(line) is None
            if _value(match["number"]) in right:
                yield None
            elif (
                (sure or all_trained)
                and pattern is not _BEHIND
                and (pattern is not _ALL or _FIRST.search(line[: match.start()]))
            ):
                yield Finding(
                    number, Kind.DATA, squeeze(match[0]), f"{right[0]:,}",
                    f"{known.name} has {known.train:,} images to train and {known.test:,} to test with"
                    + (f", in {known.classes} classes" if pattern is _PER_CLASS else ""),
                )  # fmt: skip
    for pattern, figure in ((_CLASSES, known.classes), (_SIDE, known.side)):
        if any(int(match["number"]) == figure for match in pattern.finditer(line)):
            yield None


def _trains_with_all(match: re.Match[str], known: DataSet) -> bool:
    """Whether all images of the set are called those to train with."""
    return match["set"].lower().startswith("tr") and _value(match["number"]) == known.train + known.test


def _right(match: re.Match[str], known: DataSet, per_class: bool) -> Iterator[int]:
    """The numbers that it may be, the likeliest first."""
    sizes = [known.train + known.test, known.train, known.test]
    if per_class:
        yield from (size // known.classes for size in sizes)
        return
    which = (match.groupdict().get("set") or "").lower()[:2]
    yield from {"tr": [known.train], "te": [known.test]}.get(which, sizes)


def _value(text: str) -> int:
    thousands = text.lower().endswith("k")
    return int(re.sub(r"\D", "", text)) * (1_000 if thousands else 1)
