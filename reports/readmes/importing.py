"""Training logs of READMEs become records of published runs."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from groundfloor.validation import said
from reports.figures.published import PublishedEpoch, PublishedError, PublishedLayer, PublishedRun
from reports.figures.slugs import slugs
from reports.readmes.reading.document import read_document
from reports.readmes.reading.files import read_source
from reports.readmes.reading.logs import Log, Result, read_logs
from reports.readmes.reading.rows import Table
from reports.readmes.reading.tables import read_tables


def read_published(file: Path, name: str | None = None) -> list[PublishedRun]:
    """A record of each training log in a README; PublishedError where there is none."""
    document = read_document(read_source(file))
    logs, tables = read_logs(document), read_tables(document)
    if not logs:
        raise PublishedError(
            f"{file}: no training log; lines like 'Test set: Average loss: 0.0607, Accuracy: 9821/10000 (98%)' are read"
        )
    stem = name or (file.resolve().parent.name if file.stem.lower() == "readme" else file.stem)
    names = slugs([stem if len(logs) == 1 else f"{stem}-{number}" for number in range(1, len(logs) + 1)])
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return [
        _record(file, digest, run_name, log, _table(log, tables)) for run_name, log in zip(names, logs, strict=True)
    ]


def read_all(files: Sequence[Path], name: str | None = None) -> list[PublishedRun]:
    """The records of several READMEs; PublishedError where two would go by one name."""
    runs = [run for file in files for run in read_published(file, name)]
    names = [run.name for run in runs]
    twice = [name for name in sorted(set(names)) if names.count(name) > 1]
    if twice:
        raise PublishedError(f"{', '.join(map(str, files))}: two runs would be called {twice[0]}")
    return runs


def _record(file: Path, digest: str, name: str, log: Log, table: Table | None) -> PublishedRun:
    numbers = [result.epoch for result in log.results]
    if None in numbers:
        numbers = list(range(1, len(numbers) + 1))
    try:
        return PublishedRun(
            name=name,
            source=file.name,
            sha256=digest,
            first_line=log.first,
            last_line=log.last,
            parameters=table.total if table else None,
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
    except ValidationError as error:
        where = f"log of lines {log.first} to {log.last}"
        raise PublishedError(f"{file}: {where}: {said(error.errors()[0])}") from error


def _epoch(result: Result, number: int) -> PublishedEpoch:
    return PublishedEpoch(
        epoch=number,
        test_loss=None if result.loss is None else float(result.loss),
        test_accuracy=float(result.accuracy),
        test_correct=result.correct,
        test_total=result.total,
        last_batch_loss=None if result.last_batch_loss is None else float(result.last_batch_loss),
        batches=result.batches,
        seconds=result.seconds,
    )


def _table(log: Log, tables: Sequence[Table]) -> Table | None:
    """The parameter table nearest before a log; the only one, wherever it stands."""
    before = [table for table in tables if table.last < log.first]
    return before[-1] if before else tables[0] if len(tables) == 1 else None
