"""The network of a report runs in its page, beside nothing and behind a picture that stays without scripts."""

import re
from typing import Any

import pytest

from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.explorer.view import view_script
from backprop.network.generate import Changes, change_network, make_fields
from backprop.network.load import load_network
from reports.output.page import Live, page
from tests.browser import Open

MARKDOWN = "# Report\n\n![The network](net.svg)\n\nText with `code`.\n\n![Another](net.svg2)\n"
UNIT = "[data-explore] .unit[data-name=a_o1] > .number"


@pytest.fixture(scope="module")
def derivation() -> Any:
    return derive(load_network("eight-weight"))


@pytest.fixture(scope="module")
def document(derivation: Any) -> str:
    script = view_script(derivation)
    assert script is not None
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><circle r="90"/></svg>'
    return page(MARKDOWN, {"net.svg": picture}, live=Live("net.svg", script))


def test_the_view_trains_as_the_trace_does_and_prints_as_the_picture(
    document: str, derivation: Any, open_document: Open
) -> None:
    tab = open_document(document, 360)
    picture = tab.locator("[data-explore] > img")
    assert not picture.is_visible()
    tab.locator("#next-epoch").click()
    tab.locator("#next-epoch").click()
    expected = run_trace(derivation, [0.5], 3).column("a_o1")[0, 2]
    tab.locator(UNIT, has_text=f"{expected:.4f}").wait_for(timeout=5_000)  # numbers change in turn, a frame later
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    colours = [tab.locator(f"{part}p").first.evaluate("one => getComputedStyle(one).fontSize")
               for part in ("main > ", ".explored ")]  # fmt: skip
    assert colours[0] != colours[1]  # neither style reaches the other
    tab.emulate_media(media="print")
    assert picture.is_visible()
    assert not tab.locator(".explored").is_visible()


def test_without_scripts_the_picture_stays(document: str, open_document: Open) -> None:
    tab = open_document(document, java_script_enabled=False)
    assert tab.locator("[data-explore] > img").is_visible()
    assert tab.locator(".explored").count() == 0


def test_the_policy_names_the_one_script(document: str) -> None:
    assert len(re.findall("<script", document)) == 1
    assert len(re.findall("'sha256-[^']+'", document)) == 1
    assert document.count("<span data-explore>") == 1


def test_a_network_too_large_for_a_browser_has_its_picture_alone() -> None:
    fields = make_fields((60, 60, 2))
    assert view_script(derive(change_network(fields, Changes(), "large"))) is None
