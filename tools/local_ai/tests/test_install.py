"""Parts that become one model, and only the right one."""

import hashlib
from pathlib import Path

import pytest

from tools.local_ai.install import LOCK, CannotInstallError, join, pins
from tools.local_ai.weights import PART, PARTS


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"part{number}" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * 5)
    return paths


def test_parts_are_joined_in_their_order(parts: list[Path], tmp_path: Path) -> None:
    whole = tmp_path / "model.gguf"
    expected = b"\0" * 5 + b"\1" * 5 + b"\2" * 5

    join(parts, whole, hashlib.sha256(expected).hexdigest())

    assert whole.read_bytes() == expected


def test_a_wrong_sum_leaves_no_model(parts: list[Path], tmp_path: Path) -> None:
    whole = tmp_path / "model.gguf"

    with pytest.raises(CannotInstallError):
        join(parts, whole, "0" * 64)

    assert not list(tmp_path.glob("model*"))


def test_the_lock_pins_every_part_and_the_engine_with_hashes() -> None:
    pinned = dict(pins(LOCK.read_text()))

    assert {f"{PART}{number}" for number in range(1, PARTS + 1)} < pinned.keys()
    assert "xllamacpp" in pinned
    assert all("--hash=sha256:" in entry for entry in pinned.values())
