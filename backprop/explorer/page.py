"""The page of a derivation: its shell, its style, and the modules of page/ behind the derived ones. Writes no file."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from jinja2 import Environment, StrictUndefined

from backprop.derivation.derive import Derivation
from backprop.errors import BackpropError
from backprop.explorer.bundle import bundle
from backprop.explorer.own.registry import registry_module
from backprop.explorer.source import derived_module
from groundfloor.pages.page import page as shell

HERE = "backprop.explorer"
VIEW = "view.css"  # of the network alone in a page of others (view.py)
MOST_NUMBERS = 6_000  # that a step computes; past that a browser takes too long over each


def explorer_page(derivation: Derivation) -> str:
    """The whole document; BackpropError where an epoch computes more numbers than a browser can take."""
    count = numbers_computed(derivation)
    if count > MOST_NUMBERS:
        raise BackpropError(
            f"network '{derivation.network.name}': a step computes {count:,} numbers; a page can take "
            f"{MOST_NUMBERS:,}: fewer weights, or fewer samples in a step (--batch)"
        )
    modules = {**page_files("js"), "derived.js": derived_module(derivation), "own/registry.js": registry_module()}
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    network = derivation.network
    body = environment.from_string(page_files("j2")["page.html.j2"]).render(name=network.name, title=network.title)
    style = "".join(text for name, text in sorted(page_files("css").items()) if name != VIEW)
    return shell(f"{network.name}: backprop explorer", body, style=style, script=bundle(modules, "main.js"))


def numbers_computed(derivation: Derivation) -> int:
    """How many numbers a step computes: once a sample what each sample has."""
    equations = derivation.equations("steps")
    per_sample = derivation.per_sample
    return sum(derivation.network.batch if e.target.name in per_sample else 1 for e in equations)


@cache
def page_files(suffix: str) -> dict[str, str]:
    """The files of page/ that end so, by their path in it."""
    return dict(_below(files(HERE).joinpath("page"), "", f".{suffix}"))


def _below(folder: Traversable, path: str, suffix: str) -> list[tuple[str, str]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _below(entry, f"{path}{entry.name}/", suffix)
        elif entry.name.endswith(suffix):
            found.append((f"{path}{entry.name}", entry.read_text(encoding="utf-8")))
    return found
