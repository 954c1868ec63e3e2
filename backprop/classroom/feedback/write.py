"""The files of a class's feedback: a page, markdown and a marked workbook for each student, and the class's own page.

Each student's files are made in a process of its own, since their workbooks are strangers'. Each file is whole or not
there; one of an earlier run, which may have told more, does not stay.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop.check.isolated import A_JOB, LIMITS
from backprop.classroom.feedback.class_page import to_html as class_page
from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.markdown import to_markdown
from backprop.classroom.feedback.page import to_html
from backprop.classroom.feedback.told import feedback
from backprop.classroom.feedback.workbook import write_workbook
from backprop.classroom.grading.graded import Graded
from backprop.classroom.submissions.source import Source, SubmittedFile
from backprop.spreadsheet.package.parts import PartsError
from groundfloor.errors import InputError, UnreadableError
from groundfloor.files import FileError, reason, write_file
from groundfloor.work.completed import completed
from groundfloor.work.engine import Engine
from groundfloor.work.task import Task

FOLDER, CLASS_PAGE = "feedback", "class.html"
ENDINGS = (".xlsx", ".xlsm", ".ods")  # of workbooks that are marked
NOT_MARKED = ("unreadable", "too_slow", "missing")  # verdicts


@dataclass(frozen=True, slots=True)
class Back:
    """What goes back to one student: the result, where the workbook lies, what the files are called."""

    graded: Graded
    source: Source | None
    ending: str
    name: str  # without an ending


@dataclass(frozen=True, slots=True)
class _Work:
    back: Back
    folder: Path
    level: Hints
    title: str


_Made = tuple[str, bytes | None, dict[str, str]]


def write_feedback(
    folder: Path, students: Sequence[Back], level: Hints, title: str, *, engine: Engine | None = None,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[str]:  # fmt: skip
    """Write all of it into a folder of grades; who handed in nothing gets nothing. A line on each workbook not marked.

    The page of the class is written last, so that who finds it finds what it leads to. FileError where a file cannot be
    written.
    """
    inside = folder / FOLDER
    try:
        inside.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{inside}: cannot be made ({reason(error)})") from error
    handed = [_Work(each, inside, level, title) for each in students if each.graded.status != "missing"]
    pages = {work.back.graded.student.id: f"{FOLDER}/{work.back.name}.html" for work in handed}
    lines = []
    for done, (work, said) in enumerate(_written(handed, engine), 1):
        if said:
            lines.append(f"{work.back.graded.student.name}: {said}")
        advance(done, len(handed))
    for each in students:
        if each.graded.status == "missing":
            _clear(inside, each.name)
    write_file(folder / CLASS_PAGE, class_page([each.graded for each in students], title, pages), force=True)
    return lines


def _written(handed: Sequence[_Work], engine: Engine | None) -> Iterator[tuple[_Work, str]]:
    """Each student's work, once its files are written, with why the workbook was not marked."""
    for task, result in completed(map(_task, handed), engine, a_job=A_JOB):
        work: _Work = task.argument
        if isinstance(result, InputError):  # the workbook alone can take too long: without it the rest is written
            said, marked, texts = f"not marked: {result}", None, _texts(work, "")
        else:
            said, marked, texts = result
        _keep(work, marked, texts)
        yield work, said


def _task(work: _Work) -> Task[_Made]:
    back = work.back
    report, ending = back.graded.report, back.ending.lower()
    marked = report is not None and report.verdict not in NOT_MARKED and ending in ENDINGS
    files = (SubmittedFile(back.source, back.ending),) if marked and back.source is not None else ()
    return Task(_make, work, files, LIMITS)


def _make(work: _Work, file: Path | None = None) -> _Made:
    """A student's files: what is to be said of the workbook, the marked one if there is one, the texts."""
    said, marked = "", None
    if file is not None:
        try:
            marked = _marked(work, file)
        except (PartsError, UnreadableError) as error:
            said = f"not marked: {error}"
    return said, marked, _texts(work, "" if marked is None else _marked_name(work))


def _marked(work: _Work, file: Path) -> bytes:
    back = work.back
    assert back.graded.report is not None
    with TemporaryDirectory(prefix="feedback-") as folder:
        target = Path(folder) / _marked_name(work)
        write_workbook(file, back.graded.report, feedback(back.graded, work.level, work.title), target, force=True)
        return target.read_bytes()


def _marked_name(work: _Work) -> str:
    return f"{work.back.name}{work.back.ending.lower()}"


def _texts(work: _Work, marked: str) -> dict[str, str]:
    """The page, which names the marked workbook, and the markdown, by the ending of each."""
    told = feedback(work.back.graded, work.level, work.title)
    return {".html": to_html(told, marked), ".md": to_markdown(told)}


def _keep(work: _Work, marked: bytes | None, texts: Mapping[str, str]) -> None:
    """Write them, the workbook first, as the page leads to it."""
    name = work.back.name
    if marked is not None:
        write_file(work.folder / _marked_name(work), marked, force=True)
    _clear(work.folder, name, (f"{name}.html", f"{name}.md", "" if marked is None else _marked_name(work)))
    for ending, text in texts.items():
        write_file(work.folder / f"{name}{ending}", text, force=True)


def _clear(folder: Path, name: str, but: Sequence[str] = ()) -> None:
    """Remove a student's files of an earlier run."""
    for ending in (".html", ".md", *ENDINGS):
        if f"{name}{ending}" not in but:
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{name}{ending}").unlink()
