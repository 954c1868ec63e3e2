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
    "output": lambda _, a, __: a.sum(-1).mean(),
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


class Parameters:
    """One tensor of numbers by name: w1, w2, ...; a shared one has the name that the description gives it."""

    def __init__(self, letter: str, shared: dict[str, float]) -> None:
        self.letter, self.shared = letter, shared
        self.values: dict[str, float] = {}
        self.count = 0
        self.tensor = double([])

    def place(self, entry: float | str) -> int:
        """Where in the tensor an entry of the description stands; -1 where nothing is connected."""
        if entry == "":
            return -1
        name, value = entry, self.shared.get(entry)
        if not isinstance(entry, str):
            self.count += 1
            while f"{self.letter}{self.count}" in self.shared:
                self.count += 1
            name, value = f"{self.letter}{self.count}", entry
        self.values[name] = value
        return list(self.values).index(name)

    def done(self, trained: bool) -> None:
        self.tensor = double(list(self.values.values())).requires_grad_(trained)

    def picked(self, places: Tensor) -> Tensor:
        """The numbers at these places, 0 at -1."""
        return torch.cat([self.tensor, double([0.0])])[places]

    def named(self, value: Tensor | None, prefix: str = "") -> Iterator[tuple[str, float]]:
        if value is not None:
            yield from ((prefix + name, float(number)) for name, number in zip(self.values, value, strict=True))


class Model:
    """A network over two tensors: its weights, and its biases with its thresholds."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.weights, self.biases = Parameters("w", network.shared), Parameters("b", network.shared)
        thresholds = Parameters("theta", network.shared)
        self.places = []
        for layer in network.layers:
            rows = torch.tensor([[self.weights.place(entry) for entry in row] for row in layer.weights])
            if layer.thresholds is not None:  # numbered apart, in the one tensor
                biases = []
                for value in layer.thresholds:
                    thresholds.count += 1
                    self.biases.values[f"theta{thresholds.count}"] = value
                    biases.append(len(self.biases.values) - 1)
            elif layer.shared_bias is not None:
                biases = [self.biases.place(layer.shared_bias)] * layer.size
            else:
                biases = [self.biases.place(entry) for entry in layer.biases or [""] * layer.size]
            self.places.append((rows, torch.tensor(biases)))
        self.weights.done(True)
        self.biases.done(network.training.train_biases)

    @property
    def trained(self) -> list[Parameters]:
        return [each for each in (self.weights, self.biases) if each.tensor.requires_grad and each.values]

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """Over the samples, inputs (samples, inputs)."""
        layers = self.network.layers
        units = {f"i{number + 1}": inputs[:, number] for number in range(inputs.shape[1])}
        before = list(units)
        for position, (layer, (rows, biases)) in enumerate(zip(layers, self.places, strict=True), 1):
            taken = torch.stack([units[name] for name in layer.inputs or before], -1)
            bias = self.biases.picked(biases)
            z = taken @ self.weights.picked(rows).T + (bias if layer.thresholds is None else -bias)
            a = ACTIVATIONS[layer.activation](z)
            start = "o" if position == len(layers) else "h" if len(layers) == 2 else f"h{position}_"
            before = [f"{start}{number + 1}" for number in range(layer.size)]
            units |= dict(zip(before, a.T, strict=True))
        loss = LOSSES[self.network.loss](z, a, targets)
        return loss if self.network.reduction == "mean" else loss * len(inputs)


def torch_steps(network: Network, rate: float, epochs: int) -> list[dict[str, float]]:
    """Every quantity of each step that torch knows too, in the state in which that step computes.

    As loops over a DataLoader do: an optimiser's step a batch, a schedule's an epoch or a batch, the loss of an epoch
    the mean over its batches.
    """
    model = Model(network)
    training = network.training
    optimiser = _optimiser(training, [each.tensor for each in model.trained], rate)
    size = {"full": network.samples, "stochastic": 1}.get(str(training.batch), training.batch)
    batches = torch.arange(network.samples).split(int(size))
    by_step = training.schedule_counts == "steps"
    schedule = _schedule(training, optimiser, epochs * (len(batches) if by_step else 1))
    data = double(network.inputs), double(network.targets)
    rows = []
    for _ in range(epochs):
        losses: list[float] = []
        for taken in batches:
            optimiser.zero_grad()
            given = data[0][taken].clone().requires_grad_()
            loss = model.loss(given, data[1][taken])
            loss.backward()
            losses.append(loss.item())
            row = {"E_total": loss.item(), "E_epoch": sum(losses) / len(losses)}
            row |= {"eta_t": optimiser.param_groups[0]["lr"]}
            for each in (model.weights, model.biases):
                row |= dict(each.named(each.tensor.detach()))
                row |= dict(each.named(each.tensor.grad, "dE_d"))
            if network.input_gradient:
                row |= _input_gradient(network, given.grad)
            optimiser.step()
            for key, letter in STATES.items():
                for each in model.trained:
                    row |= dict(each.named(optimiser.state[each.tensor].get(key), f"{letter}_"))
            rows.append(row)
            if schedule is not None and by_step:
                schedule.step()
        if schedule is not None and not by_step:
            schedule.step()
    return rows


def _input_gradient(network: Network, slopes: Tensor) -> dict[str, float]:
    """By the name of their columns: of each sample where an epoch has several."""
    ends = [""] if network.batch == 1 else [f"_s{sample + 1}" for sample in range(network.batch)]
    used = {name for layer in network.layers for name in layer.inputs or ()}
    names = [f"i{number + 1}" for number in range(network.sizes[0])]
    first = network.layers[0]
    fed = used | {name for name, column in zip(first.inputs or names, zip(*first.weights, strict=True), strict=True)
                  if any(entry != "" for entry in column)}  # fmt: skip
    return {
        f"dE_d{name}{end}": float(slope)
        for end, row in zip(ends, slopes, strict=True)
        for name, slope in zip(names, row, strict=True)
        if name in fed
    }


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
