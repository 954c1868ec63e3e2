"""A README by its blocks and sections. Markdown is read for its structure only; the words stay as they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports.readmes.reading.files import Source, blanked
from reports.readmes.reading.parts import LEVEL, read_parts

Kind = Literal["prose", "heading", "row", "fence"]

_MARKUP = re.compile(r"[*`]|</?[A-Za-z][^<>]{0,200}>")
_SIZE = re.compile(r"\$[\d\s(]+(?:\\times[\d\s)]+){1,4}\$")  # $3 \times 3$
_LONG_GAP = re.compile(r"\s{101,}")
FILLER = "\u2060"  # of no width, and no blank
MAX_HEADINGS = 2_000
MOST_LINES = 8_192  # that are kept as they are read without markup, since many rules read them
MOST_COLUMNS = 60  # wider tables are not read
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table row or fence: lines `first` to `last`, counted from 1."""

    kind: Kind
    first: int
    last: int
    info: str = ""  # of a fence: what stands behind its opening
    header: tuple[str, ...] = ()  # of a row: the cells of its table's head


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, subsections too. The whole document is one of level 0, a part of level 7."""

    level: int
    first: int
    last: int
    title: str


@dataclass(frozen=True)
class Document:
    """The lines of a README and what they are."""

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]

    def text(self, block: Block) -> str:
        """The block's lines, markup of emphasis and code blanked, so that every place keeps its column."""
        return "\n".join(plain(line) for line in self.lines[block.first - 1 : block.last])

    def place(self, block: Block, offset: int) -> tuple[int, int]:
        """Line and column, from 1 and from 0, of an offset into the block's text."""
        before = self.text(block)[:offset]
        return block.first + before.count("\n"), offset - (before.rfind("\n") + 1)

    def around(self, line: int) -> list[Section]:
        """The sections that hold a line, the innermost first."""
        return [section for section in reversed(self.sections) if section.first <= line <= section.last]

    def of_kind(self, *kinds: Kind) -> Iterator[Block]:
        """The blocks of these kinds, in order."""
        return (block for block in self.blocks if block.kind in kinds)

    @cached_property
    def headings(self) -> frozenset[int]:
        """The lines of headings."""
        return frozenset(section.first for section in self.sections if 0 < section.level < LEVEL)


@lru_cache(maxsize=MOST_LINES)
def plain(line: str) -> str:
    """The line with emphasis, code marks and tags blanked, sizes in formulas as text; every place keeps its column."""
    if "\\times" in line:
        line = _SIZE.sub(lambda match: match[0].replace("$", " ").replace("\\times", "  ×   "), line)
    return _MARKUP.sub(lambda match: " " * len(match[0]), line)


def cells(line: str) -> tuple[tuple[str, int], ...]:
    """The cells of a table row, stripped of blanks and emphasis, each with its column."""
    shown = plain(line)
    starts = [0, *(match.end() for match in _CELL.finditer(shown))]
    ends = [*(match.start() for match in _CELL.finditer(shown)), len(shown)]
    columns = []
    for start, end in zip(starts, ends, strict=True):
        cell = shown[start:end]
        columns.append((cell.strip(), start + len(cell) - len(cell.lstrip())))
    outer = shown.strip()
    return tuple(columns[1 if outer.startswith("|") else 0 : -1 if outer.endswith("|") else None])


def read_document(source: Source) -> Document:
    """The document of a text. Its structure is that of the text; its lines have a blank for each no-break space."""
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    filled = [_LONG_GAP.sub(_filled, line) for line in source.lines]
    tokens = parser.parse("\n".join(filled))
    lines = tuple(blanked(line) for line in filled)
    blocks, sections = tuple(_blocks(tokens, lines)), tuple(_sections(tokens, lines))
    return Document(lines, blocks, tuple(_with_parts(lines, blocks, sections)))


def _filled(gap: re.Match[str]) -> str:
    """A gap of the same length that patterns do not search: between two words so far apart there is no relation."""
    return f"{gap[0][:50]}{FILLER * (len(gap[0]) - 100)}{gap[0][-50:]}"


def _blocks(tokens: list[Token], lines: tuple[str, ...]) -> Iterator[Block]:
    header: tuple[str, ...] = ()
    holder = ""
    for token in tokens:
        if token.type == "table_open" and token.map:
            header = tuple(text for text, _ in cells(lines[token.map[0]]))
        elif token.type == "table_close":
            header = ()
        elif token.type == "heading_open":
            holder = "heading"
        elif token.type == "heading_close":
            holder = ""
        elif token.type == "tr_open" and token.map and 0 < len(header) <= MOST_COLUMNS:
            yield Block("row", token.map[0] + 1, token.map[0] + 1, header=header)
        elif token.type == "fence" and token.map:
            yield Block("fence", token.map[0] + 1, token.map[1], info=token.info.strip())
        elif token.type in ("inline", "code_block", "html_block") and token.map and not header:
            kind: Kind = "heading" if holder else "prose"
            last = token.map[1]
            while last > token.map[0] + 1 and not lines[last - 1].strip():
                last -= 1
            yield Block(kind, token.map[0] + 1, last)


def _is_heading(token: Token, lines: tuple[str, ...]) -> bool:
    """Whether it is meant as one: not a line of a table or log with a rule below it."""
    if token.markup.startswith("#") or token.map is None:
        return True
    first, last = token.map
    return last - first == 2 and re.search(r"\d{2}|[\[%]", lines[first]) is None


def _sections(tokens: list[Token], lines: tuple[str, ...]) -> Iterator[Section]:
    starts = [(0, 1, "")]
    for token in tokens:
        if token.type == "heading_open" and token.map and _is_heading(token, lines):
            title = lines[token.map[0]].strip("# \t")
            starts.append((int(token.tag[1]), token.map[0] + 1, title))
    del starts[MAX_HEADINGS:]
    for index, (level, first, title) in enumerate(starts):
        after = (start for other, start, _ in starts[index + 1 :] if other <= level)
        yield Section(level, first, next(after, len(lines) + 1) - 1, title)


def _with_parts(lines: tuple[str, ...], blocks: tuple[Block, ...], sections: tuple[Section, ...]) -> list[Section]:
    free = frozenset(at for block in blocks if block.kind == "prose" for at in range(block.first, block.last + 1))
    ends = [section.first - 1 for section in sections[1:]] + [len(lines)]
    chapters = [(section.first - (not section.level), end) for section, end in zip(sections, ends, strict=True)]
    parts = [Section(LEVEL, part.first, part.last, part.title) for part in read_parts(lines, chapters, free)]
    return sorted((*sections, *parts), key=lambda section: (section.first, section.level))
