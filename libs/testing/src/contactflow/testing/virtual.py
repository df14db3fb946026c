"""Virtual time: an event loop on which half an hour passes at once when nothing else is to do."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Idle(selectors.DefaultSelector):
    """Instead of waiting, time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """What is there now; without anything, as if the time out were over."""
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("nothing will ever happen again")
        self.now += 0.0 if ready else timeout or 0.0
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._idle = _Idle()
        super().__init__(self._idle)

    def time(self) -> float:
        return self._idle.now


def in_virtual_time(body: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, on a loop of its own. Sockets and threads do not know this time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(body)
