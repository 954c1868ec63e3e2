"""Epochs that a program printed without an accuracy on test images, or in a way that is not read."""

import re
from collections.abc import Sequence

from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.logs.results import Log

_EPOCH = re.compile(r"^[-=*#\s|>\[]*epochs?\s*[-:#=]?\s*(\d{1,5})\b", re.IGNORECASE)
_ACCURACY = re.compile(
    r"\bacc(?:uracy)?\b[^|%\n]{0,20}?[:=]?\s*\d|accuracy[\w ]{0,20}:\s*\d+/\d+|\d{1,3}\.\d+\s*%\)", re.IGNORECASE
)
BEHIND = 6  # lines behind the number of an epoch in which its figures stand
NEAR = 3  # lines before the first result of a log that belong to it
LEAST = 2  # epochs


def untested_logs(document: Document, logs: Sequence[Log]) -> list[tuple[int, int]]:
    """First and last line of each run of numbered epochs with accuracies of which no log was read."""
    held = [(log.first - BEHIND, log.last + NEAR) for log in logs]
    marks: list[tuple[int, int]] = []  # line and epoch
    for number, raw in enumerate(document.lines, 1):
        match = _EPOCH.match(line := plain(raw)) if "poch" in raw or "POCH" in raw else None
        if match is None or any(first <= number <= last for first, last in held):
            continue
        behind = document.lines[number : number + BEHIND]
        if any(_ACCURACY.search(text) for text in (line[match.end() :], *behind)):
            marks.append((number, int(match[1])))
    found: list[list[tuple[int, int]]] = []
    for line_number, epoch in marks:
        follows = found and found[-1][-1][1] <= epoch <= found[-1][-1][1] + 1
        if follows and line_number - found[-1][-1][0] <= 4 * BEHIND:
            found[-1].append((line_number, epoch))
        else:
            found.append([(line_number, epoch)])
    return [(run[0][0], run[-1][0]) for run in found if len({epoch for _, epoch in run}) >= LEAST]
