"""Random networks of the kinds whose tables are hard to read: what runs between two rows is not in the table.

Each kind is a function of a source of chance that returns a network and the sizes of its inputs, without the batch.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

Step = Callable[..., Tensor]
Size = tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """A network, the sizes of its inputs, and whether torchsummary can print it (it fails at tuples of tuples)."""

    kind: str
    module: nn.Module
    inputs: tuple[Size, ...]
    summary: bool = True


class Plan(nn.Module):
    """Steps one after another; the first may take several inputs. Functions leave no row in a table."""

    def __init__(self, *steps: Step):
        super().__init__()
        self.layers = nn.ModuleList(step for step in steps if isinstance(step, nn.Module))
        self.steps = steps

    def forward(self, *inputs: Tensor) -> Tensor:
        first, *rest = self.steps
        x = first(*inputs)
        for step in rest:
            x = step(x)
        return x


class Parallel(nn.Module):
    """Branches over one input, joined by a function."""

    def __init__(self, join: Callable[[list[Tensor]], Tensor], *branches: nn.Module):
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.join = join

    def forward(self, x: Tensor) -> Tensor:
        return self.join([branch(x) for branch in self.branches])


def cat(parts: Sequence[Tensor]) -> Tensor:
    return torch.cat(list(parts), 1)


def conv(source: random.Random, channels: int, out: int, kernel: int = 3, **options: object) -> nn.Module:
    """A convolution that keeps the sides, with or without a bias, and what may follow it."""
    layer = nn.Conv2d(channels, out, kernel, padding=kernel // 2, bias=source.random() < 0.6, **options)  # type: ignore[arg-type]
    others = (nn.BatchNorm2d(out), nn.ReLU(), nn.Dropout2d(0.1), nn.GELU(), nn.PReLU(), nn.GroupNorm(1, out))
    return nn.Sequential(layer, *source.sample(others, source.randint(0, 3)))


def image(source: random.Random) -> tuple[int, int]:
    """Channels and side of a picture."""
    return source.choice((1, 3)), source.choice((16, 20, 28, 32))


def sequence(source: random.Random) -> Network:
    """Layers one after another, all of them modules: any kernel, stride, padding, dilation and groups."""
    channels, side = image(source)
    first, layers = (channels, side, side), []
    while side >= 6 and len(layers) < 14:
        kernel, stride = source.choice((1, 3, 3, 3, 5)), source.choice((1, 1, 1, 2))
        padding, dilation = source.choice((0, kernel // 2)), source.choice((1, 1, 1, 2 if kernel == 3 else 1))
        out = source.choice((4, 8, 10, 16, 24))
        groups = source.choice((1, 1, 1, channels if out % channels == 0 else 1))
        layers.append(nn.Conv2d(channels, out, kernel, stride, padding, dilation, groups, source.random() < 0.7))
        channels, side = out, (side + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        layers += source.sample((nn.ReLU(), nn.BatchNorm2d(out), nn.Dropout(0.1)), source.randint(0, 3))
        if side >= 6 and source.random() < 0.3:
            layers.append(nn.MaxPool2d(2))
            side //= 2
    last = source.choice(([nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, 10, 1)], [nn.Flatten(), nn.LazyLinear(10)]))
    return Network("sequence", Plan(*layers, *last), (first,))


def functional(source: random.Random) -> Network:
    """Activation, pooling and flattening are functions."""
    channels, side = image(source)
    a, b = source.sample((6, 8, 10, 12, 16, 20), 2)
    pool = source.choice((lambda x: F.max_pool2d(x, 2), lambda x: F.avg_pool2d(x, 3), lambda x: F.max_pool2d(x, 3, 2)))
    head: list[Step] = source.choice((
        [lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1), nn.Dropout(0.2), nn.LazyLinear(10)],
        [lambda x: F.adaptive_avg_pool2d(x, 4).flatten(1), nn.Dropout(0.2), nn.LazyLinear(source.choice((10, 17)))],
        [lambda x: x.flatten(1), nn.LazyLinear(32), F.relu, nn.Dropout(0.2), nn.LazyLinear(10)],
        [lambda x: x.mean((2, 3)), nn.LazyLinear(10)],
        [nn.LazyConv2d(10, 1), lambda x: x.amax((2, 3))],
    ))  # fmt: skip
    steps: list[Step] = [nn.Conv2d(channels, a, 3), F.relu, pool, nn.Conv2d(a, b, 3, padding=1), F.relu]
    return Network("functional", Plan(*steps, *head), ((channels, side, side),))


def inception(source: random.Random) -> Network:
    """Branches that are concatenated, some pooled, some of two sizes of kernel."""
    channels, side = image(source)
    steps: list[Step] = [conv(source, channels, 12)]
    inside = 12
    for _ in range(source.randint(1, 2)):
        outs = [source.choice((4, 6, 8, 10)) for _ in range(4)]
        tall = nn.Sequential(
            nn.Conv2d(inside, outs[3], (1, 7), padding=(0, 3)), nn.Conv2d(outs[3], outs[3], (7, 1), padding=(3, 0))
        )
        branches = [
            conv(source, inside, outs[0], 1),
            nn.Sequential(conv(source, inside, 6, 1), conv(source, 6, outs[1], 3)),
            nn.Sequential(conv(source, inside, 5, 1), conv(source, 5, outs[2], 5)),
            source.choice((tall, nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(inside, outs[3], 1)))),
        ]
        source.shuffle(branches)
        steps.append(Parallel(cat, *branches))
        inside = sum(outs)
    return Network(
        "inception", Plan(*steps, lambda x: x.mean((2, 3)), nn.Linear(inside, 10)), ((channels, side, side),)
    )


class Residual(nn.Module):
    """A block with a way around it, perhaps through a convolution, and a gate over its channels."""

    def __init__(self, source: random.Random, channels: int, out: int, stride: int):
        super().__init__()
        self.first = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(out)
        self.second = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        around = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        self.around = around if stride > 1 or channels != out else nn.Identity()
        gate = nn.Sequential(nn.Linear(out, 3), nn.ReLU(), nn.Linear(3, out), nn.Sigmoid())
        self.gate = gate if source.random() < 0.4 else None
        self.act = nn.ReLU() if source.random() < 0.5 else F.relu

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(F.relu(self.norm(self.first(x))))
        if self.gate is not None:
            y = y * self.gate(y.mean((2, 3)))[:, :, None, None]
        return self.act(y + self.around(x))


def residual(source: random.Random) -> Network:
    channels, side = image(source)
    steps: list[Step] = [conv(source, channels, 8)]
    inside = 8
    for _ in range(source.randint(1, 3)):
        out = source.choice((inside, inside, 12, 16))
        steps.append(Residual(source, inside, out, source.choice((1, 1, 2))))
        inside = out
    return Network("residual", Plan(*steps, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inside, 10)),
                   ((channels, side, side),))  # fmt: skip


class Dense(nn.Module):
    """Each layer reads all outputs before it."""

    def __init__(self, channels: int, grow: int, layers: int):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(channels + n * grow), nn.Conv2d(channels + n * grow, grow, 3, padding=1))
            for n in range(layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat([x, F.relu(layer(x))], 1)
        return x


def dense(source: random.Random) -> Network:
    channels, side = image(source)
    grow, layers = source.choice((4, 6, 7)), source.randint(2, 4)
    block = Dense(8, grow, layers)
    last = 8 + grow * layers
    return Network("dense", Plan(conv(source, channels, 8), block, lambda x: F.avg_pool2d(x, 2), conv(source, last, 10),
                                 lambda x: x.mean((2, 3))), ((channels, side, side),))  # fmt: skip


class Unet(nn.Module):
    """Down and up again, the outputs of the way down beside those of the way up."""

    def __init__(self, source: random.Random, channels: int, wide: int):
        super().__init__()
        self.down1, self.down2 = conv(source, channels, wide), conv(source, wide, 2 * wide)
        self.bottom = conv(source, 2 * wide, 2 * wide)
        up = nn.ConvTranspose2d(2 * wide, 2 * wide, 2, 2)
        resize = lambda x: F.interpolate(x, scale_factor=2)  # noqa: E731
        self.up2 = source.choice((up, nn.Upsample(scale_factor=2), resize))
        self.up1 = source.choice((nn.ConvTranspose2d(wide, wide, 2, 2, bias=False), resize))
        self.right2, self.right1 = conv(source, 4 * wide, wide), conv(source, 2 * wide, wide)
        self.last = nn.Conv2d(wide, source.choice((1, 2, 3)), 1)
        self.pool = source.choice((nn.MaxPool2d(2), lambda x: F.max_pool2d(x, 2)))

    def forward(self, x: Tensor) -> Tensor:
        one = self.down1(x)
        two = self.down2(self.pool(one))
        y = self.right2(torch.cat([self.up2(self.bottom(self.pool(two))), two], 1))
        return self.last(self.right1(torch.cat([one, self.up1(y)], 1)))


def unet(source: random.Random) -> Network:
    channels = source.choice((1, 3))
    return Network("u-net", Unet(source, channels, source.choice((4, 6, 8))), ((channels, 32, 32),))


def separable(source: random.Random) -> Network:
    """Depthwise and grouped convolutions, kernels of two sizes, shuffled and sliced channels."""
    channels, side = image(source)

    def shuffle(x: Tensor) -> Tensor:
        return x.unflatten(1, (2, -1)).transpose(1, 2).flatten(1, 2)

    steps: list[Step] = [nn.Conv2d(channels, 16, 3, padding=1)]
    for _ in range(source.randint(1, 3)):
        steps += source.choice((
            [nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False), nn.Conv2d(16, 16, 1)],
            [nn.Conv2d(16, 16, (3, 1), groups=16), nn.BatchNorm2d(16), nn.Conv2d(16, 16, (1, 3), padding=(0, 1))],
            [nn.Conv2d(16, 32, 3, padding=1, groups=4), shuffle, nn.Conv2d(32, 16, 1, groups=2)],
            [nn.Conv2d(16, 32, 1), lambda x: F.glu(x, 1), nn.BatchNorm2d(16)],
            [lambda x: x[:, :8], nn.ReLU(), nn.Conv2d(8, 16, 3, padding=1)],
            [nn.Conv2d(16, 64, 3, padding=1), nn.PixelShuffle(2), lambda x: F.avg_pool2d(x, 2)],
        ))  # fmt: skip
    return Network("separable", Plan(*steps, nn.ReLU(), lambda x: x.mean((2, 3)), nn.Linear(16, 10)),
                   ((channels, side, side),))  # fmt: skip


def inputs(source: random.Random) -> Network:
    """Two inputs: two pictures, or a picture and a vector."""
    channels, side = image(source)
    left, right = conv(source, channels, 8), conv(source, channels, 8)
    if source.random() < 0.5:

        class Two(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.left, self.right, self.both = left, right, nn.Sequential(nn.Conv2d(16, 12, 3), nn.Conv2d(12, 1, 1))

            def forward(self, a: Tensor, b: Tensor) -> Tensor:
                return self.both(torch.cat([self.left(a), self.right(b)], 1))

        return Network("inputs", Two(), ((channels, side, side),) * 2)

    class Mixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.left, self.vector, self.last = left, nn.Linear(5, 7), nn.Linear(15, 3)

        def forward(self, a: Tensor, b: Tensor) -> Tensor:
            return self.last(torch.cat([self.left(a).amax((2, 3)), F.relu(self.vector(b))], 1))

    return Network("inputs", Mixed(), ((channels, side, side), (5,)), summary=False)


class Recurrent(nn.Module):
    """A picture read row by row, or words by their numbers; what the recurrent layer gives besides is dropped."""

    def __init__(self, source: random.Random, kind: type[nn.RNNBase], words: bool):
        super().__init__()
        wide = source.choice((12, 16, 20))
        self.embedding = nn.Embedding(50, 24) if words else None
        self.rnn = kind(24 if words else 28, wide, batch_first=True, num_layers=source.choice((1, 2)),
                        bidirectional=source.random() < 0.4)  # fmt: skip
        self.last = nn.Linear(wide * (2 if self.rnn.bidirectional else 1), 10)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embedding((x * 40).long()) if self.embedding is not None else x.squeeze(1)
        out, _ = self.rnn(x)
        return self.last(self.drop(out[:, -1]))


def recurrent(source: random.Random) -> Network:
    kind, words = source.choice((nn.GRU, nn.RNN, nn.LSTM)), source.random() < 0.5
    size: Size = (9,) if words else (1, 28, 28)
    return Network("recurrent", Recurrent(source, kind, words), (size,), kind is not nn.LSTM)


class Attention(nn.Module):
    """Attention of linear layers; the rest is functions."""

    def __init__(self, wide: int):
        super().__init__()
        self.norm, self.qkv, self.out = nn.LayerNorm(wide), nn.Linear(wide, 3 * wide), nn.Linear(wide, wide)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.qkv(self.norm(x)).chunk(3, -1)
        return x + self.out(F.scaled_dot_product_attention(q, k, v))


def transformer(source: random.Random) -> Network:
    """Patches of a picture, attention, a class from the mean or from the first place."""
    wide, patch = source.choice((8, 12, 16)), source.choice((4, 7))
    own = source.random() < 0.6
    blocks: list[Step] = []
    for _ in range(source.randint(1, 2)):
        mlp = nn.Sequential(nn.LayerNorm(wide), nn.Linear(wide, 2 * wide), nn.GELU(), nn.Linear(2 * wide, wide))
        blocks += [Attention(wide), mlp] if own else [nn.TransformerEncoderLayer(wide, 2, 2 * wide, batch_first=True)]
    head = source.choice((lambda x: x.mean(1), lambda x: x[:, 0]))
    steps = [nn.Conv2d(1, wide, patch, patch), lambda x: x.flatten(2).transpose(1, 2), *blocks, head]
    return Network("transformer", Plan(*steps, nn.LayerNorm(wide), nn.Linear(wide, 10)), ((1, 28, 28),), own)


class Spatial(nn.Module):
    """A spatial transformer: a side branch that says how the picture is turned before the network sees it."""

    def __init__(self, source: random.Random):
        super().__init__()
        self.look = nn.Sequential(nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.ReLU())
        self.turn = nn.Sequential(nn.Linear(6 * 12 * 12, 16), nn.ReLU(), nn.Linear(16, 6))
        self.net = nn.Conv2d(1, source.choice((6, 8, 10)), 3)
        self.last = nn.LazyLinear(10)

    def forward(self, x: Tensor) -> Tensor:
        theta = self.turn(self.look(x).flatten(1)).view(-1, 2, 3)
        x = F.grid_sample(x, F.affine_grid(theta, list(x.size()), align_corners=False), align_corners=False)
        return self.last(F.max_pool2d(self.net(x), 2).flatten(1))


def spatial(source: random.Random) -> Network:
    return Network("spatial", Spatial(source), ((1, 28, 28),))


def signal(source: random.Random) -> Network:
    """One side instead of two, and layers that double it."""
    a, b = source.choice((6, 8)), source.choice((12, 16))
    middle: list[Step] = source.choice((
        [nn.MaxPool1d(2), nn.ConvTranspose1d(b, a, 4, 2, 1)],
        [lambda x: F.max_pool1d(x, 4), nn.Conv1d(b, a, 1)],
        [nn.AvgPool1d(2), nn.Conv1d(b, a, 3, dilation=2)],
    ))  # fmt: skip
    steps = [nn.Conv1d(2, a, 5), nn.BatchNorm1d(a), nn.ReLU(), nn.Conv1d(a, b, 3, 2), *middle]
    return Network("signal", Plan(*steps, lambda x: x.flatten(1), nn.LazyLinear(4), nn.BatchNorm1d(4)), ((2, 64),))


class Twice(nn.Module):
    """A layer that is used twice, a layer that is not trained, and a parameter of the module's own."""

    def __init__(self, source: random.Random):
        super().__init__()
        self.first, self.shared = conv(source, 1, 6), nn.Conv2d(6, 6, 3, padding=1)
        self.scale = nn.Parameter(torch.ones(6, 1, 1))
        self.last = nn.Linear(6, 10)
        if source.random() < 0.7:
            self.first.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.shared(F.relu(self.shared(self.first(x)))) * self.scale
        return self.last(x.mean((2, 3)))


def shared(source: random.Random) -> Network:
    return Network("shared", Twice(source), ((1, 20, 20),))


KINDS: tuple[Callable[[random.Random], Network], ...] = (
    sequence, functional, inception, residual, dense, unet, separable, inputs, recurrent, transformer, spatial, signal,
    shared,
)  # fmt: skip


def network(seed: int) -> Network:
    """The network of a seed: the kinds in turn."""
    torch.manual_seed(seed)
    made = KINDS[seed % len(KINDS)](random.Random(seed))
    made.module(*(torch.rand(2, *size) for size in made.inputs))  # lazy layers learn their sizes
    return made
