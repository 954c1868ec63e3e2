import re

import pytest

from backprop.errors import NetworkError
from backprop.network import load_network, parse_network, presets

GOOD = """
name = "n"
title = "t"
inputs = [1.0, 2.0]
targets = [0.5]
loss = "half_squared_error"
[[layers]]
activation = "sigmoid"
weights = [[0.1, 0.2]]
"""


def test_eight_weight_is_the_published_network() -> None:
    network = load_network("eight-weight")
    assert network.sizes == (2, 2, 2)
    assert network.inputs == ((0.05, 0.10),)
    assert network.targets == ((0.01, 0.99),)
    assert network.weights == (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)


def test_every_preset_is_valid_and_named_as_its_file() -> None:
    assert presets()
    for name in presets():
        assert load_network(name).name == name


def test_path_to_a_toml_file_is_accepted(tmp_path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD)
    assert load_network(str(file)).sizes == (2, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("weights = [[0.1, 0.2]]", "weights = [[0.1]]"), "layer 1, neuron 1 has 1 weights; 2 needed"),
        (("targets = [0.5]", "targets = [0.5, 1]"), "2 targets for 1 output neurons"),
        (("inputs = [1.0, 2.0]", "inputs = [1.0, nan]"), "inputs.2: Input should be a finite number"),
        (("inputs = [1.0, 2.0]", "inputs = []"), "inputs: "),
        (("inputs = [1.0, 2.0]", 'inputs = ["=A1", 2]'), "inputs.1: .*found '=A1'"),
        (('activation = "sigmoid"', 'activation = "rleu"'), "layers.1.activation: activation 'rleu' is unknown; did you mean relu"),
        (('loss = "half_squared_error"', 'loss = "cross"'), "loss: loss 'cross' is unknown; One of: half_squared_error"),
        (('title = "t"', 'title = "t"\ncolour = 1'), "colour: Extra inputs are not permitted"),
        (('name = "n"', 'name = "../n"'), "name: "),
        (('name = "n"', ""), "name: Field required"),
        (("[[layers]]", "[[layers"), "m.toml: not TOML: .*line 7"),
    ],
)
def test_a_wrong_description_is_one_line_that_names_the_field(change: tuple[str, str], message: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(NetworkError, match=message) as caught:
        parse_network(GOOD.replace(*change), "m.toml")
    assert str(caught.value).startswith("m.toml: ")
    assert "\n" not in str(caught.value)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(NetworkError, match=re.escape("'eigth-weight' is unknown; did you mean 'eight-weight'?")):
        load_network("eigth-weight")


def test_a_missing_or_binary_file_is_named(tmp_path) -> None:
    with pytest.raises(NetworkError, match=r"no\.toml: No such file"):
        load_network(str(tmp_path / "no.toml"))
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NetworkError, match=r"b\.toml: not UTF-8 text"):
        load_network(str(tmp_path / "b.toml"))
