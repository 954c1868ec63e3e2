"""What the page does: plays, steps, takes numbers, shows derivatives; with mouse and with keys."""

import re
from typing import Any

import numpy as np
import pytest

from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.network.generate import Changes, change_network, make_fields
from backprop.network.load import load_network
from tests.backprop.explorer.conftest import Open, until

STATE = "({row: explorer.store.state.row, phase: explorer.store.state.phase, playing: explorer.store.state.playing})"
VALUE = "(name) => explorer.store.values()[name]"


@pytest.fixture(scope="module")
def eight(open_page: Open) -> Any:
    """The eight weights, opened once."""
    return open_page(derive(load_network("eight-weight")))


@pytest.fixture
def page(eight: Any) -> Any:
    """As it was when it was opened; the focus on nothing."""
    eight.evaluate("explorer.store.reset(), explorer.store.select(null), document.activeElement.blur()")
    eight.wait_for_selector("#table tbody tr[aria-current]")
    return eight


def at(page: Any) -> tuple[int, int]:
    state = page.evaluate(STATE)
    return state["row"], state["phase"]


@pytest.mark.parametrize(
    ("keys", "row", "phase"),
    [
        (["ArrowRight"], 0, 1),
        (["ArrowRight"] * 4, 1, 0),
        (["ArrowRight"] * 4 + ["ArrowLeft"], 0, 3),
        (["Shift+ArrowRight"] * 3, 3, 0),
        (["Shift+ArrowRight"] * 3 + ["Shift+ArrowLeft"], 2, 0),
        (["End"], 99, 3),
        (["End", "Home"], 0, 0),
        (["ArrowLeft"], 0, 0),
    ],
)
def test_keys_step_through_phases_and_epochs(page: Any, keys: list[str], row: int, phase: int) -> None:
    for key in keys:
        page.keyboard.press(key)
    assert at(page) == (row, phase)


@pytest.mark.parametrize(
    ("buttons", "row", "phase"),
    [
        (["next"], 0, 1),
        (["next", "next", "next", "next", "back"], 0, 3),
        (["next-epoch", "next-epoch"], 2, 0),
        (["phase-backward"], 0, 2),
        (["next-epoch", "phase-update", "reset"], 0, 0),
    ],
)
def test_buttons_step_through_phases_and_epochs(page: Any, buttons: list[str], row: int, phase: int) -> None:
    for button in buttons:
        page.click(f"#{button}")
    assert at(page) == (row, phase)


def test_space_plays_and_pauses_and_back_gives_the_same_numbers(page: Any) -> None:
    before = page.evaluate(VALUE, "w5")
    page.keyboard.press("Space")
    until(page, "explorer.store.state.row >= 3")
    assert page.text_content("#play") == "Pause"
    page.keyboard.press("Space")
    row = at(page)[0]
    page.wait_for_timeout(200)
    assert at(page)[0] == row
    for _ in range(row):
        page.keyboard.press("Shift+ArrowLeft")
    assert (at(page)[0], page.evaluate(VALUE, "w5")) == (0, before)


def test_the_epoch_is_reached_by_its_field_by_its_slider_and_by_its_row(page: Any) -> None:
    page.fill("#epoch", "42")
    page.press("#epoch", "Enter")
    assert at(page)[0] == 41
    page.focus("#scrub")
    page.keyboard.press("ArrowRight")
    assert at(page)[0] == 42
    page.click("#table tbody tr:nth-child(5)")
    assert at(page)[0] == 44
    page.wait_for_selector("#table tbody tr:nth-child(5)[aria-current]")


def test_what_somebody_types_stays_while_it_plays(page: Any) -> None:
    page.evaluate("explorer.player.toggle()")
    page.focus("#epoch")
    page.keyboard.press("Control+A")
    page.keyboard.type("77")
    row = at(page)[0]
    until(page, f"explorer.store.state.row > {row + 3}")
    assert page.input_value("#epoch") == "77"
    page.evaluate("explorer.player.toggle()")
    page.keyboard.press("Enter")
    until(page, "explorer.store.state.row === 76")


