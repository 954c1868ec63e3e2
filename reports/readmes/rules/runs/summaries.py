"""Rows of a table that sums up several runs, each against its own section: its log, its layers, its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_nearest, is_rounding, show
from reports.readmes.reading.document import Section, cells
from reports.readmes.reading.logs.results import Log
from reports.readmes.reading.rows import Table
from reports.readmes.rules.registry import rule
from reports.readmes.rules.retold.records import check_records
from reports.readmes.rules.retold.rows import check_rows
from reports.readmes.rules.runs.compared import check_compared
from reports.readmes.rules.runs.milestones import judge_mean, judge_times
from reports.readmes.rules.runs.told import check_stages

_PARAMETERS = re.compile(
    r"(?:total\s+|#\s*|no\.?\s*(?:of\s+)?|number of\s+)?param(?:eter)?s?(?:\s+count)?", re.IGNORECASE
)
_BEST = re.compile(
    r"(?:best|peak|max(?:imum)?|highest)\s*(?:test|val(?:idation)?)?\s*acc(?:uracy)?(?:\s*\(%\))?"
    r"|(?:best|peak|max(?:imum)?)\s+(?:test|val(?:idation)?)(?:\s*\(%\))?",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"(?:final|last)\s+(?:epoch\s+)?(?:test|val(?:idation)?)?\s*acc(?:uracy)?(?:\s*\(%\))?", re.IGNORECASE
)
_MEAN = re.compile(
    r"last\s+(\d{1,2})\s*(?:epochs?\s+)?(?:avg|average|mean).*|(?:avg|average|mean).{0,15}last\s+(\d{1,2})\b.*",
    re.IGNORECASE,
)
_TIMES = re.compile(r"epochs?\s+(?:with\s+|at\s+)?(?:≥|>=)\s*(\d{2}(?:\.\d+)?)\s*%", re.IGNORECASE)
_FIRST = re.compile(r"first\s+(\d{2}(?:\.\d+)?)\s*%\+?", re.IGNORECASE)
_MAXIMUM = re.compile(r"(?P<set>test|train)(?:ing)?\s+acc(?:uracy)?\s*\((?:max(?:imum)?|best)\)", re.IGNORECASE)
_ACCURACY = re.compile(r"(\d{2}(?:\.\d{1,3})?)\s*%?")
_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([kK])?")
_EPOCH = re.compile(r"(?:epoch\s*)?(\d{1,3})(?:st|nd|rd|th)?|(never|no|none|-|–|—|n/?a)", re.IGNORECASE)
SHORTEST = 2  # letters of a name


@rule(
    Kind.SUMMARY,
    "the rows of a table of several runs: parameters, best and last accuracy, means of the last epochs, first epochs; "
    "test and training that changed places; runs and rows that lists, sections and sentences tell again; "
    '"WideNet is the fastest"; "the test accuracy is up", "reduced '
    'overfitting", "batch norm has the best test accuracy" of runs that sections tell',
    "the table, the log or else the words of the one section that bears the name of the row, the list whose "
    "other figures are those of the row; the other rows; the figures of the section before, or of all",
)
def check_summaries(evidence: Evidence) -> Judgements:
    """Every row whose name one section bears."""
    yield from check_compared(evidence)
    yield from check_stages(evidence)
    yield from check_records(evidence)
    yield from check_rows(evidence)
    for block in evidence.document.of_kind("row"):
        row = [text for text, _ in cells(evidence.document.lines[block.first - 1])]
        if len(row) != len(block.header) or len(row) < 2:
            continue
        section = named_section(evidence, row[0])
        if section is not None and not section.first <= block.first <= section.last:
            yield from _judge(evidence, block.header, row, block.first, section)


def named_section(evidence: Evidence, name: str) -> Section | None:
    """The one section that is called so: "Model_1 (Baseline)" is "Model_1: the first try"."""
    short = _spaced(re.split(r"[(:–—]", name)[0].strip(" *`_#"))
    if len(short) < SHORTEST or not re.search("[a-z]", short):
        return None
    named = re.compile(rf"(?<![\w-]){re.escape(short)}(?![\w-])")
    found = [each for each in evidence.document.sections if each.level and named.search(_spaced(each.title))]
    outer = [each for each in found if not any(o is not each and o.first <= each.first <= o.last for o in found)]
    items: list[Log | Table] = [*evidence.logs, *evidence.tables]
    told = [each for each in outer if any(each.first <= item.first <= each.last for item in items)]
    return told[0] if len(told) == 1 else outer[0] if len(outer) == 1 else None


def _spaced(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).lower()


def _judge(evidence: Evidence, header: Sequence[str], row: Sequence[str], line: int, section: Section) -> Judgements:
    logs = [log for log in evidence.logs if section.first <= log.first and log.last <= section.last]
    log = logs[0] if len(logs) == 1 and logs[0].complete else None
    if log is not None:
        yield from _maxima(log, header, row, line)
    for title, text in zip(header, row, strict=True):
        name = title.strip(" *`")
        if _PARAMETERS.fullmatch(name):
            yield from _parameters(evidence, text, line, section)
        elif log is not None:
            yield from _of_log(log, name, text, line)


def _maxima(log: Log, header: Sequence[str], row: Sequence[str], line: int) -> Judgements:
    """The best on test and on training images of a row; wrong only where each is the other's."""
    told = {
        match["set"].lower(): found for title, text in zip(header, row, strict=True)
        if (match := _MAXIMUM.fullmatch(title.strip(" *`"))) and (found := _ACCURACY.fullmatch(text))
    }  # fmt: skip
    trained = [result.trained * 100 for result in log.results if result.trained is not None]
    if told.keys() != {"test", "train"} or len(trained) < len(log.results):
        return
    tested = [result.accuracy * 100 for result in log.results]
    if _shows(tested, told["test"][1]) and _shows(trained, told["train"][1]):
        yield None
    elif _shows([max(trained)], told["test"][1]) and _shows(tested, told["train"][1]):
        yield Finding(
            line, Kind.SUMMARY, f"{told['test'][1]} % on test, {told['train'][1]} % on training images",
            "the two swapped", f"the log of lines {log.first} to {log.last} has them the other way round",
        )  # fmt: skip


