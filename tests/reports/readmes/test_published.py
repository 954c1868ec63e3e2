"""`reports import`: logs of other people's READMEs as records, and reports that show them."""

import dataclasses
import json

import pytest

from reports.errors import OutputError
from reports.figures.published import PublishedError, PublishedFigures, find_published, load_published, save_published
from reports.readmes.importing import read_all
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


def read_published(file, name=None):
    return read_all([file], name).runs


@pytest.fixture
def readme(tmp_path):
    file = tmp_path / "theirs.md"
    file.write_text(LOG, encoding="utf-8")
    return file


def test_a_log_becomes_a_record_with_what_it_tells_and_nothing_else(readme):
    (run,) = read_published(readme)

    assert (run.kind, run.name, run.source, run.parameters) == ("published", "theirs", "theirs.md", 80)
    assert (run.place, run.from_zero, run.data, run.section) == ("lines 7 to 10", True, None, "")
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
        ("log of lines 7 to 10: 10001 of 10000 test images are right", LOG.replace("9748/", "10001/")),
        ("an accuracy of 101.00%", "| epoch | accuracy |\n| --- | --- |\n| 1 | 99 % |\n| 2 | 101 % |\n"),
        ("log of lines 1 to 3: no accuracy on test images that can be read",
         "Epoch 1/2\n60/60 [==] - 2s 5ms/step - loss: 0.2 - accuracy: 0.93\nEpoch 2/2\n60/60 [==] - 2s 5ms/step "
         "- loss: 0.1 - accuracy: 0.96\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_record_is_told(tmp_path, message, text):
    file = tmp_path / "bad.md"
    file.write_text(text, encoding="utf-8")

    imported = read_all([file])

    assert imported.runs == []
    assert len(imported.problems) == 1
    assert message in imported.problems[0]


def test_of_good_and_bad_logs_the_good_are_written_and_the_bad_is_named(command, tmp_path):
    file = tmp_path / "three.md"
    bad = LOG.replace("9748/", "10001/")
    file.write_text(f"# First\n{LOG}\n# Second\n{bad}\n# Third\n{LOG.replace('9748', '9848')}", encoding="utf-8")

    result = command("import", file, tmp_path / "none.md", "--out", tmp_path / "runs")

    assert result.code == 2
    assert sorted(folder.name for folder in (tmp_path / "runs").iterdir()) == ["three-1", "three-3"]
    assert "log of lines 20 to 23: 10001 of 10000 test images are right" in result.err
    assert "none.md: no such file" in result.err


TEST = "Test set: Average loss: 0.02, Accuracy: {}/10000 ({}%)"


@pytest.mark.parametrize(
    ("lines", "epochs", "best", "note"),
    [
        (["EPOCH: 1", TEST.format(9912, 99.12), "EPOCH: 2", f"**{TEST.format(9931, 99.31)}**", "",
          TEST.format(9931, 99.31)], [1, 2], 2, "line 8: 99.31 % (9,931 of 10,000) behind the last epoch, no epoch"),
        (["EPOCH: 40 (LR: 0.01)", TEST.format(6061, 60.61), "EPOCH: 41 (LR: 0.01)", TEST.format(6098, 60.98)], [40, 41],
         41, "it begins with epoch 40"),
        (["EPOCH: 0", TEST.format(9912, 99.12), "EPOCH: 1", TEST.format(9931, 99.31)], [1, 2], 2,
         "epochs are counted from 0; here from 1, so that 1 is 2"),
        ([TEST.format(9912, 99.12), TEST.format(9931, 99.31)], [1, 2], 2, "epochs have no numbers; counted from 1"),
        (["Epoch 1/2", "469/469 [===] - 4s 9ms/step - loss: 0.2 - accuracy: 0.93 - val_loss: 0.1 - val_accuracy: 0.96",
          "Epoch 2/2", "469/469 [===] - 3s 6ms/step - loss: 0.1 - accuracy: 0.97 - val_loss: 0.1 - val_accuracy: 0.95",
          ], [1, 2], 1, ""),
        (["EPOCH: 1", "Test set: Average loss: 1.3513, Accuracy: 50.55%", "EPOCH: 2",
          "Train set: Epoch Accuracy: 98.06", "Test set: Epoch Accuracy: 98.53  Epoch Loss: 0.0439"], [1, 2], 2, ""),
        (["Epoch  1 Train: 100%|██| 469/469 [00:18<00:00, 25.42it/s, Loss=1.605, Acc=34.4%]",
          "Epoch  1 Test : 100%|██| 79/79 [00:04<00:00, 18.56it/s, Loss=1.414, Acc=40.4%]",
          "Epoch  2 Test : 100%|██| 79/79 [00:04<00:00, 18.56it/s, Loss=1.394, Acc=40.3%]"], [1, 2], 1, ""),
        (["Epoch 1/2 | Train: 1.3425 (68.23%) | Test: 0.3740 (95.55%) | LR: 0.0007 | Time: 10.5s",
          "Epoch 2/2 | Train: 0.1902 (96.48%) | Test: 0.0957 (97.50%) | LR: 0.0014 | Time: 9.9s"], [1, 2], 2, ""),
        (["Epoch: 01 | Time: 0m 2s", "\tTrain Loss: 1.5 | Train Acc: 27.62%", "\tVal. Loss: 1.5 | Val. Acc: 29.76%",
          "Epoch: 02 | Time: 0m 2s", "\tTrain Loss: 1.5 | Train Acc: 30.28%", "\tVal. Loss: 1.5 | Val. Acc: 33.39%",
          ], [1, 2], 2, ""),
        (["Epoch: 1, Valid: Loss: 1.6160, Accuracy: 41.78", "Epoch: 1, Train: Loss: 2.4640, Accuracy: 24.90",
          "Epoch: 2, Valid: Loss: 1.2848, Accuracy: 54.11", "Epoch: 2, Train: Loss: 1.4931, Accuracy: 46.05"],
         [1, 2], 2, ""),
    ],
)  # fmt: skip
def test_logs_as_people_leave_them(tmp_path, lines, epochs, best, note):
    file = tmp_path / "log.md"
    file.write_text("\n".join(["# Log", "", *lines]), encoding="utf-8")

    imported = read_all([file])
    (run,) = imported.runs

    assert ([epoch.epoch for epoch in run.epochs], run.best.epoch) == (epochs, best)
    assert imported.problems == []
    assert any(note in each for each in imported.notes) if note else imported.notes == []


def test_an_excerpt_of_a_log_is_no_run_of_its_own_and_a_quoted_line_is_said(tmp_path):
    log = [f"Epoch {n} | Test Acc: 99.{n}0% | Train Acc: 98.{n}0%" for n in range(1, 7)]
    table = ["| Epoch | Test Accuracy |", "| --- | --- |", "| 1 | 99.10% |", "| 6 | 99.60% |"]
    text = ["# Run", "", *table, "", "## Log", "", *log, "", "## Test", "", TEST.format(9917, 99.17)]
    file = tmp_path / "run.md"
    file.write_text("\n".join(text), encoding="utf-8")

    imported = read_all([file])

    assert [len(run.epochs) for run in imported.runs] == [6]
    assert [note.partition(": ")[2] for note in imported.notes] == [
        "lines 5 to 6 tell again what lines 10 to 15 tell",
        "line 19: one result of no epoch, not taken for a log",
    ]


def test_a_notebook_is_read_by_what_its_cells_printed(command, tmp_path):
    bar = "loss=0.3 batch_id=1: 50%|##| 1/2\rloss=0.2 batch_id=2: 100%|####| 2/2 [00:03<00:00, 1.00it/s]\n"
    printed = ["Epoch 1\n", bar, f"{TEST.format(9912, 99.12)}\n", "Epoch 2\n", f"{TEST.format(9931, 99.31)}\n"]
    cells = [
        {
            "cell_type": "markdown",
            "source": ["# A run\n", f"![](data:image/png;base64,{'A' * 100_001})", "12 parameters"],
        },
        {
            "cell_type": "code",
            "source": "datasets.MNIST()\ntrain()",
            "outputs": [{"output_type": "stream", "text": printed}],
        },
        {"cell_type": "code", "source": "1", "outputs": [{"data": {"text/plain": ["1"]}}]},
    ]
    file = tmp_path / "train.ipynb"
    file.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")

    (run,) = read_all([file]).runs

    assert (run.place, run.section, run.data) == ("cell 2", "A run", "MNIST")
    assert [(epoch.test_correct, epoch.last_batch_loss) for epoch in run.epochs] == [(9912, 0.2), (9931, None)]
    for text in ("{", "[]", '{"cells": 1}'):
        file.write_text(text, encoding="utf-8")
        assert "no notebook" in command("import", file, "--out", tmp_path / "runs").err


def test_of_several_networks_each_log_has_its_own_parameters(tmp_path):
    two = (
        LOG.replace("EPOCH: 0", "## One\n\nEPOCH: 0") + "\n## Two\n\n- Parameters: 7,954\n" + LOG[LOG.index("EPOCH") :]
    )
    file = tmp_path / "two.md"
    file.write_text(two + "\n## Three\n" + LOG.replace("80", "160"), encoding="utf-8")

    assert [run.parameters for run in read_all([file]).runs] == [80, 7954, 160]


def test_a_damaged_or_newer_record_is_told(readme, tmp_path):
    folder = save_published(read_published(readme)[0], tmp_path)
    record = json.loads((folder / "published.json").read_text(encoding="utf-8"))
    for change, message in (
        ({"version": 3}, "version: one of 1 or 2 is needed"),
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
        f"  {readme}: log of lines 7 to 10: epochs are counted from 0; here from 1, so that 1 is 2\n"
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
    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8").replace("\u00a0", " ")
    (shown,) = [table for table in tables(text) if table[0][0] == "published run"]
    assert shown[1] == [
        "[theirs](#read-theirs)",
        "80",
        "2",
        "97.48 %, epoch 2",
        "97.48 %, epoch 2",
        "theirs.md, lines 7 to 10",
    ]
    assert "accuracy-all-runs.svg" in text


def test_published_runs_alone_have_a_section_each(command, readme, tmp_path, tables, without_pictures):
    command("import", readme, "--out", tmp_path / "others")

    result = command("build", tmp_path / "others", "-o", tmp_path / "report", "--epochs", 2)

    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "no recorded run yet" not in text
    assert "No run under" not in result.out
    assert "### theirs, published" in text
    assert "not run here: its seed, its weights and its hardware are not known" in text
    assert "counts epochs from 0" in text
    constraints = next(table for table in tables(text) if table[0][0] == "constraint")
    assert [row[2:] for row in constraints[1:]] == [
        ["97.48 %, epoch 2", "✗ no"], ["97.48 %, epoch 2", "✗ no"], ["80", "✓ yes"], ["2", "✓ yes"],
    ]  # fmt: skip
    log = next(table for table in tables(text) if table[0][:2] == ["epoch", "test loss"])
    assert log[1:] == [
        ["1", "0.1612", "95.33 %", "9,533 of 10,000", "82"], ["2", "0.0841", "**97.48 %**", "9,748 of 10,000", "–"],
    ]  # fmt: skip
    layers = next(table for table in tables(text) if table[0] == ["layer", "output shape", "parameters"])
    assert layers[1] == ["Conv2d-1", "8×26×26", "80"]
    assert {"read-theirs-accuracy.svg", "read-theirs-loss.svg"} <= {
        file.name for file in (tmp_path / "report" / "assets").iterdir()
    }


def test_a_run_on_other_data_is_not_judged(command, readme, tmp_path, tables, without_pictures):
    readme.write_text(f"# CIFAR-10\n\n{LOG}", encoding="utf-8")
    command("import", readme, "--out", tmp_path / "others")

    command("build", tmp_path / "others", "-o", tmp_path / "report", "--epochs", 2)

    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8")
    constraints = next(table for table in tables(text) if table[0][0] == "constraint")
    assert {row[3] for row in constraints[1:]} == {"not judged"}
    assert "the text is about CIFAR" in text


def test_a_name_with_markup_stays_text_in_a_report(command, readme, tmp_path, without_pictures):
    file = readme.rename(tmp_path / "a|b<script>.md")
    command("import", file, "--out", tmp_path / "others")

    command("build", tmp_path / "others", "-o", tmp_path / "report", "--epochs", 2)

    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert r"a\|b&lt;script&gt;.md" in text


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