@pytest.mark.parametrize(("typed", "row"), [("0", 0), ("-7", 0), ("1e9", 19_999), ("2.6", 2)])
def test_an_epoch_that_is_none_is_taken_for_the_nearest(page: Any, typed: str, row: int) -> None:
    page.fill("#epoch", typed)
    page.press("#epoch", "Enter")
    until(page, f"explorer.store.state.row === {row}")


def test_a_weight_set_by_its_slider_trains_as_that_network_does(page: Any) -> None:
    page.locator("#values input[type=range][data-name=w5]").fill("-1.25")
    page.locator("#values input[type=number][data-name=i1]").fill("0.7")
    page.keyboard.press("Enter")
    page.click("[data-rate='2']")
    page.keyboard.press("End")
    fields = load_network("eight-weight").model_dump()
    fields["layers"][1]["weights"] = [[-1.25, 0.45], [0.5, 0.55]]
    fields["inputs"] = [[0.7, 0.1]]
    trace = run_trace(derive(change_network(fields, Changes(), "changed")), [2.0], 100, "steps")
    until(page, "explorer.store.state.rate === 2")
    page.evaluate("explorer.store.go(99)")
    for name in ("E_total", "w1", "w8", "dE_dw5"):
        assert page.evaluate(VALUE, name) == pytest.approx(trace.column(name)[0, 99], rel=1e-12)


def test_a_weight_set_in_an_epoch_leaves_those_before_as_they_were(page: Any) -> None:
    page.evaluate("explorer.store.go(20)")
    before = page.evaluate("explorer.store.state.run.losses.slice(0, 20)")
    page.locator("#values input[type=range][data-name=w5]").fill("0.5")
    assert page.evaluate("explorer.store.state.run.losses.slice(0, 20)") == before
    assert page.evaluate(VALUE, "w5") == 0.5


@pytest.mark.parametrize("way", ["click", "keys"])
def test_a_chosen_weight_shows_its_derivative_in_numbers_and_its_paths(page: Any, way: str) -> None:
    if way == "click":
        page.locator("#network .hit[data-name=w5]").click(force=True)
    else:
        page.locator("#network .hit[tabindex='0']").focus()
        page.keyboard.press("Home")  # no key of the drawing
        while page.evaluate("document.activeElement.dataset.name") != "w5":
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('#formula .equation').length === 3")
    results = page.locator("#formula .equation .result").all_text_contents()
    expected = page.evaluate(
        "(() => { const v = explorer.store.values(); return [v.delta_o1, v.dE_dw5, v.next.w5]; })()"
    )
    assert [float(text.replace("−", "-")) for text in results] == pytest.approx(expected, rel=1e-5)
    lit = page.locator("#network .unit.on").evaluate_all("units => units.map(unit => unit.dataset.name)")
    assert sorted(lit) == ["E1", "E_total", "a_h1", "a_o1"]
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('#network .unit.on')")


def test_equations_in_numbers_give_what_the_trace_has(page: Any) -> None:
    page.click("#phase-backward")
    until(page, "document.getElementById('formula-title').textContent === 'Backward pass'")
    rows = page.locator("#formula .equation")
    names = rows.evaluate_all("rows => rows.map(row => row.querySelector('.left [data-name]').dataset.name)")
    results = page.locator("#formula .equation .result").all_text_contents()
    trace = run_trace(derive(load_network("eight-weight")), [0.5], 1, "steps")
    assert len(names) == 12
    for name, text in zip(names, results, strict=True):
        assert float(text.replace("−", "-")) == pytest.approx(trace.column(name)[0, 0], rel=1e-5)


def test_a_click_on_the_surface_goes_to_those_weights(page: Any) -> None:
    page.select_option("#axis-0", "w1")
    page.select_option("#axis-1", "w8")
    page.evaluate("explorer.store.flush()")
    point = page.locator("#surface circle.own")
    x, y = (float(point.get_attribute(place)) for place in ("cx", "cy"))
    page.locator("#surface svg").click(position={"x": x + 30, "y": y - 20})
    until(page, "explorer.store.values().w1 > 0.15 && explorer.store.values().w8 > 0.55")
    page.evaluate("explorer.store.flush()")
    assert float(point.get_attribute("cx")) == pytest.approx(x + 30, abs=1)
    assert float(point.get_attribute("cy")) == pytest.approx(y - 20, abs=1)
    assert page.evaluate("explorer.store.state.playing") is False


