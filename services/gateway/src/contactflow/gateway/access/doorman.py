"""Who sends a request: a key, somebody logged in, one of our services, or the public."""

from typing import Final
from uuid import UUID

from fastapi import Request
from starlette.types import Scope

from contactflow.gateway.access.clients import Clients
from contactflow.gateway.access.pace import LIMITS, Pace
from contactflow.gateway.api_keys.lookup import Keys
from contactflow.gateway.sessions.cookies import Cookies
from contactflow.gateway.sessions.repository import Sessions, Somebody
from contactflow.gateway.workspaces.roles import SCOPES
from contactflow.kernel import Clock, MalformedIdError, NotFoundError, decode
from contactflow.persistence import Works
from contactflow.web import Principal, TokenVerifier, UnauthenticatedError
from contactflow.web.principals import SESSION_SCOPE
from contactflow.web.requests import header

INTERNAL: Final = "/internal/"
AUTH: Final = tuple(f"/v1/auth/{one}" for one in ("signup", "login", "password-resets"))
PUBLIC: Final = ("/v1/public/", *AUTH)


class Doorman:
    """Looks at every request, the gateway's own and those it passes on.

    Keys and sessions are looked up each time: who revokes one has revoked it.
    """

    def __init__(self, system: Works, cookies: Cookies, clock: Clock, proxies: int = 0) -> None:
        self.system, self.cookies, self._clock = system, cookies, clock
        self.sessions, self.clients = Sessions(system), Clients(system, clock, proxies)
        self._keys, self._pace = Keys(system), Pace(clock)

    async def who(self, scope: Scope) -> Principal:
        """The caller of this request.

        Raises UnauthenticatedError for a wrong key, CsrfRejectedError for a forged change,
        RateLimitedError for who asks too often. A cookie that is nobody's any more is no error:
        its browser is the public.
        """
        who = await self._recognised(scope)
        scope.get(LIMITS, {}).update(self._pace.take(who))
        return who

    async def _recognised(self, scope: Scope) -> Principal:
        client = (await self.clients.traces(scope)).client
        if scope["path"].startswith(PUBLIC):
            return Principal.public(client)
        if header(scope, "authorization"):
            return await self._key(scope, client)
        token = self.cookies.token(scope)
        somebody = await self.sessions.somebody(token, at=self._clock()) if token else None
        if somebody is None:
            return Principal.public(client)
        self.cookies.refuse_forged(scope)
        return _user(somebody, header(scope, "contactflow-workspace"), client)

    async def forget(self, scope: Scope) -> None:
        """End the session that this browser had, if it had one."""
        if token := self.cookies.token(scope):
            await self.sessions.end(token)

    async def _key(self, scope: Scope, client: str) -> Principal:
        scheme, _, secret = header(scope, "authorization").partition(" ")
        key = await self._keys.find(secret.strip(), at=self._clock())
        if scheme.lower() != "bearer" or key is None:
            raise UnauthenticatedError
        return Principal(key.workspace_id, frozenset(key.scopes), "key", key.id, client)


class Door:
    """The doorman for the gateway's own routes: internal ones are for our services' tokens."""

    def __init__(self, doorman: Doorman, verifier: TokenVerifier) -> None:
        self._doorman, self._verifier = doorman, verifier

    async def principal(self, request: Request) -> Principal:
        if request.url.path.startswith(INTERNAL):
            return await self._verifier.principal(request)
        return await self._doorman.who(request.scope)


def _user(somebody: Somebody, wanted: str, client: str) -> Principal:
    workspace_id = _chosen(somebody, wanted)
    scopes: frozenset[str] = frozenset({SESSION_SCOPE})
    if workspace_id:
        scopes |= SCOPES[somebody.roles[workspace_id]]
    return Principal(workspace_id, scopes, "user", somebody.account_id, client)


def _chosen(somebody: Somebody, wanted: str) -> UUID | None:
    """The workspace that was named, or the only one. Raises NotFoundError for somebody else's."""
    if not wanted:
        [*only] = somebody.roles
        return only[0] if len(only) == 1 else None
    try:
        workspace_id = decode("ws", wanted)
    except MalformedIdError:
        raise NotFoundError from None
    if workspace_id not in somebody.roles:
        raise NotFoundError
    return workspace_id
