"""Mistakes that students make, thirty-odd kinds, as edits of a formula's template; and where they are made.

A template names quantities in braces ({a_h1}, {w1<} of the row above), so one edit serves every layout and spelling.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.backprop.check.spellings import GRADIENT, WEIGHT_NAMES

Templates = Mapping[str, str]
Edit = Callable[[str, Templates, random.Random], str | None]  # another template of the quantity; None where none fits
HIDDEN, OUTPUT = GRADIENT[:4], GRADIENT[4:]
SUMS, ACTIVATIONS = ("h1", "h2", "o1", "o2"), ("a_h1", "a_h2", "a_o1", "a_o2")
SAMPLE_LOSSES = ("E1", "E2")


@dataclass(frozen=True)
class Kind:
    """A kind of mistake: which quantities it befalls, and how."""

    name: str
    quantities: tuple[str, ...]
    edit: Edit | None = None
    content: str = "formula"  # or: number, right number, empty, frozen (a $ that holds the row above)


def other(name: str) -> str:
    """The neighbour's name: a_h1 -> a_h2, w5 -> w6, t1 -> t2."""
    stem, digit = name[:-1], int(name[-1])
    return f"{stem}{digit + 1 if digit % 2 else digit - 1}"


def renamed(old: str, new: Callable[[str], str]) -> Edit:
    """One name of the template, of those that the pattern matches, is another; everywhere in it."""

    def edit(name: str, templates: Templates, draw: random.Random) -> str | None:
        template = templates[name]
        found = sorted({match for match in re.findall(r"\{(\w+)<?\}", template) if re.fullmatch(old, match)})
        if not found:
            return None
        chosen = draw.choice(found)
        return re.sub(rf"\{{{chosen}(<?)\}}", lambda match: f"{{{new(chosen)}{match[1]}}}", template)

    return edit


def replaced(*pairs: tuple[str, str]) -> Edit:
    """The first pattern that is there, replaced once."""

    def edit(name: str, templates: Templates, _: random.Random) -> str | None:
        template = templates[name]
        for old, new in pairs:
            if re.search(old, template):
                return re.sub(old, new, template, count=1)
        return None

    return edit


def slope_dropped(layer: str) -> Edit:
    """The factor a(1 - a) of a layer is forgotten."""
    a = rf"\{{a_{layer}\d\}}"
    return replaced((rf"\*{a}\*\(1-{a}\)", ""), (rf"\*\(1-{a}\)\*{a}", ""), (rf"\(1-{a}\)\*{a}\*", ""),
                    (rf"PRODUCT\({a},1-{a}\)", "1"), (rf"\({a}-POWER\({a},2\)\)", "1"))  # fmt: skip


def path_dropped(name: str, templates: Templates, draw: random.Random) -> str | None:
    """Of the two ways back from the outputs, one is forgotten."""
    template = templates[name]
    match = re.search(r"\((\((?:[^()]|\([^()]*\))+\)\S*?\{w[5-8]\})\+(.*?\{w[5-8]\})\)", template)
    return template.replace(match[0], f"({match[draw.choice((1, 2))]})", 1) if match else None


def formula(template: Callable[[str], str]) -> Edit:
    """Another formula altogether; `template` is told the quantity's name."""
    return lambda name, _, __: template(name)


FIRST_WEIGHT = {"h1": "w1", "h2": "w3", "o1": "w5", "o2": "w7"}


