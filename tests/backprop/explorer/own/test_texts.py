"""What the page writes as text: TOML that reads as the same network, LaTeX, CSV, links; what it refuses to take."""

import csv
import re
from typing import Any

import pytest
from hypothesis import given

from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network, parse_network, presets
from backprop.network.network import Network
from backprop.printers.listing import latex_listing
from tests.backprop.explorer.own.conftest import Ask, PageError
from tests.backprop.explorer.own.networks import books, derivations, described
from tests.backprop.networks import any_networks
from tests.examples import drawn

FILES = "explorer_files.js"


@drawn(in_ci=30)
@given(network=any_networks())
def test_a_network_as_toml_is_read_as_the_same_network(ask: Ask, network: Network) -> None:
    assert parse_network(ask("export/toml.js", "toml", described(network)), "page") == network


@pytest.mark.parametrize("name", presets())
def test_presets_as_toml_are_read_as_they_are(name: str, ask: Ask) -> None:
    network = load_network(name).model_copy(update={"input_gradient": name == "xor", "reduction": "sum"})
    assert parse_network(ask("export/toml.js", "toml", described(network)), "page") == network


def test_a_title_of_quotes_and_controls_stays_itself_in_toml(ask: Ask) -> None:
    network = load_network("xor").model_copy(update={"title": 'a "b" \\ ü \u2028 \x07 </script>'})
    assert parse_network(ask("export/toml.js", "toml", described(network)), "page").title == network.title


@drawn(in_ci=15)
@given(network=any_networks())
def test_a_network_as_toml_is_read_back_as_the_same_fields(ask: Ask, network: Network) -> None:
    fields = ask("import/toml.js", "networkFrom", ask("export/toml.js", "toml", described(network)))
    assert Network.model_validate(fields) == network


@pytest.mark.parametrize("name", presets())
def test_the_toml_files_of_the_package_are_read_as_python_reads_them(name: str, ask: Ask) -> None:
    fields = ask("import/toml.js", "networkFrom", presets()[name].read_text(encoding="utf-8"))
    assert Network.model_validate(fields) == load_network(name)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\nb =\n", "TOML, line 2: a number, a text, true, false or an array is needed"),
        ("a = 1 2\n", "TOML, line 1: the end of the line is needed"),
        ("a = 1\na = 2\n", "TOML, line 2: another name than a is needed"),
        ("[x]\n[x]\n", "TOML, line 2: another name is needed"),
        ("a = [1, 2\n", "TOML, line 3: “,” or “]” is needed"),
        ("a = 'x\n", "TOML, line 1: the end of a text is needed"),
        ('a = """x"""\n', "TOML, line 1: a text of one line is needed"),
        ("a = 1979-05-27\n", "TOML, line 1: a number, a text, true, false or an array is needed"),
        ("a = inf\n", "TOML, line 1: a number, a text, true, false or an array is needed"),
        (f"a = {'[' * 20}\n", "TOML, line 1: less depth is needed"),
        ("__proto__ = 1\n", "TOML, line 1: a name is needed"),
        ("[constructor]\n", "TOML, line 1: a name is needed"),
    ],
)
def test_toml_that_is_none_is_one_line(text: str, told: str, ask: Ask) -> None:
    with pytest.raises(PageError, match=f"^(Error: )?{re.escape(told)}$"):
        ask("import/toml.js", "networkFrom", text)


@pytest.mark.parametrize("name", [*books(), "rprop", "adam cosine full", "swish", "mish"])
def test_latex_is_that_of_the_command_line(name: str, ask: Ask) -> None:
    network = books()[name] if name in books() else derivations()[name].network
    assert ask(FILES, "latex", described(network)) == latex_listing(derive(network), "steps")


