"""The check of one README: everything it claims that can be held against itself, the derivation or recorded runs."""

from collections.abc import Sequence
from pathlib import Path

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import FileReport, Finding, Kind
from reports.readmes.proof.tables import judge_table
from reports.readmes.reading.document import read_document
from reports.readmes.reading.files import Source, read_source
from reports.readmes.reading.logs.read import read_logs
from reports.readmes.reading.tables import read_tables
from reports.readmes.rules.catalogue import UnknownRuleError, select_rules
from reports.readmes.rules.registry import Rule
from reports.readmes.settings import find_settings, without_disabled
from reports.readmes.unread import unread


def lint(
    file: str | Path, runs: str | Path | None = None, *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> FileReport:
    """The findings of a file by the rules of these ids, or of all but those ignored.

    What [tool.reports.lint] of the pyproject.toml above the file selects and ignores holds where nothing is selected.

    UnreadableError where it is no text, RunError where `runs` holds none, UnknownRuleError where there is no such rule.
    """
    settings = find_settings(Path(file))
    rules = select_rules(select or settings.select, (*ignore, *settings.ignore))
    return lint_source(read_source(Path(file)), str(file), Path(runs) if runs is not None else None, rules)


def lint_source(source: Source, name: str, runs: Path | None = None, rules: Sequence[Rule] | None = None) -> FileReport:
    """The findings of a text."""
    document = read_document(source)
    tables = [judge_table(table) for table in read_tables(document)]
    evidence = Evidence(document, read_logs(document), tables, runs)
    checked: dict[Kind, int] = {}
    findings: list[Finding] = []
    for rule in select_rules() if rules is None else rules:
        judgements = list(rule.check(evidence))
        findings += filter(None, judgements)
        if judgements:
            checked[rule.kind] = len(judgements)
    try:
        findings = without_disabled(findings, source.lines)
    except UnknownRuleError as error:
        raise UnknownRuleError(f"{name}: {error}") from error
    return FileReport(name, tuple(sorted(findings, key=_place)), checked, unread(evidence))


def _place(finding: Finding) -> tuple[int, int]:
    return finding.line, list(Kind).index(finding.kind)
