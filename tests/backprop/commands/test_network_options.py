"""The options that choose, change or make a network, through the command line."""

import csv
import io
import re

import pytest

from backprop.network.load import parse_network
from tests.backprop.commands.test_app import run


def test_a_network_made_by_flags_is_derived(monkeypatch, capsys) -> None:
    arguments = ("--layers", "2,3,2", "--activation", "tanh", "--loss", "half-squared", "--form", "steps")
    code, out, _ = run(monkeypatch, capsys, "derive", *arguments)
    assert code == 0
    assert "δ_h3 = (δ_o1·w9 + δ_o2·w12)·(1 − a_h3²)" in out


def test_names_are_those_asked_for(monkeypatch, capsys) -> None:
    code, out, _ = run(monkeypatch, capsys, "derive", "--sum-names", "net_{}", "--activation-names", "out_{}")
    assert code == 0
    assert "out_h1 = σ(net_h1)" in out


def test_flags_change_a_preset(monkeypatch, capsys) -> None:
    code, out, _ = run(monkeypatch, capsys, "trace", "xor", "--optimizer", "adam", "--epochs", "2", "--eta", "0.1")
    assert code == 0
    header, *rows = csv.reader(io.StringIO(out))
    assert len(rows) == 2
    assert {"m_w1", "v_w1", "a_o1_s4"} <= set(header)


def test_the_printed_description_is_the_network(monkeypatch, capsys) -> None:
    code, out, _ = run(
        monkeypatch, capsys, "network", "--layers", "2,2", "--inputs", "0,1;1,0", "--targets", "1,0;0,1",
        "--loss", "cross-entropy", "--biases", "layer", "--batch", "stochastic", "--schedule", "cosine",
    )  # fmt: skip
    assert code == 0
    network = parse_network(out, "out")
    assert (network.samples, network.batch, network.training.schedule) == (2, 1, "cosine")
    assert network.layers[0].activation == "softmax"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("xor", "--layers", "2,2"), "network 'xor' and --layers 2,2: one of them at most"),
        (("--layers", "0,2"), "layers 0,2: 0 neurons in a layer; 1 to 10,000 allowed"),
        (
            ("--activation", "rleu"),
            "layers.1.activation: activation 'rleu' is unknown; did you mean relu\\? One of: identity",
        ),
        (("--momentum", "0.5"), "momentum is for momentum or nesterov; the optimiser is sgd"),
        (("--optimiser", "momentum", "--momentum", "1"), "training.momentum: a number below 1 is needed"),
        (("--inputs", "1,nan"), "inputs.*finite number"),
        (("--inputs", "1,2,3"), "layer 1, neuron 1 has 2 weights; 3 needed"),
        (("--sum-names", "=1+{}"), "'=' cannot stand in a name; .*letters, digits and _ around one {} are allowed"),
        (("--activation-names", "{}"), "names both the sum and the activation"),
        (("--sum-names", "delta_{}"), "notation gives two quantities the name 'delta_"),
        (("--loss", "cross-entropy", "--output-activation", "sigmoid"), "needs softmax in the output layer"),
        (("--optimiser", "adams"), "--optimiser: 'adams' is not one of 'sgd'"),
    ],
)
def test_what_does_not_fit_is_one_line(monkeypatch, capsys, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = run(monkeypatch, capsys, "derive", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("backprop: ")
    assert re.search(message.replace("{}", r"\{\}"), err), err
