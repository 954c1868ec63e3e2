"""What a README says of its runs beyond single figures: when, how often, in tables of runs, and in arithmetic."""

import pytest

from reports.readmes.proof.findings import Kind

ACCURACIES = (98.10, 98.90, 99.20, 99.42, 99.38, 99.45, 99.41, 99.44)
LOG = "\n".join(
    f"Epoch {number}: Train Acc: {accuracy - 1:.2f}%, Test Acc: {accuracy:.2f}%"
    for number, accuracy in enumerate(ACCURACIES, 1)
)


def found(report):
    return [(finding.kind, finding.expected) for finding in report.findings]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It crossed 99.4% at epoch 4.", None),
        ("It crossed 99.4% at epoch 3.", "epoch 4"),
        ("It crosses 99.2% by epoch 6.", None),
        ("The test accuracy surpassed 99.6% at epoch 6.", "no epoch"),
        ("First hit 99.4% at epoch 5.", "epoch 4"),
        ("First hit 99.4% at epoch 4.", None),
        ("The accuracy stays above 99.4% from epoch 6.", None),
        ("The accuracy stays above 99.4% from the 3rd epoch.", "99.20 % at epoch 3"),
        ("99.4% from 2nd epoch onwards.", "98.90 % at epoch 2"),
        ("The average accuracy of the last 3 epochs is 99.43%.", None),
        ("The average accuracy of the last 3 epochs is 99.34%.", "99.43 %"),
        ("Last 3: [99.45%, 99.41%, 99.44%] = 99.53% avg", "99.43 %"),
        ("Epochs with ≥99.4%: 4", None),
        ("Epochs with ≥99.4%: None", "4 epochs"),
        ("Achieved 99.42% within 6 epochs.", None),
        ("Achieved >= 99.40% testing accuracy consistently from epoch 6.", None),
    ],
)
def test_when_and_how_often(check, sentence, expected):
    report = check(f"# Run\n\n{sentence}\n\n```\n{LOG}\n```\n")

    assert [finding.expected for finding in report.findings] == ([expected] if expected else [])
    assert report.claims > 0


def test_an_epoch_may_be_counted_from_0_or_1_where_the_log_counts_from_0(check):
    log = LOG.replace("Epoch ", "Epoch -")
    for number in range(1, 9):
        log = log.replace(f"Epoch -{number}:", f"Epoch {number - 1}:")

    for right in (3, 4):
        assert check(f"# Run\n\nFirst hit 99.4% at epoch {right}.\n\n{log}").findings == ()
    assert len(check(f"# Run\n\nFirst hit 99.4% at epoch 5.\n\n{log}").findings) == 1


TABLE = """\
| Model | Params | Peak Acc | Last 3 Avg | First 99.4% | Final Accuracy |
| --- | --- | --- | --- | --- | --- |
| Model_1 (small) | 7,850 | 99.45% | 99.43% | Epoch 4 | 99.44% |
| Model 2 | 9.2k | 99.30% | - | Never | 99.30% |
"""
SMALL = f"## Model_1: small\n\nParameters: 7,850\n\nThe log:\n\n{LOG}\n\n"
WIDE = (
    "## Model 2: wide\n\nParameters: 9,210\n\nThe log:\n\n"
    "Epoch 1: Test Acc: 99.10%, Train Acc: 98.0%\nEpoch 2: Test Acc: 99.30%, Train Acc: 98.1%\n"
)
RUNS = f"# Runs\n\n{TABLE}\n{SMALL}{WIDE}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", None),
        ("| 7,850 |", "| 7,580 |", "7,850 parameters"),
        ("| 9.2k |", "| 9.8k |", "9,210 parameters"),
        ("| 99.45% |", "| 99.54% |", "99.45 %"),
        ("| 99.43% |", "| 99.34% |", "99.43 %"),
        ("| Epoch 4 |", "| Epoch 6 |", "epoch 4"),
        ("| Never |", "| Epoch 2 |", "no epoch"),
        ("| 99.44% |", "| 99.41% |", "99.44 %"),
    ],
)
def test_the_rows_of_a_table_of_runs_against_their_sections(check, old, new, expected):
    report = check(RUNS.replace(old, new, 1) if old else RUNS)

    assert found(report) == ([(Kind.SUMMARY, expected)] if expected else [])
    assert report.checked[Kind.SUMMARY] >= 8


