"""What people write above columns, and beside the learning rate."""

import pytest

from backprop.derivation.written_names import is_learning_rate, quantity


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        ("t1", ["t1", "T1", "t_1", "target 1", "Target1"]),
        ("i2", ["i2", "x2", "I_2", "input2"]),
        ("w1", ["w1", "W_1", "w 1", "weight1"]),
        ("h1", ["h1", "net_h1", "H1", "z_h1", "h1_in"]),
        ("a_h1", ["a_h1", "out_h1", "act_h1", "out h1", "σ(h1)", "sigmoid(h1)", "a(h1)", "ah1", "h1_out"]),
        ("a_o2", ["a_o2", "Output o2", "out_o2", "o2 (out)"]),
        ("E1", ["E1", "Error1", "E_1", "E(o1)", "Eo1"]),
        ("E_total", ["E_tot", "E_total", "E_Total", "Etotal", "E_TOTAL", "E_T", "E Total", "Total Error", "loss"]),
        (
            "dE_dw1",
            [
                "∂E/∂w1",
                "E∂w1",
                "∂E_T/∂w1",
                "Etotaldw1",
                "dE_total / dw1",
                "δE_tot/δw1",
                "∂E∂W1",
                "dw1",
                "EdW1",
                "𝜕E/𝜕w1",
            ],
        ),
    ],
)
def test_a_quantity_is_known_by_its_spellings(expected: str, texts: list[str]):
    assert {text: quantity(text) for text in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize("text", ["epoch", "new w1", "w1 new", "w1_new", "∂E/∂a_o1", "MSE", "remarks", "", "w" * 50])
def test_other_texts_name_no_quantity(text: str):
    assert quantity(text) is None


@pytest.mark.parametrize(
    "text", ["η =", "LR", "Learning Rate", "Learning Rate (η)", "learning_rate:", "eta", "n =", "α =", "L.R", "h", "ɳ="]
)
def test_the_learning_rate_is_known_by_its_labels(text: str):
    assert is_learning_rate(text)


@pytest.mark.parametrize("text", ["learning", "rate of change", "w1", "eta1 beta", ""])
def test_other_labels_are_no_learning_rate(text: str):
    assert not is_learning_rate(text)
