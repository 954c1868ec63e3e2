"""Bytes and texts broken at random: bits, pieces cut, doubled and swapped, numbers and words that programs fear."""

import random
import re
from collections.abc import Callable, Sequence

NUMBERS = (
    "0", "-1", "-0", "1e308", "1e309", "-1e400", "1e-400", "NaN", "nan", "INF", "inf", "Infinity", "2147483648",
    "4294967296", "18446744073709551616", "9" * 40, "9" * 400, "0x10", "1_000", "²", "٣", "1,5", "", "1e99999999",
    "1e-99999999", "0.1e-99999999",
)  # fmt: skip
WORDS = (
    "\0", "\x1b[2J", "\u202e", "\ufeff", "\ud7ff", "😀", "e\u0301", "A" * 5_000, "../../etc/passwd", "/dev/zero",
    "%s%n", "{{7*7}}", "${7*7}", "<script>", "&amp;", "&#0;", "&x;", "]]>", "<!--", "-->", "<![CDATA[", "'", '"', "`",
    "|", "\\", "\r", "\n", "\r\n", "\t", "=1+1", "@x", "+1", "[/red]", "$$", "__class__", "{" * 300, "[" * 3_000,
    "(" * 300, "-" * 300,
)  # fmt: skip
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"\w+")


def broken_bytes(draw: random.Random, content: bytes) -> bytes:
    """Some bits turned, pieces removed, doubled, overwritten or cut off."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        if not changed:
            return draw.randbytes(draw.randrange(64))
        at, length = draw.randrange(len(changed)), draw.choice((1, 2, 4, 64, 1_000))
        match draw.randrange(7):
            case 0 | 1:
                changed[at] ^= 1 << draw.randrange(8)
            case 2:
                changed[at : at + length] = draw.randbytes(length)
            case 3:
                del changed[at : at + length]
            case 4:
                changed[at:at] = changed[at : at + length]
            case 5:
                changed[at : at + length] = bytes([draw.choice((0, 255, 0x7F, 0x80))]) * length
            case 6:
                del changed[at:]
    return bytes(changed)


def broken_text(draw: random.Random, text: str, others: Sequence[str] = ()) -> str:
    """Lines and words doubled, moved and lost, numbers and words replaced; `others` are texts to take lines from."""
    for _ in range(draw.choice((1, 1, 2, 3, 8))):
        text = draw.choice(_CHANGES)(draw, text, others)
    return text


def _in_place(pattern: re.Pattern[str], news: Sequence[str]) -> Callable[[random.Random, str, Sequence[str]], str]:
    def change(draw: random.Random, text: str, _: Sequence[str]) -> str:
        found = list(pattern.finditer(text))
        if not found:
            return text + draw.choice(news)
        at = draw.choice(found)
        return text[: at.start()] + draw.choice(news) + text[at.end() :]

    return change


def _inserted(draw: random.Random, text: str, _: Sequence[str]) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(WORDS) + text[at:]


def _repeated(draw: random.Random, text: str, _: Sequence[str]) -> str:
    at = draw.randrange(len(text) + 1)
    piece = text[at : at + draw.choice((1, 5, 40))]
    return text[:at] + piece * draw.choice((2, 10, 300)) + text[at:]


def _cut(draw: random.Random, text: str, _: Sequence[str]) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + text[at + draw.choice((1, 3, 40, 400)) :]


def _lines(draw: random.Random, text: str, others: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = draw.randrange(len(lines))
    match draw.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(draw.randrange(len(lines) + 1), lines[at])
        case 2:
            other = draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 3 if others:
            more = draw.choice(others).splitlines(keepends=True) or [""]
            first = draw.randrange(len(more))
            lines[at:at] = more[first : first + draw.choice((1, 3, 20))]
    return "".join(lines)


_CHANGES = (_in_place(_NUMBER, NUMBERS), _in_place(_WORD, WORDS), _inserted, _repeated, _cut, _lines, _lines)
