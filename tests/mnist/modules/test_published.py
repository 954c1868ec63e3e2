"""The published networks as plain classes in a file: the numbers of their built-in descriptions, bit for bit."""

from pathlib import Path

import pytest
import safetensors.torch
import torch

from mnist.data.sources import Dataset
from mnist.modules.find import find_network
from mnist.nets.catalogue import NETS
from mnist.nets.published import PUBLISHED
from mnist.training.train import train
from tests.mnist.conftest import Recorder

FILE = Path(__file__).with_name("published.py")


@pytest.mark.parametrize("name", [net.name for net in PUBLISHED])
def test_two_epochs_give_the_numbers_of_the_description_bit_for_bit(digits: Dataset, name: str):
    recipe = NETS[name].recipe.model_copy(update={"epochs": 2, "batch_size": 60})
    own = find_network(f"{FILE}:{name.title().replace('-', '')}")
    first, second = (train(net, recipe, digits, seed=3, progress=Recorder()) for net in (NETS[name], own))

    figures = [[each.model_copy(update={"seconds": 0}) for each in run.record.epochs] for run in (first, second)]
    assert figures[0] == figures[1]
    assert first.evaluation == second.evaluation
    assert first.record.summary.total == second.record.summary.total == NETS[name].parameters
    assert second.record.network.outputs == "log-probabilities"
    assert second.record.network.graph_trains
    tensors = [[*safetensors.torch.load(run.weights).values()] for run in (first, second)]
    by_size = [sorted(each, key=lambda tensor: (tensor.shape, tensor.double().sum())) for each in tensors]
    assert len(by_size[0]) == len(by_size[1])
    assert all(map(torch.equal, *by_size))
