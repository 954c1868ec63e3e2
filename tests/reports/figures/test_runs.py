"""The figures of recorded runs."""

import dataclasses
import math
from fractions import Fraction

import pytest

from mnist.runs.folder import load_run
from mnist.runs.record import Published
from reports.errors import DisagreementError
from reports.figures.goals import Goals
from reports.figures.names import slugs
from reports.figures.runs import check_agreement, summarize, wilson_interval


@pytest.fixture
def summary(tmp_path, write_run):
    def make(**changes):
        return summarize(load_run(write_run(tmp_path / "a run", **changes)), "a-run", Goals(), wrong_shown=60)

    return make


def test_last_and_best_are_told_apart(summary):
    run = summary(correct=(9900, 9942, 9942, 9936))

    assert (run.last.number, run.last.test_accuracy) == (4, Fraction(9936, 10_000))
    assert (run.best.number, run.best.test_accuracy) == (2, Fraction(9942, 10_000))
    assert not run.last_is_best
    assert run.reached == 2
    assert (run.verdict.last_accuracy, run.verdict.best_accuracy) == (False, True)


def test_the_published_figure_is_compared_exactly(summary):
    published = Published(accuracy=0.9942, epoch=12, statement="so they say")
    run = summary(correct=(9942, 9918), published=published)

    assert (run.published.best.direction, run.published.best.size) == ("equal", 0)
    assert (run.published.last.direction, run.published.last.size) == ("below", Fraction(24, 10_000))
    assert run.published.accuracy == Fraction(9942, 10_000)


def test_a_published_text_without_a_figure_is_not_compared(summary):
    run = summary(published=Published(accuracy=None, epoch=None, statement="it works"))

    assert run.published.accuracy is None
    assert run.published.last is run.published.best is None


def test_rendered_digits_are_neither_judged_nor_compared(summary):
    run = summary(correct=(9999,), data="rendered-digits")

    assert (run.other_data, run.data) == (True, "rendered digits")
    assert run.verdict.all is None
    assert {value for field, value in dataclasses.asdict(run.verdict).items()} == {None}
    assert run.published.last is None


def test_an_interrupted_run_counts_its_finished_epochs(summary):
    run = summary(correct=(9700, 9800), planned=19)

    assert run.interrupted
    assert len(run.log) == 2
    assert run.record["recipe"]["epochs"] == 19


def test_mistakes_are_counted_from_the_confusion_matrix(summary):
    run = summary(correct=(9989,))

    assert run.wrong == 11
    assert [(m.label, m.predicted, m.label_name, m.count) for m in run.mistakes] == [
        (4, 9, "4", 2),
        (0, 6, "0", 1),
        (1, 7, "1", 1),
    ]
    assert (run.hardest.digit, run.hardest.accuracy) == (4, Fraction(998, 1000))
    assert sum(digit.correct for digit in run.digits) == run.last.test_correct


def test_a_run_without_a_mistake_has_no_picture_of_any(summary):
    run = summary(correct=(10_000,))

    assert run.wrong == 0
    assert run.images.wrong is None
    assert run.mistakes == ()


def test_the_table_says_what_the_layers_are(summary):
    run = summary(net="published-10066", correct=(9800,))

    assert dict(run.layers)["Conv2d"] == 7
    assert run.fully_connected == 0
    assert (run.receptive_field, run.sees) == (28, "whole")


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (
            "mnist train published-15738 --epochs 1 --batch-size 128 --lr 0.01 --momentum 0.9 --seed 7 --threads 1 "
            "--out 'runs/a run-again'",
            {},
        ),
        (
            "mnist train published-15738 --epochs 1 --batch-size 128 --lr 0.01 --momentum 0.9 --seed 7 --threads 1 "
            "--data rendered --out 'runs/a run-again'",
            {"data": "rendered-digits"},
        ),
    ],
)
def test_the_command_names_everything_that_decides_the_result(summary, expected, changes):
    assert summary(correct=(9900,), **changes).command == expected


@pytest.mark.parametrize(("correct", "total"), [(9942, 10_000), (0, 50), (50, 50), (1, 3), (994, 1_000)])
def test_wilsons_interval_ends_where_the_deviation_is_1_96(correct, total):
    """At each end p: |correct/total - p| = 1.96 sqrt(p (1 - p) / total); widened outwards by less than 0.01 %."""
    low, high = map(float, wilson_interval(correct, total))
    p = correct / total

    for end, inward in ((low, 1e-4), (high, -1e-4)):
        if 0 < end < 1:
            outside, inside = (abs(p - x) / math.sqrt(x * (1 - x) / total) for x in (end, end + inward))
            assert outside >= 1.959963 > inside or not 0 < end + inward < 1
    assert low <= p <= high


def test_slugs_are_file_names_of_their_own():
    assert slugs(["A b", "a-b", "../..", "é"]) == ["a-b", "a-b-2", "run", "run-2"]


def test_wrong_images_that_the_matrix_does_not_count_are_refused(tmp_path, write_run):
    run = load_run(write_run(tmp_path / "run", correct=(9989,)))
    first, *others = run.evaluation.wrong
    changed = (first.model_copy(update={"predicted": 8}), *others)
    lying = dataclasses.replace(run, evaluation=run.evaluation.model_copy(update={"wrong": changed}))

    with pytest.raises(
        DisagreementError, match=r"evaluation\.json: 1 wrong images are 4 read as 8; confusion counts 0"
    ):
        summarize(lying, "run", Goals(), wrong_shown=60)


def test_a_table_whose_rows_do_not_sum_to_its_total_is_refused(tmp_path, write_run):
    run = load_run(write_run(tmp_path / "run", correct=(9989,)))
    table = run.record.summary.model_copy(update={"total": 15_000})
    lying = dataclasses.replace(run, record=run.record.model_copy(update={"summary": table}))

    with pytest.raises(DisagreementError, match=r"run\.json: the layers hold 15738 parameters; the total says 15000"):
        summarize(lying, "run", Goals(), wrong_shown=60)


def test_a_run_on_validation_images_is_neither_judged_nor_compared(summary):
    run = summary(correct=(9999,), validation=10_000)

    assert run.split == "validation"
    assert run.verdict.all is None
    assert run.published.accuracy is not None
    assert run.published.last is run.published.best is None


def test_validation_images_of_another_number_than_the_recipe_holds_out_are_refused(tmp_path, write_run):
    run = load_run(write_run(tmp_path / "run", validation=5_000))

    with pytest.raises(
        DisagreementError, match=r"run\.json: tested on 10000 images; its recipe holds out 5000 for that"
    ):
        check_agreement(run)


@pytest.mark.parametrize(
    ("expected", "correct"),
    [
        (True, (9000, 9940, 9941, 9942, 9943, 9940)),
        (False, (9940, 9939, 9941, 9942, 9943, 9940)),
        (None, (9940, 9950, 9950, 9950)),
    ],
)
def test_a_run_holds_the_target_where_each_of_the_last_five_epochs_reaches_it(summary, expected, correct):
    assert summary(correct=correct).held is expected


def test_more_right_than_tested_is_refused(tmp_path, write_run):
    run = load_run(write_run(tmp_path / "run", correct=(9989,), train_correct=(60_001,)))

    with pytest.raises(DisagreementError, match="epoch 1: 60001 of 60000 train images are right"):
        summarize(run, "run", Goals(), wrong_shown=60)
