"""Data sets by name, from a mirror on this machine: IDX files with MD5, labels of eight columns, an archive."""

import gzip
import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mnist.data.download
import mnist.data.sources
from mnist.data.idx import idx_bytes
from mnist.data.labelled import read_labelled
from mnist.data.named import NAMED
from mnist.data.sources import load_data
from mnist.errors import DataError
from tests.mnist.data.mirror import serving

IMAGES = np.arange(4 * 784, dtype=np.uint16).astype(np.uint8).reshape(4, 28, 28)


def small(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> dict[str, bytes]:
    """The data set by that name with four images to train and two to test on, at a mirror; its files by name."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    labels = np.array([0, 9, 3, 4], np.uint8)
    if name == "qmnist":
        labels = np.stack([labels] + [np.full(4, 7)] * 7, 1).astype(np.int32)
    files, described = {}, []
    for each in NAMED[name].files:
        count = 4 if each.part.startswith("train") else 2
        body = gzip.compress(idx_bytes((IMAGES if each.part.endswith("images") else labels)[:count]))
        files[each.file] = body
        described.append(replace(each, md5=each.md5 and hashlib.md5(body).hexdigest()))
    archive = NAMED[name].archive
    if archive is not None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as whole:
            for file, body in files.items():
                whole.writestr(f"gzip/{file}", body)
        files = {"gzip.zip": stream.getvalue()}
        md5 = hashlib.md5(stream.getvalue()).hexdigest()
        archive = replace(archive, urls=(f"{url}/gone/gzip.zip", f"{url}/good/gzip.zip"), md5=md5)
    changed = replace(NAMED[name], files=tuple(described), mirrors=(f"{url}/gone/", f"{url}/good/"), archive=archive)
    monkeypatch.setitem(NAMED, name, changed)
    monkeypatch.setattr(mnist.data.download, "cache_folder", lambda name: tmp_path / name)
    return files


@pytest.mark.parametrize("name", NAMED)
def test_a_data_set_is_fetched_by_its_name_and_found_again(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with serving({}) as mirror:
        mirror.files.update(small(name, monkeypatch, tmp_path, mirror.url))
        said: list[str] = []
        dataset = load_data(name, environ={"MNIST_DIR": "/elsewhere"}, say=said.append)
        asked = len(mirror.asked)
        again = load_data(name, environ={}, say=lambda _: None)

        assert len(mirror.asked) == asked
    upright = IMAGES.transpose(0, 2, 1) if name == "emnist-digits" else IMAGES
    assert np.array_equal(dataset.train_images, upright)
    assert dataset.test_labels.tolist() == [0, 9]
    assert again.source == dataset.source
    assert (dataset.source.name, dataset.source.classes) == (name, NAMED[name].classes)
    assert not dataset.source.is_mnist
    assert any("gone" in line and "skipped" in line for line in said)
    assert said[-1].endswith("this is not MNIST")
    assert sorted(file.name for file in (tmp_path / name).iterdir()) == sorted(each.file for each in NAMED[name].files)


@pytest.mark.parametrize("name", ["kmnist", "emnist-digits"])
def test_a_mirror_with_other_bytes_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with serving({}) as mirror:
        files = small(name, monkeypatch, tmp_path, mirror.url)
        mirror.files.update({file: body[:-1] + b"x" for file, body in files.items()})
        said: list[str] = []

        with pytest.raises(DataError, match=rf"{name}: cannot be downloaded; .* may hold its files instead: "):
            load_data(name, environ={}, say=said.append)

    assert any("MD5 is " in line for line in said)
    assert not any(file.is_file() for file in tmp_path.rglob("*"))


def test_a_run_is_evaluated_on_a_data_set_of_the_same_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    digits = mnist.data.sources.rendered_digits(20, 10).source
    with serving({}) as mirror:
        mirror.files.update(small("qmnist", monkeypatch, tmp_path, mirror.url))
        mirror.files.update(small("kmnist", monkeypatch, tmp_path, mirror.url))

        images, labels = read_labelled("qmnist", digits)
        with pytest.raises(DataError, match=r"kmnist: has other classes, o, ki, .*; the run learnt 0, 1, 2"):
            read_labelled("kmnist", digits)

    assert np.array_equal(images, IMAGES[:2])
    assert labels.tolist() == [0, 9]
