"""Parts of a section that no heading heads: phases, steps, models, items of a list that each tell a run of their own.

They are sections too, of the level below all headings, so that what one says is not held against another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_TRY = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?P<word>phase|step|model|attempt|experiment|exp|iteration|run|try|trial|version|approach|"
    r"variant|network|net|architecture|stage|config(?:uration)?|setup|scenario|case|option)\s*(?:no\.?\s*)?[-_#:.]*\s*"
    r"(?P<number>\d{1,2}|[a-e]|[ivx]{1,4})\b(?![.,]\d|\s*(?:/|x|×|%|epochs?))",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^\W*(?P<label>[A-Za-z][A-Za-z _-]{2,30}?)\s*(?:\([^)]{0,12}\))?\W*[:=–-]\W*[~<>≈]?\s*\d")
_TITLE = re.compile(
    r"^\s*(?:[-*+•]\s+|\d{1,2}[.)]\s+)?(?:(?:\*\*|__)[^*|]{3,80}(?:\*\*|__)\s*:?|[A-Z][^.|:*]{2,60}:)"
    r"\s*(?:<br ?/?>)?$"
)
_PRINTED = re.compile(r"\[\s*-?\d|={4}|-{4}")  # a line of a table or log
LEVEL = 7  # below every heading
MOST = 400  # of a README
LONGEST = 120  # letters of a title


@dataclass(frozen=True, slots=True)
class Part:
    """Lines `first` to `last` below a line that names the part."""

    first: int
    last: int
    title: str


def read_parts(lines: Sequence[str], chapters: Sequence[tuple[int, int]], free: frozenset[int]) -> Iterator[Part]:
    """The parts of each chapter between two headings; `free` lines belong to no table and no fence."""
    for first, last in chapters:
        told = [at for at in range(first + 1, last + 1) if at in free and _is_told(lines[at - 1])][:MOST]
        starts = _tries(lines, told) or _items(lines, told) or _titled(lines, told)
        for at, start in enumerate(starts):
            end = starts[at + 1] - 1 if at + 1 < len(starts) else _end(lines, told, start, last)
            yield Part(start, end, lines[start - 1].strip("# \t*-:>"))


def _tries(lines: Sequence[str], told: Sequence[int]) -> list[int]:
    """The lines "Phase 1: ...", "Phase 2: ..." of one word, each number once."""
    found: dict[str, dict[str, int]] = {}
    for at in told:
        match = _TRY.match(lines[at - 1]) if len(lines[at - 1]) <= LONGEST else None
        if match:
            found.setdefault(match["word"].lower(), {}).setdefault(match["number"].lower(), at)
    best = max(found.values(), key=len, default={})
    return sorted(best.values()) if len(best) > 1 else []


def _items(lines: Sequence[str], told: Sequence[int]) -> list[int]:
    """The lines of one indentation with deeper ones below, where two or more have a figure of one name below."""
    groups: dict[int, dict[int, set[str]]] = {}
    for place, at in enumerate(told[:-1]):
        own = _indent(lines[at - 1])
        if _indent(lines[told[place + 1] - 1]) <= own or _LABEL.match(lines[at - 1]):
            continue
        labels: set[str] = set()
        for below in told[place + 1 :]:
            if _indent(lines[below - 1]) <= own:
                break
            if match := _LABEL.match(lines[below - 1]):
                labels.add(_name(match))
        groups.setdefault(own, {})[at] = labels
    return next((sorted(groups[own]) for own in sorted(groups) if _several(groups[own].values())), [])


def _titled(lines: Sequence[str], told: Sequence[int]) -> list[int]:
    """The lines that only name what follows, in bold or before a colon, where two have a figure of one name below."""
    starts = [at for at in told if _TITLE.match(lines[at - 1])]
    below: list[set[str]] = [set() for _ in starts]
    for at in told:
        before = sum(start < at for start in starts)
        if before and (match := _LABEL.match(lines[at - 1])):
            below[before - 1].add(_name(match))
    return starts if _several(below) else []


def _several(labels: Iterable[set[str]]) -> bool:
    """Whether two of them share a name."""
    names = [name for each in labels for name in each]
    return len(names) > len(set(names))


def _name(label: re.Match[str]) -> str:
    return " ".join(label["label"].lower().split())


def _is_told(line: str) -> bool:
    return bool(line.strip()) and _PRINTED.search(line) is None


def _end(lines: Sequence[str], told: Sequence[int], start: int, last: int) -> int:
    """The end of the last part: where the indentation is as before again, if it rose at all."""
    below = [at for at in told if at > start]
    own = _indent(lines[start - 1])
    if not below or _indent(lines[below[0] - 1]) <= own:
        return last
    return next((at - 1 for at in below if _indent(lines[at - 1]) <= own), last)


def _indent(line: str) -> int:
    shown = line.expandtabs(4)
    return len(shown) - len(shown.lstrip(" >"))
