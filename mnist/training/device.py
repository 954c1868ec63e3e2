"""Where training computes: the device of a name, and torch set up so that a seed gives the same numbers again."""

import contextlib
from collections.abc import Iterator

import torch

from mnist.errors import TrainingError


def find_device(name: str) -> str:
    """The torch device for "cpu", "cuda", "cuda:N" or "auto", which prefers CUDA; TrainingError where there is none."""
    if name == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    if name == "cpu":
        return name
    kind, _, index = name.partition(":")
    if kind != "cuda" or not (index or "0").isdecimal():
        raise TrainingError(f"device {name!r} is unknown; one of: cpu, cuda, cuda:N, auto")
    count = torch.cuda.device_count()
    if int(index or 0) >= count:
        raise TrainingError(f"device {name!r}: this machine has {count} CUDA devices; cpu or auto always work")
    return f"cuda:{int(index or 0)}"


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
