"""Where training computes: the device of a name, and torch set up so that a seed gives the same numbers again."""

import contextlib
from collections.abc import Iterator

import torch

from mnist.errors import TrainingError


def find_device(name: str) -> str:
    """The torch device for "cpu", "cuda", "cuda:N", "mps", "xpu", "xpu:N" or "auto"; TrainingError where there is none.

    "auto" is the first of CUDA, XPU (Intel), MPS (Apple) that this machine has, else the processor.
    """
    here = {"cuda": torch.cuda.device_count(), "xpu": torch.xpu.device_count(), "mps": int(torch.mps.is_available())}
    if name == "auto":
        kind = next((kind for kind, count in here.items() if count), "cpu")
        return kind if kind in ("cpu", "mps") else f"{kind}:0"
    if name == "cpu":
        return name
    kind, _, index = name.partition(":")
    if kind not in here or not (index or "0").isdecimal():
        raise TrainingError(f"device {name!r} is unknown; one of: cpu, cuda, cuda:N, mps, xpu, xpu:N, auto")
    if int(index or 0) >= here[kind]:
        devices = f"{here[kind]} {kind.upper()} devices"
        raise TrainingError(f"device {name!r}: this machine has {devices}; cpu or auto always work")
    return kind if kind == "mps" else f"{kind}:{int(index or 0)}"


def hardware_of(device: str) -> str | None:
    """What an accelerator is called; None for the processor."""
    kind = device.partition(":")[0]
    if kind == "cpu":
        return None
    if kind == "mps":
        return "Apple GPU (MPS)"
    name: str = (torch.xpu if kind == "xpu" else torch.cuda).get_device_name(device)
    return name


@contextlib.contextmanager
def isolated(seed: int, device: str, threads: int) -> Iterator[None]:
    """Seeds torch and sets its threads and deterministic kernels, and puts all of it back at the end."""
    before = torch.get_num_threads()
    with (
        torch.random.fork_rng(devices=[device] if device.startswith("cuda") else []),
        torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False),
    ):
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)
