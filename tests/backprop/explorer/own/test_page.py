"""The page as the user's own: what is clicked, pasted and opened is explored, and what is downloaded is that."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from backprop.check.check import check_any_file
from backprop.derivation.derive import derive
from backprop.epochs.trace import run_trace
from backprop.network.load import load_network, parse_network, presets
from backprop.network.network import Network
from tests.backprop.explorer.conftest import Open, until

EPOCHS = 12
ROWS = """([names, rows]) => {
  const {state} = explorer.store;
  return Array.from({length: rows}, (_, row) => names.map((name) => state.run.row(row)[name]));
}"""
PASTE = """(line) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", line.repeat(1000000));
  document.getElementById("own-text").dispatchEvent(new ClipboardEvent("paste", {clipboardData, cancelable: true}));
}"""


@pytest.fixture
def tab(open_page: Open) -> Any:
    opened = open_page(derive(load_network("xor")))
    until(opened, "document.getElementById('open-edit') !== null")
    return opened


def downloaded(tab: Any, button: str) -> Path:
    with tab.expect_download() as download:
        tab.click(button)
    return Path(download.value.path())


def network_of(tab: Any) -> Network:
    """What is explored, as the TOML that one downloads."""
    if tab.get_attribute("#open-take", "aria-expanded") == "false":
        tab.click("#open-take")
    return parse_network(downloaded(tab, "#take-toml").read_text(encoding="utf-8"), "page")


def check_numbers(tab: Any, network: Network) -> None:
    """The page's numbers are those of the trace of that network."""
    rate = tab.evaluate("explorer.store.state.rate")
    trace = run_trace(derive(network), [rate], 100, "steps")
    names = [name for name in trace.names if name not in ("step", "sample", "batch", "E_epoch")]
    rows = EPOCHS * trace.steps
    expected = np.stack([trace.column(name)[0, :rows] for name in names], axis=1)
    np.testing.assert_allclose(tab.evaluate(ROWS, [names, rows]), expected, rtol=1e-11, atol=1e-15)


def test_a_network_built_by_clicks_computes_what_its_toml_describes(tab: Any) -> None:
    tab.click("#open-edit")
    for button in ("#own-more-1", "#own-add-1", "#own-fewer-2", "#own-more-3", "#own-more-0"):
        tab.click(button)
    for field, value in {
        "#own-activation-0": "gelu",
        "#own-activation-1": "elu",
        "#own-loss": "softmax_cross_entropy",
        "#own-optimiser": "adam",
        "#own-biases": "layer",
        "#own-batch": "2",
    }.items():
        tab.select_option(field, value)
    tab.fill("#own-beta1", "0.8")
    tab.press("#own-beta1", "Tab")
    tab.click("#own-next")
    network = network_of(tab)
    assert network.sizes == (3, 3, 2, 2)
    assert [layer.activation for layer in network.layers] == ["gelu", "elu", "softmax"]
    assert (network.loss, network.training.optimiser, network.training.beta1) == ("softmax_cross_entropy", "adam", 0.8)
    assert (network.batch, all(layer.shared_bias == 0 for layer in network.layers)) == (2, True)
    check_numbers(tab, network)
    tab.click("#open-edit")
    tab.click("#own-remove-1")
    assert network_of(tab).sizes == (3, 2, 2)
    tab.click("#open-edit")
    tab.click("#own-back")
    assert network_of(tab) == load_network("xor")


@pytest.mark.parametrize("name", ["recurrent", "convolution", "mazur"])
def test_every_preset_can_be_changed(name: str, open_page: Open) -> None:
    opened = open_page(derive(load_network(name)))
    opened.click("#open-edit")
    opened.click("#own-draw")
    check_numbers(opened, network_of(opened))
    opened.click("#open-edit")
    opened.click("#own-more-1")
    network = network_of(opened)
    assert network.sizes[1] == load_network(name).sizes[1] + 1
    check_numbers(opened, network)


def test_samples_that_are_pasted_are_explored(tab: Any) -> None:
    tab.click("#open-data")
    tab.fill("#own-text", "a,b,kind\n5.1,1.4,x\n4.9,1.5,x\n7.0,4.7,y\n6.4,4.5,y\n6.3,6.0,z\n5.8,5.1,z\n")
    tab.click("#own-read")
    tab.select_option("#own-scale", "standard")
    tab.click("#own-use")
    network = network_of(tab)
    assert (network.samples, network.sizes, network.loss) == (6, (2, 2, 3), "softmax_cross_entropy")
    assert network.targets[4] == (0, 0, 1)
    assert np.mean(network.inputs, axis=0) == pytest.approx([0, 0], abs=1e-12)
    check_numbers(tab, network)


def test_a_network_as_toml_is_explored_and_a_change_of_sizes_takes_its_shared_weights_apart(tab: Any) -> None:
    tab.click("#open-data")
    tab.fill("#own-text", presets()["convolution"].read_text(encoding="utf-8"))
    tab.click("#own-read")
    network = load_network("convolution")
    assert tab.inner_text(".own-status") == "network convolution, as its TOML describes it"
    assert network_of(tab) == network
    check_numbers(tab, network)
    tab.click("#open-edit")
    tab.click("#own-more-1")
    assert tab.inner_text(".own-status").startswith("Shared weights, left-out connections and shared biases are gone")
    tab.click("#own-more-1")
    assert tab.inner_text(".own-status") == ""


