"""Downloading: mirrors on this machine that answer rightly, wrongly, slowly or not at all."""

import gzip
import hashlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import mnist.data.download
import mnist.data.sources
from mnist.data.download import fetch
from mnist.data.idx import PARTS, Part, idx_bytes
from mnist.data.sources import load_data, read_folder

ARRAYS = {
    "train_images": np.arange(3 * 784, dtype=np.uint16).astype(np.uint8).reshape(3, 28, 28),
    "train_labels": np.arange(3, dtype=np.uint8),
    "test_images": np.zeros((2, 28, 28), np.uint8),
    "test_labels": np.arange(2, dtype=np.uint8),
}
SMALL = tuple(
    Part(part.name, part.file, ARRAYS[part.name].shape, hashlib.sha256(idx_bytes(ARRAYS[part.name])).hexdigest())
    for part in PARTS
)
FILES = {f"{part.file}.gz": gzip.compress(idx_bytes(ARRAYS[part.name])) for part in SMALL}


class Mirror(BaseHTTPRequestHandler):
    """/good/, /html/, /short/, /other/, /endless/, /silent/, /drip/ and /half/ each serve the files in their way."""

    asked: ClassVar[list[str]] = []
    ended: ClassVar[threading.Event]

    def do_GET(self) -> None:
        _, way, name = self.path.split("/")
        self.asked.append(self.path)
        body = FILES[name]
        if way == "gone" or (way == "half" and "images" in name):
            self.send_error(404)
            return
        if way == "silent":
            self.ended.wait(20)
            return
        self.send_response(200)
        if way == "short":
            self.send_header("Content-Length", str(len(body)))
            body = body[:-5]
        self.end_headers()
        if way == "html":
            body = b"<html>Sign in to the network</html>"
        if way == "other":
            body = gzip.compress(idx_bytes(ARRAYS["test_images"] + 1))
        if way == "drip":
            for byte in body:
                self.wfile.write(bytes([byte]))
                if self.ended.wait(0.1):
                    return
        while way == "endless" and not self.ended.is_set():
            try:
                self.wfile.write(bytes(1_000_000))
            except OSError:
                return
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(mnist.data.sources, "PARTS", SMALL)
    monkeypatch.setattr(mnist.data.download, "PARTS", SMALL)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    Mirror.asked.clear()
    Mirror.ended = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Mirror.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()


def use(monkeypatch: pytest.MonkeyPatch, server: str, *ways: str) -> None:
    monkeypatch.setattr(mnist.data.download, "MIRRORS", tuple(f"{server}/{way}/" for way in ways))


def test_a_good_mirror_fills_the_folder(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, server, "good")
    said: list[str] = []

    assert fetch(tmp_path, said.append)

    assert np.array_equal(read_folder(tmp_path).train_images, ARRAYS["train_images"])
    assert sorted(FILES) == sorted(file.name for file in tmp_path.iterdir())
    assert said[0] == f"data: t10k-labels-idx1-ubyte.gz from {server}/good/"


@pytest.mark.parametrize("way", ["gone", "html", "short", "other", "endless", "half"])
def test_a_wrong_mirror_is_skipped_for_the_next(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str):
    use(monkeypatch, server, way, "good")
    said: list[str] = []

    assert fetch(tmp_path, said.append)

    read_folder(tmp_path)
    skipped = [line for line in said if "skipped" in line]
    assert len(skipped) == 1
    assert skipped[0].startswith(f"data: {server}/{way}/ skipped: ")
    assert "\n" not in skipped[0]


@pytest.mark.parametrize("way", ["html", "short", "other", "endless"])
def test_what_a_wrong_mirror_sent_is_not_kept(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str):
    use(monkeypatch, server, way)

    assert not fetch(tmp_path, lambda _: None)

    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize("way", ["silent", "drip"])
def test_a_slow_mirror_costs_its_seconds_once(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str):
    use(monkeypatch, server, way, "good")
    monkeypatch.setattr(mnist.data.download, "PROBE_SECONDS", 0.3)
    start = time.perf_counter()

    assert fetch(tmp_path, lambda _: None)

    assert time.perf_counter() - start < 2
    assert [path for path in Mirror.asked if way in path] == [f"/{way}/t10k-labels-idx1-ubyte.gz"]


def test_a_port_where_nobody_listens_is_skipped(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mnist.data.download, "MIRRORS", ("http://127.0.0.1:9/", f"{server}/good/"))

    assert fetch(tmp_path, lambda _: None)


def test_the_mirrors_together_give_up_in_time():
    assert mnist.data.download.PROBE_SECONDS * len(mnist.data.download.MIRRORS) <= 12


def test_only_what_is_missing_or_damaged_is_fetched_anew(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, server, "good")
    for name, body in FILES.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(FILES["train-images-idx3-ubyte.gz"][:-9])

    assert fetch(tmp_path, lambda _: None)

    assert Mirror.asked == ["/good/train-images-idx3-ubyte.gz"]
    read_folder(tmp_path)


def test_a_download_is_used_told_and_the_next_time_found_in_the_cache(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    use(monkeypatch, server, "good")
    monkeypatch.setattr(mnist.data.download, "cache_folder", lambda: tmp_path)
    first: list[str] = []
    second: list[str] = []

    assert load_data(environ={}, say=first.append).source.name == "mnist"
    load_data(environ={}, say=second.append)

    assert first[0] == "data: none named, none in the cache; trying to download MNIST (11 MB)"
    assert first[-1] == second[0] == f"data: MNIST from the cache, {tmp_path}"
    assert len(Mirror.asked) == 4


def test_the_cache_is_a_folder_of_this_package():
    assert mnist.data.download.cache_folder().parts[-2:] == ("backprop-workbook", "mnist")
