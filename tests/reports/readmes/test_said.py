"""What lines say of a run, in the forms in which people list results, against the log and the table of the file."""

import pytest

from reports.readmes.proof.findings import Kind

LOG = """\

EPOCH: 1
Loss=0.2 Batch_id=468 Accuracy=93.40: 100%|██████| 469/469 [00:10<00:00, 44.00it/s]
Test set: Average loss: 0.03, Accuracy: 9912/10000 (99.12%)

EPOCH: 2
Loss=0.2 Batch_id=468 Accuracy=94.40: 100%|██████| 469/469 [00:10<00:00, 44.00it/s]
Test set: Average loss: 0.02, Accuracy: 9931/10000 (99.31%)

EPOCH: 3
Loss=0.2 Batch_id=468 Accuracy=95.40: 100%|██████| 469/469 [00:10<00:00, 44.00it/s]
Test set: Average loss: 0.02, Accuracy: 9927/10000 (99.27%)
"""
TABLE = """\

```
            Conv2d-1           [-1, 10, 26, 26]             100
            Conv2d-2           [-1, 12, 24, 24]           1,092
         MaxPool2d-3           [-1, 12, 12, 12]               0
            Linear-4                   [-1, 10]          17,290
Total params: 18,482
```
"""
ROW = "| what | figure |\n| --- | --- |\n"


def found(report):
    return [(finding.kind, finding.expected) for finding in report.findings]


@pytest.mark.parametrize(
    "line",
    [
        "Best Test Accuracy: 99.56",
        "Best Validation Accuracy Obtained: 99.56 (3 epochs)",
        "Validation accuracy: 99.56%",
        "The test accuracy is 99.56%.",
        "Train accuracy is 95.40% and test accuracy is 99.56%",
        ROW + "| Test accuracy | 99.56% |",
        "99.56% validation accuracy in 3 epochs",
        "- **Validation accuracy: 99,56 %**",
        "Best test accuracy: 0.9956",
        "Highest validation accuracy achieved = 99.27 %",
        "Max Test Accuracy - 99.12%",
    ],
)
def test_an_accuracy_that_is_not_the_best_of_the_only_log(check, line):
    for text in (f"# Run\n\n{line}\n{LOG}", f"# Net\n\n## Result\n\n{line}\n\n## Log\n{LOG}"):
        assert found(check(text)) == [(Kind.ACCURACY, "99.31 %")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Test Accuracy at 2nd Epoch - 99.56%", "99.31 %"),
        ("We get 99.56% in 2nd epoch", "99.31 %"),
        ("Reached 99.31% accuracy first at 4th epoch.", "epoch 2"),
        ("Best test accuracy: 99.31 % (epoch 3)", "epoch 2"),
        ("Best test accuracy 99.27 % in epoch 3", "99.31 %"),
        ("Last epoch test accuracy: 99.31 %", "99.27 %"),
        ("Best train accuracy: 98.88 %", "95.40 %"),
        ("Final train accuracy: 95.04 %", "95.40 %"),
    ],
)
def test_an_accuracy_of_another_epoch(check, line, expected):
    assert found(check(f"# Run\n\n{line}\n{LOG}")) == [(Kind.ACCURACY, expected)]


@pytest.mark.parametrize(
    "line",
    [
        "Best test accuracy: 99.31 % (epoch 2)",
        "Best test accuracy: 0.9931",
        "Validation accuracy: 99.27",
        "Test accuracy over 99.2 %",
        "Test accuracy: around 99 %",
        "Best train accuracy: 95.40",
        "Last epoch accuracy: 99.27 %",
        "Target test accuracy: 99.56 %",
        "## Target\n\n- Test accuracy: 99.56 %\n\n## Result",
        "Goals:\n- Test accuracy: 99.56 %\n\nResults:",
        "The previous model had a test accuracy: 99.56 %",
        "Accuracy should be 99.56 %",
        "- Best Test Accuracy: 99.05\n- Best Test Accuracy: 99.31",  # of two models
        "Accuracy of cat : 88 %",
    ],
)
def test_what_is_right_an_aim_or_of_another_run(check, line):
    assert check(f"# Run\n\n{line}\n{LOG}").findings == ()


def test_a_claim_of_one_run_among_several_in_its_own_section_is_left_alone(check):
    steps = "".join(f"## Step {n}\n\n- Best Test Accuracy: {a}\n\n" for n, a in ((1, 99.05), (2, 99.40)))

    assert check(f"# Steps\n\n{steps}## Log\n{LOG}").findings == ()


