"""Text into GitHub-flavoured markdown: what a file, a run or a network is called never becomes markup."""

import re

_ADDRESS = re.compile(r"https?://[^\s<>\"`|\\]+")
# An underscore inside a word is none of markdown's business; what makes a web address of its own is.
_SPECIAL = re.compile(r"[\\`*{}\[\]<>#|$~&!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BRACKETS = {"<": "&lt;", ">": "&gt;"}  # a backslash means nothing where HTML has begun, as in a <summary>
_NAME = re.compile(r"@(?=[A-Za-z0-9])")  # of a person; no backslash keeps GitHub from it, an empty comment does
_RULE = re.compile(r"( ?)(?=[-=][-= ]*$|:-+:? *$)")  # a line across, under a heading or under a table's head
_ITEM = re.compile(r"( ?\d{0,9})(?=[-+.)](?:\s|$))")


class Markdown(str):
    """Text that is markdown already, and is not escaped again."""

    __slots__ = ()


def escape(text: str) -> Markdown:
    """The text on one line, shown as it stands in prose, a list or a table cell: nothing in it is markup or a link."""
    return Markdown(_plain_beginning(_plain(one_line(text))))


def escape_but_links(text: str) -> Markdown:
    """The same, except that web addresses become links that show where they lead."""
    line = one_line(text)
    parts: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(line):
        address = match[0].rstrip(".,;:!?'*_)]}")
        parts += [_plain(line[end : match.start()]), f"<{address}>"]
        end = match.start() + len(address)
    parts.append(_plain(line[end:]))
    return Markdown(_plain_beginning("".join(parts)))


def code(text: str) -> Markdown:
    """The text on one line as code; inside a table use `code_cell`."""
    line = one_line(text).strip() or " "
    fence = "`" * (_longest_fence(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return Markdown(f"{fence}{pad}{line}{pad}{fence}")


def code_cell(text: str) -> Markdown:
    """The text as code in a table, where GitHub wants a pipe escaped."""
    return Markdown(code(text).replace("|", r"\|"))


def block(text: str, language: str = "") -> Markdown:
    """The text as a fenced block, the fence longer than any inside."""
    fence = "`" * max(3, _longest_fence(text) + 1)
    return Markdown(f"{fence}{language}\n{text.rstrip()}\n{fence}")


def inline_math(latex: str) -> Markdown:
    """A formula inside a line. The backticks keep GitHub from reading its underscores as emphasis."""
    return Markdown(f"$`{latex}`$")


def one_line(text: str) -> str:
    """The text on one line, what has no picture replaced by a space."""
    return "".join(letter if letter.isprintable() else " " for letter in re.sub(r"\s+", " ", text))


def _plain(text: str) -> str:
    return _NAME.sub("@<!-- -->", _SPECIAL.sub(lambda match: _BRACKETS.get(match[0], f"\\{match[0]}"), text))


def _plain_beginning(text: str) -> str:
    r"""The text with its first mark escaped where it would begin a list or make a line of its own: \- item."""
    match = _RULE.match(text) or _ITEM.match(text)
    return f"{text[: match.end()]}\\{text[match.end() :]}" if match else text


def _longest_fence(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
