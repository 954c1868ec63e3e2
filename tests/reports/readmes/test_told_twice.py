"""Figures against what else a README says of the same thing: the data set, a limit, the code, another figure."""

import pytest

from reports.readmes.proof.findings import Kind

FIELDS = "| layer | input size (HxW) | output size | K,p,s | receptive field (RF) | jump in |\n" + "| --- " * 6 + "|\n"
TABLE = """\
```
            Conv2d-1           [-1, 10, 26, 26]             100
            Conv2d-2           [-1, 12, 24, 24]           1,092
         MaxPool2d-3           [-1, 12, 12, 12]               0
            Linear-4                   [-1, 10]          17,290
Total params: 18,482
```
"""
CODE = """\
```python
self.a = nn.Conv2d(1, 8, 3)  # input: 28x28x1, output: 26x26x8, RF: 3
self.b = nn.Conv2d(8, 8, 3)  # input: 26, output: {size}, RF: 5
self.c = nn.MaxPool2d(2, 2)  # input: {size}, output: 12, RF: {pooled}
self.d = nn.Conv2d(8, 10, 3, padding=1)  # input: 12, output: 12, RF: {last}
```
"""
MODULES = """\
```
Net(
  (a): Sequential(
    (0): Conv2d(1, 8, kernel_size=(3, 3), stride=(1, 1), bias=False)
    (1): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True)
    (2): ReLU()
  )
  (b): Linear(in_features=5408, out_features=10, bias=True)
)
```
"""


def found(report):
    return [(finding.kind, finding.expected) for finding in report.findings]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The MNIST data set has 60,000 training images and 1,000 test images.", "10,000"),
        ("MNIST contains 80,000 images of digits.", "70,000"),
        ("CIFAR-10 consists of 60000 32x32 colour images in 10 classes, with 600 images per class.", "6,000"),
        ("The CIFAR-100 dataset contains 100 classes, each with 6,000 images.", "600"),
    ],
)
def test_a_data_set_has_the_images_that_it_has(check, line, expected):
    assert found(check(line)) == [(Kind.DATA, expected)]


@pytest.mark.parametrize(
    "line",
    [
        "MNIST: 60,000 training and 10,000 test images of 28x28 pixels in 10 classes.",
        "Fashion-MNIST has 70,000 images, 60k to train and 10k for testing.",
        "CIFAR-10 has 10 classes, each with 6,000 images; 50,000 images are for training.",
        "CIFAR-100 has 600 images per class: 500 images per class for training.",
    ],
)
def test_what_is_right_of_a_data_set_is_checked_and_no_finding(check, line):
    report = check(line)
    assert not report.findings
    assert report.checked[Kind.DATA] >= 2


@pytest.mark.parametrize(
    "line",
    [
        "MNIST is split into 50,000 training and 10,000 validation images.",
        "We use only 5,000 training images of MNIST.",
        "The loader has 50,000 samples.",
        "MNIST and CIFAR-10 have 60,000 and 50,000 training images.",
    ],
)
def test_a_part_of_a_data_set_is_no_mistake(check, line):
    assert not check(line).findings


def test_sizes_beside_the_code_of_a_layer_follow_from_it(check):
    assert not check(CODE.format(size=24, pooled=6, last=10)).findings
    assert found(check(CODE.format(size=22, pooled=6, last=10))) == [
        (Kind.RECEPTIVE, "size 24"), (Kind.RECEPTIVE, "size 11"),
    ]  # fmt: skip


def test_fields_are_judged_however_many_are_wrong_where_sizes_prove_that_no_layer_is_left_out(check):
    assert found(check(CODE.format(size=24, pooled=10, last=12))) == [
        (Kind.RECEPTIVE, "receptive field 6"), (Kind.RECEPTIVE, "receptive field 10"),
    ]  # fmt: skip


CODED = """\
```python
self.a = nn.Conv2d(1, 8, 3)  # RF: 3
self.b = nn.Conv2d(8, 8, 3)  # RF: 5
self.pool = nn.MaxPool2d(2, 2)  # RF: 10
self.c = nn.Conv2d(8, 8, 3)  # RF: 12
{more}
```
"""


def test_code_that_constructs_every_layer_proves_its_fields_unless_functions_pool(check):
    assert [expected for _, expected in found(check(CODED.format(more="")))] == [
        "receptive field 6", "receptive field 10",
    ]  # fmt: skip
    assert not check(CODED.format(more="x = F.max_pool2d(x, 2)")).findings


