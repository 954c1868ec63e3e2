"""Values and derivatives over many states at once."""

import numpy as np
import pytest

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import Tape


def test_nothing_comes_through_a_branch_that_is_not_taken_be_its_slope_finite_or_not() -> None:
    tape = Tape()
    x = tape.free("x", 1.0)
    root = tape.apply("sqrt", x)  # its slope is infinite at 0, and none below
    chosen = tape.apply("if", tape.apply("<", tape.number(0), x), root, tape.apply("*", x, tape.number(3)))
    evaluation = Evaluation(tape, {x: np.array([4.0, 0.0, -1.0])})
    assert evaluation.derivatives({chosen: np.ones(3)})[x] == pytest.approx([0.25, 3, 3])


def test_a_second_pass_over_the_same_nodes_gives_the_same() -> None:
    tape = Tape()
    x, y = tape.free("x", 2.0), tape.free("y", 3.0)
    product = tape.apply("*", x, y)
    total = tape.apply("+", product, tape.apply("*", product, product))
    evaluation = Evaluation(tape, {x: np.array([2.0, 5.0]), y: np.array([3.0, 1.0])})
    first, second = (evaluation.derivatives({total: np.ones(2)}) for _ in range(2))
    assert first[x] == pytest.approx([3 + 2 * 6 * 3, 1 + 2 * 5 * 1])
    assert {node: value.tolist() for node, value in first.items()} == {
        node: value.tolist() for node, value in second.items()
    }
    assert evaluation.derivatives({product: np.ones(2)})[x].tolist() == [3, 1]
