"""Parameter tables: row by row as published, and as torchinfo counts them."""

from pathlib import Path

import pytest
import torch
import torchinfo

from mnist.errors import MnistError
from mnist.nets.catalogue import NETS
from mnist.nets.layers import AvgPool, Conv, MaxPool, ReLU, is_functional, output_shape
from mnist.nets.module import build
from mnist.nets.published import PUBLISHED
from mnist.nets.summary import summarise
from mnist.runs.record import Summary

Row = tuple[str, tuple[int, ...], int]  # layer, (channels, height, width), parameters


def transcribed(net: str) -> tuple[list[Row], list[str]]:
    """The table as published, and its sizes in MB: input, forward/backward pass, parameters, total (if it has them)."""
    table: list[Row] = []
    sizes: list[str] = []
    for line in (Path(__file__).parent / "published" / f"{net}.txt").read_text().splitlines():
        layer, *cells = line.split()
        if layer == "MB":
            sizes = cells
        else:
            table.append((layer, tuple(map(int, cells[0].split(","))), int(cells[1].replace(",", ""))))
    return table, sizes


# Both in the table of 10,066, whose other rows and total are right.
MISPRINTS = {
    # 16 channels mixed into 8 need 8 · (16 + 1) = 136. With 36 the column sums to 9,966, with 136 to the total, 10,066.
    ("published-10066", "Conv2d-13"): ((8, 11, 11), 136),
    # 330 = 10 · (32 + 1) parameters make 10 channels, not 32; the text itself says "Ten 1 * 1 * 32 kernels".
    ("published-10066", "Conv2d-23"): ((10, 1, 1), 330),
}


def numbered(summary: Summary) -> list[Row]:
    return [
        (f"{row.type}-{row.number}", row.output_shape, row.parameters) for row in summary.rows if row.number is not None
    ]


@pytest.mark.parametrize("net", [net.name for net in PUBLISHED])
def test_each_row_is_the_published_one_but_for_two_misprints(net: str):
    expected = [
        (layer, *MISPRINTS.get((net, layer), (shape, parameters))) for layer, shape, parameters in transcribed(net)[0]
    ]

    assert numbered(summarise(NETS[net])) == expected


def test_the_published_column_of_10066_misses_its_own_total_by_the_misprint():
    published_sum = sum(parameters for _, _, parameters in transcribed("published-10066")[0])

    assert (published_sum, published_sum - 36 + 136) == (9_966, 10_066)


@pytest.mark.parametrize("net", NETS)
def test_the_parameter_column_sums_to_the_published_total(net: str):
    summary = summarise(NETS[net])

    assert sum(row.parameters for row in summary.rows) == summary.total == NETS[net].parameters
    assert (summary.trainable, summary.non_trainable) == (summary.total, 0)


@pytest.mark.parametrize("net", ["published-15738", "published-19458", "published-18138"])
def test_the_memory_estimate_is_the_published_one(net: str):
    summary = summarise(NETS[net])

    sizes = (summary.input_mb, summary.forward_backward_mb, summary.parameters_mb, summary.total_mb)
    assert transcribed(net)[1] == [f"{size:.2f}" for size in sizes]


@pytest.mark.parametrize("net", NETS)
def test_torchinfo_finds_the_same_layers_shapes_and_parameters(net: str):
    told = torchinfo.summary(build(NETS[net]), (1, 1, 28, 28), verbose=0)

    layers = [layer for layer in told.summary_list if layer.depth == 1 and layer.class_name != "Flatten"]
    expected = [(layer.class_name, tuple(layer.output_size[1:]), layer.num_params) for layer in layers]
    summary = summarise(NETS[net])
    assert [(row.type, row.output_shape, row.parameters) for row in summary.rows] == expected
    assert summary.total == told.total_params
    assert summary.trainable == told.trainable_params


@pytest.mark.parametrize("net", NETS)
def test_multiply_adds_are_torchinfos_without_the_biases_it_counts(net: str):
    told = torchinfo.summary(build(NETS[net]), (1, 1, 28, 28), verbose=0)

    rows = [row for row in summarise(NETS[net]).rows if row.type == "Conv2d"]
    layers = [layer for layer in told.summary_list if layer.class_name == "Conv2d"]
    for row, layer in zip(rows, layers, strict=True):
        channels, height, width = row.output_shape
        biases = channels if layer.module.bias is not None else 0
        assert row.multiply_adds == layer.macs - biases * height * width
    assert summarise(NETS[net]).multiply_adds == sum(row.multiply_adds or 0 for row in rows)


