"""The services that hold personal data, as privacy asks them."""

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from contactflow.erasure.wire import Discovered, Person, Verified
from contactflow.events.erasures import PARTICIPANTS, ParticipantName
from contactflow.kernel import UnavailableError
from contactflow.web import InternalClient
from contactflow.web.client import RefusedCallError

M = TypeVar("M", bound=BaseModel)
log = logging.getLogger(__name__)


class Participants(Protocol):
    """Each question raises UnavailableError when there is no answer that can be read."""

    async def discover(
        self, name: ParticipantName, workspace_id: UUID, person: Person, /
    ) -> Discovered:
        """Whom it knows by these identities and ids, and what it holds about them."""

    async def verify(
        self, name: ParticipantName, workspace_id: UUID, request_id: UUID, person: Person, /
    ) -> Verified:
        """What it has deleted for this request, and what it still holds, looked up afresh."""


class HttpParticipants:
    """Over HTTP. Whoever answers 404 or nonsense has not answered: it proves nothing."""

    def __init__(self, internal: Callable[[str], InternalClient]) -> None:
        self._clients = {name: internal(name) for name in PARTICIPANTS}

    async def discover(
        self, name: ParticipantName, workspace_id: UUID, person: Person
    ) -> Discovered:
        path = "/internal/erasures/discover"
        return await self._asked(name, workspace_id, path, person, Discovered)

    async def verify(
        self, name: ParticipantName, workspace_id: UUID, request_id: UUID, person: Person
    ) -> Verified:
        path = f"/internal/erasures/{request_id}/verify"
        return await self._asked(name, workspace_id, path, person, Verified)

    async def _asked(
        self, name: ParticipantName, workspace_id: UUID, path: str, person: Person, into: type[M]
    ) -> M:
        try:
            told = await self._clients[name].post(workspace_id, path, person, into)
        except RefusedCallError:
            log.warning("participant.refused", extra={"service": name})
            told = None
        if told is None:
            raise UnavailableError(service=name)
        return told
