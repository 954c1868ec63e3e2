"""Many objects that are much alike, as a sequence that keeps them compressed and unpacks each when it is asked for."""

import pickle
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar, overload
from weakref import WeakValueDictionary

T = TypeVar("T")

LEVEL = 1  # of compression: what is alike is found at any


class _Kept(Generic[T]):
    """The objects: as bytes, and those that something holds as they are."""

    def __init__(self, items: Iterable[T]) -> None:
        self._alike = b""  # what all are compressed against
        self._packed: list[bytes] = []
        self._held: WeakValueDictionary[int, T] = WeakValueDictionary()
        self._places: dict[int, int] = {}  # by id, of what was held there last
        for item in items:
            content = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
            self._alike = self._alike or content
            packer = zlib.compressobj(LEVEL, zdict=self._alike)
            self._packed.append(packer.compress(content) + packer.flush())

    def __len__(self) -> int:
        return len(self._packed)

    def at(self, place: int) -> T:
        item = self._held.get(place)
        if item is None:
            unpacker = zlib.decompressobj(zdict=self._alike)
            item = pickle.loads(unpacker.decompress(self._packed[place]))  # packed by this program, a moment ago
            self._hold(place, item)
        return item

    def place(self, item: object) -> int | None:
        place = self._places.get(id(item))
        return None if place is None or self._held.get(place) is not item else place

    def _hold(self, place: int, item: T) -> None:
        self._held[place] = item
        self._places[id(item)] = place

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_held": dict(self._held), "_places": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state | {"_held": WeakValueDictionary()}
        for place, item in state["_held"].items():
            self._hold(place, item)


class Packed(Sequence[T], Generic[T]):
    """Objects that can be pickled and weakly referenced; a slice is a view of the same ones.

    As long as anything holds an object that was taken from here, its place gives that very object.
    """

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._kept = _Kept(items)
        self._range = range(len(self._kept))

    def place(self, item: object) -> int | None:
        """Where an object lies that was taken from here and is still held; None for any other."""
        place = self._kept.place(item)
        return self._range.index(place) if place is not None and place in self._range else None

    def whole(self) -> "Packed[T]":
        """All of what this is a slice of."""
        return self._view(range(len(self._kept)))

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> "Packed[T]": ...
    def __getitem__(self, at: int | slice) -> "T | Packed[T]":
        if isinstance(at, int):
            return self._kept.at(self._range[at])
        return self._view(self._range[at])

    def __len__(self) -> int:
        return len(self._range)

    def _view(self, places: range) -> "Packed[T]":
        view: Packed[T] = Packed()
        view._kept, view._range = self._kept, places
        return view
