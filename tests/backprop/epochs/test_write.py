"""Epoch tables as CSV and JSON, written while they are computed."""

import csv
import io
import json
import subprocess
import tracemalloc

import numpy as np
import pytest

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import Run, run_trace
from backprop.epochs.write import write_csv, write_json
from backprop.errors import TraceError
from backprop.network.load import load_network
from tests.processes import started

RATES = [0.1, 2.0]
EPOCHS = 1_500  # several chunks


def test_csv_and_json_read_back_bit_equal(eight_weight: Derivation) -> None:
    trace = run_trace(eight_weight, RATES, EPOCHS)
    run = Run(eight_weight, "closed", EPOCHS)
    assert run.chunk < EPOCHS
    text, document = io.StringIO(), io.StringIO()
    write_csv(run, RATES, text)
    write_json(run, RATES, document)
    rows = list(csv.reader(io.StringIO(text.getvalue())))
    assert rows[0] == ["eta", "epoch", *trace.names]
    assert [row[:2] for row in rows[1:]] == [[str(rate), str(n)] for rate in RATES for n in range(1, EPOCHS + 1)]
    values = np.array([row[2:] for row in rows[1:]], dtype=float).reshape(trace.values.shape)
    assert np.array_equal(values, trace.values)
    tables = json.loads(document.getvalue())
    assert [table["eta"] for table in tables] == RATES
    for table, expected in zip(tables, trace.values, strict=True):
        assert [row.pop("epoch") for row in table["epochs"]] == list(range(1, EPOCHS + 1))
        assert np.array_equal([[row[name] for name in trace.names] for row in table["epochs"]], expected)


@pytest.mark.parametrize("name", ["eight-weight", "xor", "softmax-classifier"])
def test_json_is_laid_out_as_pythons_own_with_an_indent_of_one(name: str) -> None:
    document = io.StringIO()
    write_json(Run(derive(load_network(name)), "steps", 3), RATES, document)
    assert document.getvalue() == json.dumps(json.loads(document.getvalue()), indent=1) + "\n"


@pytest.mark.parametrize("write", [write_csv, write_json])
def test_progress_counts_every_row(eight_weight: Derivation, write) -> None:
    done: list[int] = []
    write(Run(eight_weight, "closed", EPOCHS), RATES, io.StringIO(), done.append)
    assert len(done) > len(RATES)
    assert sum(done) == EPOCHS * len(RATES)


class Counted(io.TextIOBase):
    """A stream that forgets."""

    def __init__(self) -> None:
        self.characters = 0

    def write(self, text: str) -> int:
        self.characters += len(text)
        return len(text)


@pytest.mark.parametrize("write", [write_csv, write_json])
def test_memory_does_not_grow_with_the_epochs(eight_weight: Derivation, write) -> None:
    peaks = []
    for epochs in (2_000, 6_000):  # four chunks, and twelve
        run, stream = Run(eight_weight, "closed", epochs), Counted()
        tracemalloc.start()
        write(run, [0.5], stream)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert stream.characters > epochs * 200
    assert peaks[1] < 1.2 * peaks[0]


@pytest.mark.parametrize("write", [write_csv, write_json])
def test_a_run_that_fails_soon_writes_nothing(eight_weight: Derivation, write) -> None:
    linear = [layer.model_copy(update={"activation": "identity"}) for layer in eight_weight.network.layers]
    derivation = derive(eight_weight.network.model_copy(update={"layers": tuple(linear)}))
    stream = Counted()
    beyond = derive(derivation.network.model_copy(update={"inputs": ((1e308, 1e308),)}))
    with pytest.raises(TraceError, match="epoch 1: a number leaves the range of doubles"):
        write(Run(beyond, "closed", 3), [0.1], stream)
    with pytest.raises(TraceError, match="learning rate nan"):
        write(Run(derivation, "closed", 3), [float("nan")], stream)
    assert stream.characters == 0


def test_a_table_that_diverges_ends_and_says_so(eight_weight: Derivation) -> None:
    linear = [layer.model_copy(update={"activation": "identity"}) for layer in eight_weight.network.layers]
    derivation = derive(eight_weight.network.model_copy(update={"layers": tuple(linear)}))
    trace = run_trace(derivation, [0.1, 1e308], 3)
    document, text = io.StringIO(), io.StringIO()
    assert write_json(Run(derivation, "closed", 3), [0.1, 1e308], document) == {1e308: 2}
    assert write_csv(Run(derivation, "closed", 3), [0.1, 1e308], text) == {1e308: 2}
    tables = json.loads(document.getvalue())
    assert [(len(table["epochs"]), table["diverged"]) for table in tables] == [(3, None), (1, 2)]
    rows = list(csv.reader(io.StringIO(text.getvalue())))[1:]
    assert [row[:2] for row in rows] == [["0.1", "1"], ["0.1", "2"], ["0.1", "3"], ["1e+308", "1"]]
    assert float(rows[3][2 + trace.names.index("w1")]) == trace.column("w1")[1, 0]


def test_steps_are_rows_with_the_number_of_their_epoch() -> None:
    document = io.StringIO()
    write_json(Run(derive(load_network("softmax-classifier")), "closed", 2), [0.1], document)
    (table,) = json.loads(document.getvalue())
    counts = [(row["epoch"], row["step"], row["sample"]) for row in table["steps"]]
    assert counts == [(1 + n // 6, 1 + n, 1 + n % 6) for n in range(12)]
    assert all(type(number) is int for numbers in counts for number in numbers)
    mean = sum(row["E_total"] for row in table["steps"][6:]) / 6
    assert table["steps"][11]["E_epoch"] == pytest.approx(mean, rel=1e-15)


def test_epochs_below_one_are_refused(eight_weight: Derivation) -> None:
    with pytest.raises(TraceError, match="epochs: 0; at least 1"):
        Run(eight_weight, "closed", 0)


@pytest.mark.parametrize("target", ["csv", "json"])
def test_the_first_rows_of_a_trace_without_end_come_at_once(target: str) -> None:
    command = ["-m", "backprop", "trace", "--epochs", 10**12, "--format", target]
    with started(*command, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(4)]
    assert lines[0] == "[\n" if target == "json" else lines[0].startswith("eta,epoch,t1")
    assert '"eta": 0.5' in lines[2] if target == "json" else lines[3].startswith("0.5,3,")
