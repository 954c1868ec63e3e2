"""One wrong number in a right table, and whether anything in the table proves it wrong.

Provable is a number that a sum printed in the table does not bear out, or that its own row contradicts: a count where
a total stands below; a total; a size that four bytes a number do not make; the channels of a normalisation. A side of
an output is provable only where the size of all outputs is printed, and only if the change shows in its two decimals.
"""

import math
import random
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_COUNT = re.compile(r"(?<![\d.,\[(%])(\d[\d,]*)(?![\d.,%\])]|, )")
_TOTAL = re.compile(r"^\s*(Total|Trainable|Non-trainable) params: ([\d,]+)")
_SIZE = re.compile(r"^\s*(Forward/backward pass|Params|Estimated Total) size \(MB\): (\d+\.\d+)")
_SHAPE = re.compile(r"\[-?\d+(?:, \d+){1,4}\]|\(None(?:, \d+){1,4}\)")


ROUNDINGS = 0.045  # of four sizes with two decimals, of which one is the sum of the others


@dataclass(frozen=True)
class Planted:
    """A text with one wrong number, what it is of, and its line, from 1."""

    text: str
    what: str
    line: int


def plantable(text: str, counts: dict[int, str]) -> Iterator[tuple[str, int, tuple[int, int]]]:
    """What, line and place of every number whose change is provable; the counts of rows are told by their lines."""
    for number, line in enumerate(text.splitlines(), 1):
        if number in counts:
            place = line.rindex(counts[number]) if line.count(counts[number]) == 1 else -1
            if place >= 0 and counts[number] != "0":
                yield "count", number, (place, place + len(counts[number]))
        elif match := _TOTAL.match(line):
            if match[2] != "0" or match[1] != "Total":
                yield "total", number, match.span(2)
        elif match := _SIZE.match(line):
            yield "size", number, match.span(2)


def changed(text: str, line: int, place: tuple[int, int], source: random.Random) -> str:
    """The text with another number there: one digit changed, or two swapped."""
    lines = text.splitlines(keepends=True)
    start, end = place
    old = lines[line - 1][start:end]
    while True:
        at = source.choice([index for index, letter in enumerate(old) if letter.isdigit()])
        new = old[:at] + source.choice("0123456789") + old[at + 1 :]
        if abs(value(new) - value(old)) > (ROUNDINGS if "." in old else 0):
            break
    lines[line - 1] = lines[line - 1][:start] + new + lines[line - 1][end:]
    return "".join(lines)


def value(text: str) -> float:
    return float(text.replace(",", ""))


def plant(text: str, counts: dict[int, str], source: random.Random) -> Planted | None:
    """One of the provable numbers changed; None where there is none."""
    places = list(plantable(text, counts))
    if not places:
        return None
    kinds = sorted({what for what, *_ in places})
    kind = source.choice(kinds)
    what, line, place = source.choice([each for each in places if each[0] == kind])
    return Planted(changed(text, line, place, source), what, line)


def sides(text: str, lines: Collection[int], source: random.Random) -> Planted | None:
    """A side of an output changed so much that the printed size of all outputs shows it; None where none is printed."""
    size = next((match for line in text.splitlines() if (match := _SIZE.match(line)) and "pass" in match[1]), None)
    shapes = {number: list(_SHAPE.finditer(text.splitlines()[number - 1])) for number in lines}
    of_one = {number: found[0] for number, found in shapes.items() if len(found) == 1}
    values = abs(sum(math.prod(map(int, re.findall(r"-?\d+", match[0]))) for match in of_one.values()))
    megabyte = 1e6 if "depth-idx" in text or "(var_name)" in text else 2**20
    if size is None or abs(8 * values / megabyte - float(size[2])) > 0.006:
        return None  # other rows have outputs too
    able = []
    for number, match in of_one.items():
        numbers = [int(each) for each in re.findall(r"-?\d+", match[0])]
        for at in range(1, len(numbers)):
            for new in {numbers[at] + 1, numbers[at] - 1, numbers[at] + 10} - {0}:
                change = abs(math.prod(numbers) - math.prod([*numbers[:at], new, *numbers[at + 1 :]])) * 8 / 2**20
                if change > 0.02:
                    able.append((number, match.span(), [*numbers[:at], new, *numbers[at + 1 :]], match[0]))
    if not able:
        return None
    number, (start, end), numbers, old = source.choice(able)
    rows = text.splitlines(keepends=True)
    rows[number - 1] = (
        rows[number - 1][:start] + f"[{', '.join(map(str, numbers))}]".ljust(len(old)) + rows[number - 1][end:]
    )
    return Planted("".join(rows), "side", number)
