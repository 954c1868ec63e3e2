"""`reports import`: logs of other people's READMEs as records, and reports that show them."""

import dataclasses
import json

import pytest

from reports.errors import OutputError
from reports.figures.published import PublishedError, PublishedFigures, find_published, load_published, save_published
from reports.readmes.importing import read_published
from reports.rendering.render import template_folder

LOG = """\
Conv2d-1 [-1, 8, 26, 26] 80
ReLU-2 | [-1, 8, 26, 26] | 0
Total params: 80

EPOCH: 0
loss=0.3111 batch_id=468: 100%|██████████| 469/469 [01:22<00:00, 20.63it/s]
Test set: Average loss: 0.1612, Accuracy: 9533/10000 (95%)

EPOCH: 1
Test set: Average loss: 0.0841, Accuracy: 9748/10000 (97.48%)
"""


@pytest.fixture
def readme(tmp_path):
    file = tmp_path / "theirs.md"
    file.write_text(LOG, encoding="utf-8")
    return file


def test_a_log_becomes_a_record_with_what_it_tells_and_nothing_else(readme):
    (run,) = read_published(readme)

    assert (run.kind, run.name, run.source, run.parameters) == ("published", "theirs", "theirs.md", 80)
    assert (run.first_line, run.last_line, run.complete) == (7, 10, True)
    assert [layer.name for layer in run.layers] == ["Conv2d-1", "ReLU-2"]
    first, second = run.epochs
    assert (first.epoch, first.test_correct, first.test_total, first.test_loss) == (1, 9533, 10_000, 0.1612)
    assert (first.last_batch_loss, first.batches, first.seconds) == (0.3111, 469, 82)
    assert (second.last_batch_loss, second.batches, second.seconds) == (None, None, None)
    assert run.best == run.last == second


def test_saved_and_loaded_it_is_the_same_and_stands_where_it_is_found(readme, tmp_path):
    (run,) = read_published(readme, "Their Run")
    folder = save_published(run, tmp_path / "runs")

    assert folder.name == "their-run"
    assert load_published(folder) == run
    assert find_published([tmp_path / "runs", folder]) == [folder]


def test_two_logs_are_two_runs_each_with_the_table_before_it(tmp_path):
    file = tmp_path / "two.md"
    file.write_text(f"{LOG}\n## Second\n\n{LOG.replace('80', '160').replace('9748', '9848')}", encoding="utf-8")

    runs = read_published(file)

    assert [(run.name, run.parameters, run.best.test_correct) for run in runs] == [
        ("two-1", 80, 9748),
        ("two-2", 160, 9848),
    ]


def test_the_folder_names_a_run_of_a_file_that_is_called_readme(readme):
    file = readme.rename(readme.parent / "README.md")

    assert read_published(file)[0].name.startswith("test-the-folder-names")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("no training log; lines like", "# Nothing here\n"),
        ("10001 of 10000 test images are right", LOG.replace("9748/", "10001/")),
        ("an accuracy of 101.00%", "| epoch | accuracy |\n| --- | --- |\n| 1 | 99 % |\n| 2 | 101 % |\n"),
    ],
)
def test_what_cannot_be_a_record_is_told(tmp_path, message, text):
    file = tmp_path / "bad.md"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(PublishedError, match=message):
        read_published(file)


def test_a_damaged_or_newer_record_is_told(readme, tmp_path):
    folder = save_published(read_published(readme)[0], tmp_path)
    record = json.loads((folder / "published.json").read_text(encoding="utf-8"))
    for change, message in (
        ({"version": 2}, "version: one of 1 is needed"),
        ({"seed": 1}, "seed: is not known here"),
        ({"epochs": []}, "epochs: 0 given, at least 1 needed"),
        ({"epochs": record["epochs"][::-1]}, "not in rising order"),
    ):
        (folder / "published.json").write_text(json.dumps(record | change), encoding="utf-8")
        with pytest.raises(PublishedError, match=message):
            load_published(folder)


def test_nothing_is_overwritten_unless_forced(readme, tmp_path):
    (run,) = read_published(readme)
    save_published(run, tmp_path)
    with pytest.raises(OutputError, match="exists already; --force replaces a published run"):
        save_published(run, tmp_path)
    assert save_published(run, tmp_path, force=True) == tmp_path / "theirs"

    (tmp_path / "theirs" / "published.json").unlink()
    with pytest.raises(OutputError, match="exists and is none"):
        save_published(run, tmp_path, force=True)


def test_the_command_prints_what_it_wrote(command, readme, tmp_path):
    result = command("import", readme, "--out", tmp_path / "runs")

    assert result.code == 0
    assert result.out == (
        f"{tmp_path / 'runs' / 'theirs'}: published, 2 epochs, best 97.48 % in epoch 2, 80 parameters\n"
    )
    assert command("import", readme, "--out", tmp_path / "runs").code == 2
    again = command("import", readme, "--out", tmp_path / "runs", "--force", "--json")
    assert [run["name"] for run in json.loads(again.out)] == ["theirs"]
    assert command("import", readme, readme, "--out", tmp_path / "more").code == 2
    assert not (tmp_path / "more").exists()


def test_published_runs_stand_in_a_report_beside_recorded_ones(
    command, readme, runs, tmp_path, tables, without_pictures
):
    command("import", readme, "--out", tmp_path / "others")

    result = command("build", runs / "b-passes", tmp_path / "others", "-o", tmp_path / "report", "--epochs", 2)

    assert result.code == 0
    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8")
    (shown,) = [table for table in tables(text) if table[0][0] == "published run"]
    assert shown[1] == ["theirs", "80", "2", "97.48 %, epoch 2", "97.48 %, epoch 2", "theirs.md, lines 7 to 10"]
    assert "accuracy-all-runs.svg" in text


def test_published_runs_alone_are_shown_too(command, readme, tmp_path, without_pictures):
    command("import", readme, "--out", tmp_path / "others")

    command("build", tmp_path / "others", "-o", tmp_path / "report", "--epochs", 2)

    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8")
    assert "no recorded run yet" in text
    assert "| theirs | 80 | 2 |" in text


def test_a_name_with_markup_stays_text_in_a_report(command, readme, tmp_path, without_pictures):
    file = readme.rename(tmp_path / "a|b<script>.md")
    command("import", file, "--out", tmp_path / "others")

    command("build", tmp_path / "others", "-o", tmp_path / "report", "--epochs", 2)

    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8")
    assert "<script>" not in text.replace(r"\<script\>", "")
    assert r"a\|b\<script\>.md" in text


def test_the_variables_of_published_runs_are_documented():
    text = (template_folder() / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("| `published` |")]
    assert all(f"`{field.name}`" in line for field in dataclasses.fields(PublishedFigures))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("000", (25_290, 20, 19, 9864)),
        ("001", (25_290, 20, 19, 9864)),
        ("002", (15_738, 19, 12, 9942)),
        ("003", (19_458, 1, 19, 9948)),
    ],
)
def test_the_logs_of_strangers(stranger_readmes, number, expected):
    (run,) = read_published(stranger_readmes[number])

    assert (run.parameters, len(run.epochs), run.best.epoch, run.best.test_correct) == expected
    assert all(epoch.seconds and epoch.batches in (235, 469) for epoch in run.epochs)
