"""The models by name."""

from collections.abc import Callable

import numpy as np

from benchmarks.any_model.models.convolution import convolution
from benchmarks.any_model.models.dense import dense
from benchmarks.any_model.models.embedding import embedding
from benchmarks.any_model.models.factorisation import factorisation
from benchmarks.any_model.models.plain import plain
from benchmarks.any_model.models.recurrent import recurrent
from benchmarks.any_model.programs.program import Program
from benchmarks.any_model.programs.wish import Wish

MODELS: dict[str, Callable[[Wish, np.random.Generator], Program]] = {
    "linear regression": dense,
    "logistic regression": dense,
    "softmax regression": dense,
    "perceptron": dense,
    "matrix factorisation": factorisation,
    "convolution": convolution,
    "recurrent": recurrent,
    "embedding": embedding,
    "plain function": plain,
}
