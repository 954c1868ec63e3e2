"""Texts of others, made fit to be shown: on one line, without control characters, with the nearest known name."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

SHORT = 4  # letters
INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})  # control, format, private, surrogate, line, paragraph
LONGEST = 80  # letters of a name that is one of several in a message


def shown(text: object) -> str:
    """The text with everything that a terminal would obey or that has no picture written as an escape."""
    line = str(text)
    if line.isprintable():
        return line
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) in INVISIBLE else letter
        for letter in line
    )


def one_line(text: object) -> str:
    """The text on one line: white space folded, then as `shown`."""
    return shown(" ".join(str(text).split()))


def shortened(text: str, most: int) -> str:
    """The text as `shown`, or its beginning and how long it is."""
    visible = shown(text)
    return visible if len(visible) <= most else f"{visible[:most]}… ({len(visible):,} characters)"


def quoted(value: object, most: int = 60) -> str:
    """A value as an error message shows it: 'text', 0.5; of a long one the beginning, a text with both its quotes."""
    if isinstance(value, str):
        return repr(value if len(value) <= most else f"{value[: most - 1]}…")
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def count(number: int, noun: str) -> str:
    """1 file, 2 files, 1,000 files."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def listed(names: Iterable[object], most: int = 12) -> str:
    """The names with commas, long ones shortened; of many the first, and how many more there are."""
    every = [shortened(str(name), LONGEST) for name in names]
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `name` is likely a misspelling of; None where none is.

    In a word of four letters or fewer, another letter makes another word, not a slip: mae is not mse, adamw not adam.
    There only swapped letters, doubled ones and an s at the end are taken for slips.
    """
    known = {each.casefold(): each for each in names}
    word = name.strip().casefold()
    close = difflib.get_close_matches(word, known, n=3, cutoff=0.7)
    likely = [each for each in known if _slip(word, each)] + [
        each for each in close if min(len(word), len(each)) > SHORT
    ]
    return known[likely[0]] if likely else None


def _slip(word: str, other: str) -> bool:
    single = [re.sub(r"(.)\1", r"\1", each) for each in (word, other)]
    return sorted(word) == sorted(other) or single[0] == single[1] or word.rstrip("s") == other.rstrip("s")


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """'did you mean relu? ', or nothing."""
    found = nearest(name, names)
    return f"did you mean {shortened(found, LONGEST)}? " if found is not None else ""
