"""Keras' `model.summary()`, of its old and new versions: silent where right, each changed number found in its line."""

import math
import random
import re

import pytest

from reports.readmes.corrected import corrected
from reports.readmes.proof.findings import Kind
from reports.readmes.reading.document import read_document
from reports.readmes.reading.files import split_lines
from reports.readmes.reading.tables import read_tables

KERAS_1 = """\
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
conv2d_1 (Conv2D)            (None, 26, 26, 32)        320
_________________________________________________________________
batch_normalization_1 (Batch (None, 26, 26, 32)        128
_________________________________________________________________
max_pooling2d_1 (MaxPooling2 (None, 13, 13, 32)        0
_________________________________________________________________
conv2d_2 (Conv2D)            (None, 11, 11, 64)        18496
_________________________________________________________________
global_average_pooling2d_1 ( (None, 64)                0
_________________________________________________________________
dense_1 (Dense)              (None, 10)                650
=================================================================
Total params: 19,594
Trainable params: 19,530
Non-trainable params: 64
_________________________________________________________________
"""
KERAS_2 = """\
Model: "sequential"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d (Conv2D)             (None, 26, 26, 32)        320

 batch_normalization (BatchN  (None, 26, 26, 32)       128
 ormalization)

 activation (Activation)     (None, 26, 26, 32)        0

 max_pooling2d (MaxPooling2D  (None, 13, 13, 32)       0
 )

 conv2d_1 (Conv2D)           (None, 11, 11, 64)        18496

 dropout (Dropout)           (None, 11, 11, 64)        0

 flatten (Flatten)           (None, 7744)              0

 dense (Dense)               (None, 10)                77450

=================================================================
Total params: 96,394
Trainable params: 96,330
Non-trainable params: 64
_________________________________________________________________
"""
KERAS_3 = """\
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ conv2d (Conv2D)                 │ (None, 26, 26, 32)     │           320 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ batch_normalization             │ (None, 26, 26, 32)     │           128 │
│ (BatchNormalization)            │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ max_pooling2d (MaxPooling2D)    │ (None, 13, 13, 32)     │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ depthwise_conv2d                │ (None, 13, 13, 32)     │           320 │
│ (DepthwiseConv2D)               │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ conv2d_1 (Conv2D)               │ (None, 11, 11, 64)     │        18,496 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ global_average_pooling2d        │ (None, 64)             │             0 │
│ (GlobalAveragePooling2D)        │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense (Dense)                   │ (None, 10)             │           650 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 59,616 (232.88 KB)
 Trainable params: 19,850 (77.54 KB)
 Non-trainable params: 64 (256.00 B)
 Optimizer params: 39,702 (155.09 KB)
"""
FUNCTIONAL = """\
Model: "model"
__________________________________________________________________________________________________
 Layer (type)                   Output Shape         Param #     Connected to
==================================================================================================
 input_1 (InputLayer)           [(None, 28, 28, 1)]  0           []

 conv2d (Conv2D)                (None, 28, 28, 8)    80          ['input_1[0][0]']

 conv2d_1 (Conv2D)              (None, 28, 28, 8)    584         ['conv2d[0][0]']

 add (Add)                      (None, 28, 28, 8)    0           ['conv2d[0][0]',
                                                                  'conv2d_1[0][0]']

 flatten (Flatten)              (None, 6272)         0           ['add[0][0]']

 dense (Dense)                  (None, 10)           62730       ['flatten[0][0]']

==================================================================================================
Total params: 63,394
Trainable params: 63,394
Non-trainable params: 0
__________________________________________________________________________________________________
"""
TABLES = {"Keras 1": KERAS_1, "Keras 2": KERAS_2, "Keras 3": KERAS_3, "functional": FUNCTIONAL}


def read(text):
    (table,) = read_tables(read_document(split_lines(text, "README.md")))
    return table