CHAIN = """\
1. Input layer: 28x28 picture
   - Conv1: 16 filters, 3x3 kernel -> 26x26
   - Conv2: 32 filters, 3x3 kernel -> {size}
   - MaxPool: 2x2 stride 2 -> 12x12
   - Conv3: 16 filters, 3x3 kernel, padding=1 -> 12x12
"""


@pytest.mark.parametrize(("size", "expected"), [("24x24", []), ("23x23", []), ("42x42", [(Kind.RECEPTIVE, "size 24")])])
def test_a_size_in_a_list_of_layers_with_which_neither_neighbour_agrees(check, size, expected):
    assert found(check(CHAIN.format(size=size))) == expected


PARTS = "Layer: conv1 | Parameters: 40\nLayer: conv2 | Parameters: 296\nLayer: fc | Parameters: 10,260\n\n"


@pytest.mark.parametrize(("total", "expected"), [("10,596", []), ("10,956", [(Kind.TOTAL, "10,596")])])
def test_a_total_behind_a_list_of_parts(check, total, expected):
    assert found(check(f"{PARTS}Total trainable parameters: {total}")) == expected


@pytest.mark.parametrize(
    ("field", "expected"), [("45", []), ("43", [(Kind.CONSTRAINT, "more than 44: the limit is missed")])]
)
def test_the_least_receptive_field_that_a_text_asks_for(check, field, expected):
    assert (
        found(check(f"# Task\n\n- total RF must be more than 44\n\n# Result\n\nReceptive Field = {field}\n"))
        == expected
    )


@pytest.mark.parametrize(
    "line",
    [
        "- The kernel k,p,s | of a dilated layer",
        "Loss: 1.0330, LR: 0.1, learning rate 0.1\n\nSum accuracy: 0.1033, learning rate 0.2",
        "Test set: Average loss: 0.0614, Accuracy: 9832.0/10000 (98.32%)",
    ],
)
def test_what_has_another_name_or_form_is_no_mistake(check, line):
    assert not check(line).findings


def test_a_kernel_that_is_told_with_or_without_its_holes(check):
    head = "| K,p,s | RF (in) | RF (out) | J(out) |\n| --- | --- | --- | --- |\n"
    rows = [
        "3,1,1 | 1 | 3 | 1",
        "3,1,1 | 3 | 5 | 1",
        "2,0,2 | 5 | 6 | 2",
        "5,2,1 (Dil=2) | 6 | 14 | 2",
        "3,1,1 | 14 | 18 | 2",
    ]
    report = check(head + "\n".join(f"| {row} |" for row in rows))
    assert not report.findings
    assert report.checked == {Kind.RECEPTIVE: 4}


@pytest.mark.parametrize(
    "line",
    [
        "self.a = nn.Conv2d(1, 8, 3)  # 28x28 -> 13x13 after pooling",
        "self.a = nn.Conv2d(1, 8, k)  # 28x28 -> 13x13",
        "self.a = nn.Conv2d(1, 8, (3, 5))  # 28x28 -> 13x13",
        "self.a = nn.Conv2d(1, 16, 3)  # 1 -> 16",
        "self.a = nn.MaxPool2d(2, ceil_mode=True)  # 7x7 -> 4x4",
        "self.a = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3))  # 28x28 -> 24x24",
    ],
)
def test_code_that_says_more_or_less_than_one_layer_is_let_be(check, line):
    assert not check(f"```python\n{line}\n```").claims


