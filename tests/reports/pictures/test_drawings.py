"""What the pictures of runs hold: the numbers drawn under each label, axis and title."""

import pytest

from mnist.runs.folder import load_run
from reports.figures.configurations import configure
from reports.figures.goals import Goals
from reports.pictures import plots, together
from reports.pictures.drawings import drawings_of_all, drawings_of_configuration, drawings_of_run

TRAIN_LOSS = [0.4 / number**1.5 for number in (1, 2, 3)]
TEST_LOSS = [0.08 / number for number in (1, 2, 3)]
TRAIN = [85.0, 96.25, 99.0]
TEST = [98.0, 99.0, 99.5]


@pytest.fixture(autouse=True)
def given(monkeypatch):
    """Each plot gives back what it was given."""
    for module, name in ((plots, "loss_of_run"), (plots, "accuracy_of_run"), (together, "accuracy_of_all")):
        monkeypatch.setattr(module, name, lambda *given: given)


@pytest.fixture
def drawn(write_run, tmp_path):
    """The pictures of one run, and of two seeds."""
    for seed, shift in ((0, 0), (1, 100)):
        write_run(
            tmp_path / f"seed{seed}", correct=(9800 - shift, 9900 - shift, 9950 - shift), seed=seed,
            train_correct=(51_000, 57_750, 59_400),
        )  # fmt: skip
    runs = [load_run(tmp_path / f"seed{seed}") for seed in (0, 1)]
    return runs, configure(runs[:1], Goals(), 12), configure(runs, Goals(), 12)


def test_a_learning_curve_draws_training_as_training_and_test_as_test(drawn):
    (run, _), ((configuration, _),), _ = drawn
    (summary,) = configuration.runs
    pictures = drawings_of_run(run.path, summary, 99.4)

    train, test, target, *_ = pictures[summary.images.accuracy]()
    assert (train, test, target) == (pytest.approx(TRAIN), pytest.approx(TEST), 99.4)
    train, test, *_ = pictures[summary.images.loss]()
    assert (train, test) == (pytest.approx(TRAIN_LOSS), pytest.approx(TEST_LOSS))


def test_over_seeds_each_curve_is_the_mean_of_its_own_figures_in_its_own_band(drawn):
    _, _, ((configuration, _),) = drawn
    pictures = drawings_of_configuration(configuration, 99.4)

    train, test, _, _, bands, _ = pictures[configuration.images.accuracy]()
    assert (train, test) == (pytest.approx(TRAIN), pytest.approx([97.5, 98.5, 99.0]))
    ends = [(min(least), max(most)) for least, most in bands]
    assert ends == [pytest.approx((85.0, 99.0)), pytest.approx((97.0, 99.5))]


def test_runs_beside_each_other_are_drawn_by_their_test_accuracy(drawn, write_run, tmp_path):
    other = write_run(tmp_path / "other", "published-10066", correct=(9700, 9800), seed=0)
    (run, _), *_ = drawn
    configurations = [each for each, _ in configure([run, load_run(other)], Goals(), 12)]

    accuracy, _ = drawings_of_all(configurations, [], Goals())

    curves, names, *_ = accuracy()
    assert dict(zip(names, curves, strict=True)) == {"seed0": pytest.approx(TEST), "other": pytest.approx([97.0, 98.0])}
