"""Reports as GitHub-flavoured markdown. The same reports give the same text; no text from a file becomes markup."""

from collections.abc import Iterator, Sequence

from backprop.check.findings import FileReport, Finding
from backprop.check.report.phrases import (
    LOOKS,
    by_severity,
    cells_checked,
    kind_line,
    kind_name,
    note_line,
    quantity_name,
    short_names,
    table_lines,
    verdict_line,
)
from groundfloor.pages import markdown
from groundfloor.text import shown


def to_markdown(reports: Sequence[FileReport]) -> str:
    """A table of all files, then each file with its tables, findings and notes."""
    folder, names = short_names(reports)
    lines = ["# Workbook check", "", f"{verdict_line(reports)}{f', in {_code(folder)}' if folder else ''}."]
    if any(report.findings for report in reports):
        lines[-1] += f" {kind_line(reports)}."
    lines += ["", "| file | verdict | errors | latent | cells checked |", "| :--- | :--- | ---: | ---: | ---: |"]
    for report, name in zip(reports, names, strict=True):
        look = LOOKS[report.verdict]
        numbers = [f"{total:,}" if total else "–" for total in (*by_severity(report), cells_checked(report))]
        lines.append(f"| {_code_cell(name)} | {_text(look.symbol)} {look.words} | {' | '.join(numbers)} |")
    for report, name in zip(reports, names, strict=True):
        lines += ["", f"## {_code(name)}: {LOOKS[report.verdict].words}", "", *_file(report)]
    return "\n".join(lines).rstrip() + "\n"


def _file(report: FileReport) -> Iterator[str]:
    if report.message:
        yield f"- {_text(report.message)}"
    if report.sha256:
        yield f"- SHA-256 {_code(report.sha256)}"
    for line in table_lines(report):
        yield f"- {_text(line)}"
    for number, finding in enumerate(report.findings, 1):
        yield ""
        yield from _finding(number, finding)
    if report.notes:
        yield from ("", "Notes:", "")
    for note in report.notes:
        yield f"- {_text(note_line(note))}"


def _finding(number: int, finding: Finding) -> Iterator[str]:
    indent = " " * len(f"{number}. ")
    place = f"{_code(finding.sheet)} {_code(finding.range)}"
    what = f"{_text(quantity_name(finding.quantity))} · {kind_name(finding.kind)}"
    yield f"{number}. **{finding.severity}** · {place} · {what}"
    yield ""
    yield f"{indent}{_text(finding.explanation)}"
    yield ""
    for label, formula in (("is", finding.formula), ("should be", finding.should_be)):
        if formula is not None:
            yield f"{indent}- {label} {_code(formula)}"
    if finding.effect:
        yield f"{indent}- effect: {_text(finding.effect)}"


def _text(text: str) -> str:
    return markdown.escape(shown(text).strip())


def _code(text: str) -> str:
    return markdown.code(shown(text))


def _code_cell(text: str) -> str:
    return markdown.code_cell(shown(text))
