"""The check of one README: everything it claims that can be held against itself, the derivation or recorded runs."""

from pathlib import Path

from reports.readmes.findings import FileReport, Kind, Outcome
from reports.readmes.reading.document import read_document
from reports.readmes.reading.files import Source, read_source
from reports.readmes.reading.logs import read_logs
from reports.readmes.reading.tables import read_tables
from reports.readmes.rules.accuracy import check_accuracies
from reports.readmes.rules.constraints import check_constraints
from reports.readmes.rules.counts import check_counts
from reports.readmes.rules.evidence import Evidence
from reports.readmes.rules.formulas import check_formulas
from reports.readmes.rules.logs import check_log
from reports.readmes.rules.rates import check_rates
from reports.readmes.rules.recorded import check_recorded
from reports.readmes.rules.tables import check_table


def lint(file: Path, runs: Path | None = None) -> FileReport:
    """The findings of a file; UnreadableError where it is no text, RunError where `runs` holds none."""
    return lint_source(read_source(file), str(file), runs)


def lint_source(source: Source, name: str, runs: Path | None = None) -> FileReport:
    """The findings of a text."""
    document = read_document(source)
    outcome = Outcome()
    logs = read_logs(document)
    evidence = Evidence(document, logs, [check_table(table, outcome) for table in read_tables(document)])
    for log in logs:
        check_log(log, outcome)
    check_accuracies(evidence, outcome)
    check_constraints(evidence, outcome)
    check_counts(evidence, outcome)
    check_rates(evidence, outcome)
    check_formulas(document, outcome)
    if runs is not None:
        check_recorded(evidence, runs, outcome)
    findings = sorted(outcome.findings, key=lambda finding: (finding.line, list(Kind).index(finding.kind)))
    return FileReport(name, tuple(findings), {kind: outcome.checked[kind] for kind in Kind if outcome.checked[kind]})