def test_a_row_that_two_sections_could_be_of_is_left_alone(check):
    assert check(RUNS.replace("## Model 2: wide", "## Model_1 again").replace("99.45%", "99.54%", 1)).findings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Depth: 1 (conv1) + 4×5×2 (blocks) + 1 (fc) = **44 layers**", ["1 + 4×5×2 + 1 = 42"]),
        ("Depth: 1 (conv1) + 4×5×2 (blocks) + 1 (fc) = **42 layers**", []),
        ("✅ Parameters: 199,564 < 200,000, RF 55 > 44", []),
        ("✅ Parameters: 20,154 < 20,000", ["a comparison that holds"]),
        ("Test accuracy: 99.34% ≥ 99.4%", ["a comparison that holds"]),
        ("Parameters: 20,154 < 20,000 ❌", []),
        ("Channels go from 16 > 32, then 10 > 16", []),
        ("43% parameter reduction (13.8k → 7.8k)", []),
        ("34% parameter reduction (13.8k → 7.8k)", ["43.5 %"]),
        ("Flatten: 16x9x9 = 1,296 and 1,296 × 10 + 10 = 12,970", []),
        ("1,296 × 10 + 10 = 12,790", ["1,296 × 10 + 10 = 12970"]),
        ("Steps: ceil(60,000 / 128) = 469, math.floor(60000/128) = 468, ⌈50,000 / 128⌉ = 391", []),
        ("Steps: ceil(60,000 / 128) = 468", ["469"]),
        ("Steps: floor(60,000 / 128) = 469", ["468"]),
    ],
)
def test_arithmetic_that_is_written_out(check, text, expected):
    assert [finding.expected for finding in check(text).findings] == expected


def test_an_excerpt_of_a_log_is_held_against_the_log(check):
    table = "| Epoch | Test Accuracy |\n| --- | --- |\n| 1 | 98.10% |\n| 3 | 99.20% |\n| 5 | 99.38% |\n| 8 | 99.44% |\n"

    assert check(f"{table}\n```\n{LOG}\n```\n").findings == ()
    assert found(check(f"{table.replace('99.44', '99.54')}\n```\n{LOG}\n```\n")) == [(Kind.LOG, "99.44 %")]


CODE = """\
```python
self.conv1 = nn.Conv2d(1, 16, 3, padding=1)  # 28x28
self.bn1 = nn.BatchNorm2d(16)
self.conv2 = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=(3, 3), bias=False)
self.fc = nn.Linear(32, 10)
```
"""


def test_parameters_of_code_bear_a_figure_out_and_show_a_slip_only(check):
    assert check(f"Parameters: 5,130\n\n{CODE}").checked == {Kind.COUNT: 1}
    assert found(check(f"Parameters: 5,310\n\n{CODE}")) == [(Kind.COUNT, "5,130 parameters")]
    assert check(f"Parameters: 6,000\n\n{CODE}").findings == ()  # code may leave layers out


def test_totals_without_their_table_count_and_people_round_up(check):
    total = "\n\nTotal params: 18,406\n"

    assert check(f"Parameters: 18,406{total}").checked == {Kind.COUNT: 1}
    assert found(check(f"Parameters: 18,460{total}")) == [(Kind.COUNT, "18,406 parameters")]
    assert check(f"Parameters: 18.5k{total}").findings == ()
    assert found(check(f"Total Parameters: > 5 M{total}")) == [(Kind.COUNT, "18,406 parameters")]


def test_a_limit_with_a_zero_too_few(check):
    text = "Use less than 20,000 parameters.\n\nTotal params to be less than 200k.\n\nTotal params: 182,368\n"

    assert found(check(text)) == [(Kind.CONSTRAINT, "fewer than 200,000")]
    assert check(text.replace("182,368", "18,368")).findings == ()


