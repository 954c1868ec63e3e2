"""README-style reports from derivations and recorded runs, and checks of what a README claims. Trains nothing.

import reports

report = reports.build_report(["runs/seeds"], "report")  # shows itself in a notebook
findings = reports.lint("README.md").findings
mismatches = reports.verify("report/README.md").mismatches
comparison = reports.compare("runs/seeds/small-*", "runs/seeds/tiny-*")
"""

from typing import TYPE_CHECKING

from groundfloor.lazy import lazily

if TYPE_CHECKING:
    from groundfloor.errors import InputError as InputError
    from reports.comparison import RunComparison as RunComparison
    from reports.figures.goals import Goals as Goals
    from reports.library import build_report as build_report
    from reports.library import compare as compare
    from reports.library import lint as lint
    from reports.library import verify as verify
    from reports.readmes.proof.findings import FileReport as FileReport
    from reports.readmes.proof.findings import Finding as Finding
    from reports.report import Report as Report

__all__ = [
    "FileReport",
    "Finding",
    "Goals",
    "InputError",
    "Report",
    "RunComparison",
    "build_report",
    "compare",
    "lint",
    "verify",
]
__getattr__, __dir__ = lazily(
    __name__,
    dict.fromkeys(("build_report", "compare", "lint", "verify"), "reports.library")
    | {
        "FileReport": "reports.readmes.proof.findings",
        "Finding": "reports.readmes.proof.findings",
        "Goals": "reports.figures.goals",
        "Report": "reports.report",
        "InputError": "groundfloor.errors",
        "RunComparison": "reports.comparison",
    },
)
