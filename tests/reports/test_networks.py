"""Part 1 of any network: each statement is true of it, each number is the trace's, each formula renders."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given
from matplotlib.mathtext import MathTextParser

from backprop.derivation.derive import derive
from backprop.epochs.trace import DEFAULT_LEARNING_RATES, format_rate, run_trace
from backprop.network.load import load_network, presets
from backprop.network.toml import network_toml
from reports.figures import formats
from reports.report import make
from reports.request import Request
from tests.backprop.networks import any_networks
from tests.examples import drawn

pytestmark = pytest.mark.usefixtures("without_pictures")
EPOCHS = 40
COMMANDS = {
    *("begin", "end", "frac", "partial", "cdot", "left", "right", "leftarrow", "ldots", ",", "quad", "sum", "sqrt"),
    *("alpha", "beta", "gamma", "delta", "epsilon", "eta", "lambda", "mu", "pi", "sigma", "Sigma", "tau", "theta"),
    *("Delta", "le", "ge", "min", "approx"),
    *("mathrm", "tanh", "cos", "ln", "max", "min", "lfloor", "rfloor"),
}
EVERYWHERE = {
    "mazur": [
        "Layers of 2-2-2, 8 weights and 2 biases, which are not trained. It learns one sample by plain gradient "
        "descent, 40 epochs at one learning rate. The loss is half the squared error.",
        "| biases, one for all neurons of a layer; they stay at 0.35 and 0.6 and are not trained |",
        "The biases are not trained and need none:",
        "every weight takes a step against its derivative, here the first of 8:",
    ],
    "xor": [
        "6 weights and 3 biases. It learns 4 samples, all of them in each epoch, by gradient descent with momentum, "
        "40 epochs at each of 4 learning rates. The loss is binary cross-entropy.",
        "| biases, one for each neuron; they start at 0.1, −0.1 and 0 |",
        r"| $`\mu`$ | 0.9: momentum, the share of the velocity that an epoch keeps |",
        "| total loss, the mean over the samples |",
        "Each of the 4 samples goes through the network on its own:",
        r"E_{total} & = \frac{1}{4} \sum_{s=1}^{4} E_{1}",
        "by a bias it is the δ of its neuron; the mean of that over the samples:",
        r"v_{w1} & \leftarrow \mu \cdot v_{w1} + \frac{\partial E_{total}}{\partial w_{1}}",
        "every weight and every bias takes a step against its velocity, here the first of 9:",
        "A name that ends in s1 is of sample 1.",
    ],
    "softmax-classifier": [
        "15 weights and 6 biases. It learns 6 samples, one a step in turn, by Adam, 40 epochs at each of 3 learning "
        "rates. The loss is softmax cross-entropy.",
        "Step 1 takes sample 1, step 2 sample 2 and so on; after 6 steps the epoch ends, and the next begins with "
        "sample 1 again:",
        "| total loss, the sum of these, of the sample that the step takes |",
        "| $`k`$ | number of the step, from 1, counted through all epochs |",
        r"| $`\beta_{1}`$ | 0.9: the share of the first moment that a step keeps |",
        r"| $`\epsilon`$ | 1 × 10⁻⁸: keeps the divisor above 0 |",
        r"\left(1 - \beta_{2}\right) \cdot \left(\frac{\partial E_{total}}{\partial w_{1}}\right)^{2}",
        "The loss of an epoch is the mean over its 6 samples, each with the weights that its step met.",
    ],
    "three-hidden": [
        "16 weights and 4 biases. It learns one sample by gradient descent, 40 epochs at each of 3 learning rates, "
        "following a cosine. The loss is the mean squared error.",
        r"| $`T`$ | 40: epochs in which the cosine goes from its start to its end |",
        r"\eta_{t} & = \eta_{min} + \frac{1}{2}",
        "by a bias it is the sum of the δ's of its layer:",
        r"w_{1} & \leftarrow w_{1} - \eta_{t} \cdot",
    ],
    "convolution": [
        "ayers of 5-3-1, 6 weights and 2 biases. It learns one sample by plain gradient descent, 40 epochs",
        "times the value that comes in through it, added up over the places where it is used; by a bias",
        r"\frac{\partial E_{total}}{\partial w_{1}} & = \delta_{h1} \cdot i_{1} + \delta_{h2} \cdot i_{2}",
    ],
    "recurrent": [
        "ayers of 3-1-1-1-1, 3 weights and 2 biases.",
        r"h^{(2)}_{1} & = w_{x} \cdot x_{2} + w_{h} \cdot a_{h1,1} + b_{h}",
        "added up over the places where it is used",
    ],
    "eight-weight": [
        "layers of 2-2-2, 8 weights. It learns one sample by plain gradient descent, 40 epochs at each of 6 learning "
        "rates.\n",
    ],
}
NOWHERE = {
    "mazur": ["start at 0.35", "samples", "momentum", r"\partial b_"],
    "xor": ["one sample", "plain", "a step twice as long does the work of two", "in turn", "not trained"],
    "softmax-classifier": [
        "one sample",
        "plain",
        "momentum",
        "all of them in each",
    ],
    "three-hidden": ["plain", "samples", "work of two", "written out", "momentum"],
    "convolution": ["samples", "momentum"],
    "recurrent": ["samples", "momentum"],
    "eight-weight": ["bias", "samples", "optimiser", "The loss is half", "momentum"],
}


@cache
def text(name: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.pictures.images._as", lambda *_: b"a picture")
        whole = make(Request(network=name, epochs=EPOCHS)).text
    return whole.split('<a id="part-2"></a>')[0]


@cache
def traced(name: str):
    network = load_network(name)
    form = "closed" if len(network.weights) <= 16 else "steps"
    return run_trace(derive(network), network.training.learning_rates or DEFAULT_LEARNING_RATES, EPOCHS, form)


def is_well_formed(part: str, formulas) -> None:
    for latex in formulas(part):
        assert set(re.findall(r"\\([a-zA-Z]+|,)", latex)) <= COMMANDS, latex
    pipes, previous = 0, ""
    for line in part.splitlines():
        count = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (pipes and count) or count == pipes, line
        assert not (pipes == 0 and count and previous), line  # a table stands apart, or GitHub shows its source
        pipes, previous = count, line
    for word in ("None", "nan", "{{", "{%", "Undefined", "True", "False", "  ", r"\.", "..", ".:"):
        assert word not in part.replace(r"\begin{aligned}", ""), word


@pytest.mark.parametrize("name", presets())
def test_what_is_said_is_true_of_the_network(name):
    for sentence in EVERYWHERE[name]:
        assert sentence in text(name)
    for sentence in NOWHERE[name]:
        assert sentence not in text(name), sentence


@pytest.mark.parametrize("name", presets())
def test_formulas_and_tables_render(name, formulas):
    is_well_formed(text(name), formulas)
    parser = MathTextParser("path")
    for latex in {re.sub(r"\d+", "1", latex) for latex in formulas(text(name))}:
        parser.parse(f"${latex}$")


@pytest.mark.parametrize("name", presets())
def test_the_excerpts_are_the_trace(name, tables):
    trace = traced(name)
    rate = trace.learning_rates.index(float(re.search(r"\n\nη = ([\d.]*\d)", text(name))[1]))
    found = [table for table in tables(text(name)) if table[0][0] == "epoch"]

    assert len(found) == 3
    for table, (show, digits) in zip(
        found, [(formats.significant, 4), (formats.fixed, 4), (formats.significant, 3)], strict=True
    ):
        steps = trace.steps
        last = 40 * steps
        rows = [1, 2, 3, 4, 5, None, last - 1, last]
        shown = [str((row - 1) // steps + 1) if row else "…" for row in rows]
        assert [row[0] for row in table[1:]] == shown
        for column, head in enumerate(table[0][1:], 1):
            symbol = head.replace("\\", "")
            values = trace.column(symbol.replace("∂E/∂", "dE_d").replace("η_t", "eta_t"))[rate]
            for row, number in zip(table[1:], rows, strict=True):
                if number is not None:
                    value = float(values[number - 1])
                    assert row[column] == (f"{value:.0f}" if symbol in ("step", "sample") else show(value, digits))


@pytest.mark.parametrize("name", presets())
def test_the_losses_are_the_trace_at_the_networks_own_rates(name, tables):
    trace, network = traced(name), load_network(name)
    (table,) = (table for table in tables(text(name)) if table[0][0] == "η")
    loss = trace.column("E_total")

    assert [row[0] for row in table[1:]] == [format_rate(rate) for rate in sorted(trace.learning_rates)]
    for row, course in zip(table[1:], loss[np.argsort(trace.learning_rates)], strict=True):
        of_each = course.reshape(EPOCHS, network.steps).mean(axis=1)
        assert row[1:3] == [formats.significant(of_each[0]), formats.significant(of_each[-1])]
        assert row[4] == str(sum(later > earlier for earlier, later in pairwise(of_each)))


def test_samples_are_listed(tables):
    (table,) = (table for table in tables(text("xor")) if table[0][0] == "sample")

    assert table == [["sample", "i1", "i2", "t1"], *([str(n), *f"{n - 1:02b}", "0110"[n - 1]] for n in (1, 2, 3, 4))]


def test_the_same_network_gives_the_same_bytes():
    name = "softmax-classifier"

    assert make(Request(network=name, epochs=EPOCHS)).text.startswith(text(name))


@drawn(
    12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(network=any_networks())
def test_any_network_is_told_as_it_is(network, tmp_path, formulas):
    file = Path(tmp_path) / "random.toml"
    file.write_text(network_toml(network), encoding="utf-8")

    part = make(Request(network=str(file), learning_rates=[0.02, 0.1], epochs=7)).text
    part = part.split('<a id="part-2"></a>')[0]

    is_well_formed(part, formulas)
    training, several, turns = network.training, network.samples > 1, network.steps > 1
    assert ("one sample" in part) == (not several)
    assert (f"learns {network.samples} samples, all of them in each epoch" in part) == (several and not turns)
    assert (r"\sum_{s=1}" in part) == (network.batch > 1)
    turn = "sample" if network.batch == 1 else "batch"
    assert ("in turn" in part) == (f"| epoch | step | {turn} |" in part) == turns
    assert ("bias" in part) == bool(network.biases)
    assert ("not trained" in part) == (bool(network.biases) and not training.train_biases)
    assert (r"\lambda" in part) == ("weight decay" in part) == bool(training.decay)
    assert ("velocity" in part) == (training.optimiser in ("momentum", "nesterov"))
    assert r"\sigma\left(z\right) & =" in part or all(layer.activation != "swish" for layer in network.layers)
    assert ("Adam" in part) == (training.optimiser in ("adam", "adamw"))
    assert (r"\sqrt" in part.split("### Update")[1]) == (training.optimiser in ("adam", "adamw", "adagrad", "rmsprop"))
    assert (r"\eta_{t}" in part) == (training.schedule != "constant")
    assert ("work of two" not in part) or (training.optimiser == "sgd" and training.schedule == "constant")


def test_long_sums_and_lists_are_shortened(tmp_path):
    weights = [[0.1] * 30] * 12
    file = tmp_path / "wide.toml"
    file.write_text(
        f'name = "wide"\ntitle = "Wide"\ninputs = {[0.1] * 30}\ntargets = {[1.0] + [0.0] * 11}\n'
        f'loss = "softmax_cross_entropy"\n[[layers]]\nactivation = "softmax"\nweights = {weights}\n',
        encoding="utf-8",
    )

    part = make(Request(network=str(file), learning_rates=[0.1], epochs=2)).text

    assert (
        r"o_{1} & = w_{1} \cdot i_{1} + w_{2} \cdot i_{2} + \ldots + w_{29} \cdot i_{29} + w_{30} \cdot i_{30} \\"
        in part
    )
    assert r"z_{\max} & = \max\left(o_{1}, o_{2}, \ldots, o_{12}\right)" in part
    assert "inputs, 30 of them" in part
    assert "weights, 360 of them" in part
    assert "320 more: `backprop derive wide.toml --format latex --form steps` prints all." in part
    assert max(map(len, part.splitlines())) < 500
