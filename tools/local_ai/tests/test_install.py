"""Parts that become one model, and only the right one."""

import hashlib
from pathlib import Path

import pytest

from tools.local_ai.install import join
from tools.local_ai.packages import LOCK, CannotInstallError, pins
from tools.local_ai.weights import FILES, NPM, Place


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"part{number}" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * 5)
    return paths


def test_parts_are_joined_in_their_order(parts: list[Path], tmp_path: Path) -> None:
    whole = tmp_path / "folder" / "model.gguf"
    expected = b"\0" * 5 + b"\1" * 5 + b"\2" * 5

    join(parts, whole, hashlib.sha256(expected).hexdigest())

    assert whole.read_bytes() == expected


def test_a_wrong_sum_leaves_no_model(parts: list[Path], tmp_path: Path) -> None:
    whole = tmp_path / "model.gguf"

    with pytest.raises(CannotInstallError):
        join(parts, whole, "0" * 64)

    assert not list(tmp_path.glob("model*"))


def test_what_is_there_does_not_have_to_be_fetched(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.model.touch()

    assert place.lacks() == [file for file in FILES if place.of(file) != place.model]


def test_the_lock_pins_every_part_and_every_engine_with_hashes() -> None:
    pinned = dict(pins(LOCK.read_text()))

    wheels = {part.package for file in FILES for part in file.parts}
    assert {name for name in wheels if not name.startswith(NPM)} < pinned.keys()
    assert {"xllamacpp", "faster-whisper", "piper-tts", "onnxruntime"} < pinned.keys()
    assert all("--hash=sha256:" in entry for entry in pinned.values())


def test_what_npm_brings_is_of_one_version() -> None:
    named = {part.package for file in FILES for part in file.parts if NPM in part.package}

    assert all(one.removeprefix(NPM).rpartition("@")[2][:1].isdigit() for one in named)
