"""Markdown as its readers want it: numbers beside their units, plots light and dark, maths by `$` or in fences.

Each change keeps the number of lines, so that a line of a template's text is the same line of the file.
"""

import html
import posixpath
import re
from collections.abc import Callable, Iterator

Change = Callable[[str], str]

FENCE = re.compile(r"(`{3,})(.*)")
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\$`.*?`\$|<[^>]*>|\]\([^)]*\)")  # and addresses: left as they are
UNIT = re.compile(
    r"(?<=[\d.)]) (?=(?:%|s|ms|min|h|MB|kB|GB)(?![\w-]))"
    r"|(?<=[\d%]) (?=[±×] ?[\d(−])|(?<=[±×]) (?=\d)|(?<=[ηn]) (?== [\d−])|(?<=[ηn] =) (?=[\d−])"
)
PICTURE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(((?:\.\./)?assets/[\w.-]+\.svg)\)")
RELATIVE = re.compile(r"(\]\()(?!https?:|#|/|mailto:)(?:\.\./)?([^()\s]*)(\))")
INLINE = re.compile(r"\$`([^`]+)`\$")
ESCAPED = re.compile(r"\\([\\`*{}\[\]<>#|$~&!_])")


def together(text: str) -> str:
    """The text with no-break spaces between numbers and their units, outside code and addresses."""
    return "\n".join(line if fenced else _outside_code(line, _together) for line, fenced in _lines(text))


def github(text: str) -> str:
    """The text with plots that follow GitHub's own light and dark, whatever the system's are."""
    return "\n".join(line if fenced else PICTURE.sub(_themed, line) for line, fenced in _lines(text))


def dollars(text: str) -> str:
    """The text with `$$` and `$` around formulas, as VS Code, Jupyter and Obsidian read them."""
    lines, closing = [], False
    for line, fenced in _lines(text):
        fence = FENCE.fullmatch(line)
        if fence and (closing or fence[2] == "math"):
            lines.append("$$")
            closing = not closing
        else:
            lines.append(line if fenced else INLINE.sub(r"$\1$", line))
    return "\n".join(lines)


def below(text: str, folder: str) -> str:
    """The text as a file of a folder, its addresses turned from those of the folder above."""
    return "\n".join(
        line
        if fenced
        else RELATIVE.sub(lambda match: f"{match[1]}{posixpath.relpath(match[2], folder)}{match[3]}", line)
        for line, fenced in _lines(text)
    )


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines, each with whether it is of a fenced block."""
    fence = ""
    for line in text.split("\n"):
        match = FENCE.fullmatch(line)
        if fence:
            yield line, True
            if match and match[1] == fence and not match[2]:
                fence = ""
        else:
            fence = match[1] if match else ""
            yield line, bool(match)


def _outside_code(line: str, change: Change) -> str:
    parts, end = [], 0
    for match in CODE.finditer(line):
        parts += [change(line[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, change(line[end:])])


def _together(text: str) -> str:
    return UNIT.sub("\u00a0", text)


def _themed(match: re.Match[str]) -> str:
    words, address = html.escape(ESCAPED.sub(r"\1", match[1])), match[2]
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{address}#dark">'
        f'<img alt="{words}" src="{address}"></picture>'
    )
