"""Worked examples that others published: their numbers, ours, and torch's where the two differ."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import pytest

from backprop.derivation.derive import derive
from backprop.epochs.trace import Trace, run_trace
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.network.notation import Notation
from backprop.printers.quantities import written
from tests.backprop.torch_oracle import torch_steps
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "examples"
PAGE = ROOT / "docs" / "examples.md"
COLUMNS = ("network", "source", "printed there, and given here", "printed there, but", "given here")
HEAD = f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}\n"
MOST_COMPARED = 301  # epochs, with torch


@dataclass(frozen=True)
class Example:
    """What a source printed: row of the epoch table, quantity, text; where it is wrong, why."""

    network: str
    source: str
    rate: float
    printed: list[tuple[int, str, str]]
    wrong: list[tuple[int, str, str, str]]
    url: str = ""

    @property
    def description(self) -> Network:
        return load_network(self.network if self.network in presets() else str(FOLDER / f"{self.network}.toml"))

    @property
    def rows(self) -> int:
        return 1 + max(row for row, *_ in (*self.printed, *self.wrong))


EXAMPLES = [
    Example(**{"wrong": [], **fields})
    for fields in tomllib.loads((FOLDER / "published.toml").read_text(encoding="utf-8"))["example"]
]
EACH = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.network)


def trace_of(example: Example) -> Trace:
    return run_trace(derive(example.description), [example.rate], example.rows, "steps")


def value(trace: Trace, row: int, quantity: str) -> float:
    """Of a quantity, of its negative or of its change until the next row."""
    if quantity.startswith("Δ"):
        return value(trace, row + 1, quantity[1:]) - value(trace, row, quantity[1:])
    sign, name = (-1, quantity[1:]) if quantity.startswith("-") else (1, quantity)
    return sign * float(trace.column(name)[0, row - 1])


def as_printed(number: float, like: str) -> str:
    """The number with as many digits behind the point as the published text."""
    text = f"{number:.{len(like.partition('.')[2])}f}"
    return text.removeprefix("-") if float(text) == 0 else text


@EACH
def test_what_a_source_printed_is_what_is_computed(example: Example) -> None:
    trace = trace_of(example)
    found = [(row, name, as_printed(value(trace, row, name), text)) for row, name, text in example.printed]
    assert found == [tuple(each) for each in example.printed]


@EACH
def test_what_is_said_to_be_wrong_is_not_what_is_computed(example: Example) -> None:
    trace = trace_of(example)
    for row, name, text, why in example.wrong:
        assert as_printed(value(trace, row, name), text) != text, name
        assert why


@EACH
def test_torch_computes_the_same(example: Example) -> None:
    """In the usual names, whatever the source calls its quantities."""
    network = example.description.model_copy(update={"notation": Notation()})
    epochs = min(example.rows, MOST_COMPARED)
    trace = run_trace(derive(network), [example.rate], epochs, "steps")
    compared = 0
    for number, row in enumerate(torch_steps(network, example.rate, epochs)):
        for name, expected in row.items():
            if name in trace.names:
                assert trace.column(name)[0, number] == pytest.approx(expected, rel=1e-9, abs=1e-12), (number, name)
                compared += 1
    assert compared >= 3


def shown(numbers: Iterable[tuple[int, str, str]]) -> str:
    """Those of the first step, then of each later one."""
    steps = []
    for row, group in groupby(numbers, key=itemgetter(0)):
        texts = []
        for _, name, text in group:
            sign, plain = next(((sign, name[1:]) for sign in "-Δ" if name.startswith(sign)), ("", name))
            texts.append(f"{sign}{written(plain)} {text}".replace("-", "−"))
        steps.append(f"step {row:,}: " * (row > 1) + ", ".join(texts))
    return "; ".join(steps)


def table_row(example: Example) -> str:
    trace = trace_of(example)
    link = "../networks" if example.network in presets() else "examples"
    source = f"[{example.source}]({example.url})" if example.url else example.source
    ours = [
        (row, name, as_printed(value(trace, row, name), text + "00" if "." in text else f"{text}.00"))
        for row, name, text, _ in example.wrong
    ]
    cells = [
        f"[{example.network}]({link}/{example.network}.toml), η {example.rate:g}",
        source,
        shown(example.printed),
        "; ".join(f"{shown([(row, name, text)])}, {why}" for row, name, text, why in example.wrong),
        shown(ours),
    ]
    return f"| {' | '.join(cells)} |"


def test_the_page_has_the_table_of_all_of_them(request: pytest.FixtureRequest) -> None:
    table = HEAD + "\n".join(map(table_row, EXAMPLES)) + "\n"
    page = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--renew-golden"):
        page = page[: page.index("| network |")] + table
        PAGE.write_text(page, encoding="utf-8")
    assert page.endswith(f"\n{table}")


def test_every_network_of_the_folder_is_in_the_table_and_names_itself() -> None:
    files = {file.stem for file in FOLDER.glob("*.toml")} - {"published"}
    assert files == {example.network for example in EXAMPLES} - presets().keys()
    for name in files:
        assert load_network(str(FOLDER / f"{name}.toml")).name == name
