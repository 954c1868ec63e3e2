"""The weights of a module by name, each tensor once: a parameter that two layers share has one name in a file."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


def shared_names(module: nn.Module) -> dict[str, str]:
    """The further names of tensors that have several, with their first name."""
    first: dict[int, str] = {}
    named = module.state_dict(keep_vars=True).items()
    return {name: other for name, tensor in named if (other := first.setdefault(id(tensor), name)) != name}


def weights_of(module: nn.Module) -> dict[str, Tensor]:
    """Copies of parameters and buffers, as safetensors takes them: contiguous, no memory shared."""
    shared = shared_names(module)
    return {
        name: tensor.clone(memory_format=torch.contiguous_format)
        for name, tensor in module.state_dict().items()
        if name not in shared
    }


def load_weights(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put such weights into a module of the same build; RuntimeError where they do not fit."""
    further = {name: weights[first] for name, first in shared_names(module).items() if first in weights}
    module.load_state_dict({**weights, **further})
