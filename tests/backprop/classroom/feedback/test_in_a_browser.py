"""The pages in a browser: they fit a phone, sort and filter, and can be read by who cannot see them."""

from typing import Any

import pytest

from backprop.classroom.feedback import class_page, page
from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.told import feedback
from tests.backprop.classroom.feedback.results import EVIL, graded
from tests.backprop.classroom.feedback.test_class_page import CLASS, with_points
from tests.browser import Open

LONG = with_points("Wolfeschlegelsteinhausenbergerdorff " * 3, 12.34, late=True, file="x" * 200 + ".xlsx")
PAGES = {
    "class": class_page.to_html([LONG, *CLASS], EVIL, {"ada": "feedback/ada.html"}),
    "student": page.to_html(feedback(graded("Ada " * 40, file="x" * 300 + ".xlsx"), Hints.FULL), "ada.xlsx"),
}


@pytest.fixture(params=[(360, "dark"), (1400, "light")], ids=str)
def opened(request: pytest.FixtureRequest, open_document: Open) -> dict[str, Any]:
    """Both pages at a width, in a scheme."""
    width, scheme = request.param
    return {name: open_document(text, width, 800, color_scheme=scheme) for name, text in PAGES.items()}


def test_pages_are_no_wider_than_the_window_and_can_be_read_aloud(opened: dict[str, Any], axe: str) -> None:
    for name, tab in opened.items():
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        tab.evaluate(axe)
        found = tab.evaluate("axe.run().then(({violations}) => violations)")
        assert [(each["id"], [node["html"] for node in each["nodes"]][:2]) for each in found] == [], name


def test_the_class_sorts_filters_and_is_searched(open_document: Open) -> None:
    tab = open_document(class_page.to_html(CLASS))
    names = (
        "[...document.querySelectorAll('#students tr:not([hidden]) .who')].map((cell) => cell.textContent).join(' ')"
    )
    seen = [tab.evaluate(names)]
    for column in (2, 2, 0, 4):
        tab.click(f"[data-column='{column}']")
        seen.append(tab.evaluate(names))
    assert seen == [
        "Rita Ada Bob Cleo Dan Eve",
        "Ada Bob Cleo Rita Dan Eve",  # most points first; who handed in nothing is last in any case
        "Dan Rita Cleo Bob Ada Eve",
        "Ada Bob Cleo Dan Rita Eve",
        "Bob Cleo Rita Dan Ada Eve",  # most mistakes first
    ]
    for flag, left in (("late", "Bob"), ("alike", "Cleo Dan"), ("missing", "Eve")):
        tab.click(f"[data-filter='{flag}']")
        assert tab.evaluate(names) == left
    tab.click("[data-filter='']")
    tab.fill("#search", "D")
    assert sorted(tab.evaluate(names).split()) == ["Ada", "Dan"]
    assert tab.inner_text("#shown") == "2 of 6 students shown"
