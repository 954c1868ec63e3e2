"""Synthetic run folders, written as mnist writes them, and a parser of markdown as GitHub reads it."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mnist.nets.catalogue import find_net
from mnist.nets.summary import summarise
from mnist.runs.data_source import DataSource
from mnist.runs.folder import save_run
from mnist.runs.recipe import Recipe
from mnist.runs.record import Environment, EpochMetrics, Evaluation, Published, Record, WrongDigit
from reports import report
from reports.__main__ import main
from reports.telling import Descended

TEST_TOTAL = 10_000
HEADER = b'{"bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
WEIGHTS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(4)  # safetensors


@dataclass(frozen=True)
class Result:
    """What a command line left."""

    code: int
    out: str
    err: str


def confusion_and_wrong(wrong: int, total: int) -> tuple[list[list[int]], list[WrongDigit]]:
    """A tenth of the images each digit; `wrong` of them misread, spread unevenly, 4 as 9 most often."""
    pairs = [(4, 9), (4, 9), (9, 4), (7, 2), (5, 3), (8, 0), (6, 0), (2, 7), (3, 5), (1, 7), (0, 6)]
    misread = [pairs[n % len(pairs)] for n in range(wrong)]
    digits = [WrongDigit(index=97 * n + 3, label=label, predicted=read) for n, (label, read) in enumerate(misread)]
    counts = Counter((digit.label, digit.predicted) for digit in digits)
    matrix = [[counts[label, predicted] for predicted in range(10)] for label in range(10)]
    for label, row in enumerate(matrix):
        row[label] = total // 10 - sum(row)
    return matrix, digits


def drawings(wrong: list[WrongDigit]) -> np.ndarray:
    """28 × 28 rings, smaller for larger labels."""
    y, x = np.mgrid[:28, :28] - 13.5
    radius = np.hypot(x, y)
    shapes = [255 * np.exp(-((radius - 11 + digit.label) ** 2) / 4) for digit in wrong]
    return np.array(shapes, dtype=np.uint8).reshape(-1, 28, 28)


@pytest.fixture(scope="session", autouse=True)
def workbooks_are_written_once() -> Iterator[None]:
    """Half the time of a report is the workbook beside it, which most tests share: one a network and its rates."""
    make = report._workbook
    written: dict[object, Mapping[str, bytes]] = {}

    def workbook(of: Descended) -> Mapping[str, bytes]:
        given, trace = of.derivation.network.model_dump_json(), of.trace
        asked = (given, trace.learning_rates, trace.epochs, of.form, of.summary.workbook)
        if asked not in written:
            written[asked] = make(of)
        return written[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_workbook", workbook)
        patch.setattr(report, "read_sheet", cache(report.read_sheet))
        yield


@pytest.fixture(scope="session")
def write_run() -> Callable[..., Path]:
    def write(
        folder: Path,
        net: str = "published-15738",
        correct: tuple[int, ...] = (9821, 9892, 9915, 9934, 9942, 9936),
        planned: int | None = None,
        data: str = "mnist",
        published: Published | str | None = "of the net",
        total: int = TEST_TOTAL,
        choices: tuple[str, ...] = ("Momentum 0.9; the text does not say.",),
        source: str = "README of an exercise",
        commit: str | None = "0123456789abcdef0123456789abcdef01234567",
        modified: bool | None = False,
        train_correct: tuple[int, ...] | None = None,
        seed: int = 7,
        validation: int = 0,
        recipe: Mapping[str, object] = MappingProxyType({}),
        **record_changes: object,
    ) -> Path:
        epochs = tuple(
            EpochMetrics(
                epoch=number,
                train_loss=0.4 / number**1.5,
                train_correct=train_correct[number - 1] if train_correct else 60_000 - 9_000 // number**2,
                train_total=60_000,
                test_loss=0.08 / number,
                test_correct=right,
                test_total=total,
                learning_rate=0.01,
                seconds=20.25 + number / 8,
            )
            for number, right in enumerate(correct, 1)
        )
        matrix, wrong = confusion_and_wrong(total - correct[-1], total)
        description = find_net(net)
        record = Record(
            net=net,
            source=source,
            published=description.published if published == "of the net" else published,
            started="2026-03-01T09:30:00Z",
            status="finished" if planned in (None, len(correct)) else "interrupted",
            seed=seed,
            recipe=Recipe(
                **{
                    "epochs": planned or len(correct),
                    "batch_size": 128,
                    "learning_rate": 0.01,
                    "momentum": 0.9,
                    "validation": validation,
                }
                | recipe
            ),
            choices=choices,
            summary=summarise(description).recorded(),
            data=DataSource(
                name=data,
                train_samples=60_000,
                test_samples=total,
                sha256={part: f"{n:064x}" for n, part in enumerate(("train_images", "test_images"))},
            ),
            environment=Environment(
                device="cpu",
                hardware="A processor of 2 cores",
                threads=1,
                system="Linux 6.1",
                versions={"python": "3.12.1", "torch": "2.13.0"},
                commit=commit,
                modified=modified,
            ),
            epochs=epochs,
            **record_changes,
        )
        evaluation = Evaluation(epoch=len(correct), confusion=matrix, wrong=wrong)
        save_run(folder, record, evaluation, drawings(wrong), WEIGHTS)
        return folder

    return write


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, write_run: Callable[..., Path]) -> Path:
    """A folder of four runs: one that passes at its best epoch only, one that passes, rendered digits, interrupted."""
    folder = tmp_path_factory.mktemp("recorded")
    write_run(folder / "a-best-only")
    write_run(folder / "b-passes", "published-10066", correct=(9890, 9935, 9941), published=None)
    write_run(folder / "c-rendered", "published-18138", correct=(9650, 9710), data="rendered-digits")
    write_run(folder / "d-stopped", "published-25290", correct=(9316, 9609, 9693), planned=20, modified=True)
    return folder


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run `reports ...` in this process; its exit code and what it printed."""

    def run(*words: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["reports", *map(str, words)])
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return Result(int(exit_.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw nothing, for tests of words alone."""
    monkeypatch.setattr(
        "reports.pictures.images._pictures", lambda part: [[b"a picture"] * len(part[0]) for _ in part[1]]
    )


@pytest.fixture(scope="session")
def parse() -> Callable[[str], list[Token]]:
    return MarkdownIt("gfm-like", {"linkify": False}).parse


@pytest.fixture(scope="session")
def tables(parse: Callable[[str], list[Token]]) -> Callable[[str], list[list[list[str]]]]:
    """Every table of a text: its rows of cells, as source text."""

    def read(text: str) -> list[list[list[str]]]:
        found: list[list[list[str]]] = []
        tokens = parse(text)
        for token, following in pairwise(tokens):
            if token.type == "table_open":
                found.append([])
            elif token.type == "tr_open":
                found[-1].append([])
            elif token.type in ("th_open", "td_open"):
                found[-1][-1].append(following.content)
        return found

    return read


@pytest.fixture(scope="session")
def formulas(parse: Callable[[str], list[Token]]) -> Callable[[str], list[str]]:
    """Every formula of a text: the lines of math blocks, and those between $` and `$."""

    def read(text: str) -> list[str]:
        found: list[str] = []
        for token in parse(text):
            if token.type == "fence" and token.info == "math":
                body = token.content.replace(r"\begin{aligned}", "").replace(r"\end{aligned}", "")
                found += [line.replace("&", "").strip() for line in re.split(r"\\\\\[4pt\]", body)]
            for child in token.children or []:
                if child.type == "code_inline" and re.search(re.escape(f"$`{child.content}`$"), token.content):
                    found.append(child.content)
        return found

    return read
