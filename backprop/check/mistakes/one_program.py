"""Functions that only one spreadsheet program has: understood and proven, but an error in every other."""

from collections import Counter
from collections.abc import Iterator

from backprop.check.findings import Note
from backprop.spreadsheet.book import Book, address
from backprop.spreadsheet.formula import Call, walk
from backprop.spreadsheet.functions import find_function
from groundfloor.text import count


def functions_of_one_program(book: Book, sheets: set[str]) -> Iterator[Note]:
    """A note for each such function on each of those sheets, at the first cell that uses it."""
    uses = {number: names for number in range(len(book.trees)) if (names := _named(book, number))}
    for sheet in (book.sheets[name] for name in book.sheets if name in sheets) if uses else ():
        first: dict[str, tuple[int, int]] = {}
        cells: Counter[str] = Counter()
        for column, held in sorted(sheet.columns.items()):
            for index, tree in enumerate(held.trees):
                for name in uses.get(tree, ()):
                    first.setdefault(name, (held.rows[index], column))
                    cells[name] += 1
        for name, place in first.items():
            function = find_function(name)
            assert function is not None
            text = f"{name} exists in {function.program} only; Excel shows #NAME?; write {function.instead}"
            yield Note(sheet.name, address(*place), "function", f"{text} ({count(cells[name], 'cell')})")


def _named(book: Book, number: int) -> list[str]:
    """The functions of one program in a formula."""
    tree = book.trees[number]
    if isinstance(tree, str):
        return []
    called = dict.fromkeys(node.function.upper() for node in walk(tree) if isinstance(node, Call))
    return [name for name in called if (function := find_function(name)) is not None and function.program]
