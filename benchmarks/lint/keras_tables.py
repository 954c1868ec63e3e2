"""The golden tables of Keras 3, printed by Keras itself: tests/reports/readmes/tables/keras-tables.txt.

Keras and its backend are large, so the tests read what this script wrote. To write it anew, with a finished network of
each of its kinds at widths from 50 to 120 columns:

    python -m venv out/keras && out/keras/bin/pip install keras torch
    COLUMNS=200 KERAS_BACKEND=torch out/keras/bin/python benchmarks/lint/keras_tables.py
"""

import random
from pathlib import Path

import keras
from keras import layers

FEED = "\f\n"
TABLES = 40
GOLDEN = Path(__file__).parents[2] / "tests" / "reports" / "readmes" / "tables" / "keras-tables.txt"


def sequential(source: random.Random) -> keras.Model:
    """Layers one after another."""
    made = [keras.Input((28, 28, source.choice((1, 3)))), layers.Conv2D(source.choice((8, 12)), 3, strides=1)]
    for _ in range(source.randint(1, 3)):
        made += source.choice((
            [layers.Conv2D(16, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU()],
            [layers.DepthwiseConv2D(3, padding="same"), layers.Conv2D(10, 1), layers.Activation("relu")],
            [layers.SeparableConv2D(12, 3), layers.BatchNormalization(scale=False), layers.Dropout(0.2)],
            [layers.Conv2D(6, (3, 1)), layers.MaxPooling2D(2)],
            [layers.Conv2DTranspose(7, 2, strides=2), layers.AveragePooling2D(2), layers.LeakyReLU()],
        ))  # fmt: skip
    head = ([layers.Flatten()], [layers.GlobalAveragePooling2D()], [layers.GlobalMaxPooling2D(), layers.Dense(20)])
    return keras.Sequential([*made, *source.choice(head), layers.Dropout(0.1), layers.Dense(10, activation="softmax")])


def functional(source: random.Random) -> keras.Model:
    """Branches, skips, slices and arithmetic between layers."""
    given = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, padding="same")(given)
    for _ in range(source.randint(1, 3)):
        y = layers.Conv2D(8, 3, padding="same", name=source.choice((None, f"a_long_name_{source.randint(1, 9**9)}")))(x)
        way = source.randint(0, 4)
        if way == 0:
            x = layers.Add()([x, y])
        elif way == 1:
            x = layers.Conv2D(8, 1)(layers.Concatenate()([x, y]))
        elif way == 2:
            gate = layers.Dense(8, activation="sigmoid")(layers.GlobalAveragePooling2D()(y))
            x = layers.Multiply()([x, layers.Reshape((1, 1, 8))(gate)])
        elif way == 3:
            x = layers.BatchNormalization()(x[:, 2:, 2:] * 0.5)
        else:
            down = layers.Conv2D(8, 3, strides=2, padding="same")(x)
            x = layers.UpSampling2D()(down) if x.shape[1] % 2 == 0 else y
    return keras.Model(given, layers.Dense(10)(layers.Flatten()(x)))


def several(source: random.Random) -> keras.Model:
    """Two inputs, and two outputs."""
    picture, vector = keras.Input((20, 20, 3)), keras.Input((5,))
    x = layers.GlobalMaxPooling2D()(layers.Conv2D(source.choice((6, 9)), 5)(picture))
    both = layers.Concatenate()([x, layers.Dense(7)(vector)])
    return keras.Model([picture, vector], [layers.Dense(3)(both), layers.Dense(1, name="value")(both)])


def recurrent(source: random.Random) -> keras.Model:
    """Words by their numbers."""
    wide = source.choice((12, 16))
    kind = source.choice((layers.LSTM(wide), layers.GRU(wide), layers.Bidirectional(layers.LSTM(wide))))
    return keras.Sequential([keras.Input((30,)), layers.Embedding(200, 24), kind, layers.Dense(10)])


def transformer(source: random.Random) -> keras.Model:
    """Attention over words, its sums and norms."""
    wide = source.choice((8, 16))
    given = keras.Input((20,))
    x = layers.Embedding(100, wide)(given)
    for _ in range(source.randint(1, 2)):
        x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(2, 4)(x, x)]))
        x = layers.Add()([x, layers.Dense(wide)(layers.Dense(2 * wide, activation="gelu")(x))])
    return keras.Model(given, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))


def nested(source: random.Random) -> keras.Model:
    """A model as a layer of another."""
    inner = keras.Sequential([keras.Input((14, 14, 4)), layers.Conv2D(source.choice((4, 6)), 3), layers.ReLU()])
    outer = [keras.Input((28, 28, 1)), layers.Conv2D(4, 3, padding="same"), layers.MaxPooling2D(), inner]
    return keras.Sequential([*outer, layers.Flatten(), layers.Dense(10)])


KINDS = (sequential, functional, sequential, several, recurrent, transformer, nested, functional)


def table(seed: int) -> str:
    """What Keras prints of the network of a seed."""
    source = random.Random(seed)
    model = KINDS[seed % len(KINDS)](source)
    if source.random() < 0.3:
        model.layers[1].trainable = False
    lines: list[str] = []
    wide = source.choice((50, 60, 75, 90, 120))
    model.summary(line_length=wide, print_fn=lines.append, show_trainable=source.random() < 0.3,
                  expand_nested=source.random() < 0.3)  # fmt: skip
    return "\n".join(lines).strip("\n") + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(FEED.join(table(seed) for seed in range(TABLES)), encoding="utf-8")
    print(f"{GOLDEN}: {TABLES} tables of Keras {keras.__version__}")
