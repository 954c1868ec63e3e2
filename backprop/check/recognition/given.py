"""Which lines hold the numbers that somebody was given: told by the numbers themselves, whatever headings say."""

from collections import defaultdict
from collections.abc import Mapping

from backprop.check.recognition.stretch import Stretch
from backprop.spreadsheet.book import CONSTANT
from backprop.spreadsheet.contents import cell_number

Given = Mapping[str, float]  # quantity -> the number that it begins with


def lines_of(stretch: Stretch, given: Given) -> dict[str, int]:
    """Quantity -> the one line that begins with its number; nothing for numbers that two quantities or lines share.

    A line that begins with a typed number goes before one that repeats it by a formula.
    """
    view, first = stretch.view, stretch.first
    counted: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in given.items():
        counted[_key(value)].append(name)
    names = {key: of_it[0] for key, of_it in counted.items() if len(of_it) == 1}
    typed: defaultdict[str, list[int]] = defaultdict(list)
    repeated: defaultdict[str, list[int]] = defaultdict(list)
    for line in stretch.lines:
        number = cell_number(view.book, view.cell(first, line))
        called = None if number is None else names.get(_key(number))
        if called is not None:
            (typed if view.tree(first, line) == CONSTANT else repeated)[called].append(line)
    found = {name: typed.get(name) or repeated[name] for name in names.values()}
    return {name: lines[0] for name, lines in found.items() if len(lines) == 1}


def _key(value: float) -> str:
    """The same text for numbers that are one in a file, which may keep ten digits."""
    return f"{value:.9g}"
