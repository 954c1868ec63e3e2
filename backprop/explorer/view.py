"""The network of a derivation as a view inside a page of others: the script that puts it in place. Writes no file."""

import json

from backprop.derivation.derive import Derivation
from backprop.explorer.bundle import bundle
from backprop.explorer.page import MOST_NUMBERS, numbers_computed, page_files
from backprop.explorer.source import derived_module
from groundfloor.pages.page import read_part

STYLES = ("page.css", "controls.css", "network.css", "view.css")


def view_script(derivation: Derivation) -> str | None:
    """The script that mounts the view in the element `[data-explore]`; None for more numbers than a browser can take.

    The element's picture stays where scripts do not run, and where the network is too large to draw. The view is a
    child of class `explored`; styles and ids of the page around it do not reach into it, nor its own out.
    """
    if numbers_computed(derivation) > MOST_NUMBERS:
        return None
    modules = {**page_files("js"), "derived.js": derived_module(derivation), "style.js": _style_module()}
    return bundle(modules, "view.js")


def _style_module() -> str:
    """The styles of the panels for a shadow root, whose :root and body are its :host."""
    files = page_files("css")
    style = read_part("groundfloor.pages", "page.css") + "".join(files[name] for name in STYLES)
    hosted = style.replace(":root", ":host").replace("body {", ":host {")
    return f"export const style = {json.dumps(hosted, ensure_ascii=False)};\n".replace("</", "<\\/")
