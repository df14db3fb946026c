"""What is sent, as jobs: each asks gateway with no transaction open.

The key of a letter is made of ids: asked again after a crash, it is the same e-mail.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contactflow.kernel import Clock
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.privacy.emails import Email, Emails
from contactflow.privacy.letters import queries
from contactflow.privacy.requests.promises import ANSWER, SEND_CODE, TELL_EXTENSION, WARN, OfRequest

Written = Callable[[Work, UUID], Awaitable[Email | None]]


@dataclass(frozen=True, slots=True)
class Letters:
    """`authority`: whom a person may complain to, and how it is reached."""

    works: Works
    emails: Emails
    authority: str
    clock: Clock

    @property
    def jobs(self) -> list[Job[Any]]:
        return [
            job(SEND_CODE.name, SEND_CODE.arguments, fetch=self.send_code, apply=_sent),
            job(WARN.name, WARN.arguments, fetch=self.warn, apply=_sent),
            job(
                TELL_EXTENSION.name,
                TELL_EXTENSION.arguments,
                fetch=self.tell_extension,
                apply=_sent,
            ),
            job(ANSWER.name, ANSWER.arguments, fetch=self.answer, apply=queries.keep_email_id),
        ]

    async def send_code(self, due: OfRequest) -> UUID | None:
        async def written(work: Work, request_id: UUID) -> Email | None:
            return await queries.code(work, request_id, at=self.clock())

        return await self._send(due, written)

    async def warn(self, due: OfRequest) -> UUID | None:
        """Its due date is in the key: once it was extended, the officers are warned anew."""
        return await self._send(due, queries.warning)

    async def tell_extension(self, due: OfRequest) -> UUID | None:
        return await self._send(due, queries.extension)

    async def answer(self, due: OfRequest) -> UUID | None:
        async def written(work: Work, request_id: UUID) -> Email | None:
            return await queries.answer(work, request_id, authority=self.authority)

        return await self._send(due, written)

    async def _send(self, due: OfRequest, written: Written) -> UUID | None:
        email = await self.works.run(due.workspace_id, lambda work: written(work, due.request_id))
        return await self.emails.send(due.workspace_id, email) if email else None


async def _sent(_: Work, __: OfRequest, ___: UUID) -> None:
    """Nobody waits for it to arrive."""
