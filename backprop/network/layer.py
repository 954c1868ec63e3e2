"""The description of a layer."""

from typing import Annotated

from pydantic import Field

from backprop.functions.activations import ACTIVATIONS
from backprop.functions.names import ActivationName
from backprop.network.description import Description, Number, Vector, known


class Layer(Description):
    """A fully connected layer: z_j = sum_k weights[j][k] * incoming_k + bias_j, a_j = activation(z_j)."""

    activation: Annotated[ActivationName, known("activation", ACTIVATIONS)]
    weights: Annotated[tuple[Vector, ...], Field(min_length=1)]  # (neurons, incoming)
    biases: Vector | None = None  # one a neuron
    shared_bias: Number | None = None  # one for the whole layer

    @property
    def size(self) -> int:
        """Number of neurons."""
        return len(self.weights)

    @property
    def bias_values(self) -> tuple[float, ...]:
        """The layer's biases: one a neuron, a single shared one, or none."""
        if self.shared_bias is not None:
            return (self.shared_bias,)
        return self.biases or ()