def test_a_workbook_that_is_opened_is_explored_column_by_column(tab: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["number", "x", "noise", "y"], [1, 0.5, 9, 2.5], [2, 1.5, 8, 3.5], [3, -1, 7, 1]):
        book.active.append(row)
    book.save(tmp_path / "own.xlsx")
    tab.click("#open-data")
    tab.set_input_files("#own-file", tmp_path / "own.xlsx")
    until(tab, "document.getElementById('own-use') !== null")
    tab.select_option("#own-role-2", "none")
    tab.click("#own-use")
    network = network_of(tab)
    assert network.inputs == ((0.5,), (1.5,), (-1,))
    assert network.targets == ((2.5,), (3.5,), (1,))
    assert (network.loss, network.layers[-1].activation) == ("mean_squared_error", "identity")
    check_numbers(tab, network)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,2\n3\n", "row 2 has 1 value, row 1 has 2 values"),
        ("1,2\n3,abc\n", "row 2, column 2 (column 2): “abc” is no number"),
    ],
)
def test_samples_that_are_none_are_one_line_and_nothing_changes(text: str, said: str, tab: Any) -> None:
    tab.click("#open-data")
    tab.fill("#own-text", text)
    tab.click("#own-read")
    assert said in tab.inner_text(".own-status")
    assert tab.evaluate("explorer.store.state.model.name") == "xor"


def test_a_million_rows_pasted_or_opened_are_one_line_within_seconds(tab: Any, tmp_path: Path) -> None:
    rows = "0.1,0.2,0.3\n" * 1_000_000
    (tmp_path / "rows.csv").write_text(rows)
    tab.click("#open-data")
    for give in (
        lambda: tab.set_input_files("#own-file", tmp_path / "rows.csv"),
        lambda: tab.evaluate(PASTE, "0.1,0.2,0.3\n"),
    ):
        tab.evaluate("document.querySelector('.own-status').textContent = ''")
        began = time.monotonic()
        give()
        until(tab, "document.querySelector('.own-status').textContent.startsWith('about 1,000,00')")
        assert time.monotonic() - began < 10


def test_what_does_not_fit_together_is_said_and_nothing_changes(tab: Any) -> None:
    tab.click("#open-edit")
    tab.select_option("#own-loss", "softmax_cross_entropy")
    assert "softmax of one neuron is always 1; two are needed" in tab.inner_text(".own-status")
    assert tab.evaluate("explorer.store.state.model.loss") == "binary_cross_entropy"
    assert tab.input_value("#own-loss") == "binary_cross_entropy"


def test_the_workbook_of_a_page_is_correct_and_begins_with_the_weights_that_are_set(tab: Any, tmp_path: Path) -> None:
    tab.evaluate("explorer.store.setParameters({w1: 0.75})")
    tab.click("#open-take")
    tab.fill("#own-epochs", "5")
    file = tmp_path / "page.xlsx"
    file.write_bytes(downloaded(tab, "#take-workbook").read_bytes())
    assert check_any_file(file, None).verdict == "correct"
    book = openpyxl.load_workbook(file, data_only=True)
    assert book.sheetnames == ["Network", "Samples", "η = 0.1", "η = 0.2", "η = 0.5", "η = 1", "Loss"]
    assert book["η = 0.5"]["B6"].value == 0.75
    row = tab.evaluate("explorer.store.state.run.row(4)")
    assert book["η = 0.5"]["B10"].value == row["w1"]
    lines = downloaded(tab, "#take-csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 6
    assert float(lines[5].split(",")[1]) == row["w1"]


def test_a_link_opens_what_was_explored(tab: Any, open_page: Open) -> None:
    tab.click("#open-edit")
    tab.click("#own-more-1")
    tab.evaluate("explorer.store.setRate(0.25); explorer.store.go(7)")
    expected = network_of(tab)
    tab.click("#take-link")
    until(tab, "location.hash.length > 10")
    other = open_page(derive(load_network("eight-weight")))
    other.evaluate("(hash) => { location.hash = hash; }", tab.evaluate("location.hash"))
    until(other, "explorer.store.state.model.name === 'own-network'")
    assert network_of(other) == expected
    assert other.evaluate("[explorer.store.state.rate, explorer.store.state.row]") == [0.25, 7]
    check_numbers(other, expected)
    other.evaluate("location.hash = '#own=broken'")
    until(other, "document.getElementById('link-error') !== null")
    assert other.inner_text("#link-error") == "Link: the link is cut or changed; nothing can be read from it"


def test_a_training_that_diverges_says_so_and_shows_infinity(tab: Any) -> None:
    tab.click("#open-edit")
    tab.select_option("#own-loss", "squared_error")
    for layer in (0, 1):
        tab.select_option(f"#own-activation-{layer}", "identity")
    tab.evaluate("explorer.store.setRate(9)")
    tab.evaluate("explorer.store.go(2000)")
    until(tab, "explorer.store.state.run.diverged !== null")
    until(tab, "document.getElementById('status').textContent.includes('iverged at epoch')")
    assert "NaN" not in tab.inner_text("body")


@pytest.mark.parametrize(
    ("panel", "width", "scheme"),
    [("edit", 1400, "light"), ("edit", 360, "dark"), ("data", 360, "light"), ("take", 1400, "dark")],
)
def test_axe_finds_nothing_in_the_open_panels(panel: str, width: int, scheme: str, open_page: Open, axe: str) -> None:
    opened = open_page(derive(load_network("xor")), width, 900, color_scheme=scheme, reduced_motion="reduce")
    opened.click(f"#open-{panel}")
    if panel == "data":
        opened.fill("#own-text", "1,2\n3,4\n")
        opened.click("#own-read")
    opened.evaluate(axe)
    found: list[dict[str, Any]] = opened.evaluate("axe.run('#own, #tools').then(({violations}) => violations)")
    assert [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"][:3]] == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
