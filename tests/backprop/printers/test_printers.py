import pytest
import sympy

from backprop.derivation.expressions import difference, product, total
from backprop.derivation.functions import FUNCTIONS
from backprop.errors import BackpropError
from backprop.listing import list_equations
from backprop.printers.excel import ExcelPrinter
from backprop.printers.latex import LatexPrinter
from backprop.printers.numpy import NumpyPrinter
from backprop.printers.text import TextPrinter

sigmoid = FUNCTIONS["sigmoid"]
a, b, c = sympy.symbols("a1 b1 c1")
PRINTERS = [ExcelPrinter(lambda name: name), NumpyPrinter(), TextPrinter(), LatexPrinter()]


@pytest.mark.parametrize(
    ("expression", "excel", "numpy", "text", "latex"),
    [
        (total([a, b]), "a1+b1", "a1 + b1", "a1 + b1", "a_{1} + b_{1}"),
        (difference(a, b), "a1-b1", "a1 - b1", "a1 − b1", "a_{1} - b_{1}"),
        (
            difference(a, difference(b, c)),
            "a1-(b1-c1)",
            "a1 - (b1 - c1)",
            "a1 − (b1 − c1)",
            r"a_{1} - \left(b_{1} - c_{1}\right)",
        ),
        (
            product(a, total([b, c])),
            "a1*(b1+c1)",
            "a1*(b1 + c1)",
            "a1·(b1 + c1)",
            r"a_{1} \cdot \left(b_{1} + c_{1}\right)",
        ),
        (product(c, a, b), "c1*a1*b1", "c1*a1*b1", "c1·a1·b1", r"c_{1} \cdot a_{1} \cdot b_{1}"),
        (-a, "-a1", "-a1", "−a1", "-a_{1}"),
        (product(a, sympy.Integer(-2)), "a1*(-2)", "a1*(-2)", "a1·(−2)", r"a_{1} \cdot \left(-2\right)"),
        ((a + b) ** 2, "SUMSQ(a1+b1)", "(a1 + b1)**2", "(a1 + b1)²", r"\left(a_{1} + b_{1}\right)^{2}"),
        (a**b, "IFERROR(POWER(a1,b1),0)", "a1**b1", "a1^b1", "a_{1}^{b_{1}}"),
        (sympy.Rational(1, 2), "1/2", "1/2", "½", r"\frac{1}{2}"),
        (sympy.Rational(-2, 3), "-2/3", "-2/3", "−2/3", r"-\frac{2}{3}"),
        (
            sigmoid(a),
            "1/(1+EXP(-MAX(a1,-700)))",
            "1/(1 + exp(-maximum(a1, -700)))",
            "σ(a1)",
            r"\sigma\left(a_{1}\right)",
        ),
        (
            product(a, sigmoid(b)),
            "a1*(1/(1+EXP(-MAX(b1,-700))))",
            "a1*(1/(1 + exp(-maximum(b1, -700))))",
            "a1·σ(b1)",
            r"a_{1} \cdot \sigma\left(b_{1}\right)",
        ),
        (
            sigmoid(total([a, b])),
            "1/(1+EXP(-MAX((a1+b1),-700)))",
            "1/(1 + exp(-maximum((a1 + b1), -700)))",
            "σ(a1 + b1)",
            r"\sigma\left(a_{1} + b_{1}\right)",
        ),
    ],
)
def test_each_node_in_each_language(expression: sympy.Expr, excel: str, numpy: str, text: str, latex: str) -> None:
    assert [printer.doprint(expression) for printer in PRINTERS] == [excel, numpy, text, latex]


@pytest.mark.parametrize("printer", PRINTERS, ids=lambda printer: type(printer).__name__)
def test_an_unknown_node_raises(printer: TextPrinter) -> None:
    with pytest.raises(BackpropError, match=f"{type(printer).__name__} cannot print .*Gamma|gamma"):
        printer.doprint(sympy.gamma(a))


@pytest.mark.parametrize(
    ("name", "latex", "text"),
    [
        ("eta", r"\eta", "η"),
        ("E_total", "E_{total}", "E_total"),
        ("delta_h1", r"\delta_{h1}", "δ_h1"),
        ("delta_h2_1", r"\delta_{h2,1}", "δ_h2_1"),
        ("a_h2_1", "a_{h2,1}", "a_h2_1"),
        ("net_h1", r"\mathrm{net}_{h1}", "net_h1"),
        ("beta1", r"\beta_{1}", "β1"),
        ("weight_decay", r"\lambda", "λ"),
        ("z_max", r"z_{\max}", "z_max"),
        ("h2_13", "h^{(2)}_{13}", "h2_13"),
        ("dE_dw12", r"\frac{\partial E_{total}}{\partial w_{12}}", "∂E/∂w12"),
    ],
)
def test_names_in_latex_and_text(name: str, latex: str, text: str) -> None:
    assert (LatexPrinter().symbol(name), TextPrinter().symbol(name)) == (latex, text)


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("target", ["text", "latex", "excel", "numpy", "javascript"])
def test_listing_of_the_eight_weight_network(eight_weight, golden, target, form) -> None:
    golden(f"eight-weight-{form}.{target}", list_equations(eight_weight, target, form) + "\n")
