"""A sequence that keeps its objects compressed gives them as they were."""

import gc
import pickle
import tracemalloc
from dataclasses import dataclass, replace

import pytest

from mnist.runs.folder import load_run
from reports.figures.configurations import configure
from reports.figures.goals import Goals
from reports.figures.packed import Packed


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Each:
    """Something that can be held."""

    number: int


def test_it_reads_as_the_tuple_would():
    items = tuple(map(Each, range(5)))
    packed = Packed(items)

    assert (len(packed), tuple(packed), packed[-1], tuple(packed[1:3])) == (5, items, items[-1], items[1:3])
    assert (tuple(packed[3:].whole()), tuple(packed[::2]), bool(Packed())) == (items, items[::2], False)
    assert items[2] in packed
    with pytest.raises(IndexError):
        packed[5]


def test_what_is_held_is_the_same_object_and_knows_its_place():
    packed = Packed(map(Each, range(5)))
    held = packed[3]

    assert packed[2:][1] is held
    assert (packed.place(held), packed[2:].place(held), packed[:2].place(held)) == (3, 1, None)
    assert packed.place(Each(3)) is None
    restored, its = pickle.loads(pickle.dumps((packed, held)))
    assert (restored[3] is its, restored.place(its), tuple(restored)) == (True, 3, tuple(packed))


def test_a_run_more_takes_little_memory_and_its_images_are_dropped(write_run, tmp_path):
    """Measured 2.0 kB a run of 20 epochs, where its figures alone took 60 and its images 40."""
    write_run(tmp_path / "run", correct=range(9_900, 9_920))
    run = load_run(tmp_path / "run")

    def runs(count):
        return (replace(run, record=run.record.model_copy(update={"seed": seed})) for seed in range(count))

    def kilobytes(count):
        gc.collect()
        tracemalloc.start()
        kept = configure(runs(count), Goals(), 80)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] / 1000
        tracemalloc.stop()
        assert len(kept[0][0].runs) == count
        return taken

    configure(runs(2), Goals(), 80)
    assert (kilobytes(130) - kilobytes(30)) / 100 < 4
