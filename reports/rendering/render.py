"""Jinja templates into markdown. Every text that a template prints is escaped, unless it is markdown already.

Templates run in Jinja's immutable sandbox and see plain data: no paths, no models, nothing that opens a file. One that
is not of this package runs in a process of its own, with a limit on its time and memory.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, MappingProxyType, TracebackType

import jinja2
from jinja2 import StrictUndefined, nodes
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from groundfloor.errors import UnreadableError
from groundfloor.pages.markdown import Markdown
from groundfloor.process.isolate import run_isolated
from groundfloor.text import did_you_mean, nearest
from reports.errors import TemplateError
from reports.rendering.filters import FILTERS, finalize
from reports.rendering.marks import MARK, MARKED, MarkedEnvironment, Marks

README, MODEL_CARD = "README", "model-card"  # templates of this package that make a whole file
OWN = "the template that was given"  # the name it is loaded by; no file's name, so that it may extend any of ours
SECONDS, MEMORY_MB, LETTERS = 20, 1024, 10_000_000  # what a template of somebody else may take and make
WHAT_IT_IS = f"a template is {README}, {MODEL_CARD} or a text file in Jinja's language"
SOURCE_BYTES = 1_000_000  # and hold


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be rendered: a context, the texts with their changes of it, and which of them with marks."""

    context: dict[str, object]
    texts: dict[str, dict[str, object]]
    marked: frozenset[str]


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
            names = [attribute for attribute in dir(owner) if not attribute.startswith("_")]
        return f"variable '{name}' is unknown in {type(owner).__name__}{_nearest(name, names, 12)}"


class Compiled(jinja2.BytecodeCache):
    """Templates of a process, each compiled once: to parse ours was a third of the time of rendering them."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}  # by file and by its content

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled of the same source."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_PLAIN, _MARKED = Compiled(), Compiled()  # with marks the same source is another program


def template_folder() -> Path:
    """Where this package's templates lie: inside an installed wheel, else at the top of the checkout."""
    packaged = Path(__file__).parents[1] / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


def render(
    context: Mapping[str, object],
    template: str | Path | None = None,
    texts: Mapping[str, Mapping[str, object]] = MappingProxyType({README: {}}),
    marked: Collection[str] = (),
) -> dict[str, str]:
    """Texts by a template of the package, by name, or by a file, each with its own changes of the context.

    One whose name has a slash is a page, made only where another text links it. TemplateError names file, line and what
    is wrong. A file's template may take SECONDS and MEMORY_MB, as far as the system limits memory, and make LETTERS.
    In the texts that `marked` names, what is printed stands between marks.
    """
    if template == MODEL_CARD and not context["configurations"]:
        raise TemplateError(f"{MODEL_CARD}: describes a recorded run; name one, or a folder of its seeds")
    job = Job(dict(context), {name: dict(changes) for name, changes in texts.items()}, frozenset(marked))
    if template in (None, README, MODEL_CARD):
        return _fill(job, f"{template or README}.md.j2")
    custom = Path(str(template))
    try:
        made, message = run_isolated(_try, (job, custom, _source(custom)), seconds=SECONDS, memory_mb=MEMORY_MB)
    except UnreadableError as error:
        raise TemplateError(f"{custom}: {error}") from error
    if message is not None:
        raise TemplateError(message)
    return made


def _try(given: tuple[Job, Path, str]) -> tuple[dict[str, str], str | None]:
    """The texts, or what is wrong: in a process whose caller knows no errors of ours."""
    job, custom, source = given
    try:
        texts = _fill(job, OWN, custom, source)
    except TemplateError as error:
        return {}, str(error)
    letters = max(len(MARK.sub("", text)) for text in texts.values())
    if letters > LETTERS:
        return {}, f"{custom}: makes a text of {letters:,} letters; at most {LETTERS:,} are allowed"
    return texts, None


def _fill(job: Job, name: str, custom: Path | None = None, source: str = "") -> dict[str, str]:
    plain = _environment(custom, source, None)
    marking = _environment(custom, source, Marks(job.context)) if job.marked else plain
    made: dict[str, str] = {}
    linked = ""
    for text, changes in job.texts.items():
        if "/" not in text or f"({text})" in linked:
            made[text] = _text(marking if text in job.marked else plain, {**job.context, **changes}, name, custom)
            linked += "" if "/" in text else MARK.sub("", made[text])
    return made