def test_train_and_test_that_changed_places_are_named_together(check):
    report = check(f"# Run\n\nTest accuracy: 94.40 %\nTrain accuracy: 99.31 %\n{LOG}")

    assert found(report) == [(Kind.ACCURACY, "99.31 %"), (Kind.ACCURACY, "94.40 %")]
    assert all("swapped" in finding.reason for finding in report.findings)


def test_of_a_cut_log_only_what_it_shows_is_held_against_a_claim(check):
    cut = LOG.replace("EPOCH: 1", "EPOCH: 17").replace("EPOCH: 2", "EPOCH: 18").replace("EPOCH: 3", "EPOCH: 19")

    assert check(f"# Run\n\nBest test accuracy: 99.50 %\n{cut}").findings == ()
    assert found(check(f"# Run\n\nBest test accuracy: 99.10 %\n{cut}")) == [(Kind.ACCURACY, "at least 99.31 %")]
    assert check(f"# Run\n\nTrained for 20 epochs.\n{cut}").findings == ()


@pytest.mark.parametrize(
    "line",
    [
        "Parameters: 18,842",
        "- Parameters: 18.8k",
        "Parameters used 18,842 < 20,000",
        "**Number of Parameters - 18,842**",
        "with a total parameter of 18,842",
        ROW + "| Total Parameters | 18,842 |",
        "The network has 18,842 parameters.",
        "- Params:18842",
    ],
)
def test_a_count_that_is_not_the_total_of_the_only_table(check, line):
    for text in (f"# Net\n\n{line}\n{TABLE}", f"# Net\n\n## Result\n\n{line}\n\n## Layers\n{TABLE}"):
        assert found(check(text)) == [(Kind.COUNT, "18,482 parameters")]


@pytest.mark.parametrize(
    "line",
    [
        "Parameters: 18,482", "- Params: 18.5K", "Parameters: < 20,000", "Less than 20k parameters", "Parameters: ~18k",
        "Parameters: 6,379,786\n\nParameters: 18,482", "Params size (MB): 0.07", "Target: parameters 8,000",
    ],
)  # fmt: skip
def test_counts_that_are_right_limits_or_of_another_network(check, line):
    assert check(f"# Net\n\n{line}\n{TABLE}").findings == ()


def test_a_ticked_limit_is_held_against_the_table_and_one_alone_against_the_figure_stated(check):
    assert found(check(f"# Net\n\n- [x] Less than 18,000 parameters\n{TABLE}")) == [
        (Kind.CONSTRAINT, "18,482 parameters: the limit is missed")
    ]
    assert check(f"# Net\n\n- [ ] Less than 18,000 parameters\n{TABLE}").findings == ()
    aims = "# Goal\n\nLess than 8,000 parameters, 99.2% validation accuracy.\n\n"
    text = f"{aims}## Result\n- test Accuracy: 99.14\n- params: 8412\n"
    assert found(check(text)) == [
        (Kind.CONSTRAINT, "99.2 %: the aim is missed"), (Kind.CONSTRAINT, "fewer than 8,000: the limit is missed"),
    ]  # fmt: skip
    assert check(text + "\nThe parameters are still too many.\n").findings == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Trained for 5 epochs.", "3 epochs: not borne out by the log"),
        ("Epochs used: 2", "3 epochs"),
        ("Run for 3 epochs; the log over 4 epochs:", "3 epochs: not borne out by the log"),
        ("Here is the log of 4 epochs:", "3 epochs: not borne out by the log"),
        ("Total epochs = 12", "3 epochs: not borne out by the log"),
        ("Batch size: 256", "469 steps are batches of 128"),
    ],
)
def test_figures_of_the_training(check, line, expected):
    assert found(check(f"# MNIST\n\n{line}\n{LOG}")) == [(Kind.TRAINING, expected)]


@pytest.mark.parametrize(
    "line", ["Trained for 3 epochs.", "Batch size: 128", "Within 15 epochs", "Batch sizes 64, 128"]
)
def test_figures_of_the_training_that_are_right(check, line):
    assert check(f"# MNIST\n\n{line}\n{LOG}").findings == ()


def test_a_test_set_of_the_size_of_the_training_set_and_a_loss_below_zero(check):
    text = LOG.replace("9912/10000", "59472/60000").replace("9931/10000", "59586/60000")
    text = text.replace("9927/10000", "59562/60000")

    assert found(check(f"# MNIST\n{text}")) == [(Kind.TRAINING, "10,000")]
    assert found(check(f"# Run\n{LOG.replace('0.02', '-0.98')}")) == [(Kind.TRAINING, "a loss of at least 0")]


