"""A network as steps of the page: what is left out, what is computed beforehand, what is refused and why."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from mnist.errors import RunError
from mnist.page import build
from mnist.page.trace import to_program

IMAGE = (1, 6, 6)


class Does(nn.Module):
    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, images: Tensor) -> Tensor:
        return self.function(images)


def scores(images: Tensor) -> Tensor:
    return images.flatten(1)[:, :10]


def in_place_on_a_part(images: Tensor) -> Tensor:
    changed = images * 2
    changed[:, :, 0].relu_()
    return scores(changed)


REFUSED: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "a running sum": (lambda x: scores(x.cumsum(3)), r"uses cumsum \(step cumsum\), which the page does not know"),
    "dropout in use": (lambda x: scores(functional.dropout(x)), r"uses dropout that is random in use, too, \(step"),
    "statistics of the batch": (
        lambda x: scores(functional.batch_norm(x, None, None, training=True)),
        r"uses batch_norm by the statistics of the batch itself \(step",
    ),
    "places that the image decides": (
        lambda x: scores(x[..., x[0, 0, 0].argmax()]),
        r"uses argmax \(step argmax\)",
    ),
    "a part written in place": (in_place_on_a_part, r"in place on a part of what is read later"),
    "places of the largest": (lambda x: x.flatten(1).max(1)[1].float() + scores(x), r"uses part 2 of what max_1 gives"),
    "whole numbers": (lambda x: scores(x.long().float()), r"uses to with numbers of type int64"),
    "nine scores": (lambda x: scores(x)[:, 1:], r"gives 1×9 for an image; 10 scores are needed, one for each class"),
    "two results": (lambda x: (scores(x), x), r"makes no graph of operations, which the page needs: it gives 2 things"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_page_cannot_run_is_named(what: str):
    function, said = REFUSED[what]
    with pytest.raises(RunError, match=f"^its network .*{said}") as error:
        to_program(Does(function), IMAGE, 10)
    assert "\n" not in str(error.value)


def test_what_is_the_same_for_every_image_is_computed_beforehand_and_what_only_renames_is_left_out():
    module = nn.Sequential(nn.Dropout(), nn.Flatten(), nn.utils.parametrizations.weight_norm(nn.Linear(36, 10)))
    program = to_program(module, IMAGE, 10)
    assert [step.kernel for step in program.steps] == ["linear"]
    assert program.tensors == ((10, 36), (10,))
    weights = program.words[:360].view(np.float32).reshape(10, 36)
    assert weights == pytest.approx(module[2].weight.detach().numpy())


def test_tensors_that_are_the_same_are_kept_once():
    layer = nn.Linear(36, 36)
    program = to_program(nn.Sequential(nn.Flatten(), layer, layer, nn.Linear(36, 10)), IMAGE, 10)
    assert program.tensors == ((36, 36), (36,), (10, 36), (10,))


def test_a_network_of_too_many_numbers_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "MOST_NUMBERS", 369)
    with pytest.raises(RunError, match=re.escape("its network needs more than 369 numbers; a page holds at most")):
        to_program(nn.Sequential(nn.Flatten(), nn.Linear(36, 10)), IMAGE, 10)


def test_the_module_is_left_as_it_was():
    module = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(32, 10)
    )
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    to_program(module, IMAGE, 10)
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())
