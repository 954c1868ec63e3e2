"""The quantities of the 8-weight network, by every usual name."""

import re
from functools import cache, lru_cache
from typing import Any

from backprop.derivation.derive import Derivation, derive
from backprop.derivation.written_names import is_learning_rate, quantity
from backprop.network import DEFAULT_NETWORK
from backprop.network.load import load_network
from backprop.printers.latex import LatexPrinter
from backprop.spreadsheet.formula import Node
from reports.readmes.proof.quantities.states import ETA, Quantities
from reports.readmes.reading.formulas import parse_tokens, tokenize


@cache
def derivation() -> Derivation:
    """The 8-weight network's."""
    return derive(load_network(DEFAULT_NETWORK))


@cache
def eight() -> Quantities:
    """Its quantities: forward pass and losses, then deltas and gradient."""
    printer = LatexPrinter()

    def trees(equations: Any) -> list[tuple[str, Node]]:
        texts = (printer.equation(equation).partition("=")[2] for equation in equations)
        names = (equation.target.name for equation in equations)
        return [(name, parse_tokens(tokenize(text))) for name, text in zip(names, texts, strict=True)]

    known = derivation()
    given = (*known.inputs, *known.targets, *known.weights)
    return Quantities(
        [symbol.name for symbol in given],
        trees(known.forward + known.loss),
        trees(known.deltas + known.gradient),
        resolve,
    )


_TARGET = re.compile(r"(?:t_|(?:target|desired|expected)_?)o_?([12])", re.IGNORECASE)  # target_o1


@lru_cache(maxsize=4096)
def resolve(text: str) -> str | None:
    """The quantity that a name means: a_h1 for out_h1, dE_dw5 for ∂E/∂w5, "E1/a_o1" for ∂E1/∂a_o1."""
    if text.startswith("∂"):
        of, _, by = text.partition("/")
        names = [resolve(part.removeprefix("∂")) for part in (of, by)]
        if None in names or not set(names) <= _moving():
            return None
        weight = f"dE_d{names[1]}"
        return weight if names[0] == "E_total" and weight in eight().names else "/".join(map(str, names))
    if text.startswith("d") and "_d" in text and (name := quantity(text)) in eight().names:
        return name
    if is_rate(text):
        return ETA
    target = _TARGET.fullmatch(text)
    name = f"t{target[1]}" if target else quantity(text)
    if name not in eight().names:  # a zero for the letter o; the total loss cut short
        name = quantity(re.sub(r"_?0(?=\d$)", "_o", text)) if re.search(r"0\d$", text) else name
        name = "E_total" if re.fullmatch(r"e_?tot", text, re.IGNORECASE) else name
    return name if name in eight().names else None


def is_rate(text: str) -> bool:
    """Whether a name is that of a learning rate."""
    return (is_learning_rate(text) and len(text) > 1) or text == "η"


@cache
def _moving() -> frozenset[str]:
    """What is computed, and the weights."""
    return frozenset((*eight().computed, *(symbol.name for symbol in derivation().weights)))
