"""Devices by name, where torch has them."""

import pytest
import torch

from mnist.errors import TrainingError
from mnist.training.device import find_device, hardware_of


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """A machine with so many devices of each kind."""

    def has(cuda: int = 0, xpu: int = 0, mps: bool = False) -> None:
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.xpu, "device_count", lambda: xpu)
        monkeypatch.setattr(torch.mps, "is_available", lambda: mps)

    return has


@pytest.mark.parametrize(
    ("has", "name", "device"),
    [
        ({}, "cpu", "cpu"),
        ({}, "auto", "cpu"),
        ({"mps": True}, "auto", "mps"),
        ({"xpu": 1, "mps": True}, "auto", "xpu:0"),
        ({"cuda": 1, "xpu": 1}, "auto", "cuda:0"),
        ({"mps": True}, "mps", "mps"),
        ({"xpu": 2}, "xpu:1", "xpu:1"),
        ({"cuda": 2}, "cuda", "cuda:0"),
    ],
)
def test_a_device_is_found_by_its_name(machine, has: dict[str, int], name: str, device: str):
    machine(**has)

    assert find_device(name) == device


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mps", "device 'mps': this machine has 0 MPS devices; cpu or auto always work"),
        ("xpu:1", "device 'xpu:1': this machine has 1 XPU devices"),
        ("tpu", "device 'tpu' is unknown; one of: cpu, cuda, cuda:N, mps, xpu, xpu:N, auto"),
        ("cuda:x", "is unknown"),
    ],
)
def test_what_is_not_there_is_named(machine, name: str, message: str):
    machine(xpu=1)

    with pytest.raises(TrainingError, match=message):
        find_device(name)


def test_only_accelerators_have_a_name_of_their_own():
    assert hardware_of("cpu") is None
    assert hardware_of("mps") == "Apple GPU (MPS)"
