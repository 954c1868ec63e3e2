"""Another data set's name in one line, and all images of a set called those to train with."""

import pytest

from reports.readmes.proof.findings import Kind

TITLED = (
    "# CIFAR10 with few parameters\n\nA network for CIFAR10 images.\n\n{}\n\nThe CIFAR10 data are downloaded at once.\n"
)


def found(report):
    return [(each.line, each.kind, each.expected) for each in report.findings]


def test_a_line_that_was_left_over_names_another_data_set(check):
    assert found(check(TITLED.format("- data/: directory for the MNIST dataset"))) == [(5, Kind.DATA, "CIFAR-10")]
    for line in (
        "- data/: directory for the CIFAR10 dataset",
        "As in our earlier work on the MNIST dataset.",
        "Based on the MNIST dataset of the tutorial.",
        "The same code runs on the MNIST dataset and on this.",
        "See MNIST.",
    ):
        assert check(TITLED.format(line)).findings == ()
    several = TITLED.format("for the MNIST dataset") + "\nMore for the MNIST dataset.\n"
    assert check(several).findings == ()


def test_a_network_for_three_channels_and_classes_of_things_is_not_for_digits(check):
    text = (
        "# Session\n\nWe classify the MNIST dataset.\n\n- in_channels=3, out_channels=16\n\nIt takes a {} for a deer.\n"
    )
    assert found(check(text.format("bird"))) == [(3, Kind.DATA, "CIFAR-10")]
    assert check(text.format("seven")).findings == ()
    assert check(text.format("bird").replace("in_channels=3", "in_channels=1")).findings == ()


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("The image size is 32 X 32 and we have 60K images in train and 10K images in the test set.", True),
        ("The image size is 32 X 32 and we have 50K images in train and 10K images in the test set.", False),
        ("We augment the data to 60K images in train.", False),
    ],
)
def test_all_images_are_not_those_to_train_with(check, line, wrong):
    assert found(check(f"# CIFAR10\n\nChange the data from MNIST to CIFAR10.\n\n{line}\n")) == (
        [(5, Kind.DATA, "50,000")] if wrong else []
    )