def _shows(accuracies: Sequence[Fraction], text: str) -> bool:
    decimals = len(text.partition(".")[2])
    return any(is_rounding(Fraction(text), accuracy, decimals) for accuracy in accuracies)


def _of_log(log: Log, name: str, text: str, line: int) -> Judgements:
    """A cell that the log of the run bears out, or not."""
    shown = squeeze(f"{name}: {text}")
    where = f"the log of lines {log.first} to {log.last}"
    if (number := _MEAN.fullmatch(name)) and (match := _ACCURACY.fullmatch(text)):
        for finding in judge_mean(log, int(number[1] or number[2]), match[1], line, shown):
            yield replace(finding, kind=Kind.SUMMARY) if finding else None
    elif (times := _TIMES.fullmatch(name)) and (text.isdecimal() or _EPOCH.fullmatch(text)):
        judged = judge_times(log, times[1], text, line, shown)
        yield replace(judged, kind=Kind.SUMMARY) if judged else None
    elif (needed := _FIRST.fullmatch(name)) and (match := _EPOCH.fullmatch(text)):
        first = next((result for result in log.results if result.accuracy * 100 >= Fraction(needed[1])), None)
        epochs = () if match[2] else log.at(int(match[1]))
        right = first in epochs if first is not None else bool(match[2])
        yield None if right else Finding(
            line, Kind.SUMMARY, shown, "no epoch" if first is None else f"epoch {first.epoch}",
            f"{where} is first at {needed[1]} % in {'no epoch' if first is None else f'line {first.line}'}",
        )  # fmt: skip
    elif (_BEST.fullmatch(name) or _LAST.fullmatch(name)) and (match := _ACCURACY.fullmatch(text)):
        result = log.best if _BEST.fullmatch(name) else log.results[-1]
        decimals = len(match[1].partition(".")[2])
        yield None if is_rounding(Fraction(match[1]), result.accuracy * 100, decimals) else Finding(
            line, Kind.SUMMARY, shown, f"{show(result.accuracy * 100, 2)} %", f"{where} has {result.wording} there",
        )  # fmt: skip


def _parameters(evidence: Evidence, text: str, line: int, section: Section) -> Judgements:
    match = _COUNT.fullmatch(text)
    known = set(_counts(evidence, section))
    if match is None or len(known) != 1:
        return
    ((total, source),) = known
    unit = 1_000 if match[2] else 1
    number = match[1].replace(",", "")
    decimals = len(number.partition(".")[2])
    right = is_nearest(Fraction(number), Fraction(total, unit), decimals) or is_rounding(
        Fraction(number), Fraction(total, unit), decimals
    )
    yield (
        None
        if right
        else Finding(line, Kind.SUMMARY, f"{text} parameters", f"{total:,} parameters", f"line {source} has {total:,}")
    )


def _counts(evidence: Evidence, section: Section) -> Iterator[tuple[int, int]]:
    """The totals of the section's tables and where they stand; else what its words tell of one network."""
    tables = [t for t in evidence.tables if section.first <= t.first <= section.last and t.total is not None]
    if tables:
        yield from ((table.total or 0, table.first) for table in tables)
        return
    told = {
        claim.value: claim.line for claim in reversed(evidence.said)
        if (claim.what, claim.exact, claim.unit) == ("parameters", True, 1)
        and section.first <= claim.line <= section.last
    }  # fmt: skip
    yield from ((int(value), line) for value, line in told.items())
