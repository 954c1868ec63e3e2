"""The workbook in other languages: every word of two of them, and the same numbers and proofs."""

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from backprop.check.isolated import check_files
from backprop.derivation.derive import derive
from backprop.network.load import load_network, presets
from backprop.workbook.write import write_workbook
from groundfloor.words import ENGLISH, languages, speak
from tests.backprop.workbook.test_stored_values import assert_stored_values_are_recalculated

COMPLETE = ("de", "es")
ALIKE = {
    "backprop",
    "backpropagation",
    "bias",
    "delta",
    "deltas",
    "factor",
    "gradient",
    "leaky",
    "name",
    "notation",
    "parameter",
    "rate",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "swish",
    "tanh",
    "lrelu",
    "total",
    "training",
    "identity",
    "else",
    "cosine",
    "epoch",
    "step",
    "mean",
    "cross",
    "entropy",
}  # fmt: skip - words that are the same in both, names of functions, words inside equations


def write(folder: Path, name: str, lang: str, form="closed") -> Path:
    write_workbook(derive(load_network(name)), folder / f"{lang}.xlsx", [0.1, 0.5], 4, form, words=speak(lang))
    return folder / f"{lang}.xlsx"


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """Of each text of a sheet, its place and what it says: labels, notes, messages."""
    for number, sheet in enumerate(openpyxl.load_workbook(file)):
        yield f"{number}", sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    yield f"{number} {cell.coordinate}", cell.value
                if cell.comment is not None:
                    yield f"{number} {cell.coordinate} note", cell.comment.text
        for rule in sheet.data_validations.dataValidation:
            yield f"{number} {rule.sqref} rule", rule.error or ""


@pytest.mark.parametrize("lang", COMPLETE)
@pytest.mark.parametrize("name", ["mazur", "xor", "softmax-classifier", "recurrent"])
def test_every_word_is_in_the_other_language(name: str, lang: str, tmp_path: Path) -> None:
    title = load_network(name).title
    english, other = dict(texts(write(tmp_path, name, "en"))), dict(texts(write(tmp_path, name, lang)))
    assert english.keys() == other.keys()
    left = set()
    for place, said in english.items():
        lines = [set(text.replace(title, "").split("\n")) for text in (said, other[place])]
        for text in lines[0] & lines[1]:
            words = set(re.findall(r"(?<![A-Za-z_])[A-Za-z]{4,}(?![A-Za-z_])", text))
            if {word.lower() for word in words} - ALIKE and not re.search("[=←]|^backprop ", text):  # equation, command
                left.add(text)
    assert left == set()


@pytest.mark.parametrize("lang", COMPLETE)
@pytest.mark.parametrize("name", ["eight-weight", "xor", "softmax-classifier"])
def test_numbers_and_words_of_a_translated_workbook_are_recalculated(name: str, lang: str, tmp_path: Path) -> None:
    assert_stored_values_are_recalculated(write(tmp_path, name, lang))


@pytest.mark.parametrize("lang", languages())
def test_check_proves_a_translated_workbook(lang: str, tmp_path: Path) -> None:
    report = next(check_files([write(tmp_path, "mazur", lang)], None))
    assert report.verdict == "correct", report.message


@pytest.mark.parametrize("lang", languages())
def test_a_message_keeps_its_places(lang: str) -> None:
    messages = speak(lang).messages
    assert messages["English"] != "English"
    for english, other in messages.items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", other)), english


@pytest.mark.parametrize("lang", languages())
def test_names_of_sheets_are_names_that_excel_takes(lang: str) -> None:
    words = speak(lang)
    names = [words(name) for name in ("Network", "Samples", "Epochs", "Loss", "Explain", "Walkthrough", "Check")]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_every_language_knows_what_another_knows() -> None:
    complete = [set(speak(lang).messages) for lang in COMPLETE]
    assert complete[0] == complete[1]
    for lang in languages():
        assert set(speak(lang).messages) <= complete[0]


def test_a_finished_text_is_found_by_its_places() -> None:
    words = speak("de")
    assert (
        words.of("Weight from i1 to h1. First row: sheet Network.")
        == "Gewicht von i1 nach h1. Erste Zeile: Blatt Netz."
    )
    assert words.of("✓  the same number") == "✓  dieselbe Zahl"
    assert words.of("a_h1 = tanh(h1)") == "a_h1 = tanh(h1)"
    assert ENGLISH("sample {number}", number=3) == "sample 3"


def test_there_are_presets_to_translate() -> None:
    assert {"mazur", "xor", "softmax-classifier", "recurrent"} <= set(presets())
