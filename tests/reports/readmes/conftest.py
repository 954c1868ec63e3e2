"""A README in which everything is right, and a check of texts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reports.readmes.lint import lint_source
from reports.readmes.proof.findings import FileReport
from reports.readmes.reading.files import split_lines

RIGHT = """\
# Digits with few parameters

We must reach at least 98.4 % test accuracy.

## Network

```
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1            [-1, 8, 26, 26]              80
              ReLU-2            [-1, 8, 26, 26]               0
       BatchNorm2d-3            [-1, 8, 26, 26]              16
            Conv2d-4           [-1, 16, 24, 24]           1,168
         MaxPool2d-5           [-1, 16, 12, 12]               0
            Conv2d-6            [-1, 8, 12, 12]             136
         Dropout2d-7            [-1, 8, 12, 12]               0
            Conv2d-8           [-1, 16, 10, 10]           1,168
         AvgPool2d-9             [-1, 16, 1, 1]               0
           Linear-10                   [-1, 10]             170
================================================================
Total params: 2,738
Trainable params: 2,738
Non-trainable params: 0
----------------------------------------------------------------
Input size (MB): 0.00
Forward/backward pass size (MB): 0.24
Params size (MB): 0.01
Estimated Total Size (MB): 0.25
```

## Training

```
-----epoch-1-----
loss=0.31 batch_id=468: 100%|██████████| 469/469 [00:22<00:00, 20.63it/s]
Test set: Average loss: 0.1612, Accuracy: 9533/10000 (95%)
-----epoch-2-----
loss=0.12 batch_id=468: 100%|██████████| 469/469 [01:02<00:00, 20.63it/s]
Test set: Average loss: 0.0841, Accuracy: 9748/10000 (97%)
-----epoch-3-----
Test set: Average loss: 0.0532, Accuracy: 9846/10000 (98.46%)
-----epoch-4-----
Test set: Average loss: 0.0540, Accuracy: 9839/10000 (98.39%)
```

Achieved 98.46% accuracy at epoch 3 by using 2,738 parameters.
The best accuracy was 98.46%. 98.4 % was first reached in epoch 3.
Of the test images, 9846 of 10000 (98.46 %) were right.

- Less than 3k parameters: 2.74K
- Less than 5 epochs: OK

| limit of | required | measured | holds |
| --- | --- | --- | --- |
| parameters | fewer than 3,000 | 2,738 | yes |
| epochs | at most 3 | 4 | ❌ no |

We began with a learning rate of 0.035, and a learning rate of 0.03772 was best; with 0.03772 the loss fell fastest.

## The small network

```
h1 = w1*i1 + w2*i2
a_h1 = 1/(1 + exp(-h1))
E1 = 1/2 * (t1 - out_o1)^2
E2 = 1/2 * (t2 - out_o2)^2
E_total = E1 + E2
∂E/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1
∂E/∂w6 = ∂E1/∂a_o1 * ∂a_o1/∂o1 * ∂o1/∂w6 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h2
```

Then $\\frac{\\partial E_{total}}{\\partial w_1} = \\delta_{h1} \\cdot i_1$.

```math
\\begin{aligned}
\\delta_{o1} & = \\left(a_{o1} - t_{1}\\right) \\cdot a_{o1} \\cdot \\left(1 - a_{o1}\\right) \\\\[4pt]
w_{7} & \\leftarrow w_{7} - \\eta \\cdot \\frac{\\partial E_{total}}{\\partial w_{7}}
\\end{aligned}
```
"""


@pytest.fixture(scope="session")
def right() -> str:
    return RIGHT


@pytest.fixture(scope="session")
def check() -> Callable[[str], FileReport]:
    """The findings of a text."""

    def run(text: str, runs: Path | None = None) -> FileReport:
        return lint_source(split_lines(text, Path("README.md")), "README.md", runs)

    return run
