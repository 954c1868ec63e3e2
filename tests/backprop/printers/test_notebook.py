"""A derivation in a notebook."""

import re

import pytest

from backprop.derivation.derive import Derivation, derive
from backprop.network.generate import Changes, change_network, make_fields
from backprop.network.load import load_network, presets
from backprop.printers.latex import LatexPrinter

math_core = pytest.importorskip("math_core", reason="math-core reads LaTeX as a browser's libraries do")


def shown(derivation: Derivation) -> str:
    """The block without its dollars."""
    text = derivation._repr_latex_()
    assert text.startswith("$$\n\\begin{aligned}\n")
    assert text.endswith("\n\\end{aligned}\n$$")
    return text.strip("$\n")


def test_a_notebook_shows_every_equation_aligned(eight_weight: Derivation) -> None:
    lines = shown(eight_weight).split(" \\\\\n")
    assert [line for line in lines if "textbf" in line] == [
        r"\begin{aligned}" + "\n" + r"&\textbf{Forward pass}",
        r"&\textbf{Loss}",
        r"&\textbf{Backward pass: derivatives of }E_{total}",
        r"&\textbf{Update, for the next epoch}",
    ]
    equations = [LatexPrinter().equation(equation) for equation in eight_weight.equations("closed")]
    assert [line.replace(" &", " ").removesuffix("\n\\end{aligned}") for line in lines if "textbf" not in line] == (
        equations
    )


@pytest.mark.parametrize("name", sorted(presets()))
def test_what_is_shown_is_latex_that_a_page_can_draw(name: str) -> None:
    converter = math_core.LatexToMathML()
    mathml = converter.convert_with_local_state(shown(derive(load_network(name))), displaystyle=True)
    assert mathml.count("<mtr>") > 20


def test_of_a_large_network_the_beginning_is_shown() -> None:
    derivation = derive(change_network(make_fields((30, 20, 10)), Changes(), "large"))
    text = shown(derivation)
    assert text.count("\\\\\n") == 200
    assert re.search(r"\.\.\. [\d,]+ equations in all", text)