@pytest.mark.parametrize(
    "log",
    [
        "```\nEpoch  1: Train Acc: 90.49%, Val Acc: 97.91%\nEpoch  2: Train Acc: 97.58%, Val Acc: 98.52%\n```",
        "Epoch 1/2\n469/469 [====] - 4s - loss: 0.2 - accuracy: 0.9302 - val_loss: 0.1 - val_accuracy: 0.9632\n"
        "Epoch 2/2\n469/469 [====] - 4s - loss: 0.1 - accuracy: 0.9502 - val_loss: 0.1 - val_accuracy: 0.9852\n",
        "Epoch : 1 - loss : 0.6 - acc: 0.65 - val_loss : 0.61 - val_acc: 0.6559\n"
        "Epoch : 2 - loss : 0.6 - acc: 0.66 - val_loss : 0.60 - val_acc: 0.9852\n",
        "EPOCH: 1 (LR: 0.01)\nTest set: Average loss: 1,16, Accuracy: 9061/10000 (90,61%)\n"
        "EPOCH: 2 (LR: 0.01)\nTest set: Average loss: nan, **Accuracy: 9852/10000 (98.52%)**\n",
        "EPOCH: 1\nTrain Accuracy: 97.1700\nTest Accuracy: 93.96\n\n"
        "EPOCH: 2\nTrain Accuracy: 97.1\nTest Accuracy: 98.52\n",
        "Train Epoch: 1 | Loss: 0.2 | Accuracy: 93.37%\nTest  Epoch: 1 | Loss: 0.06 | Accuracy: 94.04%\n"
        "Train Epoch: 2 | Loss: 0.1 | Accuracy: 94.37%\nTest  Epoch: 2 | Loss: 0.05 | Accuracy: 98.52%\n",
        "01 / 02 || train_loss=0.08\nEpoch 1\ntest_loss: 0.03, test_accuracy: 9881/10000 (98.81%)\nEpoch 2\n"
        "Test Loss: 0.03, Test Accuracy: 9852/10000 (98.52%)\n",
        "```\n+-------+--------------+\n| Epoch | Val Accuracy |\n+-------+--------------+\n|   1   |    96.07     |\n"
        "|   2   |    98.52     |\n+-------+--------------+\n```",
    ],
)  # fmt: skip
def test_logs_of_many_programs_are_read(check, log):
    best = "98.81" if "98.81" in log else "98.52"

    assert found(check(f"# Run\n\nBest validation accuracy: 99.40%\n\n{log}\n")) == [(Kind.ACCURACY, f"{best} %")]
    assert check(f"# Run\n\nBest validation accuracy: {best}%\n\n{log}\n").findings == ()


RECEPTIVE = """\
| Layer | Kernel | Stride | Padding | N in | N out | R in | R out | Jump |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| conv | 3x3 | 1 | 1 | 28 | 28 | 1 | 3 | 1 |
| conv | 3x3 | 1 | 0 | 28 | 26 | 3 | 5 | 1 |
| pool | 2x2 | 2 | 0 | 26 | 13 | 5 | 6 | 2 |
| conv | 3x3 | 1 | 0 | 13 | 11 | 6 | 10 | 2 |
| conv | 5x5 | 1 | 2 | 11 | 11 | 10 | 18 | 2 |
"""


def test_receptive_fields_row_by_row(check):
    assert check(RECEPTIVE).findings == ()
    assert check(RECEPTIVE).checked == {Kind.RECEPTIVE: 5}
    for old, new, expected in (
        ("| 5 | 6 | 2 |", "| 5 | 7 | 2 |", "receptive field 6"),
        ("| 13 | 11 |", "| 13 | 13 |", "size 11"),
        ("| 10 | 18 | 2 |", "| 10 | 14 | 2 |", "receptive field 18"),
    ):
        assert found(check(RECEPTIVE.replace(old, new))) == [(Kind.RECEPTIVE, expected)]


def test_receptive_fields_without_strides_are_left_alone(check):
    text = "| Layer | Kernel | RF |\n| --- | --- | --- |\n| c | 3 | 3 |\n| p | 2 | 4 |\n| c | 3 | 8 |\n| c | 3 | 12 |\n"

    assert check(text).findings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The depth is 1 + 4×5×2 + 1 = 44 layers.", ["1 + 4×5×2 + 1 = 42"]),
        ("Parameters: 3x3x16 = 146 here", ["3x3x16 = 144"]),
        ("RF = 1 + (3-1)*2 = 6", ["1 + (3-1)*2 = 5"]),
        ("60000/128 = 469 steps, (28 - 7)/3 + 1 = 8, 2 * 3 = 6", []),
        ("w1 = 0.15, 5 - 3 = 2, version 1.2 = 3, 12-05-2021 = date, 0.9 * 0.11 = 0.1", []),
    ],
)
def test_sums_that_are_written_out(check, text, expected):
    assert [finding.expected for finding in check(text).findings if finding.kind is Kind.ARITHMETIC] == expected


