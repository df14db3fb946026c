"""A disk of a test's own, which can be full."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from typing import Final

from contactflow.testing.errors import ServerError

SIZE: Final = 2 * 1024**3  # bytes; what is not written takes no memory
TRIES: Final = 100


class Disk:
    """A file system in memory, for every user of this machine; `folder` is where it is mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """From here on there is room for nothing more; what is there stays. Raises ServerError."""
        for _ in range(TRIES):  # somebody may be writing: no disk is smaller than what it holds
            if self._resized(disk_usage(self.folder).used):
                return
        raise ServerError("The disk is written to too quickly to be filled")

    def make_room(self) -> None:
        """As much as there was."""
        self._resized(SIZE)

    def _resized(self, size: int) -> bool:
        return _done("mount", "-o", f"remount,size={size}", str(self.folder))


@contextmanager
def a_disk() -> Iterator[Disk]:
    """Gone at the end, with all that is on it. Raises ServerError for all but root."""
    with TemporaryDirectory(prefix="contactflow-") as folder:
        size = f"size={SIZE},mode=0777"
        if not _done("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder):
            raise ServerError("Only root may mount a disk, and not everywhere")
        try:
            (Path(folder) / "something").write_bytes(b"0")  # a size of nothing means any size
            yield Disk(Path(folder))
        finally:
            _done("umount", "--lazy", folder)


def _done(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603  our own command
