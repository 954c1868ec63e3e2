"""What stands beside a log: new bests, losses, epochs of an excerpt, how many were to be trained."""

import pytest

from reports.readmes.proof.findings import Kind


def found(report):
    return [(finding.line, finding.kind, finding.expected) for finding in report.findings]


def log(*epochs, best=()):
    lines = []
    for number, (accuracy, loss) in enumerate(epochs, 1):
        lines += [f"Epoch {number}: Test Loss: {loss}, Test Accuracy: {accuracy}%"]
        lines += [f"New best model saved! (Accuracy: {accuracy}%)"] if number in best else []
    return "```\n" + "\n".join(lines) + "\n```\n"


EPOCHS = ((98.11, 0.061), (98.92, 0.035), (98.47, 0.041), (99.03, 0.031), (98.88, 0.029))


def test_a_new_best_is_above_all_before_it_or_of_a_loss_below(check):
    assert check(log(*EPOCHS, best=(1, 2, 4))).findings == ()
    assert found(check(log(*EPOCHS, best=(1, 2, 3, 4)))) == [(7, Kind.ACCURACY, "no new best")]
    assert check(log(*EPOCHS, best=(1, 2, 4, 5))).findings == ()


def test_a_new_best_may_be_one_in_training(check):
    trained = [f"Train Accuracy: {90 + at}%" for at in range(len(EPOCHS))]
    lines = log(*EPOCHS, best=(1, 2, 3)).splitlines()
    for at, figure in enumerate(trained, 1):
        lines = [line.replace(f"Epoch {at}:", f"Epoch {at}: {figure},") for line in lines]

    assert check("\n".join(lines)).findings == ()
    assert len(check("\n".join(lines).replace("Train Accuracy: 92%", "Train Accuracy: 91%")).findings) == 1


def test_a_loss_beside_the_accuracy_of_an_epoch(check):
    row = "| Test Acc | Test Loss |\n| --- | --- |\n| {} | {} |\n\n"

    assert check(row.format(99.03, "0.03") + log(*EPOCHS)).findings == ()
    assert found(check(row.format(99.03, "0.01") + log(*EPOCHS))) == [(3, Kind.TRAINING, "0.031")]
    assert check(row.format(99.10, "0.01") + log(*EPOCHS).replace("99.03", "99.04")).checked.get(Kind.TRAINING) is None


def test_an_epoch_that_the_log_leaves_out_cannot_have_the_accuracy_of_another(check):
    table = "| Epoch | Test Accuracy |\n| --- | --- |\n" + "".join(
        f"| {epoch} | {90 + epoch / 4 + 0.03:.2f}% |\n" for epoch in (1, 2, 3, 5, 6, 8, 9)
    )
    told = "| Mark | Epoch | Test Accuracy |\n| --- | --- | --- |\n| a | 1 | 90.28% |\n| b | {} | 91.28% |\n"
    told += "| c | 6 | 91.53% |\n| d | 9 | 92.28% |\n\n"

    assert check(f"{told.format(5)}\n{table}").findings == ()
    assert found(check(f"{told.format(4)}\n{table}")) == [(4, Kind.LOG, "epoch 5")]


def test_epochs_that_were_set_are_those_of_a_log_that_shows_most_and_does_not_end_early(check):
    assert check(f"- **Epochs**: 20\n\n{log(*EPOCHS)}").findings == ()
    assert check(f"- **Epochs**: 7\n\n{log(*EPOCHS)}\n...\n").findings == ()
    assert check(f"- **Epochs**: 7 with early stopping\n\n{log(*EPOCHS)}").findings == ()
    assert found(check(f"- **Epochs**: 7\n\n{log(*EPOCHS)}")) == [
        (1, Kind.TRAINING, "5 epochs: not borne out by the log")
    ]
    assert found(check(f"Trained for 20 epochs.\n\n{log(*EPOCHS)}")) == [
        (1, Kind.TRAINING, "5 epochs: not borne out by the log")
    ]
    assert found(check(f"- **Epochs**: 4\n\n{log(*EPOCHS)}")) == [(1, Kind.TRAINING, "5 epochs")]


MODELS = "| Model | Params | Test accuracy | Training time |\n| --- | --- | --- | --- |\n"
MODELS += "| Small Net | 9.5k | 98.92% | ~3 min |\n| WideNet | 1.2M | 99.31% | 9 min |\n"
MODELS += "| OldNet | 60,000 | 98.10% | 4 min |\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("WideNet has the highest test accuracy.", None),
        ("Small Net has the highest test accuracy.", "WideNet"),
        ("OldNet has the fewest parameters.", "Small Net"),
        ("OldNet was the fastest.", "Small Net"),
        ("OldNet was one of the fastest.", None),
        ("OldNet is fastest on a telephone.", None),
        ("WideNet and OldNet have the lowest accuracy.", None),
        ("WideNet is the slowest.", None),
    ],
)
def test_a_superlative_of_a_row_of_the_table(check, line, expected):
    report = check(f"{MODELS}\n{line}\n")

    assert found(report) == ([(7, Kind.SUMMARY, expected)] if expected else [])


def test_times_of_different_units_are_not_compared(check):
    assert check(f"{MODELS.replace('9 min', '1 h')}\nWideNet is the fastest.\n").checked.get(Kind.SUMMARY) is None