@pytest.mark.parametrize("fence", ["", "```\n"], ids=["plain", "fenced"])
@pytest.mark.parametrize(
    ("name", "layers", "sizes"), [("Keras 1", 6, 0), ("Keras 2", 8, 0), ("Keras 3", 7, 4), ("functional", 5, 0)]
)
def test_nothing_is_found_where_everything_is_right(check, name, layers, sizes, fence):
    report = check(fence + TABLES[name] + fence)

    assert report.findings == ()
    checked = {Kind.PARAMETERS: layers, Kind.SHAPE: layers, Kind.TOTAL: 2, Kind.MEMORY: sizes}
    assert report.checked == {kind: count for kind, count in checked.items() if count}


def places():
    """Every digit that says something of a layer: of shapes, counts, totals and sizes, but for the optimiser's."""
    for name, text in TABLES.items():
        for number, line in enumerate(text.splitlines(), 1):
            start = re.search(r"\(None|params: ", line)
            if start and "InputLayer" not in line and "Optimizer" not in line:
                end = line.index("['") if "['" in line else len(line)
                yield from ((name, number, at) for at in range(start.start(), end) if line[at].isdigit())


def test_every_changed_digit_is_found_in_its_line(check):
    missed = []
    for name, number, at in places():
        lines = TABLES[name].splitlines()
        line = lines[number - 1]
        lines[number - 1] = line[:at] + str((int(line[at]) + 1) % 10) + line[at + 1 :]
        found = [finding.line for finding in check("\n".join(lines)).findings]
        missed += [] if number in found else [(name, lines[number - 1])]

    assert missed == []


@pytest.mark.parametrize(
    ("name", "old", "new", "found", "expected"),
    [
        ("Keras 2", "18496", "18946", "conv2d_1 (Conv2D): 18946 parameters", "18,496 parameters"),
        ("Keras 2", "(None, 13, 13, 32)", "(None, 13, 13, 23)", "max_pooling2d (MaxPooling2D): output shape "
         "(None, 13, 13, 23)", "(None, 13, 13, 32)"),
        ("Keras 3", "           128", "           182", "batch_normalization (BatchNormalization): 182 parameters",
         "128 parameters"),
        ("Keras 3", "params: 64 ", "params: 46 ", "46 non-trainable parameters", "64"),
        ("Keras 3", "77.54 KB", "75.74 KB", "75.74 KB", "77.54 KB"),
        ("Keras 3", "params: 59,616", "params: 59,661", "total 59,661 parameters", "59,616"),
        ("Keras 1", "batch_normalization_1 (Batch (None, 26, 26, 32)        128",
         "batch_normalization_1 (Batch (None, 26, 26, 32)        182",
         "batch_normalization_1 (BatchNormalization): 182 parameters", "128 parameters"),
        ("functional", "(None, 6272)", "(None, 6722)", "flatten (Flatten): output shape (None, 6722)", "(None, 6272)"),
    ],
)  # fmt: skip
def test_a_finding_speaks_as_keras_does_and_is_mended(check, name, old, new, found, expected):
    text = TABLES[name]
    assert text.count(old) == 1
    wrong = text.replace(old, new)

    (first, *_) = check(wrong).findings

    assert (first.found, first.expected) == (found, expected)
    text = corrected(split_lines(wrong, "README.md"), check(wrong).findings)[0]
    assert {f.found for f in check(text).findings} <= {found} - ({found} if first.edit else set())


def test_more_running_means_than_are_told_to_be_fixed_are_found(check):
    text = KERAS_2.replace("Trainable params: 96,330", "Trainable params: 96,394")

    (finding,) = check(text.replace("Non-trainable params: 64", "Non-trainable params: 0")).findings

    assert (finding.found, finding.expected) == ("0 non-trainable parameters", "at least 64")


def test_frozen_layers_are_no_finding(check):
    text = KERAS_2.replace("Trainable params: 96,330", "Trainable params: 96,010")

    assert check(text.replace("Non-trainable params: 64", "Non-trainable params: 384")).findings == ()


