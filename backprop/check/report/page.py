"""Reports as one self-contained page: a row a file, findings to open. Every text is escaped; nothing is loaded."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
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
    table_line,
    verdict_counts,
    verdict_line,
)
from groundfloor.text import count, shortened, shown

MOST_SHOWN = 10_000  # characters of one text; Excel's longest formula has 8,192


def to_html(reports: Sequence[FileReport]) -> str:
    """The page. The same reports give the same bytes."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"count": count, "digest": _digest}
    template = environment.from_string(
        files("backprop.check.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    )
    folder, names = short_names(reports)
    kinds = kind_counts(reports)
    return template.render(
        folder=folder,
        line=verdict_line(reports),
        verdicts=[(verdict, LOOKS[verdict], total) for verdict, total in verdict_counts(reports).items()],
        kinds=[(kind_name(kind), total, 100 * total / max(kinds.values())) for kind, total in kinds.items()],
        findings=sum(kinds.values()),
        files=[_file(report, name) for report, name in zip(reports, names, strict=True)],
    )


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
        "tables": [table_line(table) for table in report.tables],
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


def _digest(script: str) -> str:
    """What a content security policy calls the one script that may run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
