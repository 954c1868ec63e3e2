"""What is switched off: by comments in a README, by [tool.reports.lint] of the pyproject.toml above it.

<!-- reports-lint-disable RL006 accuracy -->    from here on, these rules, by id or name; without any, all
<!-- reports-lint-enable -->                    again
<!-- reports-lint-disable-line RL005 -->        in this line
<!-- reports-lint-disable-next-line -->         in the next
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundfloor.disk.reading import read_plain
from groundfloor.text import quoted
from groundfloor.toml import read_toml
from reports.errors import ReportsError
from reports.readmes.proof.findings import Finding
from reports.readmes.rules.catalogue import UnknownRuleError, rule_named

_COMMENT = re.compile(
    r"<!--\s*reports-lint-(?P<what>disable-next-line|disable-line|disable|enable)(?P<ids>[\w\s,-]{0,400}?)\s*-->"
)
KEYS = ("select", "ignore")


class SettingsError(ReportsError):
    """A pyproject.toml whose [tool.reports.lint] cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Which rules a project wants, and which it does not."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def find_settings(beside: Path) -> Settings:
    """The settings of the nearest pyproject.toml above a file; SettingsError where its table is wrong."""
    for folder in beside.resolve().parents:
        file = folder / "pyproject.toml"
        if file.is_file():
            return read_settings(file)
    return Settings()


def read_settings(file: Path) -> Settings:
    """[tool.reports.lint] of a pyproject.toml; nothing is switched off where there is none."""
    try:
        table: Any = read_toml(read_plain(file).decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({error})") from error
    for name in ("tool", "reports", "lint"):
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise SettingsError(f"{file}: {name} is {quoted(table)}; a table is needed")
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsError(f"{file}: tool.reports.lint.{key} is unknown; one of: {', '.join(KEYS)}")
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise SettingsError(f"{file}: tool.reports.lint.{key} is {quoted(value)}; a list of rules is needed")
    try:
        names = {key: tuple(rule_named(name).id for name in table.get(key, ())) for key in KEYS}
    except UnknownRuleError as error:
        raise SettingsError(f"{file}: {error}") from error
    return Settings(**names)


def without_disabled(findings: Iterable[Finding], lines: Sequence[str]) -> list[Finding]:
    """The findings but those that a comment switches off; UnknownRuleError where one names no rule."""
    off = _disabled(lines)
    return [each for each in findings if not {each.kind.rule, ""} & off.get(each.line, frozenset())]


def _disabled(lines: Sequence[str]) -> dict[int, frozenset[str]]:
    """By line the ids that are off there; the empty one is all of them."""
    off: dict[int, frozenset[str]] = {}
    running: set[str] = set()
    for number, line in enumerate(lines, 1):
        for match in _COMMENT.finditer(line) if "reports-lint" in line else ():
            try:
                ids = {*_ids(match["ids"])}
            except UnknownRuleError as error:
                raise UnknownRuleError(f"line {number}: {error}") from error
            if match["what"] == "disable":
                running |= ids
            elif match["what"] == "enable":
                running = set() if ids == {""} else running - ids
            else:
                at = number + (match["what"] == "disable-next-line")
                off[at] = off.get(at, frozenset()) | ids
        if running:
            off[number] = off.get(number, frozenset()) | running
    return off


def _ids(text: str) -> Iterator[str]:
    names = re.split(r"[\s,]+", text.strip())
    yield from (rule_named(name).id if name else "" for name in names)
