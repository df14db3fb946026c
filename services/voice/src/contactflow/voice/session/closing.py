"""How the parts of a call end: each within its time, none with the others."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Final

CLOSING_S: Final = 3.0

log = logging.getLogger(__name__)


class Closing:
    """Names, in `incomplete`, what failed or took too long; raises for nothing."""

    def __init__(self) -> None:
        self.incomplete: list[str] = []

    async def within(self, what: str, doing: Awaitable[object], limit_s: float = CLOSING_S) -> bool:
        """Whether it was done in time."""
        try:
            async with asyncio.timeout(limit_s):
                await doing
        except Exception as error:  # noqa: BLE001  whatever a part does, the others must close
            log.warning("call.part_failed", extra={"part": what, "error": type(error).__name__})
            self.incomplete.append(what)
            return False
        return True
