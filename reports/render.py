"""Jinja templates into markdown. Every text that a template prints is escaped, unless it is markdown already.

Templates run in Jinja's immutable sandbox and see plain data: no paths, no models, nothing that opens a file.
"""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reports import formats
from reports.descent import Descent
from reports.errors import TemplateError
from reports.markdown import Markdown, block, code, escape, inline_math
from reports.summarize import Difference

MAIN = "README.md.j2"
VERDICTS = {True: "✅ yes", False: "❌ no", None: "not judged"}


class NamedUndefined(StrictUndefined):
    """A missing variable raises, and the message names the nearest one there is."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or not isinstance(name, str):
            return super()._undefined_message
        if owner is jinja2.utils.missing:
            return f"variable '{name}' is unknown"
        if isinstance(owner, Mapping):
            names = [str(key) for key in owner]
        else:
            names = [each for each in dir(owner) if not each.startswith("_")]
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else f"; one of: {', '.join(names[:12])}"
        return f"variable '{name}' is unknown in {type(owner).__name__}{hint}"


def template_folder() -> Path:
    """Where this package's templates lie: inside an installed wheel, else at the top of the checkout."""
    packaged = Path(__file__).parent / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "templates"


def environment(own: Path | None = None) -> jinja2.Environment:
    """The templates of this package and, as MAIN, the user's `own` if there is one."""
    package = jinja2.FileSystemLoader(template_folder())
    loader: jinja2.BaseLoader = package
    if own is not None:
        loader = jinja2.ChoiceLoader([jinja2.FunctionLoader(_own_source(own)), package])
    result = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=NamedUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    result.filters.update(FILTERS)
    return result


def render(context: Mapping[str, object], own: Path | None = None) -> str:
    """The report; TemplateError names the template, the line and what is wrong there."""
    templates = environment(own)
    try:
        text = templates.get_template(MAIN).render(context)
    except TemplateSyntaxError as error:
        raise TemplateError(f"{_shown(error.filename or error.name, own)}:{error.lineno}: {error.message}") from error
    except TemplateError:
        raise
    except Exception as error:  # a template may fail in any way that Python can
        where = _line(error.__traceback__, own)
        what = f"template '{error.name}' not found" if isinstance(error, TemplateNotFound) else _reason(error, context)
        raise TemplateError(f"{where}: {what}") from error
    lines = [line.rstrip() for line in text.splitlines()]
    return _few_blank_lines(lines)


def finalize(value: object) -> object:
    """What `{{ value }}` prints: markdown as it stands, other text escaped, nothing as "not measured"."""
    if isinstance(value, Markdown | jinja2.Undefined):
        return value
    if value is None:
        return formats.NOT_MEASURED
    return escape(value) if isinstance(value, str) else escape(str(value))


def listed(items: Iterable[object], word: str = "and") -> str:
    """a, b and c."""
    texts = [str(item) for item in items]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}" if texts else "none"


def row(cells: Iterable[object]) -> Markdown:
    """The cells of one table row, from the first pipe to the last."""
    return Markdown("| " + " | ".join(str(finalize(cell)) for cell in cells) + " |")


def rule(cells: Iterable[object]) -> Markdown:
    """The line under a table's head, every column of figures set to the right."""
    return Markdown("| " + " | ".join("---:" for _ in cells) + " |")


def gap(cells: Iterable[object]) -> Markdown:
    """A row of dots for rows left out."""
    return row("…" for _ in cells)


def against(difference: Difference) -> str:
    """Where a measured accuracy lies beside a published one."""
    if difference.direction == "equal":
        return "the same"
    return f"{formats.points(difference.size)} percentage points {difference.direction}"


def change(descent: Descent) -> str:
    """The last loss against the first: 46.4 × lower."""
    if descent.direction == "stayed":
        return "equal"
    way = "lower" if descent.direction == "fell" else "higher"
    return way if descent.factor is None else f"{formats.factor(descent.factor)} × {way}"


def verdict(value: bool | None) -> str:
    """Whether a constraint holds."""
    return VERDICTS[value]


FILTERS: dict[str, Any] = {
    "percent": formats.percent,
    "percent_given": formats.percent_given,
    "points": formats.points,
    "fixed": formats.fixed,
    "significant": formats.significant,
    "shortest": formats.shortest,
    "exact": formats.exact,
    "thousands": formats.thousands,
    "factor": formats.factor,
    "duration": formats.duration,
    "span": formats.span,
    "reached": formats.reached,
    "listed": listed,
    "row": row,
    "rule": rule,
    "gap": gap,
    "verdict": verdict,
    "against": against,
    "change": change,
    "code": code,
    "block": block,
    "math": inline_math,
    "markdown": Markdown,
}


def _own_source(own: Path) -> Any:
    def load(name: str) -> tuple[str, str, None] | None:
        if name != MAIN:
            return None
        try:
            return own.read_text(encoding="utf-8"), str(own), None
        except OSError as error:
            raise TemplateError(f"{own}: {error.strerror}; a template is a text file in Jinja's language") from error
        except UnicodeDecodeError as error:
            raise TemplateError(f"{own}: not UTF-8 text") from error

    return load


def _reason(error: Exception, context: Mapping[str, object]) -> str:
    """The error in one line; an unknown name at the top gets the nearest one of the context."""
    message = " ".join(str(error).split()) or type(error).__name__
    prefix, suffix = "variable '", "' is unknown"
    if message.startswith(prefix) and message.endswith(suffix):
        close = difflib.get_close_matches(message[len(prefix) : -len(suffix)], context, n=1)
        hint = f"did you mean '{close[0]}'? " if close else ""
        return f"{message}; {hint}There are: {', '.join(context)}"
    return message


def _line(traceback: TracebackType | None, own: Path | None) -> str:
    """FILE:LINE of the innermost template frame."""
    where = _shown(None, own)
    folder = str(template_folder())
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file == str(own) or file.startswith(folder):
            where = f"{_shown(file, own)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return where


def _shown(file: str | None, own: Path | None) -> str:
    """A template's name in messages: the user's as typed, ours as templates/NAME."""
    if own is not None and file in (None, str(own)):
        return str(own)
    return f"templates/{Path(file or MAIN).name}"


def _few_blank_lines(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