def _text(templates: jinja2.Environment, context: Mapping[str, object], name: str, custom: Path | None) -> str:
    try:
        if custom is not None:
            with suppress(TemplateNotFound):  # which is told with its line when it is rendered
                _check_blocks(templates, custom)
        text = templates.get_template(name).render(context)
    except TemplateSyntaxError as error:
        raise TemplateError(
            f"{_shown(error.filename or error.name, custom)}:{error.lineno}: {error.message}"
        ) from error
    except TemplateError:
        raise
    except Exception as error:  # a template may fail in any way that Python can
        where = _line(error.__traceback__, custom)
        what = _reason(error, context)
        raise TemplateError(f"{where}: {what}") from error
    lines = [line.rstrip() for line in text.splitlines()]
    return _few_blank_lines(lines)


def _environment(custom: Path | None, source: str, marks: Marks | None) -> jinja2.Environment:
    """The templates of this package and, as OWN, the user's if there is one."""
    package = jinja2.FileSystemLoader(template_folder())
    loader: jinja2.BaseLoader = package
    if custom is not None:
        load = jinja2.FunctionLoader(lambda name: (source, str(custom), None) if name == OWN else None)
        loader = jinja2.ChoiceLoader([load, package])
    result = (ImmutableSandboxedEnvironment if marks is None else MarkedEnvironment)(
        loader=loader,
        undefined=NamedUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_PLAIN if marks is None else _MARKED,
    )
    result.filters.update(FILTERS)
    if marks is not None:
        result.filters[MARKED] = marks.printed
    result.concat = _concat  # type: ignore[method-assign]
    return result


def _concat(parts: Iterable[str]) -> Markdown:
    """What a block, a macro or `{% set %}` printed: escaped already where it was printed, so not once more."""
    return Markdown("".join(parts))


def _source(custom: Path) -> str:
    try:
        with custom.open("rb") as stream:
            content = stream.read(SOURCE_BYTES + 1)
    except OSError as error:
        raise TemplateError(f"{custom}: {error.strerror}; {WHAT_IT_IS}") from error
    if len(content) > SOURCE_BYTES:
        raise TemplateError(f"{custom}: holds more than {SOURCE_BYTES:,} bytes, which no template needs")
    if not content.strip():
        raise TemplateError(f"{custom}: is empty; {WHAT_IT_IS}")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise TemplateError(f"{custom}: not UTF-8 text") from error


def _check_blocks(templates: jinja2.Environment, custom: Path) -> None:
    """TemplateError on a block that the extended template does not have: Jinja would print it nowhere."""
    chain = list(_chain(templates, OWN))
    known = {block.name for tree in chain[1:] for block in tree.find_all(nodes.Block)}
    for block in chain[0].body if known else ():
        if isinstance(block, nodes.Block) and block.name not in known:
            hint = _nearest(block.name, sorted(known), len(known))
            raise TemplateError(f"{custom}:{block.lineno}: block '{block.name}' is unknown in what it extends{hint}")


def _chain(templates: jinja2.Environment, name: str) -> Iterator[nodes.Template]:
    """The template and those it extends, as far as their names are written out."""
    assert templates.loader is not None
    source, file, _ = templates.loader.get_source(templates, name)
    tree = templates.parse(source, name, file)
    yield tree
    extends = tree.find(nodes.Extends)
    if extends is not None and isinstance(extends.template, nodes.Const) and extends.template.value != name:
        yield from _chain(templates, extends.template.value)


def _reason(error: Exception, context: Mapping[str, object]) -> str:
    """The error in one line; an unknown name at the top gets the nearest one of the context."""
    if isinstance(error, MemoryError):
        return f"needs more than {MEMORY_MB:,} MB of memory"
    if isinstance(error, TemplateNotFound):
        ours = sorted(file.name for file in template_folder().glob("*.j2"))
        return f"template '{error.name}' not found{_nearest(str(error.name), ours, len(ours))}"
    message = " ".join(str(error).split()) or type(error).__name__
    prefix, suffix = "variable '", "' is unknown"
    if message.startswith(prefix) and message.endswith(suffix):
        hint = did_you_mean(message[len(prefix) : -len(suffix)], context)
        return f"{message}; {hint}There are: {', '.join(context)}"
    return message


def _nearest(name: str, names: Sequence[str], most: int) -> str:
    """The nearest of the names or, where none is near, the first of them."""
    close = nearest(name, names)
    return f"; did you mean {close}?" if close else f"; one of: {', '.join(names[:most])}"


def _line(traceback: TracebackType | None, custom: Path | None) -> str:
    """FILE:LINE of the innermost template frame."""
    where = _shown(None, custom)
    folder = str(template_folder())
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file == str(custom) or file.startswith(folder):
            where = f"{_shown(file, custom)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return where


def _shown(file: str | None, custom: Path | None) -> str:
    """A template's name in messages: the user's as typed, ours as templates/NAME."""
    if custom is not None and file in (None, str(custom)):
        return str(custom)
    return f"templates/{Path(file or 'README.md.j2').name}"


def _few_blank_lines(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
