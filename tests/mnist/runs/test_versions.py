"""Runs made with different versions say so."""

from mnist.runs.record import Record, Resumption
from mnist.runs.statistics import tabulate
from mnist.runs.versions import comparison_note, resumption_note
from tests.mnist.runs.test_runs import record


def made_with(seed: int, **versions: str) -> Record:
    environment = record(18).environment.model_copy(update={"versions": versions})
    return record(18).model_copy(update={"seed": seed, "environment": environment})


def test_a_run_that_goes_on_with_other_versions_names_them():
    assert resumption_note({"torch": "2.13.0", "numpy": "2.4"}, {"torch": "2.9.1", "numpy": "2.4"}) == (
        "goes on with other versions than it began with: torch 2.13.0 then, 2.9.1 now"
    )
    assert resumption_note({"torch": "2.13.0"}, {"torch": "2.13.0", "more": "1"}) is None


def test_runs_of_different_versions_are_noted_in_their_table():
    runs = [made_with(0, torch="2.13.0", numpy="2.4"), made_with(1, torch="2.9.1", numpy="2.4")]

    assert tabulate(runs).note == "these runs were made with different versions: torch 2.13.0, 2.9.1"
    assert tabulate(runs[:1]).note is None
    assert "Note: these runs" in tabulate(runs)._repr_html_()
    assert "Note: these runs" in tabulate(runs)._repr_markdown_()


def test_the_part_of_a_run_that_went_on_counts_too():
    run = made_with(0, torch="2.13.0")
    again = Resumption(after=1, environment=made_with(0, torch="2.9.1").environment)

    assert comparison_note([run]) is None
    assert comparison_note([run.model_copy(update={"resumptions": (again,)})]) == (
        "these runs were made with different versions: torch 2.13.0, 2.9.1"
    )


def test_unfinished_runs_are_not_in_the_table_and_not_in_its_note():
    left_out = made_with(1, torch="2.9.1").model_copy(update={"status": "interrupted"})

    assert tabulate([made_with(0, torch="2.13.0"), left_out]).note is None
