"""Small networks of one kind of operation each, for images of (3, 12, 10): ten scores, whatever the operation."""

import torch
from torch import Tensor, nn
from torch.nn import functional

IMAGE = (3, 12, 10)


class By(nn.Module):
    """A convolution to four channels, `between` them and a linear layer, which takes what comes."""

    def __init__(self, between, last=None) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.between = between
        self.last = last or nn.LazyLinear(10)

    def forward(self, images: Tensor) -> Tensor:
        return self.last(self.between(self.first(images)).flatten(1))


class Residual(nn.Module):
    """Adds in place, onto what a ReLU in place has written."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.norm, self.last = nn.BatchNorm2d(4), nn.Linear(4, 10)

    def forward(self, images: Tensor) -> Tensor:
        a = self.one(images)
        b = functional.relu(a, inplace=True)
        c = self.norm(self.two(a))
        c += b
        d = c.view(c.shape[0], 4, -1)
        d.mul_(0.5)
        return functional.log_softmax(self.last(c.mean((2, 3))), dim=-1)


class Transformer(nn.Module):
    """Rows of the image as words."""

    def __init__(self) -> None:
        super().__init__()
        self.into = nn.Linear(30, 16)
        self.places = nn.Parameter(torch.randn(1, 13, 16))
        self.start = nn.Parameter(torch.randn(1, 1, 16))
        self.layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, norm_first=True, activation="gelu")
        self.last = nn.Linear(16, 10)

    def forward(self, images: Tensor) -> Tensor:
        rows = images.permute(0, 2, 1, 3).reshape(-1, 12, 30)
        rows = torch.cat([self.start.expand(rows.shape[0], -1, -1), self.into(rows)], 1) + self.places
        return self.last(self.layer(rows)[:, 0])


class Rows(nn.Module):
    """A recurrent layer over the rows of the image: its states, and its last ones."""

    def __init__(self, layer) -> None:
        super().__init__()
        self.layer, self.last = layer, nn.LazyLinear(10)

    def forward(self, images: Tensor) -> Tensor:
        rows = images.permute(0, 2, 1, 3).flatten(2)
        states, last = self.layer(rows if self.layer.batch_first else rows.transpose(0, 1))
        ends = last[0] if isinstance(last, tuple) else last
        return self.last(torch.cat([states.reshape(1, -1), ends.reshape(1, -1)], 1))


class Does(nn.Module):
    """Any function of the images, then a linear layer."""

    def __init__(self, function) -> None:
        super().__init__()
        self.function = function
        self.weights = nn.Parameter(torch.randn(4, 3, 3, 3) / 5)
        self.last = nn.LazyLinear(10)

    def forward(self, images: Tensor) -> Tensor:
        return self.last(self.function(functional.conv2d(images, self.weights)).flatten(1))


def _weird(x: Tensor) -> Tensor:
    a, b = x.chunk(2, 1)
    y = torch.stack([a.maximum(b), a - 2 * b, 1 - a, a / (b.abs() + 1), (a > b).float()], 1)
    z = torch.where(y > 0, y, y.exp()) ** 2
    return z.masked_fill(z > 3, 0.5).clamp(max=2) + z.amax((3, 4), keepdim=True)


def _along(x: Tensor) -> Tensor:
    parts = [x.sum(1), x.mean(-1), x.max(2).values, x.std((2, 3)), x.logsumexp(3), x.norm(dim=1), x.amin(1), x.var(1)]
    return torch.cat([part.flatten(1) for part in parts], 1)


def _moves(x: Tensor) -> Tensor:
    a = functional.pad(x, (1, 2, 0, 1), value=0.5).flip(3).roll(1, 2)
    b = functional.pad(x, (1, 1, 1, 1), mode="reflect")[:, :, ::2, 1:]
    c = functional.pixel_unshuffle(x[..., :8], 2).transpose(1, 2)
    d = functional.channel_shuffle(x, 2)[:, [3, 1]].repeat(1, 1, 2, 1).tril()
    e = functional.interpolate(x, scale_factor=2).unfold(3, 4, 3).unbind(1)[2].squeeze()
    f = x.split([1, 3], 1)[1].movedim(1, 3)
    return torch.cat([part.flatten(1) if part.ndim > 3 else part.reshape(1, -1) for part in (a, b, c, d, e, f)], 1)


class All(nn.Module):
    """Several networks side by side: ten scores of each."""

    def __init__(self, networks) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, images: Tensor) -> Tensor:
        return torch.cat([network(images).reshape(1, 10) for network in self.networks], 1)


def networks() -> dict[str, nn.Module]:
    """By what they try."""
    activations: list[nn.Module] = [
        nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(0.2), nn.PReLU(), nn.PReLU(4), nn.ELU(0.7), nn.CELU(1.3), nn.SELU(),
        nn.SiLU(), nn.GELU(), nn.GELU(approximate="tanh"), nn.Mish(), nn.Hardswish(), nn.Hardsigmoid(),
        nn.Hardtanh(-0.3, 0.4), nn.Softplus(2, 1), nn.Softshrink(0.1), nn.Hardshrink(0.1), nn.Threshold(0.1, -0.2),
        nn.Tanh(), nn.Sigmoid(), nn.LogSigmoid(), nn.RReLU(), nn.GLU(1), nn.Softmax(1), nn.LogSoftmax(2),
        nn.Tanhshrink(), nn.Softsign(), nn.Softmin(1), nn.Dropout(0.5), nn.Dropout2d(0.5), nn.Identity(),
    ]  # fmt: skip
    layers: list[nn.Module] = [
        nn.Conv2d(4, 6, 3, stride=2, padding=(2, 1), dilation=(1, 2), groups=2), nn.Conv2d(4, 4, 3, groups=4),
        nn.Conv2d(4, 4, (1, 4), padding="same", padding_mode="circular"), nn.Conv2d(4, 5, 4, padding="same"),
        nn.Conv2d(4, 3, 1, stride=3), nn.Conv2d(4, 9, 1, bias=False), nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        nn.MaxPool2d((2, 3), dilation=2), nn.AvgPool2d(3, 2, 1), nn.AvgPool2d(3, 2, 1, ceil_mode=True),
        nn.AvgPool2d(2, count_include_pad=False, padding=1), nn.AvgPool2d(2, divisor_override=3),
        nn.AdaptiveAvgPool2d((5, 3)), nn.AdaptiveMaxPool2d((5, 3)), nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(4),
        nn.BatchNorm2d(4, affine=False), nn.GroupNorm(2, 4), nn.InstanceNorm2d(4), nn.InstanceNorm2d(4, affine=True),
        nn.LayerNorm([12, 10]), nn.RMSNorm(10), nn.Upsample(scale_factor=2), nn.ZeroPad2d(2),
        nn.ReflectionPad2d(1), nn.ReplicationPad2d(2), nn.PixelShuffle(2),
        nn.Sequential(nn.ConstantPad2d(1, -torch.inf), nn.MaxPool2d(3)),
        nn.Sequential(nn.Flatten(2), nn.Conv1d(4, 5, 5, 2, 2, 3), nn.MaxPool1d(3, 2), nn.AvgPool1d(2)),
        nn.Sequential(nn.Flatten(2), nn.BatchNorm1d(4), nn.AdaptiveAvgPool1d(7), nn.AdaptiveMaxPool1d(3)),
    ]  # fmt: skip
    made: dict[str, nn.Module] = {str(layer).replace("\n", ""): By(layer) for layer in [*activations, *layers]}
    made |= {"residual": Residual(), "transformer": Transformer()}
    made |= {function.__name__: Does(function) for function in (_weird, _along, _moves)}
    made["causal"] = Does(lambda x: functional.scaled_dot_product_attention(x, x + 1, x * 2, is_causal=True))
    made["products"] = Does(lambda x: (torch.addmm(x[0, 3, :, :1], x[0, 0], x[0, 1].t()[:, :1]) @ x[0, 2, :1])[None])
    made["lstm"] = Rows(nn.LSTM(30, 6, 2, batch_first=True, bidirectional=True, dropout=0.5))
    made["gru"] = Rows(nn.GRU(30, 6, 2))
    made["gru, backward, too"] = Rows(nn.GRU(30, 5, bidirectional=True, bias=False, batch_first=True))
    made["rnn"] = Rows(nn.RNN(30, 6, nonlinearity="relu"))
    made["rnn, tanh"] = Rows(nn.RNN(30, 6, batch_first=True))
    for module in made.values():
        module(torch.zeros(1, *IMAGE))  # lazy layers, and statistics
        for norm in module.modules():
            if isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d):
                norm.running_mean.normal_()
                norm.running_var.uniform_(0.5, 2)
    return made
