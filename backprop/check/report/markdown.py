"""Reports as GitHub-flavoured markdown. The same reports give the same text; no text from a file becomes markup."""

import re
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
    table_line,
    verdict_line,
    visible,
)

# An underscore inside a word is none of markdown's business; a full stop or a colon that makes a web address is.
_SPECIAL = re.compile(r"[\\`*{}\[\]<>#|$~&!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_FIRST = re.compile(r"([0-9]*)([-+=.)])")  # begins a list or underlines a heading


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
        lines.append(f"| {_cell(_code(name))} | {escape(look.symbol)} {look.words} | {' | '.join(numbers)} |")
    for report, name in zip(reports, names, strict=True):
        lines += ["", f"## {_code(name)}: {LOOKS[report.verdict].words}", "", *_file(report)]
    return "\n".join(lines).rstrip() + "\n"


def _file(report: FileReport) -> Iterator[str]:
    if report.message:
        yield f"- {escape(report.message)}"
    if report.sha256:
        yield f"- SHA-256 {_code(report.sha256)}"
    for table in report.tables:
        yield f"- {escape(table_line(table))}"
    for number, finding in enumerate(report.findings, 1):
        yield ""
        yield from _finding(number, finding)
    if report.notes:
        yield from ("", "Notes:", "")
    for note in report.notes:
        yield f"- {escape(note_line(note))}"


def _finding(number: int, finding: Finding) -> Iterator[str]:
    indent = " " * len(f"{number}. ")
    place = f"{_code(finding.sheet)} {_code(finding.range)}"
    what = f"{escape(quantity_name(finding.quantity))} · {kind_name(finding.kind)}"
    yield f"{number}. **{finding.severity}** · {place} · {what}"
    yield ""
    yield f"{indent}{escape(finding.explanation)}"
    yield ""
    for label, formula in (("is", finding.formula), ("should be", finding.should_be)):
        if formula is not None:
            yield f"{indent}- {label} {_code(formula)}"
    if finding.effect:
        yield f"{indent}- effect: {escape(finding.effect)}"


def escape(text: str) -> str:
    """The text on one line as it stands: no emphasis, link, tag, list, mention or formula."""
    plain = _SPECIAL.sub(r"\\\g<0>", visible(text).strip()).replace("@", "@<!-- -->")
    return _FIRST.sub(r"\1\\\2", plain, count=1) if _FIRST.match(plain) else plain


def _code(text: str) -> str:
    """The text on one line as code, its fence longer than any inside."""
    line = visible(text).strip() or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _cell(text: str) -> str:
    """Code inside a table, where a pipe would end the cell."""
    return text.replace("|", r"\|")
