"""Training logs: each percentage against the count beside it."""

from reports.readmes.findings import Edit, Finding, Kind, Outcome
from reports.readmes.reading.logs import Log, Result
from reports.readmes.rules.rounding import is_rounding


def check_log(log: Log, outcome: Outcome) -> None:
    """Judge every line that prints a count and a percentage."""
    for result in log.results:
        if result.correct is not None:
            outcome.judge(Kind.LOG, _finding(result))


def _finding(result: Result) -> Finding | None:
    correct, total, percent = result.correct, result.total, result.percent
    if correct is None:
        return None
    assert correct is not None
    if not total or correct > total:
        return Finding(
            result.line, Kind.LOG, f"{correct:,} of {total or 0:,} right", f"at most {total or 0:,}",
            "no more can be right than are tested",
        )  # fmt: skip
    if is_rounding(percent.value * 100, result.accuracy * 100, percent.decimals):
        return None
    right = f"{float(result.accuracy * 100):.{percent.decimals}f}"
    return Finding(
        result.line, Kind.LOG, f"{percent.text} % beside {correct:,} of {total:,}", f"{right} %",
        f"{correct:,} / {total:,} = {float(result.accuracy * 100):.4g} %",
        Edit(result.line, percent.column, percent.text, right),
    )  # fmt: skip
