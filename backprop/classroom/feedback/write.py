"""The files of a class's feedback: a page, markdown and a marked workbook for each student, and the class's own page.

Each student's files are made in a process of its own, since their workbooks are strangers'. Each file is whole or not
there; one of an earlier run, which may have told more, does not stay.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop.check.isolated import MEMORY_MB, SECONDS
from backprop.classroom.feedback.class_page import to_html as class_page
from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.markdown import to_markdown
from backprop.classroom.feedback.page import to_html
from backprop.classroom.feedback.told import feedback
from backprop.classroom.feedback.workbook import write_workbook
from backprop.classroom.grading.graded import Graded
from backprop.classroom.submissions.source import Source, on_disk
from backprop.spreadsheet.package.parts import PartsError
from groundfloor.errors import InputError, UnreadableError
from groundfloor.files import FileError, reason, write_file
from groundfloor.process.isolate import map_isolated

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


def write_feedback(
    folder: Path, students: Sequence[Back], level: Hints, title: str, *, jobs: int = 1,
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
    for done, (work, said) in enumerate(_written(handed, jobs), 1):
        if said:
            lines.append(f"{work.back.graded.student.name}: {said}")
        advance(done, len(handed))
    for each in students:
        if each.graded.status == "missing":
            _clear(inside, each.name)
    write_file(folder / CLASS_PAGE, class_page([each.graded for each in students], title, pages), force=True)
    return lines


def _written(handed: Sequence[_Work], jobs: int) -> Iterator[tuple[_Work, str]]:
    """Each student's work, once it is done, with why the workbook was not marked."""
    for work, said in map_isolated(_write, handed, jobs=jobs, seconds=SECONDS, memory_mb=MEMORY_MB):
        if isinstance(said, FileError):
            raise said
        if isinstance(said, InputError):  # the workbook alone can take too long: without it the rest is written
            yield work, f"not marked: {said}"
            _write_texts(work, "")
        else:
            yield work, said


def _write(work: _Work) -> str:
    marked, said = "", ""
    try:
        marked = _mark(work)
    except (PartsError, UnreadableError) as error:
        said = f"not marked: {error}"
    _write_texts(work, marked)
    return said


def _mark(work: _Work) -> str:
    """Write the marked workbook; its name, or nothing where there is none to mark."""
    back = work.back
    report, ending = back.graded.report, back.ending.lower()
    if back.source is None or report is None or report.verdict in NOT_MARKED or ending not in ENDINGS:
        return ""
    target = work.folder / f"{back.name}{ending}"
    with on_disk(back.source, back.ending) as file:
        write_workbook(file, report, feedback(back.graded, work.level, work.title), target, force=True)
    return target.name


def _write_texts(work: _Work, marked: str) -> None:
    told, name = feedback(work.back.graded, work.level, work.title), work.back.name
    _clear(work.folder, name, (f"{name}.html", f"{name}.md", marked))
    write_file(work.folder / f"{name}.html", to_html(told, marked), force=True)
    write_file(work.folder / f"{name}.md", to_markdown(told), force=True)


def _clear(folder: Path, name: str, but: Sequence[str] = ()) -> None:
    """Remove a student's files of an earlier run."""
    for ending in (".html", ".md", *ENDINGS):
        if f"{name}{ending}" not in but:
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{name}{ending}").unlink()
