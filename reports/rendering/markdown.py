"""Text into GitHub-flavoured markdown: what a run or a network is called must never become markup."""

import re

URL = re.compile(r"https?://[^\s<>\"`|\\]+")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~&!])")


class Markdown(str):
    """Text that is markdown already, and is not escaped again."""

    __slots__ = ()


def escape(text: str) -> Markdown:
    """`text` on one line, shown as it stands in prose, a list or a table cell; web addresses become links."""
    line = one_line(text)
    parts: list[str] = []
    end = 0
    for match in URL.finditer(line):
        address = match[0].rstrip(".,;:!?'*_)]}")
        parts += [_plain(line[end : match.start()]), f"<{address}>"]
        end = match.start() + len(address)
    parts.append(_plain(line[end:]))
    return Markdown(_no_list("".join(parts)))


def code(text: str) -> Markdown:
    """`text` on one line as code; a table cell may hold it, so a pipe is escaped as GitHub wants it there."""
    line = one_line(text).strip() or " "
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return Markdown(f"{fence}{pad}{line}{pad}{fence}".replace("|", r"\|"))


def block(text: str, language: str = "") -> Markdown:
    """`text` as a fenced block, the fence longer than any inside."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markdown(f"{fence}{language}\n{text.rstrip()}\n{fence}")


def inline_math(latex: str) -> Markdown:
    """A formula inside a line. The backticks keep GitHub from reading its underscores as emphasis."""
    return Markdown(f"$`{latex}`$")


def _plain(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def one_line(text: str) -> str:
    """`text` on one line, what has no picture replaced by a space."""
    return "".join(letter if letter.isprintable() else " " for letter in re.sub(r"\s+", " ", text))


def _no_list(text: str) -> str:
    """The text with its first mark escaped where it would begin a list or underline a heading."""
    if re.fullmatch(r"[-=]+ *", text):
        return f"\\{text}"
    return re.sub(r"^(\d{0,9})([-+.)])(?=\s|$)", r"\1\\\2", text)