@pytest.mark.parametrize("name", ["xor", "softmax-classifier", "three-hidden"])
def test_csv_holds_the_trace(name: str, ask: Ask) -> None:
    network = load_network(name)
    trace = run_trace(derive(network), [0.1], 100, "steps")
    rows = list(csv.DictReader(ask(FILES, "table", described(network), 0.1, 5).splitlines()))
    assert list(rows[0]) == ["epoch", *trace.names]
    for number, row in enumerate(rows):
        assert int(row["epoch"]) == number // trace.steps + 1
        for name_, value in zip(trace.names, trace.values[0, number], strict=True):
            assert float(row[name_]) == pytest.approx(value, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("name", presets())
def test_a_link_holds_all_that_was_put_into_it(name: str, ask: Ask) -> None:
    state = {"network": {**described(load_network(name)), "title": "π — “x”"}, "rate": 0.3, "row": 17}
    found = ask(FILES, "thereAndBack", state)
    assert found["network"]["title"] == "π — “x”"
    assert Network.model_validate(found["network"]) == Network.model_validate(state["network"])
    assert (found["rate"], found["row"]) == (0.3, 17)


def test_what_is_too_long_for_a_link_is_refused(ask: Ask) -> None:
    fields = described(load_network("xor"))
    rows = [[number * 0.123456789, number**0.5] for number in range(4000)]
    with pytest.raises(PageError, match=r"too much for a link: \d+,\d+ letters; download TOML instead"):
        ask("export/link.js", "linkOf", {"network": {**fields, "inputs": rows}})


@pytest.mark.parametrize("text", ["#own=", "#own=AAAA", "#own=%%%", "#own=eJyrVgIAAS0AtA"])
def test_a_broken_link_is_one_line(text: str, ask: Ask) -> None:
    with pytest.raises(PageError, match="the link is cut or changed; nothing can be read from it"):
        ask("export/link.js", "stateOf", text)


@pytest.mark.parametrize("name", derivations())
def test_every_network_of_python_is_one_that_the_page_takes(name: str, ask: Ask) -> None:
    assert ask("own/checked.js", "checked", described(derivations()[name].network))


def xor(**changes: Any) -> dict[str, Any]:
    return {**described(load_network("xor")), **changes}


def layer(**changes: Any) -> dict[str, Any]:
    fields = xor()
    return xor(layers=[{**fields["layers"][0], **changes}, fields["layers"][1]])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([], "a table of fields is needed"),
        (xor(extra=1), "field extra is unknown"),
        (xor(name="<img>"), "name: at most 64 letters"),
        (xor(title="=1+1"), "title: begins with"),
        (xor(loss="constructor"), "loss: one of half_squared_error, "),
        (xor(layers=[]), "layers: from 1 to 20 are needed"),
        (layer(activation="rleu"), "layer 1: activation: one of identity, "),
        (layer(weights=[[1, 2], [3]]), "layer 1: 2 weights in each row are needed"),
        (layer(weights=[[1, "<b>"], [3, 4]]), "layer 1: weights: numbers are needed, or names of shared ones"),
        (layer(biases=[1]), "layer 1: 2 biases are needed"),
        (layer(shared_bias=1), "layer 1: has biases and shared_bias; one of them at most"),
        (xor(shared={"<b>": 1}), "shared.<b>: a name of letters and digits, and a number"),
        (xor(notation={"sum": "<img src=x>{}"}), "notation: sum: letters, digits and _ around {} are needed"),
        (xor(training={"optimiser": "sdg"}), "training: optimiser: one of sgd, "),
        (xor(training={"batch": 3}), "batch 3 of 4 samples: no whole number of batches"),
        (xor(training={"momentum": "0.9"}), "training: momentum: a number is needed"),
        (xor(training={"learning_rates": [0]}), "training: learning_rates: numbers above 0 are needed"),
        (xor(inputs=[[0, 0], [0], [1, 0], [1, 1]]), "sample 2: 2 inputs, each a number, are needed"),
        (xor(targets=[[0], [1], [1], [2]]), "sample 4: targets 2; binary_cross_entropy takes targets from 0 to 1"),
        (xor(targets=[[0]]), "as many rows of targets as of inputs are needed"),
        (xor(inputs=[[0, 0]] * 10_001, targets=[[0]] * 10_001), "10,001 samples; at most 10,000"),
        (xor(inputs=[[0, 0]] * 9_000, targets=[[0]] * 9_000), "a step computes 81,018 numbers; the page takes 6,000"),
    ],
)
def test_what_describes_no_network_is_refused_with_what_is_wrong(fields: Any, said: str, ask: Ask) -> None:
    with pytest.raises(PageError) as error:
        ask("own/checked.js", "checked", fields)
    assert said in str(error.value)


def test_thresholds_become_biases_with_the_other_sign(ask: Ask) -> None:
    network = derivations()["negnevitsky"].network
    found = Network.model_validate(ask("own/edit.js", "withBiases", described(network), "neuron"))
    assert found.layers[0].biases == tuple(-value for value in network.layers[0].thresholds or ())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"notation": {"sum": "a_{}"}}, "notation gives two quantities the name a_h1"),
        ({"shared": {"toString": 1}}, "shared.toString: a name of letters and digits, and a number"),
    ],
)
def test_names_that_are_taken_are_refused(change: dict[str, Any], said: str, ask: Ask) -> None:
    with pytest.raises(PageError, match=said):
        ask("own/fit.js", "modelOf", xor(**change))
