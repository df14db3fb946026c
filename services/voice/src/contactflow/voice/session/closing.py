"""How the parts of a call end: each within its time, none with the others."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, Final

CLOSING_S: Final = 3.0
GRACE_S: Final = 0.2
"""For what is cancelled to clean up."""

log = logging.getLogger(__name__)


class Closing:
    """Names, in `incomplete`, what failed or took too long; raises for nothing."""

    def __init__(self) -> None:
        self.incomplete: list[str] = []

    async def within(self, what: str, doing: Awaitable[object], limit_s: float = CLOSING_S) -> bool:
        """Whether it was done in time. What will not even be cancelled is left alone."""
        task = asyncio.ensure_future(doing)  # no group: a group would wait for it
        try:
            await asyncio.wait({task}, timeout=limit_s)
        finally:
            task.cancel()
        error = await _error(task)
        if error is not None:
            log.warning("call.part_failed", extra={"part": what, "error": error})
            self.incomplete.append(what)
        return error is None


async def _error(task: asyncio.Future[Any]) -> str | None:
    """The kind of error it ended with; None if it ended well."""
    await asyncio.wait({task}, timeout=GRACE_S)
    if not task.done():
        task.add_done_callback(_forget)
        return "StillRunning"
    if task.cancelled():
        return "TimeoutError"
    raised = task.exception()
    return type(raised).__name__ if raised else None


def _forget(task: asyncio.Future[Any]) -> None:
    """Whatever it raises so late is nobody's business any more."""
    if not task.cancelled():
        task.exception()
