"""Tables of networks of every kind, printed by torchsummary, torchinfo and Keras themselves: silent, then sharp.

A few of each kind; `python -m benchmarks.lint` measures hundreds.
"""

import pytest

from benchmarks.lint.__main__ import golden, lines, main
from benchmarks.lint.measure import Score, check, measure, measure_readmes, printed
from benchmarks.lint.networks import KINDS, network
from benchmarks.lint.tables import tables
from reports.readmes.proof.findings import Kind

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def torch_score() -> Score:
    return measure(printed(range(5000, 5000 + 2 * len(KINDS))))


def test_no_finding_in_right_tables_of_torch_and_each_is_read(torch_score):
    assert torch_score.tables >= 3 * len(KINDS)
    assert torch_score.claims > 15 * torch_score.tables
    assert (torch_score.false, torch_score.unread) == ([], [])


def test_one_wrong_number_that_is_provable_is_found(torch_score):
    assert set(torch_score.planted) == {"count", "side", "size", "total"}
    assert torch_score.recall >= 0.95
    assert torch_score.in_line.total() >= 0.6 * torch_score.planted.total()


def test_no_finding_in_the_golden_tables_of_keras_and_wrong_numbers_are_found():
    score = measure(golden())

    assert score.tables == 40
    assert (score.false, score.unread) == ([], [])
    assert score.recall >= 0.95
    assert "recall" in lines(score, 0.0)[-1]


def test_a_planted_mistake_of_the_reader_would_be_seen(monkeypatch):
    """The measure itself: a lint that always finds something has no table without a finding."""
    (_, text), *_ = tables(network(0), 0)
    wrong = check(text.replace("Total params: ", "Total params: 1"))
    monkeypatch.setattr("benchmarks.lint.measure.check", lambda _: wrong)

    score = measure([("one", text, 0)])

    assert [finding.kind for finding in wrong.findings] == [Kind.TOTAL]
    assert score.false == ["one"]


def test_the_benchmark_prints_its_table(capsys):
    main(["--seeds", "0", "2"])

    first, header, *_, recall = capsys.readouterr().out.splitlines()
    assert first.startswith("4 right texts, ")
    assert header.split() == ["planted", "n", "found", "in", "its", "line"]
    assert recall.startswith("recall ")


def test_made_up_readmes_are_right_and_their_faults_found():
    score = measure_readmes(range(20, 32))

    assert score.false == []
    assert score.planted.total() > 30
    assert score.recall > 0.95
