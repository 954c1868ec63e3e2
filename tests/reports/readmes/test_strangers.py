"""Five READMEs by strangers, each read by hand: what must be found, and nothing else."""

import pytest

from reports.readmes.lint import lint
from reports.readmes.proof.findings import Kind
from tests.conftest import ROOT

MISSED = [
    (Kind.ACCURACY, "98.64 %, which misses the 99.4 % aimed at"),
    (Kind.CONSTRAINT, "25,290 parameters: the limit is missed"),
    (Kind.CONSTRAINT, "20 epochs: the limit is missed"),
]
KEY = {
    "000": [(39, *finding) for finding in MISSED],
    "001": [(line, *finding) for line, finding in zip((10, 11, 12), MISSED, strict=True)],
    "002": [(24, Kind.FORMULA, "E2 = (1/2) * (t2 - out_o2)^2")],
    "003": [(63, Kind.RATE, "0.03772")],
    "004": [(40, Kind.PARAMETERS, "136 parameters"), (50, Kind.SHAPE, "[-1, 10, 1, 1]")],
}
CHECKED = {
    "000": {Kind.PARAMETERS: 9, Kind.SHAPE: 9, Kind.TOTAL: 2, Kind.LOG: 20, Kind.ACCURACY: 1, Kind.CONSTRAINT: 2,
            Kind.TRAINING: 1},
    "001": {Kind.PARAMETERS: 9, Kind.SHAPE: 9, Kind.TOTAL: 2, Kind.LOG: 20, Kind.ACCURACY: 1, Kind.CONSTRAINT: 2,
            Kind.TRAINING: 1, Kind.RECEPTIVE: 9},
    "002": {
        Kind.PARAMETERS: 19, Kind.SHAPE: 19, Kind.TOTAL: 2, Kind.MEMORY: 3, Kind.LOG: 19, Kind.ACCURACY: 1,
        Kind.COUNT: 1, Kind.CONSTRAINT: 1, Kind.TRAINING: 1, Kind.FORMULA: 2,
    },
    "003": {
        Kind.PARAMETERS: 28, Kind.SHAPE: 28, Kind.TOTAL: 4, Kind.MEMORY: 6, Kind.LOG: 1, Kind.TRAINING: 1, Kind.RATE: 1,
        Kind.CONSTRAINT: 1,
    },
    "004": {Kind.PARAMETERS: 23, Kind.SHAPE: 23, Kind.TOTAL: 2, Kind.CONSTRAINT: 4},
}  # fmt: skip


@pytest.mark.parametrize("number", KEY)
def test_exactly_the_mistakes_are_found(stranger_readmes, number):
    report = lint(stranger_readmes[number])

    assert [(finding.line, finding.kind, finding.expected) for finding in report.findings] == KEY[number]


@pytest.mark.parametrize("number", CHECKED)
def test_what_is_right_was_looked_at(stranger_readmes, number):
    assert lint(stranger_readmes[number]).checked == CHECKED[number]


@pytest.mark.parametrize(("number", "old", "new", "line"), [
    ("002", "15,738\n", "15,838\n", 74),
    ("002", "Achieved 99.42% accuracy", "Achieved 99.48% accuracy", 187),
    ("002", "at epoch 12 by", "at epoch 13 by", 187),
    ("002", "using 15,738 parameters", "using 15,783 parameters", 187),
    ("003", "[-1, 32, 7, 7]           4,640", "[-1, 32, 7, 7]           4,604", 15),
    ("003", "9948/10000 (99%)", "9848/10000 (99%)", 71),
    ("004", "Total params: 10,066", "Total params: 10,166", 12),
])  # fmt: skip
def test_a_number_of_theirs_that_is_changed_is_found(stranger_readmes, check, number, old, new, line):
    text = stranger_readmes[number].read_text(encoding="utf-8")
    assert old in text
    new_lines = {f.line for f in check(text.replace(old, new, 1)).findings} - {row[0] for row in KEY[number]}

    assert new_lines == {line}


def test_our_own_report_and_readme_are_right_and_were_looked_at():
    pages = [lint(file) for file in (ROOT / "README.md", *sorted((ROOT / "docs" / "report").rglob("*.md")))]
    checked = {kind for page in pages for kind in page.checked}

    assert [page.findings for page in pages] == [()] * len(pages)
    assert pages[0].checked[Kind.FORMULA] >= 2
    assert {kind for kind in Kind if kind not in checked} <= {
        Kind.MEMORY, Kind.RUN, Kind.TRAINING, Kind.RECEPTIVE, Kind.ARITHMETIC, Kind.MILESTONE, Kind.SUMMARY,
    }  # fmt: skip


def test_our_own_report_agrees_with_its_runs():
    pages = [lint(file, ROOT / "runs") for file in sorted((ROOT / "docs" / "report").rglob("*.md"))]

    assert [page.findings for page in pages] == [()] * len(pages)
    assert sum(page.checked.get(Kind.RUN, 0) for page in pages) >= 118
