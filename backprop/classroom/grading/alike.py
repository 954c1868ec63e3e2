"""What submissions share: the very same file or cells, and the same mistakes. Says how many, never why. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from backprop.check.findings import Finding
from backprop.classroom.grading.graded import Graded

Mistakes = Mapping[Finding, str]  # of one submission: each finding with its formula in names


def with_likeness(graded: Sequence[Graded], contents: Sequence[str], mistakes: Sequence[Mistakes]) -> list[Graded]:
    """The same with `same_file_as` and, at each cost, how many other submissions have that mistake."""
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for item, content in zip(graded, contents, strict=True):
        for key in {item.sha256 or "", content} - {""}:
            holders[key].append(item.student.id)
    shared = Counter(key for of_one in mistakes for key in {_key(*pair) for pair in of_one.items()})
    return [
        replace(
            item,
            same_file_as=tuple(
                sorted({each for key in (item.sha256 or "", content) for each in holders.get(key, ())}
                       - {item.student.id})
            ),
            costs=tuple(
                replace(cost, alike=max(0, shared[_key(cost.finding, of_one.get(cost.finding, ""))] - 1))
                for cost in item.costs
            ),
        )
        for item, content, of_one in zip(graded, contents, mistakes, strict=True)
    ]  # fmt: skip


def _key(finding: Finding, said: str) -> tuple[str, str, str]:
    return finding.quantity, finding.kind, said or finding.explanation
