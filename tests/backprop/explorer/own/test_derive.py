"""The page's own derivation against Python's: the same equations in every language, the same doubles."""

import json
import re
from typing import Any

import pytest
from hypothesis import given

from backprop.derivation.derive import Derivation, derive
from backprop.derivation.functions import MATHS
from backprop.explorer.model import model_data
from backprop.explorer.own.registry import TREES
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.printers.javascript import epoch_javascript
from backprop.printers.latex import LatexPrinter
from backprop.printers.text import TextPrinter
from tests.backprop.explorer.own.conftest import Ask
from tests.backprop.explorer.own.networks import derivations, described
from tests.backprop.networks import any_networks
from tests.examples import drawn

COMPARE = "explorer_compare.js"
MARKUP = {"templates", "equations", "signs"}  # through math_core there, by its own printer here


def same_numbers(source: str) -> str:
    """The source with 50.0 and 1e-06 written as every language writes them."""
    return re.sub(r"(?<![\w.])\d[\d.]*(?:e[-+]?\d+)?(?![\w.])", lambda number: repr(float(number[0])), source)


def check(derivation: Derivation, printed: dict[str, Any]) -> None:
    source = epoch_javascript(derivation, "steps")
    assert same_numbers(printed["javascript"]) == same_numbers(source)
    equations = derivation.equations("steps")
    assert printed["text"] == [TextPrinter().equation(equation) for equation in equations]
    assert printed["latex"] == [LatexPrinter().equation(equation) for equation in equations]


@pytest.mark.parametrize("name", derivations())
def test_equations_are_derived_as_python_derives_them_in_javascript_latex_and_text(name: str, ask: Ask) -> None:
    derivation = derivations()[name]
    check(derivation, ask(COMPARE, "printed", described(derivation.network)))


@drawn(in_ci=40)
@given(network=any_networks())
def test_equations_of_random_networks_are_pythons(ask: Ask, network: Network) -> None:
    check(derive(network), ask(COMPARE, "printed", described(network)))


@pytest.mark.parametrize("name", derivations())
def test_the_page_computes_the_doubles_of_the_printed_function(name: str, ask: Ask) -> None:
    derivation = derivations()[name]
    source = epoch_javascript(derivation, "steps")
    epochs = 20 if name in presets() else 4
    assert ask(COMPARE, "compared", described(derivation.network), source, 0.3, epochs) > 4 * len(derivation.forward)


@pytest.mark.parametrize("name", presets())
def test_a_model_that_the_page_makes_holds_what_python_writes_into_a_page(name: str, ask: Ask) -> None:
    derivation = derive(load_network(name))
    expected = json.loads(json.dumps(model_data(derivation)))
    found = ask(COMPARE, "data", described(derivation.network))
    for key in expected.keys() - MARKUP:
        assert found[key] == expected[key], key


def letters(markup: str) -> str:
    """What MathML shows, without its tags."""
    return re.sub(r"<[^>]*>|\s", "", markup.replace("&ApplyFunction;", ""))


@pytest.mark.parametrize(
    "name", ["convolution", "softmax_cross_entropy", "gelu", "rprop", "adam cosine full", "negnevitsky"]
)
def test_formulas_show_the_letters_of_pythons_and_name_the_same_quantities(name: str, ask: Ask) -> None:
    derivation = derivations()[name]
    expected, found = model_data(derivation), ask(COMPARE, "data", described(derivation.network))
    assert {key: letters(sign) for key, sign in found["signs"].items()} == {
        key: letters(sign) for key, sign in expected["signs"].items()
    }
    for ours, theirs in zip(found["equations"], expected["equations"], strict=True):
        assert (ours["target"], ours["stage"], ours["over"]) == (theirs["target"], theirs["stage"], theirs["over"])
        assert tuple(ours["names"]) == theirs["names"]
        assert letters(found["templates"][ours["template"]]) == letters(expected["templates"][theirs["template"]])


def test_the_trees_speak_all_the_maths_that_rows_may_use() -> None:
    only_definitions = {"Piecewise", "sqrt", "tanh"}  # which the page has no need of
    assert vars(TREES).keys() == vars(MATHS).keys() - only_definitions
