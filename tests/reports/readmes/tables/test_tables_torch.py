"""Tables that torch itself vouches for: random networks, printed as torchsummary prints them, have no mistake."""

import random

import pytest
from torch import nn, zeros

from reports.readmes.proof.findings import Kind

HEAD = "        Layer (type)               Output Shape         Param #\n"


def random_layers(source: random.Random) -> list[nn.Module]:
    """A network on digits: any kernel, stride, padding, dilation, groups, with and without biases."""
    layers: list[nn.Module] = []
    channels, side = source.choice((1, 3)), 28
    while side >= 5 and len(layers) < 14:
        kernel, stride = source.choice((1, 3, 3, 3, 5)), source.choice((1, 1, 1, 2))
        padding, dilation = source.choice((0, kernel // 2)), source.choice((1, 1, 1, 2 if kernel == 3 else 1))
        out = source.choice((4, 8, 10, 16, 24))
        groups = source.choice((1, 1, 1, channels if out % channels == 0 else 1))
        bias = source.random() < 0.7
        layers.append(nn.Conv2d(channels, out, kernel, stride, padding, dilation, groups, bias))
        channels = out
        side = (side + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        others = (nn.ReLU(), nn.BatchNorm2d(out), nn.BatchNorm2d(out, affine=False), nn.Dropout2d(0.1))
        layers += source.sample(others, source.randint(0, 3))
        if side >= 6 and source.random() < 0.3:
            pools = (nn.MaxPool2d(2), nn.AvgPool2d(2), nn.MaxPool2d(3, 2, 1))
            layers.append(source.choice(pools))
            side = (
                side // 2
                if not isinstance(layers[-1], nn.MaxPool2d) or layers[-1].kernel_size == 2
                else (side + 1) // 2
            )
    last = source.choice(("pool", "linear"))
    if last == "pool":
        layers += [nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, 10, 1)]
    else:
        layers += [nn.Flatten(), nn.LazyLinear(10)]
    return layers


def table(layers: list[nn.Module]) -> str:
    """The table and its totals."""
    x = zeros(2, layers[0].in_channels, 28, 28)
    rows, total, outputs = [], 0, 0
    for number, layer in enumerate(layers, 1):
        x = layer.eval()(x)
        count = sum(parameter.numel() for parameter in layer.parameters())
        total += count
        outputs += x[0].numel()
        name = f"{type(layer).__name__.replace('Lazy', '')}-{number}"
        rows.append(f"{name:>20}  {[-1, *x.shape[1:]]!s:>25} {count:>15,}\n")
    size, values = (total * 4 / 2**20, 2 * outputs * 4 / 2**20)
    return (
        f"```\n{HEAD}{''.join(rows)}Total params: {total:,}\nTrainable params: {total:,}\nNon-trainable params: 0\n"
        f"Forward/backward pass size (MB): {values:.2f}\nParams size (MB): {size:.2f}\n```\n"
    )


@pytest.mark.parametrize("seed", range(20))
def test_no_finding_in_a_table_that_is_right(check, seed):
    report = check(table(random_layers(random.Random(seed))))

    assert report.findings == ()
    assert report.checked[Kind.TOTAL] == report.checked[Kind.MEMORY] == 2


def test_a_changed_count_is_found_in_its_row_or_in_the_total(check):
    found, tried = 0, 0
    for seed in range(8):
        source = random.Random(1_000 + seed)
        lines = table(random_layers(source)).splitlines()
        rows = [number for number, line in enumerate(lines) if "[-1" in line and not line.endswith(" 0")]
        number = source.choice(rows)
        line = lines[number]
        lines[number] = line[:-1] + str((int(line[-1]) + source.randint(1, 9)) % 10)
        findings = check("\n".join(lines)).findings
        assert findings
        tried += 1
        found += findings[0].line == number + 1
    assert found >= 0.9 * tried