def test_multiply_adds_by_hand():
    # of 3×3 kernels 8 over the image, 16 over those; 24 over 16 and 24 over 24 at 14×14 pixels; 32 at 7×7; then 1×1
    full, half, quarter = 8 * 9 + 16 * 9 * 8, 24 * 9 * 16 + 24 * 9 * 24, 32 * 9 * 24 + 64 * 32

    assert summarise(NETS["best"]).multiply_adds == 784 * full + 196 * half + 49 * quarter + 640


@pytest.mark.parametrize(
    ("net", "fields"),
    [
        ("published-25290", [3, 5, 6, 10, 14, 16, 24, 24, 40]),
        ("published-15738", [3, 3, 5, 5, 7, 7, 8, 8, 12, 12, 16, 16, 20, 20, 20, 24, 24, 24, 28]),
        ("published-19458", [3, 3, 5, 5, 7, 7, 8, 12, 12, 16, 16, 16, 16, 20, 20, 24, 24, 28]),
        ("published-18138", [3, 3, 4, 8, 8, 12, 12, 14, 22, 30]),
        ("best", [3, 3, 5, 6, 6, 10, 10, 14, 16, 16, 24, 24, 24, 24, 48, 48]),
        ("tiny", [3, 3, 5, 6, 6, 10, 10, 18, 18, 26, 26, 30, 30, 56, 56]),
    ],
)
def test_receptive_fields_grow_by_kernel_dilation_and_stride(net: str, fields: list[int]):
    assert [row.receptive_field for row in summarise(NETS[net]).rows if row.number is not None] == fields


@pytest.mark.parametrize("net", ["published-15738", "best", "tiny"])
def test_a_pixel_sees_exactly_its_receptive_field(net: str):
    linear = [torch.nn.AvgPool2d(2) if isinstance(layer, torch.nn.MaxPool2d) else layer for layer in build(NETS[net])]
    passive = torch.nn.ReLU | torch.nn.SiLU | torch.nn.BatchNorm2d | torch.nn.Dropout
    for depth, row in enumerate(summarise(NETS[net]).rows, start=1):
        if row.receptive_field > 26:  # past the image's border, where the pixel stands
            break
        image = torch.rand(1, 1, 28, 28, requires_grad=True)
        layers = [layer for layer in linear[:depth] if not isinstance(layer, passive)]
        middle = row.output_shape[1] // 2
        torch.nn.Sequential(*layers)(image)[0, :, middle, middle].sum().backward()

        assert image.grad is not None
        seen = image.grad[0, 0].nonzero()
        assert (seen.max(0).values - seen.min(0).values + 1).tolist() == [row.receptive_field] * 2


@pytest.mark.parametrize("net", NETS)
def test_functional_layers_have_a_row_but_no_number(net: str):
    rows = summarise(NETS[net]).rows

    assert [row.number is None for row in rows] == [is_functional(layer) for layer in NETS[net].layers]
    assert all(row.comment for row in rows)


def test_comments_tell_what_the_layer_does():
    comments = [row.comment for row in summarise(NETS["published-10066"]).rows if row.number in {1, 2, 3, 10, 13, 22}]

    assert comments == [
        "3×3 kernel over 28×28×1; 8 channels out",
        "normalises, scales and shifts each of 8 channels",
        "while training, drops 10% of the values at random",
        "keeps the largest of each 2×2 square: 22×22 to 11×11",
        "mixes 16 channels into 8, pixel by pixel",
        "averages each channel over all of its 7×7 pixels",
    ]


def test_a_kernel_larger_than_its_input_is_named():
    with pytest.raises(MnistError, match=r"AvgPool2d: a window of 7×7 is larger than its input \(32, 5, 5\)"):
        output_shape(AvgPool(7), (32, 5, 5))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Conv(4, 3), (4, 26, 26)),
        (Conv(4, 3, padding=1), (4, 28, 28)),
        (Conv(2, 3, dilation=3), (2, 22, 22)),
        (MaxPool(3), (1, 9, 9)),
        (ReLU(), (1, 28, 28)),
    ],
)
def test_output_shapes_of_single_layers(layer: Conv | MaxPool | ReLU, expected: tuple[int, int, int]):
    assert output_shape(layer, (1, 28, 28)) == expected