@pytest.mark.parametrize(("epoch", "rate"), [(8, 0.13)])
def test_a_training_that_diverges_says_so_where_the_trace_does(open_page: Open, epoch: int, rate: float) -> None:
    fields = make_fields((2, 2, 1), 0)
    changes = Changes(activation="identity", inputs=((3.0, 4.0),), targets=((5.0,),))
    derivation = derive(change_network(fields, changes, "runaway"))
    assert run_trace(derivation, [rate], 100, "steps").diverged == (epoch,)
    tab = open_page(derivation)
    tab.fill("#rate-exact", str(rate))
    tab.press("#rate-exact", "Enter")
    tab.evaluate("explorer.store.go(50, 3)")
    until(tab, f"document.getElementById('status').textContent.startsWith('Diverged at epoch {epoch}')")
    assert at(tab)[0] == epoch - 1
    tab.locator("#values input[type=number][data-name=w1]").fill("1e308")
    tab.keyboard.press("Enter")
    until(tab, "document.querySelector('#network').textContent.includes('∞')")
    assert "NaN" not in tab.inner_text("body")
    tab.click("#reset")
    assert at(tab) == (0, 0)


def test_a_network_too_large_to_draw_says_so_and_shows_the_rest(open_page: Open) -> None:
    tab = open_page(derive(change_network(make_fields((3, 20, 2), 0), Changes(), "large")))
    until(tab, "!document.querySelector('#network p').hidden")
    assert "Too large to draw: 20 units side by side; up to 12" in tab.text_content("#network")
    tab.keyboard.press("End")
    tab.wait_for_selector("#table tbody tr:nth-child(10)[aria-current]")
    assert tab.locator("#loss path.own").get_attribute("d").count("L") == 99
    assert tab.locator("#decision").is_hidden()
    tab.evaluate("document.querySelectorAll('#values details').forEach((details) => { details.open = true; })")
    tab.get_by_role("button", name="Derivative by w7", exact=True).click()
    until(tab, "document.getElementById('formula-title').textContent.startsWith('How the loss depends on')")


def test_panels_out_of_view_wait_while_it_plays_and_are_exact_when_it_pauses(page: Any) -> None:
    shown = "Number(document.querySelector('#table tr[aria-current]').dataset.row)"
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(200)  # a browser tells what is in view a frame later
    page.evaluate("explorer.player.setSpeed('frames'), explorer.player.toggle()")
    until(page, "explorer.store.state.row > 20")
    assert page.evaluate(shown) == 0
    page.evaluate("explorer.player.toggle()")
    until(page, f"{shown} === explorer.store.state.row")
    row = at(page)[0]
    page.locator("#table").scroll_into_view_if_needed()
    page.evaluate("explorer.player.toggle()")
    until(page, f"explorer.store.state.playing && {shown} > {row}")
    page.evaluate("explorer.store.setPlaying(false), explorer.store.flush(), explorer.player.setSpeed('fast')")
    for name in ("w1", "w8"):
        field = page.locator(f"#values input[type=number][data-name={name}]")
        assert float(field.input_value()) == pytest.approx(page.evaluate(VALUE, name), rel=1e-4)
        told = page.locator(f"#network .hit[data-name={name}]").get_attribute("aria-label")
        updated = page.evaluate("(name) => explorer.store.values().next[name]", name)
        assert float(told.split(" = ")[1].split(",")[0]) == pytest.approx(updated, rel=1e-3)


