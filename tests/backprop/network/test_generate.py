import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.errors import NetworkError
from backprop.network.generate import Changes, change_network, make_fields, parse_samples, parse_sizes
from backprop.network.load import load_network, parse_network, presets
from backprop.network.network import Network
from backprop.network.toml import network_toml
from tests.examples import drawn


def made(sizes: tuple[int, ...] = (2, 3, 2), seed: int = 0, **changes: object) -> Network:
    return change_network(make_fields(sizes, seed), Changes(**changes), "made")  # type: ignore[arg-type]


def test_sizes_become_layers_with_weights_of_their_seed() -> None:
    network = made((2, 3, 2))
    assert network.sizes == (2, 3, 2)
    assert len(network.weights) == 12
    assert network.weights == made((2, 3, 2)).weights
    assert network.weights != made((2, 3, 2), seed=1).weights
    assert all(abs(weight) <= 0.71 and round(weight, 2) == weight for weight in network.weights)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2,0,2", "layers 2,0,2: 0 neurons in a layer; 1 to 10,000 allowed"),
        ("2,1000000000,2", "1,000,000,000 neurons in a layer"),
        ("-1,2", "-1 neurons"),
        ("2,x", "'x' is not a whole number; for example 2,3,2"),
        ("2,2.5", "'2.5' is not a whole number"),
        ("", "'' is not a whole number"),
        ("2", "at least one layer needed"),
        ("5000,5000", "25,000,000 weights; at most 100,000"),
    ],
)
def test_a_wrong_size_is_named(text: str, message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        parse_sizes(text)


def test_samples_are_rows_between_semicolons() -> None:
    assert parse_samples("0.05,0.1", "inputs") == ((0.05, 0.1),)
    assert parse_samples("0,0;0,1", "inputs") == ((0.0, 0.0), (0.0, 1.0))
    with pytest.raises(NetworkError, match="targets 1,a: numbers needed"):
        parse_samples("1,a", "targets")


def test_the_output_layer_gets_what_the_loss_needs() -> None:
    classifier = made((2, 3, 3), activation="relu", loss="softmax-cross-entropy")
    assert [layer.activation for layer in classifier.layers] == ["relu", "softmax"]
    assert classifier.targets == ((1.0, 0.0, 0.0),)
    detector = made((2, 3, 2), activation="tanh", loss="bce")
    assert [layer.activation for layer in detector.layers] == ["tanh", "sigmoid"]
    assert detector.targets == ((0.0, 1.0),)
    assert [layer.activation for layer in made(activation="tanh").layers] == ["tanh", "tanh"]


@pytest.mark.parametrize(("kind", "count"), [("none", 0), ("neuron", 4), ("layer", 2)])
def test_biases_replace_those_that_are_there(kind: str, count: int) -> None:
    changed = change_network(load_network("mazur").model_dump(exclude_unset=True), Changes(biases=kind), "m")  # type: ignore[arg-type]
    assert changed.biases == (0.0,) * count


def test_a_preset_is_changed_in_what_is_asked_alone() -> None:
    network = load_network("xor")
    fields = network.model_dump(exclude_unset=True)
    changed = change_network(fields, Changes(training=(("optimiser", "adam"),)), "xor")
    assert changed.training.optimiser == "adam"
    assert changed.training.learning_rates == network.training.learning_rates
    assert (changed.layers, changed.inputs, changed.loss) == (network.layers, network.inputs, network.loss)
    assert changed.title.endswith(": adam")


def test_a_loss_that_does_not_fit_the_asked_output_is_refused() -> None:
    with pytest.raises(NetworkError, match="needs sigmoid in the output layer; it has tanh"):
        made(loss="bce", output_activation="tanh")


@pytest.mark.parametrize("name", sorted(presets()))
def test_a_preset_written_as_toml_reads_back(name: str) -> None:
    network = load_network(name)
    assert parse_network(network_toml(network), "text") == network


@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
@drawn(200)
def test_any_title_survives_toml(title: str) -> None:
    network = load_network("xor").model_copy(update={"title": f"t{title}"})
    assert parse_network(network_toml(network), "text").title == network.title