def test_a_table_is_read_with_channels_first_whatever_is_printed():
    table = read(KERAS_3)

    assert table.total == 19_914
    assert [(row.name, row.shape, row.sides()) for row in table.rows[1:3]] == [
        ("batch_normalization (BatchNormalization)", (32, 26, 26), (26, 26, 32)),
        ("max_pooling2d (MaxPooling2D)", (32, 13, 13), (13, 13, 32)),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" dropout (Dropout)           (None, 11, 11, 64)        0", " ..."),
        (" dropout (Dropout)           (None, 11, 11, 64)        0", " my_block (MyBlock)  (None, 11, 11, 64)  0"),
        (" dropout (Dropout)           (None, 11, 11, 64)        0", " sequential_1 (Sequential)  multiple  0"),
        (" flatten (Flatten)           (None, 7744) ", " reshape (Reshape)           (None, 7744) "),
    ],
)
def test_what_is_left_out_or_not_known_is_no_finding(check, old, new):
    assert old in KERAS_2

    assert check(KERAS_2.replace(old, new)).findings == ()


def random_rows(source):
    """The layers of a sequential network on digits, as (type, shape, parameters): Keras' padding, strides, biases."""
    shape = (28, 28, source.choice((1, 3)))
    while min(shape[:2]) >= 6:
        kernel, stride, same = source.choice((1, 3, 5)), source.choice((1, 1, 2)), source.random() < 0.5
        bias, out = source.random() < 0.7, source.choice((4, 8, 16, 24))
        sides = tuple(-(-side // stride) if same else (side - kernel) // stride + 1 for side in shape[:2])
        if source.random() < 0.2:
            yield "DepthwiseConv2D", (shape := (*sides, shape[2])), shape[2] * (kernel * kernel + bias)
        else:
            count = out * (kernel * kernel * shape[2] + bias)
            yield "Conv2D", (shape := (*sides, out)), count
        for type_, each in source.sample(
            [("BatchNormalization", 4), ("BatchNormalization", 3), ("Activation", 0), ("SpatialDropout2D", 0)], 2
        ):
            yield type_, shape, each * shape[2]
        if min(shape[:2]) >= 4 and source.random() < 0.4:
            size, same = source.choice((2, 3)), source.random() < 0.5
            sides = tuple(-(-side // size) if same else (side - size) // size + 1 for side in shape[:2])
            yield source.choice(("MaxPooling2D", "AveragePooling2D")), (shape := (*sides, shape[2])), 0
    flat = source.choice(("Flatten", "GlobalAveragePooling2D"))
    units = math.prod(shape) if flat == "Flatten" else shape[2]
    yield flat, (units,), 0
    for out in (32, 10):
        yield "Dense", (out,), (units + 1) * out
        units = out


def printed(rows, boxed):
    """The table and its totals, as Keras 3 prints them, names that are too long wrapped, or as Keras 2 does, cut."""
    lines = ["┃ Layer (type) ┃ Output Shape ┃ Param # ┃" if boxed else "Layer (type)    Output Shape    Param #"]
    for number, (type_, shape, count) in enumerate(rows):
        name, told = f"{type_.lower()}_{number}", f"(None, {', '.join(map(str, shape))})"
        if not boxed:
            lines.append(f" {f'{name} ({type_})'[:27]:<28} {told:<25} {count}")
        elif len(name) + len(type_) < 28:
            lines.append(f"│ {f'{name} ({type_})':<31} │ {told:<22} │ {count:>13,} │")
        else:
            lines += [f"│ {name:<31} │ {told:<22} │ {count:>13,} │", f"│ {f'({type_})':<31} │ {'':<22} │ {'':>13} │"]
    total = sum(count for *_, count in rows)
    rest = sum(2 * shape[-1] for type_, shape, _ in rows if type_ == "BatchNormalization")
    size = f" ({total * 4 / 1024:.2f} KB)" if boxed else ""
    lines += [
        f"Total params: {total:,}{size}",
        f"Trainable params: {total - rest:,}",
        f"Non-trainable params: {rest:,}",
    ]
    return "\n".join(("```", *lines, "```", ""))


@pytest.mark.parametrize("boxed", [True, False], ids=["boxed", "cut"])
@pytest.mark.parametrize("seed", range(15))
def test_no_finding_in_a_table_of_a_random_network(check, seed, boxed):
    rows = list(random_rows(random.Random(seed)))

    report = check(printed(rows, boxed))

    assert report.findings == ()
    assert report.checked[Kind.TOTAL] == 2
    assert report.checked[Kind.PARAMETERS] >= len(rows) - 2 * (not boxed)
