"""A network trained by torch in float64, from the description alone: nothing here is derived by this package.

Activations are torch.nn.functional's, losses torch's own (half the squared error is written out: torch has none),
optimisers and schedules torch.optim's. Quantities carry the package's names: w1, dE_dw1, v_w1, E_total, eta_t.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn import functional
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, StepLR

from backprop.network.network import Network
from backprop.network.training import Training

SCALE, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717  # Klambauer et al. 2017
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "bipolar_sigmoid": lambda z: 2 * torch.sigmoid(z) - 1,
    "softsign": functional.softsign,
    "hard_sigmoid": lambda z: functional.relu6(z + 3) / 6,  # torch's own takes the slope 1/6 of singles
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": lambda z: torch.where(z > 0, z, torch.exp(torch.clamp(z, max=0)) - 1),  # torch's own rounds e^z - 1 once
    "selu": lambda z: torch.where(z > 0, SCALE * z, SCALE * ALPHA * (torch.exp(torch.clamp(z, max=0)) - 1)),  # likewise
    "softplus": lambda z: functional.softplus(z, threshold=100),  # torch's own 20 cuts off 2e-9
    "gelu": lambda z: functional.gelu(z, approximate="tanh"),
    "swish": functional.silu,
    "mish": functional.mish,
    "softmax": lambda z: torch.softmax(z, -1),
}
LOSSES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {  # (z, a, targets), each (samples, outputs)
    "half_squared_error": lambda _, a, t: (0.5 * (t - a) ** 2).sum(-1).mean(),
    "mean_squared_error": lambda _, a, t: functional.mse_loss(a, t),
    "squared_error": lambda _, a, t: ((t - a) ** 2).sum(-1).mean(),
    "mean_absolute_error": lambda _, a, t: functional.l1_loss(a, t),
    "huber_error": lambda _, a, t: functional.huber_loss(a, t),
    "hinge": lambda _, a, t: functional.relu(1 - t * a).mean(),
    "binary_cross_entropy": lambda z, _, t: functional.binary_cross_entropy_with_logits(z, t),
    "softmax_cross_entropy": lambda z, _, t: functional.cross_entropy(z, t),
}
STATES = {  # torch's names
    "momentum_buffer": "v", "square_avg": "s", "exp_avg": "m", "exp_avg_sq": "v", "sum": "s", "step_size": "r",
    "prev": "p",
}  # fmt: skip


def double(values: object) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


class Model:
    """The parameters of a network: a matrix a layer, and one tensor of biases, of one element where it is shared."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.matrices = [double(layer.weights).requires_grad_() for layer in network.layers]
        trained = network.training.train_biases
        self.biases = [
            double(layer.bias_values).requires_grad_(trained) if layer.bias_values else None for layer in network.layers
        ]

    def named(self) -> list[tuple[str, Tensor]]:
        """The tensors with the letter of their entries: all weights, then all biases."""
        return [("w", matrix) for matrix in self.matrices] + [("b", bias) for bias in self.biases if bias is not None]

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The mean over the samples, inputs (samples, inputs)."""
        a = inputs
        for layer, matrix, bias in zip(self.network.layers, self.matrices, self.biases, strict=True):
            z = a @ matrix.T
            z = z if bias is None else z + bias
            a = ACTIVATIONS[layer.activation](z)
        return LOSSES[self.network.loss](z, a, targets)

    def flat(self, value: Callable[[Tensor], Tensor | None], prefix: str = "") -> Iterator[tuple[str, float]]:
        """The entries of a tensor a parameter, named by their number."""
        numbers = {"w": 0, "b": 0}
        for letter, tensor in self.named():
            found = value(tensor)
            for offset in range(tensor.numel()):
                numbers[letter] += 1
                if found is not None:
                    yield f"{prefix}{letter}{numbers[letter]}", float(found.flatten()[offset])


def torch_epochs(network: Network, rate: float, epochs: int) -> list[dict[str, float]]:
    """Every quantity of each epoch that torch knows too, in the state in which that epoch computes."""
    model = Model(network)
    training = network.training
    optimiser = _optimiser(training, [tensor for _, tensor in model.named() if tensor.requires_grad], rate)
    schedule = _schedule(training, optimiser, epochs)
    data = double(network.inputs), double(network.targets)
    rows = []
    for epoch in range(epochs):
        taken = slice(None) if training.batch == "full" else [epoch % network.samples]
        optimiser.zero_grad()
        loss = model.loss(data[0][taken], data[1][taken])
        loss.backward()
        row = {"E_total": loss.item(), "eta_t": optimiser.param_groups[0]["lr"]}
        row |= dict(model.flat(lambda tensor: tensor.detach()))
        row |= dict(model.flat(lambda tensor: tensor.grad, "dE_d"))
        optimiser.step()
        if schedule is not None:
            schedule.step()
        for key, letter in STATES.items():
            row |= dict(model.flat(lambda tensor, key=key: optimiser.state[tensor].get(key), f"{letter}_"))
        rows.append(row)
    return rows


def _optimiser(training: Training, parameters: list[Tensor], rate: float) -> torch.optim.Optimizer:
    decay = training.decay
    given = {name: getattr(training, name) for name in ("weight_decay",) if getattr(training, name) is not None}
    if training.epsilon is not None:
        given["eps"] = training.epsilon
    if training.optimiser in ("adam", "adamw"):
        kind = torch.optim.Adam if training.optimiser == "adam" else torch.optim.AdamW
        return kind(parameters, rate, (training.beta1, training.beta2), **given)
    if training.optimiser == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, training.alpha, **given)
    if training.optimiser == "adagrad":
        return torch.optim.Adagrad(parameters, rate, **given)
    if training.optimiser == "rprop":
        factors, steps = (training.eta_minus, training.eta_plus), (training.step_min, training.step_max)
        return torch.optim.Rprop(parameters, rate, factors, steps)
    if training.optimiser == "sgd":
        return torch.optim.SGD(parameters, rate, weight_decay=decay)
    nesterov = training.optimiser == "nesterov"
    return torch.optim.SGD(
        parameters, rate, training.momentum, training.dampening, weight_decay=decay, nesterov=nesterov
    )


def _schedule(training: Training, optimiser: torch.optim.Optimizer, epochs: int) -> LRScheduler | None:
    if training.schedule == "step":
        return StepLR(optimiser, training.step_size, training.gamma)
    if training.schedule == "cosine":
        return CosineAnnealingLR(optimiser, training.period or epochs, training.eta_min)
    return None
