"""Text files of strangers: read whole, within limits, or refused in one line."""

import re
from dataclasses import dataclass
from pathlib import Path

from reports.errors import ReportsError

MAX_BYTES = 2_000_000
MAX_LINES = 60_000
MAX_CELLS = 200_000  # of tables: vertical bars
MAX_LINE = 100_000  # characters


class UnreadableError(ReportsError):
    """A file that is not there, not text, or larger than a README can be."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text by its lines and their ends, and whether a byte order mark stands before it."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]
    marked: bool = False

    def with_lines(self, lines: list[str]) -> str:
        """The text with other lines and the same line ends."""
        return "\ufeff" * self.marked + "".join(line + end for line, end in zip(lines, self.ends, strict=True))


def blanked(line: str) -> str:
    """The line as it is read: a blank for each no-break space, so that every place keeps its column."""
    return line.replace("\u00a0", " ")


def read_source(file: Path) -> Source:
    """The lines of a UTF-8 text; UnreadableError says what is wrong with any other."""
    try:
        if not file.is_file():
            what = "a folder, not a text file" if file.is_dir() else "no such file"
            raise UnreadableError(f"{file}: {what}")
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"{file}: cannot be read ({error.strerror or error})") from error
    if len(content) > MAX_BYTES:
        raise UnreadableError(f"{file}: more than {MAX_BYTES:,} bytes, which no README needs")
    if b"\0" in content:
        raise UnreadableError(f"{file}: not a text: byte {content.index(0):,} is zero")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"{file}: not UTF-8 in line {line:,}") from error
    return split_lines(text, file)


def split_lines(text: str, file: Path) -> Source:
    """The text cut at its line ends; UnreadableError where it has too many lines or too long ones."""
    marked = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    parts = re.split(r"(\r\n?|\n)", text)
    lines, ends = tuple(parts[::2]), (*parts[1::2], "")
    if (bars := text.count("|")) > MAX_CELLS:
        raise UnreadableError(f"{file}: {bars:,} table cells; at most {MAX_CELLS:,} are read")
    if len(lines) > MAX_LINES:
        raise UnreadableError(f"{file}: {len(lines):,} lines; at most {MAX_LINES:,} are read")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise UnreadableError(
                f"{file}: line {number:,} has {len(line):,} characters; at most {MAX_LINE:,} are read"
            )
    return Source(lines, ends, marked)
