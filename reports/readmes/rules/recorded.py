"""A README against recorded runs: logs, parameter totals and rows that name a run."""

import re
from collections.abc import Sequence
from fractions import Fraction

from mnist.runs.folder import Run, find_runs, load_run
from reports.figures.names import run_title
from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding, show
from reports.readmes.reading.document import Section, cells
from reports.readmes.reading.logs.results import Log
from reports.readmes.rules.registry import rule

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%(?:,?\s*epoch\s+(\d+))?")
_COUNT = re.compile(r"\d[\d,]*")


@rule(Kind.RUN, "logs and tables in a section, and rows, that name a run of `--runs`", "its run.json")
def check_recorded(evidence: Evidence) -> Judgements:
    """What sections and rows that name a run say of it."""
    runs = [load_run(path) for path in find_runs([evidence.runs])] if evidence.runs is not None else []
    named = [(run, _naming(run)) for run in runs]
    for run, name in named:
        sections = [section for section in evidence.document.sections if name.search(section.title)]
        if not sections and len(runs) == 1:
            sections = [evidence.document.sections[0]]
        for section in sections:
            yield from _check_section(evidence, section, run)
    for block in evidence.document.of_kind("row"):
        row = [text for text, _ in cells(evidence.document.lines[block.first - 1])]
        for run, name in named:
            if row and len(row) == len(block.header) and name.search(row[0]):
                yield from _check_row(block.header, row, block.first, run)


def _naming(run: Run) -> re.Pattern[str]:
    """What names exactly this run, by its folder or as reports do, and not one whose name begins or ends so."""
    names = "|".join(re.escape(name) for name in (run.name, run_title(run.name, run.record)))
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")


def _check_section(evidence: Evidence, section: Section, run: Run) -> Judgements:
    logs = [log for log in evidence.logs if section.first <= log.first and log.last <= section.last]
    tables = [table for table in evidence.tables if section.first <= table.first and table.last <= section.last]
    if len(logs) == 1:
        yield from _check_log(logs[0], run)
    if len(tables) == 1 and tables[0].total is not None:
        table, total = tables[0], run.record.summary.total
        right = table.total == total
        line = table.totals["total"].line if "total" in table.totals else table.last
        finding = Finding(line, Kind.RUN, f"{table.total:,} parameters", f"{total:,}", f"run {run.name} has {total:,}")
        yield None if right else finding


def _check_log(log: Log, run: Run) -> Judgements:
    epochs = {metrics.epoch: metrics for metrics in run.record.epochs}
    for result in log.results:
        metrics = epochs.get(result.epoch or 0)
        if metrics is None:
            continue
        exact = Fraction(metrics.test_correct, metrics.test_total)
        recorded = f"{metrics.test_correct:,} of {metrics.test_total:,}"
        right = is_rounding(result.percent.value * 100, exact * 100, result.percent.decimals) and (
            result.correct is None or (result.correct, result.total) == (metrics.test_correct, metrics.test_total)
        )
        finding = Finding(
            result.line, Kind.RUN, f"epoch {result.epoch}: {result.wording}",
            f"{show(exact * 100, 2)} % ({recorded})", f"run {run.name} has {recorded} right after epoch {result.epoch}",
        )  # fmt: skip
        yield None if right else finding


def _check_row(header: Sequence[str], row: Sequence[str], line: int, run: Run) -> Judgements:
    record = run.record
    for title, text in zip(header, row, strict=True):
        name = title.casefold().strip(" *")
        if name.startswith("param") and (match := _COUNT.match(text)):
            yield _compare(int(match[0].replace(",", "")), record.summary.total, f"{name}: {match[0]}", line, run)
        elif name == "epochs" and (match := _COUNT.match(text)):
            yield _compare(int(match[0].replace(",", "")), len(record.epochs), f"{name}: {match[0]}", line, run)
        elif name in ("last epoch", "best epoch") and (match := _PERCENT.match(text)):
            yield _compare_accuracy(match, name, run, line)


def _compare(found: int, expected: int, what: str, line: int, run: Run) -> Finding | None:
    finding = Finding(line, Kind.RUN, what, f"{expected:,}", f"run {run.name} has {expected:,}")
    return None if found == expected else finding


def _compare_accuracy(match: re.Match[str], name: str, run: Run, line: int) -> Finding | None:
    metrics = run.last if name == "last epoch" else run.best
    exact = Fraction(metrics.test_correct, metrics.test_total) * 100
    decimals = len(match[1].partition(".")[2])
    right = is_rounding(Fraction(match[1]), exact, decimals) and (match[2] is None or int(match[2]) == metrics.epoch)
    finding = Finding(
        line, Kind.RUN, f"{name}: {match[0]}", f"{show(exact, decimals)} %, epoch {metrics.epoch}",
        f"run {run.name} has {metrics.test_correct:,} of {metrics.test_total:,} right after epoch {metrics.epoch}",
    )  # fmt: skip
    return None if right else finding
