"""Training logs of READMEs and notebooks become records of published runs."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from groundfloor.errors import InputError
from groundfloor.text import count
from groundfloor.validation import said
from reports.figures.names import slugs
from reports.figures.published import PublishedEpoch, PublishedError, PublishedLayer, PublishedRun
from reports.readmes.reading.claims import read_claims
from reports.readmes.reading.data_sets import named_data_sets
from reports.readmes.reading.document import FILLER, Document, plain, read_document
from reports.readmes.reading.files import read_source
from reports.readmes.reading.logs.read import read_logs
from reports.readmes.reading.logs.results import Log, Result
from reports.readmes.reading.logs.untested import untested_logs
from reports.readmes.reading.notebooks import SUFFIX, read_notebook
from reports.readmes.reading.rows import Table
from reports.readmes.reading.tables import read_tables

FORM = "lines like 'Test set: Average loss: 0.0607, Accuracy: 9821/10000 (98%)' are read"


@dataclass(slots=True)
class Imported:
    """What was read: the records, what is to be known of them, and the logs that cannot be records."""

    runs: list[PublishedRun] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Text:
    """A file as a document, and what its lines are in the file."""

    file: Path
    document: Document
    sha256: str
    cells: tuple[int, ...] = ()  # of a notebook: for each line its cell
    code: str = ""  # of a notebook

    def numbers(self, first: int, last: int) -> tuple[int, int]:
        """Lines of the text as lines or cells of the file."""
        if not self.cells:
            return first, last
        return self.cells[min(first, len(self.cells)) - 1], self.cells[min(last, len(self.cells)) - 1]

    def place(self, first: int, last: int) -> str:
        """lines 7 to 10, cell 12."""
        unit, (begin, end) = "cell" if self.cells else "line", self.numbers(first, last)
        return f"{unit} {begin:,}" if begin == end else f"{unit}s {begin:,} to {end:,}"


def read_all(files: Sequence[Path], name: str | None = None) -> Imported:
    """The records of several files; one that cannot be read, or holds no log, is a problem beside the others."""
    imported = Imported()
    for file in files:
        try:
            _read(_text(file), name, imported)
        except InputError as error:
            imported.problems.append(str(error))
    names = [run.name for run in imported.runs]
    twice = [name for name in sorted(set(names)) if names.count(name) > 1]
    if twice:
        raise PublishedError(f"{', '.join(map(str, files))}: two runs would be called {twice[0]}")
    return imported


def _text(file: Path) -> _Text:
    if file.suffix.lower() == SUFFIX:
        notebook = read_notebook(file)
        source, cells, code = notebook.source, notebook.places, notebook.code
    else:
        source, cells, code = read_source(file), (), ""
    return _Text(file, read_document(source), hashlib.sha256(file.read_bytes()).hexdigest(), cells, code)


def _read(text: _Text, name: str | None, imported: Imported) -> None:
    """Add the records, notes and problems of one file."""
    file, all_logs = text.file, read_logs(text.document)
    logs = [log for log in all_logs if not log.quoted and all(log.excerpt_of(o) is None for o in all_logs)]
    untested = untested_logs(text.document, all_logs)
    if not logs and not untested:
        raise PublishedError(f"{file}: no training log; {FORM}")
    stem = name or (file.resolve().parent.name if file.stem.lower() == "readme" else file.stem)
    names = slugs([stem if len(logs) == 1 else f"{stem}-{number}" for number in range(1, len(logs) + 1)])
    tables = read_tables(text.document)
    for run_name, log in zip(names, logs, strict=True):
        try:
            table = _table(log, tables, logs)
            parameters = table.total if table is not None else _told(text.document, log, logs)
            imported.runs.append(_record(text, run_name, log, table, parameters))
            imported.notes += [f"{file}: {note}" for note in _notes(text, log)]
        except ValidationError as error:
            imported.problems.append(f"{file}: log of {text.place(log.first, log.last)}: {said(error.errors()[0])}")
    for log in all_logs:
        whole = next((other for other in all_logs if log.excerpt_of(other) is not None), None)
        if whole is not None:
            imported.notes.append(
                f"{file}: {text.place(log.first, log.last)} tell again what {text.place(whole.first, whole.last)} tell"
            )
        elif log.quoted:
            imported.notes.append(
                f"{file}: {text.place(log.first, log.last)}: one result of no epoch, not taken for a log"
            )
    for first, last in untested:
        imported.problems.append(
            f"{file}: log of {text.place(first, last)}: no accuracy on test images that can be read"
        )


def _notes(text: _Text, log: Log) -> Iterator[str]:
    """What a reader of the record should know of the log."""
    numbers = [result.epoch for result in log.results]
    where = f"log of {text.place(log.first, log.last)}"
    if numbers[0] == 0:
        yield f"{where}: epochs are counted from 0; here from 1, so that {numbers[-1]} is {(numbers[-1] or 0) + 1}"
    elif None in numbers:
        yield f"{where}: epochs have no numbers; counted from 1"
    elif numbers[0] != 1:
        yield f"{where}: it begins with epoch {numbers[0]}"
    for result in log.repeated:
        yield f"{text.place(result.line, result.line)}: {result.wording} behind the last epoch, no epoch of its own"
    if (total := len(numbers)) > 1 and None not in numbers and (numbers[-1] or 0) - (numbers[0] or 0) + 1 > total:
        yield f"{where}: {count(total, 'epoch')} of {(numbers[-1] or 0) - (numbers[0] or 0) + 1}"


def _record(text: _Text, name: str, log: Log, table: Table | None, parameters: int | None) -> PublishedRun:
    numbers = [result.epoch for result in log.results]
    if None in numbers:
        numbers = list(range(1, len(numbers) + 1))
    first, last = text.numbers(log.first, log.last)
    data = named_data_sets(text.document, text.code)
    return PublishedRun(
        name=name,
        source=text.file.name,
        sha256=text.sha256,
        first_line=first,
        last_line=last,
        unit="cell" if text.cells else "line",
        section=_section(text.document, log.first),
        data=data[0].name if len(data) == 1 else None,
        from_zero=numbers[0] == 0,
        parameters=parameters,
        layers=tuple(
            PublishedLayer(name=row.name, output_shape=row.sides(), parameters=row.count)
            for row in (table.rows if table else ())
        ),
        epochs=tuple(
            _epoch(result, number + (numbers[0] == 0))
            for result, number in zip(log.results, numbers, strict=True)
            if number is not None
        ),
    )


def _epoch(result: Result, number: int) -> PublishedEpoch:
    return PublishedEpoch(
        epoch=number,
        test_loss=None if result.loss is None else _number(result.loss),
        test_accuracy=float(result.accuracy),
        test_correct=result.correct,
        test_total=result.total,
        last_batch_loss=None if result.last_batch_loss is None else _number(result.last_batch_loss),
        batches=result.batches,
        seconds=result.seconds,
        train_accuracy=None if result.trained is None else float(result.trained),
        learning_rate=None if result.rate is None else float(result.rate),
    )


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _section(document: Document, line: int) -> str:
    """The heading above a line, behind the one above that."""
    titles = (
        " ".join(plain(section.title).replace(FILLER, "").split()) for section in reversed(document.around(line)[:2])
    )
    return " › ".join(title for title in titles if title)


def _table(log: Log, tables: Sequence[Table], logs: Sequence[Log]) -> Table | None:
    """The parameter table before a log with no other log between them; the only one, wherever it stands."""
    before = [table for table in tables if table.last < log.first]
    if before and not any(before[-1].last < other.first < log.first for other in logs):
        return before[-1]
    return tables[0] if len(tables) == 1 else None


def _told(document: Document, log: Log, logs: Sequence[Log]) -> int | None:
    """The parameters that the words of the log's own section tell, if they tell of one number."""
    section = document.around(log.first)[0]
    if any(section.first <= other.first <= section.last for other in logs if other is not log):
        return None
    told = {
        claim.value for claim in read_claims(document)
        if (claim.what, claim.exact, claim.unit) == ("parameters", True, 1)
        and section.first <= claim.line <= section.last
    }  # fmt: skip
    return int(told.pop()) if len(told) == 1 else None
