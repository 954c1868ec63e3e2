"""Outlines: the names of a derivation without its expressions; of the package's networks without deriving them."""

import subprocess
import sys
from collections.abc import Iterable

import pytest
from hypothesis import given, settings

from backprop.derivation.derive import derive
from backprop.epochs.outline import STORED, outline_of
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.printers.numpy import epoch_source
from tests.backprop.networks import any_networks


@pytest.mark.parametrize("name", presets())
def test_the_epoch_beside_a_preset_is_what_the_derivation_prints(name: str) -> None:
    stored = presets()[name].with_suffix(STORED).read_text(encoding="utf-8")
    assert stored == epoch_source(derive(load_network(name)), "steps")


@pytest.mark.parametrize("name", presets())
def test_a_preset_has_the_names_of_its_derivation(name: str) -> None:
    agree(load_network(name))


@settings(max_examples=40, deadline=None)
@given(any_networks())
def test_any_network_has_the_names_of_its_derivation(network: Network) -> None:
    agree(network)


def agree(network: Network) -> None:
    outline, derivation = outline_of(network), derive(network)
    for kind in ("inputs", "targets", "weights", "biases", "parameters", "trained"):
        assert shown(getattr(outline, kind)) == shown(getattr(derivation, kind))
    for kind in ("schedule", "forward", "loss", "deltas", "input_gradient", "states"):
        assert list(getattr(outline, kind)) == [equation.target.name for equation in getattr(derivation, kind)]
    every = [equation.target.name for equation in derivation.equations("steps")]
    assert [*outline.computed, *shown(outline.trained)] == every
    assert (outline.per_sample, outline.numbers) == (derivation.per_sample, derivation.numbers)
    assert outline.source == epoch_source(derivation, "steps")


def shown(symbols: Iterable[object]) -> list[str]:
    return [str(symbol) for symbol in symbols]


def test_a_changed_preset_is_derived() -> None:
    network = load_network("eight-weight")
    first, last = network.layers
    changed = network.model_copy(update={"layers": (first.model_copy(update={"activation": "tanh"}), last)})
    assert "tanh(h1)" in outline_of(changed).source


CODE = """
import sys
from backprop.epochs.outline import outline_of
from backprop.network.load import load_network
assert outline_of(load_network("mazur")).forward[:2] == ("net_h1", "out_h1")
assert "sympy" not in sys.modules
"""


def test_a_preset_needs_no_sympy() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True)
