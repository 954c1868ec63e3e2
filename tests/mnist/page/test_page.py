"""The page in a real browser: what is drawn on it is read as torch's network reads it."""

import base64
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from mnist.data.pictures.reading import read_digits
from mnist.data.sources import read_folder
from mnist.jobs.reading import read_pictures
from mnist.jobs.use import load_model
from mnist.page.samples import choose_samples
from mnist.page.trace import to_program
from mnist.page.write import to_html, write_page
from mnist.runs.folder import load_run
from mnist.training.evaluate import normalised, predict
from tests.browser import until
from tests.conftest import ROOT

RUN = ROOT / "runs" / "seeds" / "best-bfloat16True-seed0"
SEVEN = [(0.25, 0.25), (0.72, 0.22), (0.6, 0.45), (0.5, 0.8)]
SCORES = """(images) => images.map((text) => {
  const image = bytesOf(text), start = performance.now(), scores = Array.from(net.run(image));
  return {scores, milliseconds: performance.now() - start};
})"""
PROVEN = "() => element('proof').textContent.startsWith('Compared')"
GIVEN = "() => Array.from(chosen?.image ?? digitOf(greyOf(), paper.width, paper.height) ?? [])"


@pytest.fixture(scope="module")
def document(mnist_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("page") / "draw.html"
    write_page(RUN, file, data=str(mnist_dir))
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tab(document: str, open_document: Any) -> Any:
    opened = open_document(document)
    until(opened, PROVEN)
    return opened


def draw(tab: Any, *strokes: list[tuple[float, float]]) -> None:
    box = tab.locator("#paper").bounding_box()
    for stroke in strokes:
        for number, (x, y) in enumerate(stroke):
            tab.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3 if number else 1)
            if not number:
                tab.mouse.down()
        tab.mouse.up()
    settle(tab)


def settle(tab: Any) -> None:
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def said(tab: Any) -> str:
    return " ".join(tab.inner_text("#said").split())


def test_a_hundred_test_digits_give_torchs_scores_in_under_20_milliseconds_each(tab: Any, mnist_dir: Path):
    images = read_folder(mnist_dir).test_images[:100]
    model = load_model(RUN)
    with torch.inference_mode():
        wanted = predict(model.module, normalised(images, "cpu", model.data.mean, model.data.deviation)).numpy()

    answers = tab.evaluate(SCORES, [base64.b64encode(image.tobytes()).decode() for image in images])

    scores = np.array([answer["scores"] for answer in answers])
    assert np.abs(scores - wanted).max() < 1e-4
    assert (scores.argmax(1) == wanted.argmax(1)).all()
    assert min(answer["milliseconds"] for answer in answers) < 20  # the machine may be busy with other tests


def test_the_page_says_how_near_its_scores_are_to_torchs(tab: Any):
    proof = tab.inner_text("#proof")
    assert "on the 20 images above" in proof
    assert "20 of 20 answers the same" in proof
    assert tab.locator("#proof.off").count() == 0


def test_a_drawing_is_read_as_the_command_reads_its_picture(tab: Any, tmp_path: Path):
    tab.click("#clear")
    draw(tab, SEVEN)
    file = tmp_path / "seven.png"
    file.write_bytes(base64.b64decode(tab.evaluate("() => paper.toDataURL()").partition(",")[2]))
    (digit,) = read_digits(file)
    (reading,) = read_pictures(RUN, [file])

    assert np.abs(np.array(tab.evaluate(GIVEN)) - digit.image.astype(int).ravel()).max() <= 1
    shares = tab.evaluate("(pixels) => probabilities(net.run(Uint8Array.from(pixels)))", digit.image.ravel().tolist())
    assert shares == pytest.approx(reading.probabilities, abs=1e-5)
    assert said(tab).startswith("7 ")
    assert tab.locator("#bars .most").inner_text().startswith("7")


