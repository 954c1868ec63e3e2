"""The four files: no damaged byte gets through."""

import gzip
import hashlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from mnist.data.idx import Part, idx_bytes, read_part
from mnist.errors import DataError

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
RAW = idx_bytes(PIXELS)
SMALL = Part("test_images", "t10k-images-idx3-ubyte", (5, 28, 28), hashlib.sha256(RAW).hexdigest())


@pytest.mark.parametrize("name", SMALL.candidates)
def test_plain_and_gzipped_files_are_read_under_both_spellings(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(gzip.compress(RAW) if name.endswith(".gz") else RAW)

    assert np.array_equal(read_part(tmp_path / name, SMALL), PIXELS)


def _one_bit_off(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"begins with nothing; IDX magic 00000803 needed"),
        (b"<html>404", r"begins with 3c68746d; IDX magic 00000803 needed"),
        (RAW[:-1], r"holds 3,935 bytes; 3,936 are needed, for 5 × 28 × 28 and the header"),
        (RAW + b"\0", r"holds more than 3,936 bytes; 3,936 are needed"),
        (idx_bytes(np.arange(5, dtype=np.uint8)), r"begins with 00000801; IDX magic 00000803 needed"),
        (_one_bit_off(RAW), r"SHA-256 is [0-9a-f]{64}; MNIST's test_images have " + SMALL.sha256),
        (gzip.compress(_one_bit_off(RAW)), r"SHA-256 is"),
        (gzip.compress(RAW)[:-1], r"a damaged gzip file \(.*end-of-stream.*\); a whole one is needed"),
        (gzip.compress(RAW)[:500], r"a damaged gzip file"),
        (gzip.compress(RAW[:16] + bytes(9_000))[:30] + b"\xff" * 400, r"a damaged gzip file \(Error -3"),
        (gzip.compress(RAW)[:-8] + b"\0" * 8, r"a damaged gzip file \(CRC check failed"),
    ],
    ids=["empty", "page", "short", "long", "labels", "bit", "gzbit", "gzshort", "gzhalf", "gzgarbage", "gzcrc"],
)
def test_a_damaged_file_is_named_with_what_was_found_and_what_is_needed(tmp_path: Path, content: bytes, message: str):
    file = tmp_path / "t10k-images"
    file.write_bytes(content)

    with pytest.raises(DataError, match=f"t10k-images: {message}") as raised:
        read_part(file, SMALL)
    assert "\n" not in str(raised.value)


def test_a_gzip_bomb_is_never_unpacked_beyond_the_size_needed(tmp_path: Path):
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(RAW[:16] + bytes(200_000_000)))

    tracemalloc.start()
    with pytest.raises(DataError, match="holds more than 3,936 bytes"):
        read_part(bomb, SMALL)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_idx_bytes_begin_with_magic_and_sizes():
    assert RAW[:16].hex() == "00000803" + "00000005" + "0000001c" + "0000001c"
    assert SMALL.header == RAW[:16]
