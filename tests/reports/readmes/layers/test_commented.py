"""Sizes behind the layers of a listing, one a line."""

import pytest

from reports.readmes.proof.findings import Kind

KERAS = """\
```python
model = Sequential()
model.add(Convolution2D(16, 3, 3, activation='relu', input_shape=(28, 28, 1)))
model.add(Convolution2D(32, 3, 3)) #{0}
model.add(BatchNormalization())
model.add(MaxPooling2D(pool_size=(2, 2))) #12
model.add(Convolution2D(10, 1, 1)) #12
model.add(Dropout(0.1))
model.add(Convolution2D(16, 3, 3)) #10
model.add(MaxPooling2D()) #{1}
model.add(Conv2D(10, 5))
model.add(Flatten())
```
"""
TORCH = """\
```python
self.layers = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1),  # 28x28x8
    nn.BatchNorm2d(8),
    nn.Conv2d(8, 8, kernel_size=3),  # {0}
    nn.ReLU(),
    nn.MaxPool2d(2, 2),  # 13x13x8
    nn.Conv2d(8, 16, 3),  # 11x11x16
    nn.Conv2d(16, 16, 3),  # 9x9x16
)
```
"""


def test_a_size_between_two_that_fit_each_other(check):
    assert check(KERAS.format(24, 5)).checked == {Kind.SHAPE: 5}
    assert check(KERAS.format(24, 5)).findings == ()
    (finding,) = check(KERAS.format(26, 5)).findings
    assert (finding.line, finding.expected) == (4, "24")
    (finding,) = check(TORCH.format("28x28x8")).findings
    assert (finding.line, finding.expected) == (5, "26")
    assert check(TORCH.format("26x26x8")).findings == ()


def test_a_size_that_leaves_no_room_for_the_layers_behind_it(check):
    (finding,) = check(KERAS.format(24, 2)).findings
    assert (finding.line, finding.expected) == (10, "5")


@pytest.mark.parametrize(
    "text",
    [
        KERAS.format(24, 6),  # nothing behind it says which of the two is right
        KERAS.format(24, 5).replace("#12", "#32").replace("#10", "#64"),  # channels, of two layers
        KERAS.format(24, 5).replace("model.add(BatchNormalization())", "model.add(ZeroPadding2D())"),
    ],
)
def test_other_numbers_and_layers_say_nothing(check, text):
    assert check(text).findings == ()