def test_details_of_layers_are_held_against_their_counts(check):
    text = (
        "| Layer (type) | Params | Details |\n|---|---:|---|\n"
        "| c1 (Conv2d) | 54 | 1→6 channels, kernel 3x3, no bias |\n"
        "| bn1 (BatchNorm2d) | 12 | 6 features |\n| c2 (Conv2d) | 435 | 6→8 channels, kernel 3x3, no bias |\n"
        "| **Total** | **501** | |\n"
    )

    assert found(check(text)) == [(Kind.PARAMETERS, "432 parameters")]
    assert check(text.replace("435", "432").replace("501", "498")).findings == ()


def test_what_looks_like_a_claim_and_is_not_understood_is_counted(check, command, tmp_path):
    text = "# Net\n\n∂E_total/∂w9 = a_o1 + ∂z/∂w9\n\n| Layer | Params | Notes |\n|---|---|---|\n| one | many | - |\n"
    (tmp_path / "README.md").write_text(text, encoding="utf-8")

    assert check(text).unread == {"equations": (3,), "tables": (5,)}
    assert (
        command("lint", tmp_path / "README.md").out.splitlines()[-1]
        == "  not read: 1 equation and 1 table (lines 3, 5)"
    )


NETWORK = (
    "h1 = w1*i1 + w2*i2\nh2 = w3*i1 + w4*i2\na_h1 = σ(h1)\na_h2 = σ(h2)\n"
    "o1 = w5*a_h1 + w6*a_h2\no2 = w7*a_h1 + w8*a_h2\n"
    "E1 = ½ * (t1 - a_o1)²\nE2 = ½ * (t2 - a_o2)²\n∂E/∂w6 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h2\n"
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("∂E/∂w5 = ∂(E1 + E2)/∂w5", "∂E/∂w5 = ∂(E1 + E1)/∂w5"),
        ("∂E2/∂a_o2 = ∂(½*(t2 - a_o2)^2)/∂a_o2", "∂E2/∂a_o2 = ∂(½*(t2 - a_o2)^2)/∂a_o1"),
        ("𝜕E/𝜕w5 = (a_01 – t1) \\* a_01 \\* (1 – a_01) \\* a_h1",
         "𝜕E/𝜕w5 = (a_01 – t1) \\* a_01 \\* (1 – a_02) \\* a_h1"),
        ("ðE_Tot/ðw5 = ðE1/ða_01 * ða_o1/ðo1 * ðo1/ðw5", "ðE_Tot/ðw5 = ðE1/ða_01 * ða_o1/ðo1 * ðo1/ðw6"),
        ("$\\frac{\\partial E}{\\partial w_5} = \\frac{\\partial (E_1 + E_2)}{\\partial w_5}$",
         "$\\frac{\\partial E}{\\partial w_5} = \\frac{\\partial (E_1 + E_1)}{\\partial w_5}$"),
        ("\\delta E_t / \\delta w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1",
         "\\delta E_t / \\delta w5 = (a_o1 - t2) * a_o1 * (1 - a_o1) * a_h1"),
        ("$\\frac{\\delta E}{\\delta w_5} = \\frac{\\mathrm{d} E_1}{\\mathrm{d} w_5}$",
         "$\\frac{\\delta E}{\\delta w_5} = \\frac{\\mathrm{d} E_2}{\\mathrm{d} w_5}$"),
        ("d E / d w5 = d E1 / d w5", "d E / d w5 = d E2 / d w5"),
        ("- **∂E/∂w5 = ∂E1/∂w5** (because w5 does nothing to E2)",
         "- **∂E/∂w5 = ∂E2/∂w5** (because w5 does nothing to E1)"),
    ],
)  # fmt: skip
def test_derivatives_of_brackets_and_other_letters(check, right, wrong):
    head = "```\n" + NETWORK + "```\n\n"

    assert check(head + right).findings == ()
    assert check(head + right).checked == {Kind.FORMULA: 10}
    assert [finding.line for finding in check(head + wrong).findings] == [13]


def test_one_log_under_two_networks_is_found_and_under_one_it_is_not(check):
    smaller = TABLE.replace("17,290", "7,290").replace("18,482", "8,482")

    assert found(check(f"# A\n{TABLE}{LOG}\n# B\n{smaller}{LOG}"))[-1] == (Kind.TRAINING, "another log")
    assert check(f"# A\n{TABLE}{LOG}\n# B\n{TABLE}{LOG}").findings == ()