@pytest.mark.parametrize(("panel", "shown"), [
    ("#formula .equations", "[...document.querySelectorAll('#formula .result')].at(-1).textContent"),
    ("#values .groups", "document.querySelector('#values input[type=number][data-name=w8]').value"),
])  # fmt: skip
def test_what_is_scrolled_to_while_it_plays_is_that_of_the_shown_epoch(page: Any, panel: str, shown: str) -> None:
    name = "dE_dw8" if "result" in shown else "w8"
    page.evaluate("(panel) => document.querySelector(panel).scrollIntoView()", panel)
    page.evaluate("explorer.store.go(0, 2)")
    page.wait_for_timeout(300)
    before = page.evaluate(shown)
    page.evaluate("explorer.store.setPlaying(true), explorer.store.go(30, 2)")
    page.wait_for_timeout(300)
    assert page.evaluate(shown) == before
    page.evaluate("(panel) => document.querySelector(panel).scrollTo(0, 1e4)", panel)
    until(page, f"{shown} !== '{before}'")
    assert float(page.evaluate(shown).replace("−", "-")) == pytest.approx(page.evaluate(VALUE, name), rel=1e-4)


@pytest.mark.parametrize("width", [360, 1400])
def test_numbers_of_the_drawing_stay_inside_their_units_and_the_card(open_page: Open, width: int) -> None:
    tab = open_page(derive(load_network("xor")), width, 800)
    tab.evaluate("explorer.store.go(7, 2), explorer.store.flush()")
    inside = tab.locator("#network .unit").evaluate_all(
        """units => units.map(unit => {
          const [shape, number] = [unit.querySelector("circle, rect"), unit.querySelector(":scope > .number")];
          return [number.textContent, number.getBBox().width / shape.getBBox().width];
        })"""
    )
    assert "−0.357" in [text for text, _ in inside]
    assert max(share for _, share in inside) < 0.88
    card = tab.locator("#network").bounding_box()
    for box in tab.locator("#network text").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())"):
        assert card["x"] <= box["left"]
        assert box["right"] <= card["x"] + card["width"]


@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_is_wider_than_the_page_and_nothing_jumps_while_it_plays(open_page: Open, width: int) -> None:
    tab = open_page(derive(load_network("xor")), width, 800)
    tab.wait_for_selector("#table tbody tr[aria-current]")
    tab.evaluate("""() => {
      globalThis.shifts = [];
      const keep = (list) => shifts.push(...list.getEntries().map(({value}) => value));
      new PerformanceObserver(keep).observe({type: "layout-shift"});
    }""")
    tab.evaluate("explorer.player.toggle()")
    until(tab, "explorer.store.state.row >= 15")
    tab.evaluate("explorer.player.toggle()")
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert sum(tab.evaluate("shifts")) < 0.01


def test_motion_is_left_out_where_it_is_not_wanted(open_page: Open) -> None:
    tab = open_page(derive(load_network("eight-weight")), reduced_motion="reduce")
    tab.wait_for_selector("#table tbody tr[aria-current]")
    tab.evaluate("explorer.store.select('w1'), explorer.store.flush()")
    assert tab.locator("#formula .waiting").count() == 0
    assert tab.locator("#formula .equation").count() >= 4
    moving = tab.locator("#network .line").evaluate_all(
        "all => all.map(one => getComputedStyle(one).transitionDuration)"
    )
    assert set(moving) == {"0s"}


def test_every_value_of_a_step_of_several_samples_is_that_sample_s(open_page: Open) -> None:
    derivation = derive(load_network("xor"))
    tab = open_page(derivation)
    tab.wait_for_selector("#sample")
    tab.select_option("#sample", "2")
    until(tab, "document.querySelector('#network .unit.input > .number').textContent === '1'")
    shown = tab.locator("#network .unit.input > .number").all_text_contents()
    assert [float(text) for text in shown] == list(load_network("xor").inputs[2])
    trace = run_trace(derivation, [0.5], 1, "steps")
    unit = tab.locator("#network .unit[data-name=a_o1] > .number")
    np.testing.assert_allclose(float(unit.text_content()), trace.column("a_o1_s3")[0, 0], rtol=1e-3)
    assert re.search(r"3 of 4", tab.locator("#sample option:checked").text_content())
