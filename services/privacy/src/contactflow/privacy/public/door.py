"""Where people ask for themselves: counted first, found across workspaces, then one transaction."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from contactflow.kernel import Locale, hashed_token, new_token
from contactflow.persistence import Work, Works
from contactflow.privacy.requests import service
from contactflow.privacy.requests.dossier import Identifier
from contactflow.privacy.requests.errors import SeveralIdentifiersError
from contactflow.privacy.requests.limits import TO_ADDRESS
from contactflow.privacy.requests.model import Intake, RightsRequest
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.privacy.workspaces.repository import current
from contactflow.vault import CodeRejectedError, keyring
from contactflow.web import UnauthenticatedError
from contactflow.web.limits import Limiter, Rate
from contactflow.web.principals import VISITOR_SCOPE

HOUR: Final = timedelta(hours=1)
ASKED: Final = Rate("rights_requests", 20, HOUR)
TRIED: Final = Rate("rights_codes", 60, HOUR)
REQUESTS: Any = RightsRequest.__table__


@dataclass(frozen=True, slots=True)
class Door:
    works: Works
    system: Works
    limiter: Limiter

    async def receive(
        self,
        workspace_id: UUID,
        identifier: Identifier,
        *,
        locale: Locale | None,
        client: str,
        at: datetime,
    ) -> UUID:
        """Raises WorkspaceNotFoundError, RateLimitedError."""
        await self.limiter.take(ASKED, client)

        async def look(work: Work) -> tuple[Locale, str]:
            workspace = await current(work)
            [index, *_] = keyring(work.session.info).indexer.indexes([identifier.identity])
            return workspace.locale, index.digest.hex()

        usual, address = await self.works.run(workspace_id, look)
        await self.limiter.take(TO_ADDRESS, address)
        intake = Intake("erasure", "form", at, locale or usual)

        async def receive(work: Work) -> UUID:
            request = await service.receive_by_code(
                SqlRequests(work), intake=intake, identifier=identifier, at=at
            )
            return request.id

        return await self.works.run(workspace_id, receive)

    async def prove(self, request_id: UUID, code: str, *, client: str, at: datetime) -> str:
        """A token that reads the request. Raises CodeRejectedError, RateLimitedError."""
        await self.limiter.take(TRIED, client)
        workspace_id, token = await self._workspace(request_id), new_token()

        async def prove(work: Work) -> bool:
            requests = SqlRequests(work)
            request = await service.prove(
                requests, request_id=request_id, code=code, by=service.PUBLIC, at=at
            )
            if request:
                request.token_hash = hashed_token(token)
                request.touch(at=at)
            return request is not None

        try:
            proved = workspace_id is not None and await self.works.run(workspace_id, prove)
        except SeveralIdentifiersError:  # there is one answer at the door
            proved = False
        if not proved:
            raise CodeRejectedError  # after the commit: the try is kept
        return token

    async def read(self, request_id: UUID, token: str | None) -> Row[Any]:
        """Raises UnauthenticatedError: who has no token learns nothing of any request."""
        wanted = select(REQUESTS).where(REQUESTS.c.id == request_id)
        found = await self.system.first(wanted)
        shown = hashed_token(token or "")
        if found is None or not hmac.compare_digest(found.token_hash or b"", shown):
            raise UnauthenticatedError(wants=VISITOR_SCOPE)
        return found

    async def _workspace(self, request_id: UUID) -> UUID | None:
        found = await self.system.first(
            select(REQUESTS.c.workspace_id).where(REQUESTS.c.id == request_id)
        )
        return found.workspace_id if found else None
