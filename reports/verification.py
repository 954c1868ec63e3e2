"""Whether a README still says what its runs say: every number, computed again from them. Draws nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from groundfloor.text import shortened
from reports.claims import CLAIMS, Number, changed, numbers_of, read_claims, request_of
from reports.errors import ReportsError
from reports.rendering.marks import NUMBER
from reports.telling import README, tell

SHOWN = 100  # letters of a line in a message


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a report is not what its runs say."""

    file: str
    line: int | None  # None for a whole file
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verification:
    """A README and its pages, held against what is computed again."""

    readme: str
    mismatches: tuple[Mismatch, ...]
    numbers: int  # that were held against it
    sources: int  # run folders they come from

    def as_json(self) -> dict[str, object]:
        """The same as data."""
        return {
            "readme": self.readme,
            "numbers": self.numbers,
            "sources": self.sources,
            "mismatches": [{"file": each.file, "line": each.line, "message": each.message} for each in self.mismatches],
        }


def verify(readme: Path) -> Verification:
    """Compute a report again from the runs that its claims.json names, and hold the README and its pages against it.

    ReportsError where the README, its claims or a run cannot be read.
    """
    readme = readme / README if readme.is_dir() else readme
    folder = readme.parent
    given = read_text(readme)
    claims = read_claims(folder / CLAIMS)
    request = request_of(claims, folder)
    told = tell(request, whole=False, numbers=())
    mismatches: list[Mismatch] = []
    for name, text in told.files.items():
        file = readme if name == README else folder / name
        if not file.is_file():
            mismatches.append(Mismatch(str(file), None, "is missing"))
        elif (found := given if name == README else read_text(file)) != text:
            told = told if told.numbers else tell(request, whole=False, numbers=told.files)
            mismatches += compare(str(file), found, text, numbers_of(told, name, folder))
    mismatches += [
        Mismatch(str(folder / name), None, "is not as it was when the report was built")
        for name in changed(claims, folder)
    ]
    counted = sum(len(NUMBER.findall(text)) for text in told.files.values())
    return Verification(str(readme), tuple(mismatches), counted, len(claims.sources))


def read_text(file: Path) -> str:
    """The text of a README; ReportsError says why there is none."""
    try:
        return file.read_bytes().decode().replace("\r\n", "\n")  # as a checkout on Windows may have them
    except OSError as error:
        raise ReportsError(f"{file}: {error.strerror}; a README that reports build wrote is needed") from error
    except UnicodeDecodeError as error:
        raise ReportsError(f"{file}: not UTF-8 text") from error


def compare(file: str, given: str, expected: str, numbers: Sequence[Number] = ()) -> list[Mismatch]:
    """Where a text is not the expected one. Lines without a number that were put in are their author's own."""
    mine, theirs = given.splitlines(), expected.splitlines()
    found: list[Mismatch] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        paired = min(i2 - i1, j2 - j1)
        for offset in range(paired):
            found += _of_line(file, i1 + offset + 1, mine[i1 + offset], theirs[j1 + offset], j1 + offset + 1, numbers)
        found += [Mismatch(file, i2, f"missing here: {_short(line)}") for line in theirs[j1 + paired : j2] if line]
        for number in range(i1 + paired, i2):
            strange = NUMBER.findall(mine[number])
            if strange:
                found.append(Mismatch(file, number + 1, f"{', '.join(strange)}: from no run"))
    return found


def _of_line(file: str, at: int, given: str, expected: str, line: int, numbers: Sequence[Number]) -> Iterator[Mismatch]:
    """The numbers that differ or, where none does, the words."""
    mine, theirs = NUMBER.findall(given), NUMBER.findall(expected)
    if mine != theirs and len(mine) == len(theirs):
        for number, should in zip(mine, theirs, strict=True):
            if number != should:
                source = next((each for each in numbers if each.line == line and each.number == should), None)
                yield Mismatch(file, at, f"{number}; should be {should}{_whose(source)}")
    else:
        yield Mismatch(file, at, f"{_short(given)}; should be {_short(expected)}")


def _whose(number: Number | None) -> str:
    return "" if number is None else f" ({number.of}{': ' * bool(number.field)}{number.field})"


def _short(line: str) -> str:
    return repr(shortened(line, SHOWN))