def test_several_strokes_are_one_digit_and_undone_one_by_one(tab: Any):
    tab.click("#clear")
    draw(tab, SEVEN, [(0.4, 0.5), (0.7, 0.5)])
    both = tab.evaluate(GIVEN)
    tab.click("#undo")
    settle(tab)
    one = tab.evaluate(GIVEN)
    assert sum(both) != sum(one)
    tab.click("#undo")
    settle(tab)
    assert said(tab) == "nothing drawn yet"
    assert tab.locator("#undo").is_disabled()


def test_the_keyboard_draws(tab: Any):
    tab.click("#clear")
    tab.focus("#paper")
    for key in [*["ArrowUp"] * 8, *["Shift+ArrowDown"] * 16]:
        tab.keyboard.press(key)
    settle(tab)
    assert said(tab).startswith("1 ")
    tab.keyboard.press("Delete")
    settle(tab)
    assert said(tab) == "nothing drawn yet"


def test_an_image_to_click_on_is_read_as_it_is(tab: Any):
    evaluation = load_run(RUN).evaluation
    assert evaluation is not None
    for label in range(10):
        tab.get_by_role("button", name=f"A test image, {label}", exact=True).click()
        settle(tab)
        assert re.fullmatch(rf"{label} \d+\.\d %, labelled {label}", said(tab))
    wrong = evaluation.wrong[0]
    tab.get_by_role("button", name=f"An image read wrong, labelled {wrong.label}").first.click()
    settle(tab)
    assert said(tab).startswith(f"{wrong.predicted} ")
    assert said(tab).endswith(f", labelled {wrong.label}")
    draw(tab, SEVEN)
    assert tab.locator(".samples .on").count() == 0


def test_every_layer_is_drawn_where_it_is_seen(tab: Any):
    labels = tab.locator("#layers .head > span:first-child").all_inner_texts()
    assert labels[:3] == ["1. Convolution 3 × 3, 1 → 8 channels", "2. Batch normalisation", "3. SiLU"]
    tab.get_by_role("button", name="A test image, 7", exact=True).click()
    last = tab.locator("#layers li").last
    last.scroll_into_view_if_needed()
    settle(tab)
    told = last.locator("canvas").get_attribute("aria-label")
    scores = tab.evaluate("() => Array.from(net.values[told.gives])")
    assert f"{max(scores):.1f}" in told
    shown = Image.open(io.BytesIO(last.locator("canvas").screenshot())).convert("RGB")
    assert len(shown.getcolors(100_000) or []) > 5


def test_what_others_named_is_text(open_document: Any):
    run, model = load_run(RUN), load_model(RUN)
    odd = "</script><script>document.title = 'ran'</script><b>"
    record = run.record.model_copy(
        update={"net": odd, "data": run.record.data.model_copy(update={"classes": (odd,) * 10})}
    )
    samples = choose_samples(run, None, {})
    page = to_html(
        replace(run, path=Path(odd), record=record), model, to_program(model.module, (1, 28, 28), 10), samples
    )
    opened = open_document(page)
    until(opened, PROVEN)
    assert opened.title() == f"Draw: {odd} reads it"
    assert opened.locator("#bars .name").first.inner_text() == odd
    assert opened.locator("b").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways_and_a_finger_draws(document: str, open_document: Any, scheme: str):
    phone = open_document(document, 360, 740, has_touch=True, color_scheme=scheme)
    assert phone.evaluate("() => document.documentElement.scrollWidth") == 360
    box = phone.locator("#paper").bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(phone, "() => document.getElementById('said').innerText.includes('%')")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1400, "dark")])
def test_axe_finds_nothing(document: str, open_document: Any, axe: str, width: int, scheme: str):
    opened = open_document(document, width, 900, color_scheme=scheme)
    until(opened, PROVEN)
    opened.evaluate(axe)
    found = opened.evaluate("axe.run().then(({violations}) => violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