KINDS = (
    Kind("output slope forgotten", OUTPUT, slope_dropped("o")),
    Kind("hidden slope forgotten", HIDDEN, slope_dropped("h")),
    Kind("slope of the other neuron", HIDDEN, renamed(r"a_h\d", other)),
    Kind("slope of the other output", OUTPUT, renamed(r"a_o\d", other)),
    Kind("slope with a plus", GRADIENT, replaced((r"1-(\{a_\w\d\})", r"1+\1"), (r"-POWER\(", "+POWER("))),
    Kind("slope of the sum", HIDDEN, renamed(r"a_h\d", lambda name: name[2:])),
    Kind("error the wrong way round", OUTPUT, replaced((r"\{(a_o\d)\}-\{(t\d)\}", r"{\2}-{\1}"),
                                                       (r"\{(t\d)\}-\{(a_o\d)\}", r"{\2}-{\1}"))),
    Kind("error with a plus", GRADIENT, replaced((r"\{(a_o\d)\}-\{(t\d)\}", r"{\1}+{\2}"),
                                                 (r"\{(t\d)\}-\{(a_o\d)\}", r"{\1}+{\2}"))),
    Kind("the other target", GRADIENT, renamed(r"t\d", other)),
    Kind("one way back forgotten", HIDDEN, path_dropped),
    Kind("weights of the wrong way back", HIDDEN, renamed(r"w[5-8]", other)),
    Kind("the other input", HIDDEN, renamed(r"i\d", other)),
    Kind("sum for activation", OUTPUT, renamed(r"a_h\d", lambda name: name[2:])),
    Kind("activation of the other neuron", OUTPUT, renamed(r"a_h\d", other)),
    Kind("last factor forgotten", GRADIENT, replaced((r"\*\{(?:i|a_h)\d\}$", ""), (r",\{(?:i|a_h)\d\}\)$", ")"),
                                                     (r"^\{(?:i|a_h)\d\}\*", ""))),
    Kind("factor two", GRADIENT, lambda name, templates, _: f"2*({templates[name]})"),
    Kind("sign of the gradient", GRADIENT, lambda name, templates, _: f"-1*({templates[name]})"),
    Kind("neighbour's gradient", GRADIENT, lambda name, templates, _: templates[other(name)]),
    Kind("difference for a sum", SUMS, replaced((r"\+", "-"), (r",", ",-1*"))),
    Kind("the other weight", SUMS, renamed(r"w\d", other)),
    Kind("the other source", SUMS, renamed(r"(?:i|a_h)\d", other)),
    Kind("a part of the sum forgotten", SUMS, formula(lambda name: f"{{{FIRST_WEIGHT[name]}}}")),
    Kind("sigmoid without its minus", ACTIVATIONS, formula(lambda name: f"1/(1+EXP({{{name[2:]}}}))")),
    Kind("sigmoid of the other sum", ACTIVATIONS, renamed(r"[ho]\d", other)),
    Kind("tanh for the sigmoid", ACTIVATIONS, formula(lambda name: f"TANH({{{name[2:]}}})")),
    Kind("loss without its half", SAMPLE_LOSSES, formula(lambda name: f"({{t{name[1]}}}-{{a_o{name[1]}}})^2")),
    Kind("loss without its square", SAMPLE_LOSSES, formula(lambda name: f"0.5*({{t{name[1]}}}-{{a_o{name[1]}}})")),
    Kind("loss of the sum", SAMPLE_LOSSES, formula(lambda name: f"0.5*({{t{name[1]}}}-{{o{name[1]}}})^2")),
    Kind("loss of the other target", SAMPLE_LOSSES, renamed(r"t\d", other)),
    Kind("one loss for both", ("E_total",), formula(lambda _: "{E1}")),
    Kind("mean for the sum", ("E_total",), formula(lambda _: "({E1}+{E2})/2")),
    Kind("update uphill", WEIGHT_NAMES, replaced((r"\+-", "+"), (r"-\(", "+("), (r"\}-\{", "}+{"))),
    Kind("rate forgotten", WEIGHT_NAMES, formula(lambda name: f"{{{name}<}}-{{dE_d{name}<}}")),
    Kind("another weight's gradient", WEIGHT_NAMES, renamed(r"dE_dw\d", other)),
    Kind("gradient of the first row", WEIGHT_NAMES, None, "frozen"),
    Kind("weight never moves", WEIGHT_NAMES, formula(lambda name: f"{{{name}<}}")),
    Kind("number for a formula", (*SUMS, *ACTIVATIONS, *GRADIENT), None, "number"),
    Kind("right number for a formula", (*SUMS, *ACTIVATIONS, *GRADIENT), None, "right number"),
    Kind("nothing", (*ACTIVATIONS, *GRADIENT), None, "empty"),
)  # fmt: skip
