"""Random small networks for property tests."""

from itertools import pairwise

from hypothesis import strategies as st

from backprop.network import Layer, Network

numbers = st.floats(-2, 2, allow_subnormal=False).map(lambda x: round(x, 6))


@st.composite
def networks(draw: st.DrawFn, widest: int = 3, most_layers: int = 3) -> Network:
    sizes = draw(st.lists(st.integers(1, widest), min_size=2, max_size=most_layers + 1))

    def vector(size: int) -> tuple[float, ...]:
        return tuple(draw(st.lists(numbers, min_size=size, max_size=size)))

    layers = tuple(
        Layer(activation="sigmoid", weights=tuple(vector(incoming) for _ in range(size)))
        for incoming, size in pairwise(sizes)
    )
    return Network(
        name="random",
        title="Random",
        inputs=vector(sizes[0]),
        targets=vector(sizes[-1]),
        loss="half_squared_error",
        layers=layers,
    )