def test_the_size_of_the_model(check):
    assert check("Model size: 0.76 MB\n\nTotal params: 199,564\n").checked[Kind.MEMORY] == 1
    assert found(check("Model size: 0.67 MB\n\nTotal params: 199,564\n")) == [(Kind.MEMORY, "0.76 MB")]
    assert check("Model size: 2.4 MB\n\nTotal params: 199,564\n").findings == ()  # a checkpoint


def test_a_schedule_against_the_rates_of_the_log(check):
    epochs = (
        f"Epoch {n}: Test Acc: 99.{n}0%, Train Acc: 98.{n}0%, LR: {0.1 * 0.5 ** ((n - 1) // 2):g}" for n in range(1, 9)
    )
    log = "\n".join(["```", *epochs, "```"])

    assert check(f"Initial learning rate: 0.1, StepLR(step_size=2, gamma=0.5)\n\n{log}").checked[Kind.RATE] == 2
    assert found(check(f"StepLR(step_size=3, gamma=0.5)\n\n{log}")) == [(Kind.RATE, "2 epochs by 0.5")]
    assert found(check(f"Learning rate: 0.01\n\n{log}")) == [(Kind.RATE, "0.1")]


LIST = """\
├─ Conv 3×3: 3→14 channels (RF: 3)
├─ Conv 3×3: 14→22 channels (RF: 5)
├─ MaxPool 2x2, stride 2 (RF: 6)
├─ Conv 3×3, dilation=2: 22→44 channels (RF: 14)
└─ Conv 3×3: 44→52 channels (RF: 18)

Receptive field: 18
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("RF: 14", "RF: 10", ["receptive field 14"]),
        ("RF: 6", "RF: 7", ["receptive field 6"]),
        ("field: 18", "field: 28", ["receptive field 18"]),
        ("Receptive field: 18", "Target receptive field > 44", []),
    ],
)
def test_receptive_fields_in_lists(check, old, new, expected):
    report = check(f"```\n{LIST.replace(old, new, 1) if old else LIST}```\n".replace("\n\nRec", "\n```\n\nRec"))

    assert [(f.kind, f.expected) for f in report.findings] == [(Kind.RECEPTIVE, each) for each in expected]


def test_receptive_fields_in_arrows_comments_and_between_commas(check):
    arrows = (
        "Block 1 (3x Conv 3x3): RF = 1 → 3 → 5 → 7\nTransition (1x1 conv, stride=2): RF = 7\n"
        "Block 2 (2x Dilated conv 3x3, dilation=2): RF = 7 → 15 → 23\n"
    )
    comments = "".join(f"nn.Conv2d(8, 8, 3)\n# output_size = 26, RF={field}\n" for field in (3, 5, 7, 9))
    commas = "Layer,Kernel,Stride,Padding,RF,Jump\n" + "".join(f"c,3,1,0,{field},1\n" for field in (3, 5, 7, 9))
    for text, wrong in ((arrows, "15 → 22"), (comments, "RF=8"), (commas, "0,8,1")):
        right = {"15 → 22": "15 → 23", "RF=8": "RF=9", "0,8,1": "0,9,1"}[wrong]
        assert check(f"```\n{text}```\n").findings == (), text
        assert check(f"```\n{text}```\n").checked[Kind.RECEPTIVE] >= 4
        assert len(check(f"```\n{text.replace(right, wrong)}```\n").findings) == 1, text


def test_one_field_that_is_no_square(check):
    rows = "".join(f"32x32x{n} | conv | RF of {n}x{n}\n" for n in (3, 5, 7, 9, 11, 13))

    assert check(rows).findings == ()
    assert found(check(rows.replace("11x11", "21x11"))) == [(Kind.RECEPTIVE, "a square")]


def test_a_summary_whose_test_and_training_columns_are_swapped(check):
    head = "| Run | Test Accuracy (Max) | Train Accuracy (Max) |\n| --- | --- | --- |\n"
    log = LOG.replace("Train Acc: 9", "Train Acc: 8")  # far from the test images
    text = f"# Runs\n\n{head}| Group norm | {{}} |\n\n## Group norm\n\n```\n{log}\n```\n"

    assert check(text.format("99.45% | 88.45%")).checked[Kind.SUMMARY] == 1
    assert check(text.format("99.45% | 88.45%")).findings == ()
    assert check(text.format("97.45% | 88.45%")).findings == ()  # of another run, perhaps
    assert found(check(text.format("88.45% | 99.45%"))) == [(Kind.SUMMARY, "the two swapped")]


TABLE = """\
```
            Conv2d-1           [-1, 32, 32, 32]             864
       BatchNorm2d-2           [-1, 32, 32, 32]              64
            Conv2d-3           [-1, 32, 30, 30]           9,248
{rule}
```
"""


def test_the_first_rows_of_a_table_make_no_total(check):
    cut = TABLE.format(rule="").replace("\n\n```", "\n```")

    assert check(f"{cut}\nTotal params: 155,434. The rest is in the log.\n").findings == ()
    assert len(check(f"{cut}\nTotal params: 10,175\n").findings) == 1  # near enough to be its own
    assert check(f"{cut}\nTotal params: 10,176. All of them.\n").findings == ()


def test_the_count_of_one_layer_is_no_count_of_the_network(check):
    table = TABLE.format(rule="=======\nTotal params: 10,176")

    assert check(f"# Net\n\n{table}\nMinimal second layer: Only 864 parameters\n").findings == ()


def test_a_total_in_any_column_of_a_markdown_table(check):
    rows = "| C1 | Conv2d | 3→16, k=3 | 448 |\n| | BatchNorm2d | 16 channels | 32 |\n| FC | Linear | 16→10 | 170 |\n"
    text = (
        f"| Block | Layer type | Configuration | Parameters |\n|---|---|---|---|\n{rows}| | **Total** | | **{{}}** |\n"
    )

    assert check(text.format(650)).checked[Kind.TOTAL] == 1
    assert check(text.format(650)).findings == ()
    assert found(check(text.format(634))) == [(Kind.TOTAL, "650")]


def test_tables_and_counts_in_turn(check):
    def models(*counts):
        table = TABLE.format(rule="=======\nTotal params: 10,176")
        other = table.replace("9,248", "9,216").replace("10,176", "10,144")
        note = "## Logs\n### Analysis\nResults: (must include the parameters)\n - Parameters: {}\n"
        return "\n".join(
            f"## Model {name}\n{net}\n{note.format(count)}"
            for name, net, count in zip("ABC", (table, other, table), counts, strict=True)
        )

    assert check(models("10,176", "10,144", "10,176")).findings == ()
    assert found(check(models("10,176", "10,154", "10,176"))) == [(Kind.COUNT, "10,144 parameters")]
    assert check(models("10,176", "10,154", "12,000")).findings == ()  # others than these tables', perhaps


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| <200K | 150,690 | ✅ 25% under limit |", None),
        ("| <200K | 150,690 | ✅ **75% under limit** |", "24.7%"),
        ("| >44 | 67 | 52% above requirement |", None),
        ("| >85% | 87.42% | 2.42% above target |", None),
        ("| >85% | 87.42% | 2.85% above target |", None),
        ("| >85% | 87.42% | 4.42% above target |", "2.8%"),
    ],
)
def test_margins_to_a_limit(check, row, expected):
    report = check(f"| What | Target | Achieved | Status |\n|---|---|---|---|\n| Parameters {row}\n")

    assert found(report) == ([] if expected is None else [(Kind.CONSTRAINT, expected)])


def test_an_accuracy_of_an_epoch_where_the_log_is_of_another_section(check):
    text = f"## One\n\nTest accuracy: {{}}% at 5th epoch\n\n## Two\n\n{{}}\n\n## Log\n\n```\n{LOG}\n```\n"

    assert found(check(text.format(99.42, ""))) == [(Kind.ACCURACY, "epoch 4")]
    assert check(text.format(99.42, "Best test accuracy: 99.45%")).findings == ()


def test_a_table_that_ends_in_a_blank_line_is_cut(check):
    table = TABLE.format(rule="=" * 64 + "\nTotal params: 37,098")

    assert len(check(table).findings) == 1
    assert check(table.replace("\n====", "\n\n====")).findings == ()


def test_sides_of_a_matrix_are_no_product(check):
    assert check("- then the map is 8*8 = 8\n- then 8*9 = 73\n").findings[0].found == "8*9 = 73"
