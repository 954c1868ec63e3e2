"""The gradients of workbooks of small networks are those of torch's autograd."""

from pathlib import Path

import pytest
import torch

from backprop.derivation.derive import derive
from backprop.network.generate import Changes, change_network, make_fields, parse_samples
from backprop.workbook.layout import network_sheet, rate_sheet
from backprop.workbook.write import write_workbook
from tests.backprop.gradient.books import answer, matrix
from tests.backprop.torch_oracle import Model, double

SAMPLES = {"inputs": parse_samples("0.1,0.9;0.8,0.2;0.5,0.6", "inputs")}
THREE = parse_samples("1,0,0;0,1,0;0,0,1", "targets")


@pytest.mark.parametrize(
    ("sizes", "changes"),
    [
        ((2, 3, 2), Changes(activation="tanh", loss="mean_squared_error", biases="neuron")),
        ((2, 3, 3, 2), Changes(activation="gelu", biases="layer")),
        ((2, 4, 3), Changes(activation="leaky_relu", loss="softmax_cross_entropy", biases="neuron", targets=THREE,
                            **SAMPLES)),
        ((2, 2, 1), Changes(activation="swish", loss="binary_cross_entropy",
                            targets=parse_samples("0;1;1", "targets"), **SAMPLES)),
    ],
    ids=["tanh", "deep gelu", "softmax, three samples", "binary cross-entropy, three samples"],
)  # fmt: skip
def test_a_network_workbook(sizes: tuple[int, ...], changes: Changes, tmp_path: Path) -> None:
    network = change_network(make_fields(sizes), changes, "test")
    derivation = derive(network)
    write_workbook(derivation, tmp_path / "network.xlsx", (0.5,), 2)
    layout, cells = rate_sheet(derivation, 2, "closed"), network_sheet(derivation).cells
    names = [symbol.name for symbol in derivation.trained]

    by = [cells[name].replace("$", "") for name in names]
    gradient = answer(tmp_path / "network.xlsx", f"η = 0.5!{layout.columns['E_total']}6", *by, check=False)

    model = Model(network)
    loss = model.loss(double(network.inputs), double(network.targets))
    loss.backward()
    expected = {name: slope for each in model.trained for name, slope in each.named(each.tensor.grad)}
    assert gradient.value == pytest.approx(loss.item(), rel=1e-12)
    assert list(gradient.values.values()) == pytest.approx([expected[name] for name in names], rel=1e-12, abs=1e-15)


def test_a_workbook_of_matrices(tmp_path: Path) -> None:
    matrix(tmp_path / "matrix.xlsx")
    gradient = answer(tmp_path / "matrix.xlsx", "B16", "E2:G3", "E7:G8", check=False)
    first = double([[1, -1, -0.5], [-1, 1, 0.7]]).requires_grad_()
    second = double([[1, 0, 0.5], [-1, 1, 0]]).requires_grad_()
    inputs = double([[2, -1], [1, 1], [1, 1]])
    hidden = torch.relu(first @ inputs)
    scores = second[:, :2] @ hidden + second[:, 2:]
    loss = -torch.log_softmax(scores, 0).diagonal().sum()
    loss.backward()
    slopes = [*first.grad.flatten().tolist(), *second.grad.flatten().tolist()]  # type: ignore[union-attr]
    assert gradient.value == pytest.approx(loss.item(), rel=1e-12)
    assert list(gradient.values.values()) == pytest.approx(slopes, rel=1e-12, abs=1e-15)
