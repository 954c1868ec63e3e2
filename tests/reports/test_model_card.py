"""The model card: front matter as the Hugging Face hub reads it, and figures of one configuration."""

import re

import pytest
import yaml

from reports.errors import TemplateError
from reports.output.mark import MARK
from reports.rendering.filters import quoted
from reports.report import make, write_report
from reports.request import Request

pytestmark = pytest.mark.usefixtures("without_pictures")


@pytest.fixture
def card(tmp_path, write_run):
    """Front matter and text of a card on runs, each given as changes."""

    def make_card(*changes, template="model-card"):
        folders = [write_run(tmp_path / f"run-{number}", **change) for number, change in enumerate(changes)]
        text = make(Request(runs=folders, template=template, learning_rates=[1.0], epochs=2)).text
        empty, front, body = text.split("---\n", 2)
        assert empty == ""
        return yaml.safe_load(front), body

    return make_card


def result(front):
    (model,) = front["model-index"]
    (each,) = model["results"]
    return each


def test_weights_that_were_not_kept_are_not_named(card, tmp_path, write_run):
    _, body = card({"correct": (9950, 9941)})
    assert "- Weights: `weights.safetensors` of run `run-0`\n" in body

    folder = write_run(tmp_path / "run-1", correct=(9950, 9941))
    (folder / "weights.safetensors").unlink()
    text = make(Request(runs=[folder], template="model-card", learning_rates=[1.0], epochs=2)).files["README.md"]
    assert "- Weights: not kept, those of run `run-1`\n" in text.decode()


def test_the_front_matter_holds_what_the_hub_asks_for(card):
    front, _ = card({"correct": (9950, 9941)})

    assert front["tags"] == ["image-classification", "mnist"]
    assert (front["datasets"], front["metrics"], front["library_name"]) == (["mnist"], ["accuracy"], "pytorch")
    assert front["model-index"][0]["name"] == "published-15738"
    assert result(front) == {
        "task": {"type": "image-classification", "name": "Image classification"},
        "dataset": {"type": "mnist", "name": "MNIST", "split": "test"},
        "metrics": [{"type": "accuracy", "name": "Accuracy after the last epoch", "value": 0.9941}],
    }


def test_the_accuracy_is_the_mean_of_the_last_epochs_over_the_seeds(card):
    front, body = card(*({"correct": (9950, last), "seed": seed} for seed, last in enumerate((9939, 9942, 9945))))

    assert result(front)["metrics"] == [
        {"type": "accuracy", "name": "Accuracy after the last epoch, mean of 3 seeds", "value": 0.9942}
    ]
    assert "run `run-0`, seed 0, the lowest of 0..2" in body


def test_the_best_configuration_is_described_and_the_choice_is_told(card):
    front, body = card({"correct": (9930,)}, {"correct": (9950,), "net": "published-10066"})

    assert front["model-index"][0]["name"] == "published-10066"
    assert "the best of 2 on these images, so its figure flatters" in body
    assert "run-0" not in body


def test_rendered_digits_and_validation_images_are_not_passed_off_as_the_test_set(card):
    rendered, body = card({"data": "rendered-digits", "correct": (9990,)})
    held_out, _ = card({"validation": 10_000, "correct": (9990,)})

    assert rendered["datasets"] == ["rendered-digits"]
    assert "mnist" not in rendered["tags"]
    assert result(rendered)["dataset"]["name"] == "Digits drawn from fonts, not MNIST"
    assert "**Not MNIST.**" in body
    assert result(held_out)["dataset"]["split"] == "validation"


@pytest.mark.parametrize(
    ("expected", "text"),
    [('a: "b" # {c} - |', 'a: "b" # {c} - |'), ("back \\ slash next é数😀", "back \\ slash\nnext\x07é数😀"), ("1", 1)],
)
def test_quoted_text_reads_back_from_yaml(expected, text):
    assert yaml.safe_load(f"- name: {quoted(text)}") == [{"name": expected}]


def test_headings_are_the_hubs(card):
    _, body = card({})

    assert re.findall("^##? (.*)$", body, flags=re.MULTILINE) == [
        "Model card for `published-15738`", "Model details", "Uses", "Bias, risks and limitations",
        "How to get started with the model", "Training details", "Evaluation", "Make it again",
    ]  # fmt: skip


@pytest.mark.parametrize("licence", ["license: mit", "\nlicense: mit\n"])
def test_a_licence_is_a_block_of_its_own(card, tmp_path, licence):
    own = tmp_path / "mine.md.j2"
    own.write_text(f'{{% extends "model-card.md.j2" %}}{{% block license %}}{licence}{{% endblock %}}', "utf-8")

    front, _ = card({}, template=own)

    assert front["license"] == "mit"
    assert result(front)["metrics"][0]["value"] == 0.9936


def test_a_card_is_renewed_without_force_and_its_page_shows_no_front_matter(tmp_path, write_run):
    request = Request(runs=[write_run(tmp_path / "run")], template="model-card", learning_rates=[1.0], epochs=2)

    first = write_report(request, tmp_path / "out", formats=("md", "html"))
    again = write_report(request, tmp_path / "out", formats=("md", "html"))

    assert first.files == again.files
    assert set(first.files) == {"README.md", "claims.json", "report.html"}
    assert first.files["README.md"].decode().endswith(f"{MARK}\n")
    assert b"model-index" not in first.files["report.html"]


def test_a_card_of_no_run_is_refused():
    with pytest.raises(TemplateError, match="model-card: describes a recorded run; name one, or a folder of its seeds"):
        make(Request(template="model-card", learning_rates=[1.0], epochs=2))
