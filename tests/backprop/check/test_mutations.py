"""Planted mistakes are found where they are, with the right formula; other ways to write the same raise no alarm."""

from collections.abc import Callable

import pytest

from benchmarks.mutations import Outcome, mutation, rewrite, subjects
from benchmarks.rewrites import REWRITES
from benchmarks.slips import MUTATIONS
from tests.examples import part

SEED = 7
STEP = 61  # through kinds and layouts alike


@pytest.fixture(scope="module")
def planted() -> list[Outcome]:
    return [mutation(SEED, number * STEP) for number in range(part(75, least=24))]


@pytest.fixture(scope="module")
def rewritten() -> list[Outcome]:
    return [rewrite(SEED, number) for number in range(part(46, least=35))]


def share(outcomes: list[Outcome], holds: Callable[[Outcome], bool]) -> float:
    matter = [outcome for outcome in outcomes if outcome.matters]
    return sum(map(holds, matter)) / len(matter)


def test_the_sample_covers_most_kinds_and_layouts(planted: list[Outcome]):
    assert len({outcome.kind for outcome in planted}) > 0.8 * len(MUTATIONS)
    assert len({outcome.layout for outcome in planted}) > 0.8 * min(len(subjects()[1]), len(planted))
    assert sum(outcome.matters for outcome in planted) > 130 / 150 * len(planted)


def test_every_mistake_is_found_at_its_cell(planted: list[Outcome]):
    missed = [outcome.story for outcome in planted if outcome.matters and not (outcome.found and outcome.right_cell)]
    assert missed == []


def test_the_right_formula_is_offered(planted: list[Outcome]):
    assert share(planted, lambda outcome: outcome.right_formula) >= 0.95


def test_nothing_is_found_beside_the_mistake(planted: list[Outcome]):
    assert [outcome.story for outcome in planted if outcome.alarms] == []


def test_no_rewriting_raises_an_alarm(rewritten: list[Outcome]):
    assert [outcome.story for outcome in rewritten if outcome.alarms] == []
    assert len({outcome.kind for outcome in rewritten}) > 0.8 * len(REWRITES)
