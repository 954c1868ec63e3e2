"""The rows of activations, losses, optimisers and schedules: complete, light, and what else follows from them."""

import pickle
import subprocess
import sys

import pytest
import sympy

from backprop.derivation import functions
from backprop.functions.activations import ACTIVATIONS, FUNCTIONS, definitions, spellings
from backprop.functions.losses import LOSSES
from backprop.functions.names import ALIASES, listed, spelled
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.network.training import Training
from backprop.printers.latex import LatexPrinter
from backprop.printers.text import TextPrinter
from tests.backprop.exact import AT_THE_KINKS
from tests.backprop.torch_oracle import ACTIVATIONS as TORCH_ACTIVATIONS
from tests.backprop.torch_oracle import LOSSES as TORCH_LOSSES


def test_rows_are_read_without_sympy_and_numpy() -> None:
    code = (
        "import sys, backprop.functions.names\n"
        "heavy = {'sympy', 'numpy', 'pydantic', 'torch'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("language", ["excel", "numpy", "javascript", "latex", "text"])
def test_every_function_is_spelled_in_every_language(language: str) -> None:
    assert spellings(language).keys() == FUNCTIONS.keys()


def test_every_function_but_the_identity_is_explained_in_latex_and_text() -> None:
    assert definitions("latex").keys() == definitions("text").keys() == FUNCTIONS.keys() - {"identity"}


def test_what_explains_a_function_is_a_function() -> None:
    assert {name for row in FUNCTIONS.values() for name in row.explained_with} <= FUNCTIONS.keys()


def test_names_are_there_once() -> None:
    names = [*ACTIVATIONS, *LOSSES, *OPTIMISERS, *SCHEDULES, *ALIASES]
    assert len(set(names)) == len(names)


def test_torch_judges_every_activation_and_loss() -> None:
    assert TORCH_ACTIVATIONS.keys() == ACTIVATIONS.keys()
    assert TORCH_LOSSES.keys() == LOSSES.keys()


def test_a_slope_at_a_kink_is_torchs() -> None:
    assert {name: dict(row.kinks) for name, row in ACTIVATIONS.items() if row.kinks} == AT_THE_KINKS


def test_the_constants_of_a_row_are_fields_that_printers_name() -> None:
    constants = {name for row in (*OPTIMISERS.values(), *SCHEDULES.values()) for name in row.constants}
    assert constants <= Training.model_fields.keys()
    for name in constants:
        assert TextPrinter().symbol(name) != name
        assert LatexPrinter().symbol(name) != rf"\mathrm{{{name}}}"


@pytest.mark.parametrize("row", [*OPTIMISERS.values(), *SCHEDULES.values()], ids=lambda row: row.name)
def test_an_equation_names_the_constants_of_its_row_and_no_other(row) -> None:
    g = sympy.Symbol("g")
    if row in OPTIMISERS.values():
        states = sympy.symbols([f"s{number}" for number in range(len(row.states))])
        written = [row.step(functions.MATHS, g, *states)]
        written += [state.value(functions.MATHS, g, *states) for state in row.states]
        given = {g, *states, sympy.Symbol("eta")}
    else:
        written = [] if row.rate is None else [row.rate(functions.MATHS)]
        given = {sympy.Symbol("eta")}
    named = {symbol.name for expression in written for symbol in expression.free_symbols - given}
    assert named - {"epoch"} == {*row.constants}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_expression_of_a_function_can_be_pickled(name: str) -> None:
    expression = functions.FUNCTIONS[name](sympy.Symbol("z")) + 1
    assert pickle.loads(pickle.dumps(expression)) == expression


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("SiLU", "swish"),
        ("leaky-relu", "leaky_relu"),
        ("Half-Squared", "half_squared_error"),
        (" mse ", "mean_squared_error"),
        ("cross-entropy", "softmax_cross_entropy"),
        ("rleu", "rleu"),
        (5, 5),
    ],
)
def test_names_are_understood_as_people_write_them(written: object, name: object) -> None:
    assert spelled(written) == name


def test_a_list_for_help_has_the_other_spellings_in_brackets() -> None:
    assert (
        listed([ACTIVATIONS["leaky_relu"], LOSSES["binary_cross_entropy"]]) == "leaky-relu, binary-cross-entropy (bce)"
    )
