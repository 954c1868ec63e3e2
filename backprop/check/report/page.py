"""Reports as one self-contained page: a row a file, findings to open. Every text is escaped; nothing is loaded."""

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined

from backprop.check.findings import FileReport, Finding
from backprop.check.report.differences import differences
from backprop.check.report.phrases import (
    LOOKS,
    by_severity,
    cells_checked,
    kind_counts,
    kind_name,
    note_line,
    quantity_name,
    short_names,
    table_lines,
    verdict_counts,
    verdict_line,
)
from groundfloor.pages import page as shell
from groundfloor.text import count, shortened, shown

HERE = "backprop.check.report"
MOST_SHOWN = 10_000  # characters of one text; Excel's longest formula has 8,192


def to_html(reports: Sequence[FileReport]) -> str:
    """The page. The same reports give the same bytes."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["count"] = count
    template = environment.from_string(shell.read_part(HERE, "page.html.j2"))
    folder, names = short_names(reports)
    kinds = kind_counts(reports)
    line = verdict_line(reports)
    body = template.render(
        folder=folder,
        line=line,
        verdicts=[(verdict, LOOKS[verdict], total) for verdict, total in verdict_counts(reports).items()],
        kinds=[(kind_name(kind), total, 100 * total / max(kinds.values())) for kind, total in kinds.items()],
        findings=sum(kinds.values()),
        files=[_file(report, name) for report, name in zip(reports, names, strict=True)],
    )
    style, script = shell.read_part(HERE, "page.css"), shell.read_part(HERE, "page.js")
    return shell.page(f"Workbook check: {line}", body, style=style, script=script)


def _file(report: FileReport, name: str) -> dict[str, Any]:
    errors, latent = by_severity(report)
    return {
        "name": name,
        "verdict": report.verdict,
        "look": LOOKS[report.verdict],
        "order": list(LOOKS).index(report.verdict),
        "errors": errors,
        "latent": latent,
        "cells": cells_checked(report),
        "message": shown(report.message),
        "sha256": report.sha256 or "",
        "tables": table_lines(report),
        "findings": [_finding(finding) for finding in report.findings],
        "notes": [note_line(note) for note in report.notes],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    old, new = (None if text is None else shortened(text, MOST_SHOWN) for text in (finding.formula, finding.should_be))
    before, after = [(old, False)], [(new, False)]
    if old is not None and new is not None:
        before, after = differences(old, new)  # type: ignore[assignment]
    return {
        "severity": finding.severity,
        "sheet": shown(finding.sheet),
        "range": shortened(finding.range, MOST_SHOWN),
        "quantity": quantity_name(finding.quantity),
        "kind": kind_name(finding.kind),
        "explanation": shortened(finding.explanation, MOST_SHOWN),
        "formula": None if old is None else before,
        "should_be": None if new is None else after,
        "effect": shown(finding.effect or ""),
    }
