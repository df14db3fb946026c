"""Failpoints: places where a process dies by SIGKILL, once, when somebody has armed them."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from contactflow.testing.waiting import until

PATIENCE = 30.0
VARIABLE = "FAILPOINTS"
"""What tells a process where its failpoints are armed."""


@dataclass(frozen=True)
class Failpoints:
    """Each armed one is a file, `{service}/{name}`, that says for whom: a request, a workspace,
    a conversation, a path.

    Who reaches it takes the file away and dies. So it goes off once, in whichever process of the
    service comes first, and what is not there any more has gone off.
    """

    folder: Path

    def arm(self, service: str, target: object, *names: str) -> None:
        """The next process of this service that does this for that target is killed there."""
        for name in names:
            path = self.folder / service / name
            path.parent.mkdir(parents=True, exist_ok=True)
            new = self.folder / "new"
            new.write_text(str(target))
            new.rename(path)

    async def gone_off(self) -> None:
        """Return when somebody has died at each of them."""
        await until(lambda: not self.armed, longest=PATIENCE)

    @property
    def armed(self) -> list[str]:
        """Those that nobody has reached yet."""
        return sorted(f"{one.parent.name} {one.name}" for one in self.folder.glob("*/*"))

    def disarm(self) -> None:
        """None is left for the next test."""
        for one in self.folder.glob("*/*"):
            one.unlink()

    def reached(self, service: str, name: str, target: object) -> None:
        """Die here, if this is where, and for whom."""
        path = self.folder / service / name
        try:
            if path.read_text() == str(target):
                path.unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        except FileNotFoundError:
            return
