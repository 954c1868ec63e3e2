"""Recurrent layers, each of their layers and ways a step of its own."""

from collections.abc import Callable
from typing import Any

import torch
from pydantic import JsonValue

from mnist.page.build import Builder, Operation, OperationError, Value

Lower = Callable[[Builder, Operation], Any]

_LABELS = {"lstm": "LSTM", "gru": "GRU", "rnn_tanh": "Recurrent, tanh", "rnn_relu": "Recurrent, ReLU"}


def _recurrent(name: str) -> Lower:
    """The sequence of states and the last ones; of an LSTM not what its cells hold."""

    def lower(build: Builder, operation: Operation) -> Any:
        ways = 2 if operation["bidirectional"] else 1
        layers, first_is_batch = operation["num_layers"], operation["batch_first"]
        if operation["train"] and operation["dropout"]:
            raise OperationError("with dropout in use")
        states, cells = (*operation["hx"], None)[:2] if name == "lstm" else (operation["hx"], None)
        of_each = len(operation["params"]) // (layers * ways)
        if of_each != (4 if operation["has_biases"] else 2):
            raise OperationError("with a projection")
        sequence = operation["input"]
        if first_is_batch:
            sequence = build.moved(sequence, lambda places: places.transpose(0, 1).contiguous())
        last = []
        for layer in range(layers):
            given = []
            for way in range(ways):
                at = layer * ways + way
                weights = operation["params"][at * of_each : (at + 1) * of_each]
                start, cell = (_row(build, states, at), _row(build, states if cells is None else cells, at))
                given.append(_one_way(build, name, sequence, (start, cell, *weights), backward=way == 1))
                end = 0 if way else -1
                last.append(build.moved(given[-1], lambda places, end=end: places[end][None]))  # type: ignore[misc]
            sequence = given[0] if ways == 1 else _side_by_side(build, given)
        if first_is_batch:
            sequence = build.moved(sequence, lambda places: places.transpose(0, 1).contiguous())
        ends = torch.cat([value.tensor for value in last])
        sizes: list[JsonValue] = [value.tensor.numel() for value in last]
        return [sequence, build.emit("join", last, ends, sizes=sizes), None][: len(operation.given)]

    return lower


def _row(build: Builder, value: Value, at: int) -> Value:
    return build.moved(value, lambda places: places[at])


def _one_way(build: Builder, name: str, sequence: Value, inputs: tuple[Value, ...], *, backward: bool) -> Value:
    steps, batch, size = sequence.shape
    hidden = inputs[3].shape[1]
    return build.emit(
        "recurrent",
        [sequence, *inputs],
        sequence.tensor.new_zeros(steps, batch, hidden),
        f"{_LABELS[name]}, {size} → {hidden}{', backward' * backward}",
        name=name,
        steps=steps,
        batch=batch,
        size=size,
        hidden=hidden,
        backward=backward,
    )


def _side_by_side(build: Builder, values: list[Value]) -> Value:
    sizes: list[JsonValue] = [value.shape[-1] for value in values]
    return build.emit("join", values, torch.cat([value.tensor for value in values], -1), sizes=sizes)


OPERATORS: dict[str, Lower] = {name: _recurrent(name) for name in _LABELS}
