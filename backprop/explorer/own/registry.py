"""The registry of functions as a JavaScript module: what the page needs to derive a network of its user's own.

The rows of `backprop.functions` are written over a namespace of maths. Here they are asked over one that builds plain
trees, so each formula and each local derivative reaches the page as data, and no rule is written a second time:

    tree = "name" | whole number | ["/", p, q] | ["+", tree, ...] | ["*", tree, ...] | ["^", base, power]
         | [function, tree, ...]

Names that begin with $ are holes: $z and $a of a neuron, its $t(arget), $n outputs, $g(radient), the states by letter.
"""

import json
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from backprop.epochs.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES
from backprop.functions.activations import ACTIVATIONS, FUNCTIONS, definitions
from backprop.functions.function import Function
from backprop.functions.losses import LOSSES, Output
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.network.notation import Notation
from backprop.network.training import USUAL, Training
from backprop.printers import excel, javascript, latex, text
from backprop.printers.base import template_level
from backprop.printers.mathml import mathml_sign, template_mathml
from backprop.printers.quantities import GREEK, NAMES

Tree = Any  # text, a whole number, or a list whose first entry says what it is
HOLES = {"z": "$z", "a": "$a", "target": "$t", "largest": "$largest", "whole": "$whole"}
GRADIENT = "$g"
CALLS = (
    "absolute", "by_sign", "clip", "first", "previous", "quotient", "root", "signum", "unless_negative", "whole",
)  # fmt: skip


def product(*factors: Tree) -> Tree:
    """The product of the factors, nested products flattened, a factor 1 left out."""
    flat = [part for factor in factors for part in (factor[1:] if _is(factor, "*") else (factor,))]
    kept = [part for part in flat if part != 1] or [1]
    return kept[0] if len(kept) == 1 else ["*", *kept]


def total(terms: list[Tree]) -> Tree:
    """The sum of the terms."""
    return terms[0] if len(terms) == 1 else ["+", *terms]


def negative(tree: Tree) -> Tree:
    """-tree."""
    return ["*", -1, tree]


def call(name: str) -> Any:
    """A function of that name, which writes down its arguments."""
    return lambda *arguments, **_: [name, *arguments]


TREES = SimpleNamespace(
    Integer=int,
    Rational=lambda p, q: ["/", p, q],
    Symbol=str,
    Pow=lambda base, power, **_: ["^", base, power],
    pi=["pi"],
    cos=call("cos"),
    exp=call("exp"),
    log=call("log"),
    difference=lambda left, right: ["+", left, negative(right)],
    negative=negative,
    product=product,
    square=lambda tree: ["^", tree, 2],
    total=total,
    **{name: call(name) for name in (*CALLS, *FUNCTIONS)},
)


def registry() -> dict[str, Any]:
    """Everything that a description may name, with its formulas as trees, and every function's spellings."""
    output = Output(outputs="$n", **HOLES)  # type: ignore[arg-type]
    return {
        "activations": {
            name: {"about": row.about, "function": row.function and row.function.name, "slope": _slope(row.function)}
            for name, row in ACTIVATIONS.items()
        },
        "losses": {
            name: {
                "about": row.about,
                "value": row.value(TREES, output),
                "slope": row.slope(TREES, output),
                "by_sum": row.by_sum,
                "activation": row.activation,
                "between": row.targets_between,
                "among": row.targets_among,
                "add_up": row.targets_add_up,
                "takes_targets": row.takes_targets,
            }
            for name, row in LOSSES.items()
        },
        "optimisers": {
            name: {
                "about": row.about,
                "states": [
                    {"letter": state.letter, "title": state.title, "value": state.value(TREES, GRADIENT, *_states(row))}
                    for state in row.states
                ],
                "step": row.step(TREES, GRADIENT, *_states(row)),
                "constants": row.constants,
                "defaults": dict(row.defaults),
                "scaled": row.scaled,
                "decouples": row.decouples,
            }
            for name, row in OPTIMISERS.items()
        },
        "schedules": {
            name: {
                "about": row.about,
                "rate": None if row.rate is None else row.rate(TREES),
                "constants": row.constants,
            }
            for name, row in SCHEDULES.items()
        },
        "notation": {name: field.default for name, field in Notation.model_fields.items()},
        "training": {name: field.default for name, field in Training.model_fields.items()} | {"usual": USUAL},
        "spellings": {
            "javascript": _spellings(javascript.FUNCTIONS),
            "excel": _spellings(excel.FUNCTIONS),
            "latex": _spellings(latex.FUNCTIONS),
            "text": _spellings(text.FUNCTIONS),
            "mathml": {
                name: [template_mathml(template), template_level(template)]
                for name, template in latex.FUNCTIONS.items()
            },
        },
        "definitions": definitions("latex"),
        "explained_with": {row.name: row.explained_with for row in FUNCTIONS.values() if row.explained_with},
        "epochs": DEFAULT_EPOCHS,
        "rates": DEFAULT_LEARNING_RATES,
        "names": {
            "latex": latex.NAMES,
            "text": NAMES,
            "greek": GREEK,
            "mathml": {name: mathml_sign(name) for name in (*latex.NAMES, *GREEK)},
        },
    }


def registry_module() -> str:
    """The source of the ES module: REGISTRY, and the functions themselves as VALUES, printed in JavaScript."""
    values = ",\n".join(f"  {name}: {_arrow(name, template)}" for name, template in javascript.FUNCTIONS.items())
    table = json.dumps(registry(), ensure_ascii=False, separators=(",", ":"))
    return f"export const REGISTRY = {table};\nexport const VALUES = {{\n{values}\n}};\n"


def _is(tree: Tree, kind: str) -> bool:
    return isinstance(tree, list) and tree[0] == kind


def _states(row: Any) -> list[str]:
    return [f"${state.letter}" for state in row.states]


def _slope(function: Function | None) -> Tree:
    """The local derivative da/dz."""
    if function is None or function.slope is None:
        return None
    if isinstance(function.slope, Function):
        return [function.slope.name, HOLES["z"]]
    return function.slope(TREES, HOLES["z"], HOLES["a"])


def _spellings(templates: Mapping[str, str]) -> dict[str, list[Any]]:
    """Each template with how tightly it binds."""
    return {name: [template, template_level(template)] for name, template in templates.items()}


def _arrow(name: str, template: str) -> str:
    """The function of a JavaScript template."""
    if name == "Max":
        return "(...all) => Math.max(...all)"
    count = max((int(number or 0) for number in re.findall(r"\{(\d)?", template)), default=-1) + 1
    names = "xyz"[:count]
    return f"({', '.join(names)}) => {template.format(*names, all=names)}"
