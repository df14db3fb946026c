"""The system user that PostgreSQL runs as when we are root, which it refuses to be."""

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path
from typing import TypedDict

from contactflow.testing.errors import ServerError

NAME = "contactflow"
REACHABLE = Path("/var/lib/contactflow")


class RunAs(TypedDict, total=False):
    """Arguments of `subprocess.run` that drop what root has; empty for a normal user."""

    user: int
    group: int
    extra_groups: list[int]
    cwd: str


def run_as() -> RunAs:
    """How to start a process without privileges. As root, makes the system user once."""
    if os.geteuid() != 0:
        return {}
    entry = _entry() or _made()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}


def hand_over(path: Path) -> None:
    """Give a folder or file to whom `run_as` names."""
    account = run_as()
    if account:
        os.chown(path, account["user"], account["group"])


def reaches(path: Path) -> bool:
    """Whether that user gets to a path: no folder above it, nor itself, is private."""
    account = run_as()
    if not account:
        return True
    found = subprocess.run(  # noqa: S603  our own command
        ["/usr/bin/env", "test", "-x", str(path)], check=False, **account
    )
    return found.returncode == 0


def reachable_copy(package: Path, name: str) -> Path:
    """The folder itself if that user reaches it, else a copy where every user does.

    What is beside it under the same name comes too: that is where a wheel keeps its libraries.
    """
    if reaches(package):
        return package
    copy = REACHABLE / name
    if not copy.exists():
        fresh = reachable_folder(f"{name}.{os.getpid()}")
        for one in package.parent.glob(f"{package.name}*"):
            shutil.copytree(one, fresh / one.name, symlinks=True)
        _open_to_all(fresh)
        try:
            fresh.rename(copy)
        except OSError:  # somebody else was faster
            shutil.rmtree(fresh)
    return copy / package.name


def reachable_folder(name: str) -> Path:
    """A folder where every user gets to, whatever our umask is."""
    folder = REACHABLE / name
    folder.mkdir(parents=True, exist_ok=True)
    for path in (REACHABLE, folder):
        path.chmod(0o755)
    return folder


def _open_to_all(folder: Path) -> None:
    """Let everybody read what the owner reads, and run what the owner runs."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)


def _entry() -> pwd.struct_passwd | None:
    return next((one for one in pwd.getpwall() if one.pw_name == NAME), None)


def _made() -> pwd.struct_passwd:
    """Two of us may ask at once: then one waits for the other's lock on the user table."""
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--shell", "/usr/sbin/nologin", NAME]
    for _ in range(50):
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603  our own command
        if entry := _entry():
            return entry
        time.sleep(0.1)
    raise ServerError("As root, PostgreSQL needs a system user; this failed", command)
