import re

import pytest

from backprop.derivation.derive import derive
from backprop.epochs.columns import column_names
from backprop.errors import NetworkError
from backprop.network.load import load_network, parse_network, presets

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
        (("inputs = [1.0, 2.0]", "inputs = [1.0, nan]"), "inputs.2: a finite number is needed .found nan"),
        (("inputs = [1.0, 2.0]", "inputs = []"), "inputs: 0 given, at least 1 needed"),
        (("inputs = [1.0, 2.0]", 'inputs = ["=A1", 2]'), "inputs.1: .*found '=A1'"),
        (('"sigmoid"', '"rleu"'), "layers.1.activation: activation 'rleu' is unknown; did you mean relu"),
        (('"half_squared_error"', '"cross"'), "loss: loss 'cross' is unknown; One of: half_squared_error"),
        (('title = "t"', 'title = "t"\ncolour = 1'), "colour: is not known here"),
        (('name = "n"', 'name = "../n"'), "name: '../n': at most 64 letters, digits, - and _"),
        (('name = "n"', ""), "name: is missing"),
        (("[[layers]]", "[[layers"), "m.toml: not TOML: .*line 7"),
        (("[0.5]", "[.05]"), r"not TOML: .*line 5.*; a digit stands on both sides of the point: .05 is written 0.05"),
        (("[1.0, 2.0]", "[1.0, -.5]"), r"line 4.*point: -.5 is written -0.5"),
        (("[1.0, 2.0]", "[1.0, 2.]"), r"line 4.*point: 2. is written 2.0"),
    ],
)
def test_a_wrong_description_is_one_line_that_names_the_field(change: tuple[str, str], message: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(NetworkError, match=message) as caught:
        parse_network(GOOD.replace(*change), "m.toml")
    assert str(caught.value).startswith("m.toml: ")
    assert "\n" not in str(caught.value)


TWO_LAYERS = """
name = "n"
title = "t"
inputs = [[1, 2], [3, 4]]
targets = [[1, 0], [0, 1]]
loss = "half-squared"
[training]
optimiser = "sgd"
[notation]
sum = "net_{}"
[[layers]]
activation = "tanh"
weights = [[0.1, 0.2], [0.3, 0.4]]
biases = [0.5, 0.6]
[[layers]]
activation = "sigmoid"
weights = [[0.1, 0.2], [0.3, 0.4]]
shared_bias = 0.7
"""
BCE, SOFTMAX = 'loss = "bce"', 'loss = "cross-entropy"'
LAST = 'activation = "sigmoid"'


def refused(*changes: tuple[str, str]) -> str:
    """The one line with which the description, changed so, is refused."""
    text = TWO_LAYERS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(NetworkError) as caught:
        derive(parse_network(text, "m.toml"))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([("[0.3, 0.4]]\nbiases", "[0.3, 0.4], [0.5, 0.6]]\nbiases")], "layer 1 has 2 biases for 3 neurons"),
        ([("[[0.1, 0.2], [0.3, 0.4]]\nbiases", "[]\nbiases")], "layers.1.weights: 0 given, at least 1 needed"),
        ([("weights = [[0.1, 0.2], [0.3, 0.4]]\nbiases", "biases")], "layers.1.weights: is missing"),
        ([("[[0.1, 0.2], [0.3, 0.4]]\nshared", "[[0.1], [0.3]]\nshared")], "layer 2, neuron 1 has 1 weights; 2 needed"),
        ([("biases = [0.5, 0.6]", "biases = [0.5]")], "layer 1 has 1 biases for 2 neurons"),
        ([("biases = [0.5, 0.6]", "biases = [0.5, 0.6]\nshared_bias = 1")], "layer 1 has biases and a shared_bias"),
        ([("biases = [0.5, 0.6]", "biases = [0.5, nan]")], "layers.1.biases.2: .*finite number is needed .found nan"),
        ([("shared_bias = 0.7", "shared_bias = inf")], "layers.2.shared_bias: .*finite number is needed .found inf"),
        ([("[[0.1, 0.2], [0.3, 0.4]]\nbiases", "[[0.1, nan], [0.3, 0.4]]\nbiases")], "layers.1.weights.1.2: .*finite"),
        ([("inputs = [[1, 2], [3, 4]]", "inputs = [[1, 2], [3, inf]]")], "inputs.2.2: .*finite number"),
        ([("inputs = [[1, 2], [3, 4]]", "inputs = [[1, 2], [3]]")], "sample 2: 1 inputs; 2 needed"),
        ([("inputs = [[1, 2], [3, 4]]", "inputs = [[1, 2]]")], "1 samples of inputs but 2 of targets; each needs both"),
        ([("targets = [[1, 0], [0, 1]]", "targets = [[1, 0], [0]]")], "sample 2: 1 targets for 2 output neurons"),
        ([('activation = "tanh"', 'activation = "softmax"')], "layer 1 is softmax; only the output layer can be"),
        (
            [(LAST, 'activation = "softmax"')],
            "softmax in the output layer needs loss softmax_cross_entropy; it is half",
        ),
        (
            [('loss = "half-squared"', SOFTMAX)],
            "loss softmax_cross_entropy needs softmax in the output layer; it has sig",
        ),
        ([('loss = "half-squared"', BCE), (LAST, 'activation = "relu"')], "loss binary_cross_entropy needs sigmoid"),
        ([('loss = "half-squared"', BCE), ("[[1, 0]", "[[1.5, 0]")], "sample 1: targets 1.5, 0.0; .* from 0 to 1"),
        ([('loss = "half-squared"', BCE), ("[0, 1]]", "[-0.1, 1]]")], "sample 2: targets -0.1, 1.0; .* from 0 to 1"),
        (
            [('loss = "half-squared"', SOFTMAX), (LAST, 'activation = "softmax"'), ("[0, 1]]", "[0.5, 0.6]]")],
            "sample 2: targets 0.5, 0.6; softmax_cross_entropy takes targets that add up to 1",
        ),
        (
            [
                ('loss = "half-squared"', SOFTMAX),
                (LAST, 'activation = "softmax"'),
                ("[[1, 0], [0, 1]]", "[[1], [1]]"),
                ("[[0.1, 0.2], [0.3, 0.4]]\nshared", "[[0.1, 0.2]]\nshared"),
            ],
            "softmax of one neuron is always 1; two are needed, or sigmoid",
        ),
        (
            [('optimiser = "sgd"', "momentum = 0.5")],
            "training: momentum is for momentum or nesterov; the optimiser is sgd",
        ),
        ([('"sgd"', '"adam"\nalpha = 0.5')], "training: alpha is for rmsprop; the optimiser is adam"),
        ([('"sgd"', '"sgd"\nperiod = 5')], "training: period is for cosine; .* the schedule constant"),
        ([('"sgd"', '"sgd"\nepsilon = 1e-6')], "training: epsilon is for rmsprop, adam, adamw or adagrad"),
        ([('"sgd"', '"momentum"\nmomentum = 1')], "training.momentum: .*a number below 1 is needed"),
        ([('"sgd"', '"adam"\nepsilon = -1')], "training.epsilon: .*at least 0 is needed"),
        ([('"sgd"', '"nesterov"\ndampening = 0.1')], "training: dampening is for momentum; the optimiser is nesterov"),
        ([('"sgd"', '"rprop"\nschedule = "step"')], "training: schedule step: rprop has steps of its own"),
        ([('"sgd"', '"rprop"\nstep_min = 1\nstep_max = 0.5')], "training: step_min 1.0 is above step_max 0.5"),
        ([('"sgd"', '"rprop"\neta_plus = 1')], "training.eta_plus: .*above 1 is needed"),
        ([('loss = "half-squared"', 'loss = "hinge"')], "sample 1: targets 1.0, 0.0; hinge takes targets −1 and 1"),
        ([('"sgd"', '"sgd"\nweight_decay = -0.1')], "training.weight_decay: .*at least 0 is needed"),
        ([('"sgd"', '"sgd"\nschedule = "step"\nstep_size = 0')], "training.step_size: .*at least 1 is needed"),
        ([('"sgd"', '"sgd"\nlearning_rates = [0.1, -1]')], "training.learning_rates.2: .*a number above 0 is needed"),
        ([('"sgd"', '"adadelta"')], "training.optimiser: optimiser 'adadelta' is unknown; .*One of: sgd, .*adam"),
        ([('"net_{}"', '"net"')], "notation.sum: "),
        ([('"net_{}"', '"a_{}"')], "notation: 'a_{}' names both the sum and the activation"),
        ([('"net_{}"', '"=_{}"')], "notation.sum: "),
        ([('"net_{}"', '"1_{}"')], "notation.sum: '1_{}' begins with '1'; a letter comes first"),
        ([('"net_{}"', '"net-{}"')], "notation.sum: 'net-{}': '-' cannot stand in a name; at most 40 letters, digits"),
        ([('"net_{}"', '"net_s{}"')], "notation.sum: 'net_s{}' ends as the columns of a sample do"),
        ([('"net_{}"', '"{}"\nunits = "numbered"')], "notation: sum '{}' gives names like 3; a letter comes first"),
        (
            [('"net_{}"', '"{}"\nweight = "w_{from}"')],
            "notation.weight: .*around one {} or {from} and {to}",
        ),
        ([('"net_{}"', '"{}"\nweight = "w_{from}{to}"')], "notation gives two quantities the name 'w_11'"),
        ([('"net_{}"', '"{}"\ninput = "x{to}"')], "notation.input: 'x{to}': .* around one {} are allowed"),
        ([("[[0.1, 0.2], [0.3, 0.4]]\nbiases", "[[0.1, ''], ['', '']]\nbiases")], "neuron 2 is connected to nothing"),
        ([("[[0.1, 0.2], [0.3, 0.4]]\nshared", "[[0.1, ''], [0.3, '']]\nshared")], "neuron 2 .h2. feeds nothing"),
        (
            [("[[0.1, 0.2], [0.3, 0.4]]\nbiases", "[['w1', 0.2], [0.3, 0.4]]\nbiases")],
            "'w1' has no value in",
        ),
        (
            [(LAST, 'activation = "sigmoid"\ninputs = ["h3", "h2"]')],
            "input 'h3' is unknown; .*One of: i1, i2, h1",
        ),
        ([(LAST, 'activation = "sigmoid"\ninputs = ["o1", "h2"]')], "layer 2: input 'o1' is unknown"),
        ([("[training]", "[shared]\nw1 = 0.5\n[training]")], "shared.w1 is used nowhere"),
        ([("[training]", "[shared]\n1w = 0.5\n[training]")], "shared.1w.*: '1w': at most 40 letters"),
        (
            [
                ("[training]", "[shared]\nc = 0.5\n[training]"),
                ("[[0.1, 0.2], [0.3, 0.4]]\nbiases = [0.5, 0.6]", "[['c', 0.2], [0.3, 0.4]]\nbiases = ['c', 0.6]"),
            ],
            "shared.c is a weight and a bias; one of them at most",
        ),
        ([("biases = [0.5, 0.6]", "thresholds = [0.5]")], "layer 1 has 1 thresholds for 2 neurons"),
        (
            [("biases = [0.5, 0.6]", "biases = [0.5, 0.6]\nthresholds = [1, 2]")],
            "1 has biases and thresholds; one",
        ),
        ([('loss = "half-squared"', 'loss = "output"')], "targets: loss output takes none"),
        ([('loss = "half-squared"', 'loss = "half-squared"\nreduction = "max"')], "reduction: one of 'mean' or 'sum'"),
        ([('"net_{}"', '"delta_{}"')], "network 'n': notation gives two quantities the name 'delta_"),
        ([('title = "t"', 'title = "=1+1"')], "title: begins with '=', which a spreadsheet reads as a formula"),
        ([('title = "t"', 'title = "@x"')], "title: begins with '@'"),
        ([('title = "t"', "title = 5")], "title: a text is needed .found 5"),
        ([('title = "t"', f'title = "{"t" * 201}"')], "title: 201 characters; at most 200"),
        ([('"net_{}"', f'"{"n" * 40}_{{}}"')], "notation.sum: .*: at most 40 letters"),
        (
            [(LAST, 'activation = "sigmod"')],
            "layers.2.activation: activation 'sigmod' is unknown; did you mean sigmoid",
        ),
        ([(LAST, "activation = 5")], "layers.2.activation: one of 'identity', .* is needed .found 5"),
        ([('"half-squared"', '"bec"')], "loss: loss 'bec' is unknown; did you mean bce"),
    ],
)
def test_what_does_not_fit_together_is_one_clear_line(changes: list[tuple[str, str]], message: str) -> None:
    assert re.search(message.replace("{}", re.escape("{}")), refused(*changes))


@pytest.mark.parametrize("loss", ["mape", "rmse", "poisson", "nll"])
def test_another_quantity_is_not_taken_for_a_misspelling(loss: str) -> None:
    assert "did you mean" not in refused(('"half-squared"', f'"{loss}"'))


@pytest.mark.parametrize("pattern", ["dE_dw{}", "E{}", "b{}", "i{}", "w{}", "eta{}"])
def test_notation_never_gives_two_quantities_one_name(pattern: str) -> None:
    """Either refused, or every name is there once."""
    try:
        derivation = derive(parse_network(TWO_LAYERS.replace("net_{}", pattern), "m.toml"))
    except NetworkError:
        return
    names = column_names(derivation, "steps")
    assert len(set(names)) == len(names)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(NetworkError, match=re.escape("'eigth-weight' is unknown; did you mean eight-weight?")):
        load_network("eigth-weight")


def test_a_missing_or_binary_file_is_named(tmp_path) -> None:
    with pytest.raises(NetworkError, match=r"no\.toml: No such file"):
        load_network(str(tmp_path / "no.toml"))
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NetworkError, match=r"b\.toml: not UTF-8 text"):
        load_network(str(tmp_path / "b.toml"))
