"""The description of a layer."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from backprop.functions.activations import ACTIVATIONS
from backprop.functions.names import ActivationName
from backprop.network.description import Description, Number, Vector, known

KINDS = ("<number>", "<name>")  # of an entry, as pydantic tells them apart in the places of errors


def _kind(value: Any) -> str:
    return KINDS[isinstance(value, str)]


Entry = Annotated[Annotated[Number, Tag(KINDS[0])] | Annotated[str, Tag(KINDS[1])], Discriminator(_kind)]
Entries = Annotated[tuple[Entry, ...], Field(min_length=1)]


class Layer(Description):
    """Neurons over the same units: z_j = sum_k weights[j][k] * incoming_k + bias_j, a_j = activation(z_j).

    A weight or bias is a number, or the name of one that the network's table `shared` holds, for use in several places;
    an empty name leaves the two units unconnected. A threshold is the weight of a fixed input of -1.
    """

    activation: Annotated[ActivationName, known("activation", ACTIVATIONS)]
    inputs: Annotated[tuple[str, ...], Field(min_length=1)] | None = None  # i1, h1, h2_1; None: the layer before
    weights: Annotated[tuple[Entries, ...], Field(min_length=1)]  # (neurons, incoming)
    biases: Entries | None = None  # one a neuron
    shared_bias: Number | None = None  # one for the whole layer
    thresholds: Vector | None = None  # one a neuron

    @property
    def size(self) -> int:
        """Number of neurons."""
        return len(self.weights)

    @property
    def bias_entries(self) -> tuple[float | str, ...]:
        """The layer's biases or thresholds: one a neuron, a single shared one, or none."""
        if self.shared_bias is not None:
            return (self.shared_bias,)
        return self.biases or self.thresholds or ()

    @property
    def dense(self) -> bool:
        """Whether every neuron has a weight of its own for every unit of the layer before, and a bias of its own."""
        own = (entry for row in (*self.weights, self.bias_entries) for entry in row)
        return self.inputs is None and not any(isinstance(entry, str) for entry in own)