def test_a_row_of_fields_goes_on_from_a_block_that_only_tells_its_own(check):
    rows = ["conv | 224 | 112 | 7,3,2 | 7 | 1", "pool | 112 | 56 | 3,1,2 | 11 | 2", "conv | 56 | 56 | 3,1,1 | 19 | 4"]
    block = "inception | 56 | 56 | | 51 | 4"
    right, wrong = "pool | 56 | 28 | 3,1,2 | 59 | 4", "pool | 56 | 28 | 3,1,2 | 53 | 4"
    good, bad = (FIELDS + "\n".join(f"| {row} |" for row in (*rows, block, last)) for last in (right, wrong))
    assert not check(good).findings
    assert check(good).checked == {Kind.RECEPTIVE: 4}
    assert found(check(bad)) == [(Kind.RECEPTIVE, "receptive field 59")]


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("- ✅ Parameters: 18,482 (< 20,000)", True),
        ("- ✅ Parameters: 28,482 (< 20,000)", False),
        ("- ✅ Parameters: 20k (< 20,000)", True),
        ("- ✅ Parameters: 21k (< 20,000)", False),
        ("- ✅ Receptive field: 45 (> 44 required)", True),
        ("- ✅ Receptive field > 44: achieved 43", False),
        ("- ✅ Validation accuracy: 99.31% (target: 99.4%)", False),
        ("- ✅ Validation accuracy: 99.43% (target: 99.4%)", True),
        ("| Parameters < 200k | 180,112 parameters | ✅ |", True),
    ],
)
def test_a_figure_beside_its_limit_holds_it_where_it_is_ticked(check, line, holds):
    text = f"| limit | figure | verdict |\n| --- | --- | --- |\n{line}" if line.startswith("|") else line
    assert [kind for kind, _ in found(check(text))] == [Kind.CONSTRAINT] * (not holds)
    assert check(text).checked[Kind.CONSTRAINT] >= 1


@pytest.mark.parametrize(
    "line",
    [
        "- Parameters: 28,482 (< 20,000)",
        "- ❌ Parameters: 28,482 (< 20,000)",
        "- Parameters: 28,482, not yet < 20,000",
        "- ✅ Parameters down from 28,482 to under 20,000",
    ],
)
def test_a_missed_limit_that_is_not_ticked_is_told_as_it_is(check, line):
    assert not check(line).findings


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The model has ~25k parameters.", [(Kind.COUNT, "18,482 parameters")]),
        ("The model has ~18.5k parameters.", []),
        ("The model has about 18,000 parameters.", []),
        ("A first try had ~25k parameters.\n\nThe last has ~18k parameters.", []),
    ],
)
def test_about_is_not_far_from_it(check, line, expected):
    assert found(check(f"{line}\n\n{TABLE}")) == expected


@pytest.mark.parametrize(
    ("other", "expected"), [("13,894", True), ("13,984", False), ("18,394", False), ("13.9k", False)]
)
def test_one_number_of_parameters_whose_digits_changed_places(check, other, expected):
    report = check(f"# Run\n\nTotal parameters: 13,984\n\n## Summary\n\nTotal parameters: {other}\n")
    assert [kind for kind, _ in found(report)] == [Kind.COUNT] * expected


@pytest.mark.parametrize(
    ("line", "right"), [("784 = 28x28", True), ("748 = 28x28", False), ("44 = 1 + 4*5*2 + 3", True)]
)
def test_a_sum_may_stand_behind_its_result(check, line, right):
    report = check(f"The size is {line}, as computed.")
    assert [kind for kind, _ in found(report)] == [Kind.ARITHMETIC] * (not right)
    assert report.checked == {Kind.ARITHMETIC: 1}


def test_a_percentage_before_its_count(check):
    assert found(check("Test accuracy: 98.42% (9,842/10,000 right)")) == []
    assert found(check("Test accuracy: 98.24% (9,842/10,000 right)")) == [(Kind.ACCURACY, "98.42 %")]


def test_no_test_set_is_the_training_set(check):
    assert found(check("# MNIST\n\nTest accuracy: 98.42% (59,052/60,000 right)")) == [(Kind.TRAINING, "10,000")]


def test_no_epoch_is_behind_the_last(check):
    text = "# Run\n\n- Epochs: 20\n- Batch size: 64\n\nBest test accuracy: 99.12% (epoch {epoch})\n"
    assert found(check(text.format(epoch=18))) == []
    assert found(check(text.format(epoch=28))) == [(Kind.TRAINING, "an epoch up to 20")]
    assert not check(text.format(epoch=28) + "\nA second run had 30 epochs.\n").findings


def test_a_network_that_is_printed_module_by_module_has_its_parameters(check):
    assert found(check(f"Total parameters: 54,187\n\n{MODULES}")) == [(Kind.COUNT, "54,178 parameters")]
    assert found(check(f"Total parameters: 54,178\n\n{MODULES}")) == []


def test_a_result_that_is_printed_twice_is_one_epoch(check):
    bars = "\n".join(
        f"Epoch {at}/3 - Validation: 100%|█| 79/79 [00:01<00:00, 59.87it/s, accuracy={accuracy}0\n\n"
        f"Epoch {at}/3 Summary:\n"
        f"Valid Loss: 1.4138, Valid Acc: {accuracy}00"
        for at, accuracy in enumerate(("47.16", "58.03", "57.01"), 1)
    )
    text = f"# Run\n\nBest validation accuracy: {{}}%\n\n## Log\n\n{bars}\n"
    assert found(check(text.format("58.03"))) == []
    assert found(check(text.format("57.01"))) == [(Kind.ACCURACY, "58.03 %")]


