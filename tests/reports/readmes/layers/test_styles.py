"""One network's receptive fields in the styles in which READMEs list them: right, with one slip, without jumps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from reports.readmes.proof.findings import FileReport, Kind


@dataclass(frozen=True)
class Layer:
    """What a list tells of a layer: its numbers, before and behind it."""

    name: str
    k: int
    s: int
    inside: int
    out: int
    n_in: int
    n: int
    r_in: int
    r: int
    j_in: int
    j: int

    @property
    def pool(self) -> bool:
        return self.s > 1


KERNELS = (("conv1", 3, 1, 6), ("conv2", 3, 1, 9), ("pool", 2, 2, 9), ("conv3", 3, 1, 12), ("conv4", 5, 1, 12))
KERNELS += (("conv5", 3, 1, 10),)


def network(slip: str = "", jumps: bool = True) -> list[Layer]:
    """The layers; with one field that is 1 too large, or where no stride is counted."""
    layers: list[Layer] = []
    inside, n, r, j = 1, 34, 1, 1
    for name, k, s, out in KERNELS:
        left, field = (n - k) // s + 1, r + (k - 1) * j
        layers.append(Layer(name, k, s, inside, out, n, left, r, field + (name == slip), j, j * s))
        inside, n, r, j = out, left, field, j * s if jumps else 1
    return layers


def table(head: str, row: Callable[[Layer], str]) -> Callable[[Sequence[Layer]], str]:
    rule = "|".join(" --- " for _ in head.split("|"))
    return lambda layers: f"| {head} |\n|{rule}|\n" + "".join(f"| {row(each)} |\n" for each in layers)


def lines(row: Callable[[Layer], str], fence: str = "") -> Callable[[Sequence[Layer]], str]:
    def text(layers: Sequence[Layer]) -> str:
        body = "".join(row(each) + "\n" for each in layers)
        return f"```{fence}\n{body}```\n" if fence else body

    return text


def code(layer: Layer) -> str:
    call = "MaxPool2d(2, 2)" if layer.pool else f"Conv2d({layer.inside}, {layer.out}, {layer.k})"
    return f"self.{layer.name} = nn.{call}"


STYLES = {
    "columns": table(
        "Layer | Kernel | Stride | Padding | Input | Output | RF | Jump",
        lambda a: f"{a.name} | {a.k}x{a.k} | {a.s} | 0 | {a.n_in} | {a.n} | {a.r} | {a.j}",
    ),
    "fields in and out": table(
        "Layer | Kernel | Stride | RF In | RF Out",
        lambda a: f"{a.name} | {a.k}x{a.k} | {a.s} | {a.r_in}x{a.r_in} | {a.r}x{a.r}",
    ),
    "kernels in names": table(
        "# | Layer | Input | Output | RF",
        lambda a: (
            f"1 | {'MaxPool' if a.pool else 'Conv2d'} {a.k}×{a.k} | {a.n_in}×{a.n_in}×{a.inside} | "
            f"{a.n}×{a.n}×{a.out} | {a.r}×{a.r}"
        ),
    ),
    "kernels with channels": table(
        "Layer | Input | Kernel | Output | Receptive Field",
        lambda a: f"{a.name} | {a.n_in}x{a.n_in} | ({a.k}x{a.k}x{a.inside})x{a.out} | {a.n}x{a.n} | {a.r}x{a.r}",
    ),
    "sums in a column": table(
        "Layer | Details | RF calculation",
        lambda a: f"{a.name} | {a.k}x{a.k}, stride {a.s} | {a.r_in} + ({a.k}-1)×{a.j_in} = {a.r}",
    ),
    "sums in a list": lines(
        lambda a: f"- **{a.name}** ({a.k}x{a.k}, stride={a.s}): RF = {a.r_in} + ({a.k}-1)*{a.j_in} = {a.r}"
    ),
    "sums behind calls": lines(
        lambda a: (
            f"1. {'Pool' if a.pool else 'Conv2d'}(kernel={a.k}, stride={a.s}): RF = {a.r_in} + {a.r - a.r_in} = {a.r}"
        )
    ),
    "a list": lines(lambda a: f"- {a.name}: kernel {a.k}, stride {a.s}, padding 0, RF {a.r}, output {a.n}x{a.n}"),
    "after a layer": lines(lambda a: f"- RF after {a.name} ({a.k}x{a.k}, s={a.s}): {a.r}"),
    "pipes": lines(lambda a: f"{a.name}: {a.k}x{a.k} | Stride: {a.s} | RF: {a.r} | Jump: {a.j}", "text"),
    "arrows": lines(
        lambda a: (
            f"Input: {a.n_in}x{a.n_in}x{a.inside} → {'MaxPool' if a.pool else 'Conv'}({a.k}x{a.k}) → "
            f"Output: {a.n}x{a.n}x{a.out} (RF: {a.r}x{a.r})"
        ),
        "text",
    ),
    "a tree": lines(
        lambda a: f"├── {'MaxPool2d' if a.pool else 'Conv2d'} ({a.k}x{a.k}) → {a.n}x{a.n}x{a.out} [RF: {a.r}]", "text"
    ),
    "code": lines(
        lambda a: f"{code(a)}  # Input: {a.n_in}x{a.n_in}x{a.inside} | Output: {a.n}x{a.n}x{a.out} | RF: {a.r}x{a.r}",
        "python",
    ),
    "code below": lines(lambda a: f"# Output: {a.n}x{a.n}x{a.out} | RF: {a.r}\n{code(a)}", "python"),
    "a line a number": lines(
        lambda a: f"### {a.name}\n- Kernel: {a.k}x{a.k}\n- Stride: {a.s}\n- Output: {a.n}x{a.n}\n- RF: {a.r}x{a.r}\n"
    ),
    "numbered": lines(
        lambda a: f"1. **{a.name}**\n   - Kernel size: {a.k}\n   - Stride: {a.s}\n   - Receptive Field: {a.r}"
    ),
}


def wrong(report: FileReport) -> list[str]:
    return [finding.expected.split(",")[0] for finding in report.findings if finding.kind is Kind.RECEPTIVE]


@pytest.mark.parametrize("style", STYLES)
def test_each_style_is_read_and_its_mistakes_are_found(check, style):
    text = STYLES[style]

    assert check(text(network())).findings == ()
    assert check(text(network())).checked[Kind.RECEPTIVE] >= len(KERNELS)
    assert wrong(check(text(network("conv3")))) == ["receptive field 10"]
    assert wrong(check(text(network("pool")))) == ["receptive field 6"]
    assert len(wrong(check(text(network(jumps=False))))) >= 3


def test_a_sum_without_a_result_tells_no_field(check):
    text = lines(lambda a: f"- {a.name} ({a.k}x{a.k}, stride={a.s}): RF = {a.r_in} + ({a.k} - 1) * jump")(network())

    assert Kind.RECEPTIVE not in check(text).checked
