"""The maker of findings: about a run of cells, its formulas written as they stand in the first of them."""

from backprop.check.findings import Finding, Kind, Severity
from backprop.check.tables.view import View
from backprop.spreadsheet.book import Place, address, span
from backprop.spreadsheet.formula import Node, render

Run = tuple[int, int]  # first and last, both included


def finding_between(
    sheet: str, first: Place, last: Place, quantity: str, kind: Kind, explanation: str, *,
    formula: Node | None = None, should_be: Node | str | None = None, severity: Severity = "error",
    effect: str | None = None,
) -> Finding:  # fmt: skip
    """A finding about the cells from one corner to the other."""
    if should_be is not None and not isinstance(should_be, str):
        should_be = f"={render(should_be, *first)}"
    return Finding(
        sheet, address(*first), span(first, last), quantity, kind, severity,
        None if formula is None else f"={render(formula, *first)}", should_be, explanation, effect,
    )  # fmt: skip


def finding(
    view: View, line: int | Run, steps: Run, quantity: str, kind: Kind, explanation: str, *,
    formula: Node | None = None, should_be: Node | str | None = None, severity: Severity = "error",
    effect: str | None = None,
) -> Finding:  # fmt: skip
    """A finding about steps of a table's line, or of several lines side by side."""
    first, last = (line, line) if isinstance(line, int) else line
    return finding_between(
        view.sheet.name, view.position(steps[0], first), view.position(steps[1], last), quantity, kind, explanation,
        formula=formula, should_be=should_be, severity=severity, effect=effect,
    )  # fmt: skip
