"""Layers that words tell, several at once: "Two regular 3x3 convs", "Conv1.3 (s2)", "Dilated Conv (d=4)".

A kernel that is not told is the one that every convolution of the text has which tells its own.
"""

import re
from collections.abc import Iterator

from reports.readmes.reading.document import Document, plain

_CONV = re.compile(r"\w*conv\w*", re.IGNORECASE)
_POOL = re.compile(r"\b(?:max|avg|average)?[ -]?pool\w*", re.IGNORECASE)
_WITHOUT = re.compile(r"\b(?:global|gap|adaptive\w*|transposed?|upsampl\w*|deconv\w*|skip|shortcut)\b", re.IGNORECASE)
_KERNEL = re.compile(
    r"(?<![\d.x×*])([1-9])\s*[x×]\s*\1(?![\d.]|\s*[x×])|\bk(?:ernel)?(?:[ _]?size)?\s*[=:]\s*\(?([1-9])\b",
    re.IGNORECASE,
)
_STRIDE = re.compile(r"\bs(?:tride)?s?\s*[=:]?\s*([1-4])\b|\bstrides?\s+of\s+([1-4])\b", re.IGNORECASE)
_DILATION = re.compile(r"\bd(?:ilation)?(?:\s*rate)?\s*[=:]?\s*(\d{1,2})\b", re.IGNORECASE)
_UNTOLD = re.compile(r"\b(?:strided|dilated)\b", re.IGNORECASE)
_TIMES = re.compile(r"\b(?P<word>two|three|four|five)\b|(?<![\w.])(?P<number>[2-5])\s*[x×](?!\s*\d)", re.IGNORECASE)
_RANGE = re.compile(r"(?<![\d.])(?P<block>\d)\.(?P<first>\d)\s*[-–]\s*(?:(?P=block)\.)?(?P<last>\d)(?![\d.])")
_CONSTRUCTED = re.compile(r"Conv2d\(\s*\d+\s*,\s*\d+\s*,\s*(?:kernel_size\s*=\s*)?\(?(\d{1,2})")
_BETWEEN = re.compile(r"→|->|=>|\+")
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5}


def told_layers(text: str, usual: int | None) -> list[dict[str, int]] | None:
    """The layers of a line, between arrows and plus signs; [] where it names none, None where a number is not told."""
    layers: list[dict[str, int]] = []
    for part in _BETWEEN.split(text):
        if len(_CONV.findall(part)) > 1:
            return None
        found = described_layers(part, usual)
        if found is None:
            return None
        layers += found
    return layers


def described_layers(text: str, usual: int | None) -> list[dict[str, int]] | None:
    """The equal layers that a text describes, by kernel, stride and dilation; [] where it names none."""
    conv, pool = _CONV.search(text), _POOL.search(text)
    if conv is None and pool is None:
        return []
    if _WITHOUT.search(text) or (conv and pool):
        return None
    kernel, stride, dilation = (pattern.search(text) for pattern in (_KERNEL, _STRIDE, _DILATION))
    k = _number(kernel) if kernel else usual if conv else None
    times = _times(text)
    unclear = any(
        (word.lower() == "strided" and not stride) or (word.lower() == "dilated" and not dilation)
        for word in _UNTOLD.findall(text)
    )
    if k is None or times is None or unclear:
        return None
    layer = {"k": k, "s": _number(stride) if stride else k if pool else 1, "d": _number(dilation) if dilation else 1}
    return [layer] * times


def usual_kernel(document: Document) -> int | None:
    """The one side above 1 of all odd kernels that the text names; None where it names several, or none."""
    sides = {side for line in document.lines for side in _named(plain(line))}
    found = {side for side in sides if side % 2 and side > 1}
    return found.pop() if len(found) == 1 else None


def _named(line: str) -> Iterator[int]:
    yield from (_number(match) for match in _KERNEL.finditer(line))
    yield from (int(match[1]) for match in _CONSTRUCTED.finditer(line))


def _times(text: str) -> int | None:
    """How many there are; None where the words and the numbers say differently."""
    counts = {
        _WORDS[match["word"].lower()] if match["word"] else int(match["number"]) for match in _TIMES.finditer(text)
    }
    counts |= {int(match["last"]) - int(match["first"]) + 1 for match in _RANGE.finditer(text)}
    return counts.pop() if len(counts) == 1 else None if counts else 1


def _number(match: re.Match[str]) -> int:
    return int(next(group for group in match.groups() if group))
