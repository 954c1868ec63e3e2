"""LaTeX into MathML: all that reports write is converted, and nothing harmful of others."""

import pytest
from lxml import etree

from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network, presets
from reports.output.mathml import mathml
from reports.rendering.equations import mathematics

M = "{http://www.w3.org/1998/Math/MathML}"


@pytest.mark.parametrize("name", presets())
def test_every_formula_of_a_network_is_converted(name):
    derivation = derive(load_network(name))
    math = mathematics(derivation, run_trace(derivation, (0.5,), 2, "steps"))
    blocks = [
        math.forward,
        math.functions,
        math.loss,
        math.deltas,
        math.gradient,
        math.closed,
        math.states,
        math.update,
    ]
    formulas = [getattr(block, "latex", block) for block in blocks if block is not None] + [math.inputs, math.weights]

    for latex in formulas:
        root = etree.fromstring(mathml(latex, display=True) or "<none/>")
        assert root.tag == f"{M}math", latex
        assert not [text for text in root.itertext() if set(text) & set("\\&{}")], latex


def test_each_line_of_aligned_equations_is_a_row_that_meets_at_the_equals_sign():
    root = etree.fromstring(mathml(r"\begin{aligned} a & = b \\[4pt] c_{1} & = d \end{aligned}", display=True))

    rows = root.findall(f".//{M}mtr")
    assert ["".join(row.itertext()) for row in rows] == ["a=b", "c1=d"]
    sides = [[cell.get("style").partition(";")[0] for cell in row] for row in rows]
    assert sides == [["text-align: right", "text-align: left"]] * 2


def test_a_line_is_inline_and_a_block_is_display():
    assert etree.fromstring(mathml("a")).get("display", "inline") == "inline"
    assert etree.fromstring(mathml("a", display=True)).get("display") == "block"


@pytest.mark.parametrize(
    "latex",
    [
        r"\nosuch{x}",
        r"\left( x",
        r"\begin{aligned}",
        "{",
        "",
        "a & b",
        "{" * 20_000 + "x" + "}" * 20_000,
        r"\sqrt" * 20_000 + "x",
        r"\frac{1}{" * 5_000 + "x" + "}" * 5_000,
        r"\left(" * 5_000 + "x" + r"\right)" * 5_000,
        r"\sqrt[" * 5_000 + "x" + "]" * 5_000,
        "x^" * 5_000 + "x",
    ],
)
def test_what_cannot_be_converted_or_must_not_be_in_a_page_is_none(latex):
    assert mathml(latex) is None


def test_links_and_styles_are_dropped():
    converted = mathml(r"\color{red}{x} + \mathbf{y}")

    assert converted is not None
    assert not [word for word in ("red", "style=", "class=") if word in converted]


@pytest.mark.parametrize("latex", [r"\href{javascript:alert(1)}{x}", r"\style{color:red}{y}", r"\class{a}{z}"])
def test_commands_that_link_or_dress_are_not_known(latex):
    assert mathml(latex) is None


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>"])
def test_markup_in_a_formula_is_text(text):
    root = etree.fromstring(mathml(rf"\text{{{text}}}"))

    assert [(element.tag, element.text.replace("\N{NO-BREAK SPACE}", " ")) for element in root] == [(f"{M}mtext", text)]