@pytest.mark.parametrize(
    "line",
    [
        "Test set (epoch {0}): Average loss: 0.1, Accuracy: {1}/10000 ({2}%)",
        "Epoch [{0}/3]\nTrain Loss: 0.7, Train Accuracy: 81.56%\nTest Loss: 0.1, Test Accuracy: {2}%",
        "epoch={0}; loss=0.1; accuracy=0.958: 100%|██| 469/469 [00:32<00:00, 14.38it/s]\n"
        "Test set: Average loss: 0.1, Accuracy: {1}/10000 ({2}%)",
        " 5%|▌| 1/20 [00:17<05:38, 17.84s/it]Epoch: {0}/3..  Training Accu: 0.869..  Val Loss: 0.1..  Val Accu: 0.{1}",
    ],
)
def test_further_forms_of_logs(check, line):
    log = "\n".join(line.format(at, right, f"{right / 100:.2f}") for at, right in enumerate((9712, 9843, 9851), 1))
    text = f"# Run\n\n98.43% test accuracy at epoch {{}}\n\n```\n{log}\n```\n"
    assert found(check(text.format(2))) == []
    assert found(check(text.format(3))) == [(Kind.ACCURACY, "epoch 2")]


def test_an_assignment_to_train_is_no_claim_to_have_trained(check):
    bars = "\n".join(
        f"Epoch {at}:\nTrain Accuracy: 9{at}.1 %  Train Loss: 0.1\nTest Accuracy: 9{at}.2 %  Test Loss: 0.1"
        for at in (1, 2, 3)
    )
    text = f"# Run\n\n{{}}\n\n## Log\n\n```\n{bars}\n```\n"
    assert not check(text.format("Read the paper. Train ResNet18 for 20 epochs.")).findings
    assert found(check(text.format("The network was trained for 20 epochs."))) == [
        (Kind.TRAINING, "3 epochs: not borne out by the log")
    ]
    assert found(check(text.format("num_epochs = 2"))) == [(Kind.TRAINING, "3 epochs")]


@pytest.mark.parametrize(("field", "expected"), [("18,482", ["a number of pixels"]), ("48", [])])
def test_a_receptive_field_is_no_number_of_parameters(check, field, expected):
    report = check(f"The receptive field of the model is {field}.\n\nTotal parameters: 18,482\n")
    assert [each for _, each in found(report)] == expected


@pytest.mark.parametrize(("told", "right"), [("10k (9,920)", True), ("9,920", True), ("11k", False), ("10,120", False)])
def test_a_rounded_figure_may_lie_below_its_limit(check, told, right):
    report = check(f"# Task\n\n- Less than 10k parameters\n\n# Result\n\n- Parameters: {told}\n")
    assert [kind for kind, _ in found(report)] == [Kind.CONSTRAINT] * (not right)


@pytest.mark.parametrize(
    ("size", "expected"), [("26.292", []), ("13.146", []), ("29.262", [(Kind.MEMORY, "26.400 MB")])]
)
def test_the_size_that_lightning_prints(check, size, expected):
    lines = ["6.6 M     Trainable params", "0         Non-trainable params", "6.6 M     Total params"]
    text = "\n".join([*lines, f"{size}    Total estimated model params size (MB)"])
    assert found(check(f"```\n{text}\n```\n")) == expected


@pytest.mark.parametrize(("percent", "expected"), [("90.19", []), ("90.91", [(Kind.LOG, "90.19 %")])])
def test_counts_of_a_second_task_in_what_a_program_printed(check, percent, expected):
    line = f"Test: loss: 0.1, Digit_Accuracy: 9559/10000 (95.59%), Sum_Accuracy: 9019/10000 ({percent}%)"
    report = check(f"```\n{line}\n```\n")
    assert found(report) == expected
    assert report.checked == {Kind.LOG: 2}


def test_what_is_asked_for_and_what_the_model_has_in_one_line(check):
    line = "Total parameters should be less than 1 million (current model has {} parameters)"
    assert check(line.format("650,464")).checked == {Kind.CONSTRAINT: 1}
    assert not check(line.format("1,650,464")).findings
