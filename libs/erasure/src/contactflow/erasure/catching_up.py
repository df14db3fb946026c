"""What a process does with the ledger before it is ready: until it is done, nobody is served."""

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import Final

from sqlalchemy.exc import DBAPIError

from contactflow.erasure.entries import DamagedLedgerError
from contactflow.kernel import UnavailableError
from contactflow.messaging.waiting import happens, pauses

log = logging.getLogger(__name__)
SHORTEST: Final = 0.5
LONGEST: Final = 30.0


class CatchingUp(ABC):
    """A part that ends when it is done. What it needs may come later; damage may be mended."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self.is_done = False

    def stop(self) -> None:
        """Begin no other try."""
        self._stopping.set()

    async def run(self) -> None:
        """Try until it is done, or told to stop."""
        for pause in pauses(SHORTEST, LONGEST):
            await self._try()
            if self.is_done or self._stopping.is_set():
                return
            await happens(self._stopping, within=pause)

    async def _try(self) -> None:
        try:
            await self.once()
        except DamagedLedgerError as damage:
            said = {"position": damage.position, "reason": damage.why}
            log.error("ledger.damaged", extra=said)  # noqa: TRY400  a state, not a bug
        except UnavailableError as down:
            log.warning("replay.waits", extra={"code": down.code})
        except DBAPIError as error:
            log.warning("replay.waits", extra={"error": type(error).__name__})

    async def once(self) -> None:
        """Do what is missing. Raises DamagedLedgerError, UnavailableError."""
        count = await self._catch_up()
        self.is_done = True
        log.info("replay.done", extra={"count": count})

    @abstractmethod
    async def _catch_up(self) -> int:
        """All of it; how many entries were missing."""
