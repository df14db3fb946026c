"""Passwords: argon2id, in threads, few at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from contactflow.kernel import UnavailableError

SHORTEST: Final = 12
LONGEST: Final = 256
AT_ONCE: Final = 2  # each takes 19 MiB and some 30 ms of a core
PATIENCE: Final = 5.0
NOBODYS: Final = "of an account that is not there"


class Passwords:
    """Hashes and checks. Raises UnavailableError after 5 s of waiting for a turn.

    Parameters are OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
    """

    def __init__(self, hasher: type[PasswordHasher] = PasswordHasher) -> None:
        self._argon = hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._nobodys = self._argon.hash(NOBODYS)

    async def hash(self, password: str) -> str:
        async with self._turn():
            return await asyncio.to_thread(self._argon.hash, password)

    async def fits(self, known: str | None, password: str) -> bool:
        """Whether it is the password. Without an account it takes as long, and is never."""
        async with self._turn():
            fits = await asyncio.to_thread(self._check, known or self._nobodys, password)
        return fits and known is not None

    def _check(self, known: str, password: str) -> bool:
        try:
            return self._argon.verify(known, password)
        except (Argon2Error, InvalidHashError):
            return False

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turns.acquire()
        except TimeoutError:
            raise UnavailableError from None
        try:
            yield
        finally:
            self._turns.release()
