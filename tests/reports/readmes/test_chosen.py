"""Settings in words against the one value that the code of the same text gives them."""

import pytest

from reports.readmes.proof.findings import Kind

CODE = """\
```python
batch_size = 64
optimizer = optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
scheduler = StepLR(optimizer, step_size=6, gamma=0.1)
self.drop = nn.Dropout(0.1)
```

"""


def found(report):
    return [(each.line, each.kind, each.expected) for each in report.findings]


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("- Batch size: 64", "- Batch size: 128", "batch size 64"),
        ("- **Learning rate**: 0.02", "- **Learning rate**: 0.2", "learning rate 0.02"),
        ("Trained with a momentum of 0.9 in all", "Trained with a momentum of 0.8 in all", "momentum 0.9"),
        ("| Step size | 6 |", "| Step size | 8 |", "step size 6"),
        ("Dropout (0.1) behind each", "Dropout (0.25) behind each", "0.1"),
    ],
)
def test_a_setting_has_the_value_that_the_code_has(check, right, wrong, expected):
    head = "| Setting | Value |\n| --- | --- |\n" if right.startswith("|") else ""
    assert check(CODE + head + right + "\n").findings == ()
    report = check(CODE + head + wrong + "\n")
    assert [(each.kind, each.expected) for each in report.findings] == [(Kind.TRAINING, expected)]


@pytest.mark.parametrize(
    "code",
    [
        "class Settings:\n    batch_size: int = 512\n    learning_rate: float = 0.01\n",
        'SETTINGS = {"batch_size": 512, "learning_rate": 0.01}\n',
    ],
)
def test_annotated_settings_and_dictionaries_are_code_too(check, code):
    head = f"```python\n{code}```\n\n"
    right = check(head + "- Batch size: 512\n- Learning rate: 0.01\n")
    wrong = check(head + "- Batch size: 64\n- Learning rate: 0.001\n")
    assert (right.checked, right.findings) == ({Kind.TRAINING: 2}, ())
    assert [each.expected for each in wrong.findings] == ["batch size 512", "learning rate 0.01"]


@pytest.mark.parametrize(
    "code", ["class Config:\n    batch_size: int = 64", "batch_size: 64", '{"batch_size": 64, "device": "cpu"}']
)
def test_settings_of_configurations(check, code):
    assert check(f"```\n{code}\n```\n\n- Batch size: 64\n").findings == ()
    assert found(check(f"```\n{code}\n```\n\n- Batch size: 128\n"))[0][2] == "batch size 64"


@pytest.mark.parametrize(
    "text",
    [
        "- Batch size: 128 before",
        "- Batch size: 128\n- Batch size: 64",  # of two runs
        "- Default batch size: 128",
        "- Max batch size: 128",
        "Dropout was increased to 0.25",
        "Dropout of 25 %",
        "- Learning rate: 0.2 by one cycle\n\nOneCycleLR",
    ],
)
def test_other_times_several_values_and_limits_say_nothing(check, text):
    assert check(CODE + text + "\n").findings == ()


def test_code_with_two_values_or_in_commands_says_nothing(check):
    assert (
        check(CODE.replace("batch_size = 64", "batch_size = 64\nbatch_size = 32") + "- Batch size: 128\n").findings
        == ()
    )
    assert check("```\npython train.py --batch_size=64\n```\n\n- Batch size: 128\n").findings == ()
    one_cycle = CODE.replace("StepLR(optimizer, ", "OneCycleLR(optimizer, max_lr=0.2, ")
    assert check(one_cycle + "- Learning rate: 0.2\n").findings == ()


def test_a_printed_network_tells_its_dropouts(check):
    text = "- Dropout (0.05-0.06)\n\n(conv1): Conv2d(1, 8, kernel_size=(3, 3))\n(drop): Dropout(p={}, inplace=False)\n"
    assert found(check(text.format(0.05)))[0][2] == "0.05"
    assert check(text.format(0.05).replace("0.05-0.06", "0.05")).findings == ()
