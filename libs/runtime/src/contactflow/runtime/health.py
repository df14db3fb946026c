"""Whether a process lives, and whether it can do its work: `/livez`, `/readyz?verbose`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaError
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from contactflow.erasure.catching_up import CatchingUp
from contactflow.kernel import UnavailableError
from contactflow.messaging import Kafka
from contactflow.web.problems import told_as_problem

PATIENCE = 1.5
AWAY = (DBAPIError, NoConnectionError, KafkaError, OSError, TimeoutError)
VERSION = text("SELECT version_num FROM alembic_version")
HIDDEN = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Check:
    """Something a process needs. One that is not `required` is told, and holds up nobody."""

    name: str
    ask: Callable[[], Awaitable[bool]]
    required: bool = True

    async def passes(self) -> bool:
        """Whether it is there, within 1.5 s."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.ask()
        except AWAY:
            return False


class Health:
    """Answers for the process; every other request goes to the application behind it.

    Until the `gates` pass nobody is served: who calls us need not have asked whether we are ready.
    """

    def __init__(
        self, app: ASGIApp, service: str, checks: Sequence[Check], gates: Sequence[Check] = ()
    ) -> None:
        self._app, self._service, self._checks = app, service, [*checks, *gates]
        self._shut = [*gates]
        self._draining = False

    def drain(self) -> None:
        """From here on not ready: nobody shall send new requests."""
        self._draining = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a probe, or pass the request on."""
        asked = scope["path"] if scope["type"] == "http" else None
        if asked == "/livez":
            await JSONResponse({"status": "ok"}, headers=HIDDEN)(scope, receive, send)
        elif asked == "/readyz":
            answer = await self._ready(verbose="verbose" in Request(scope).query_params)
            await answer(scope, receive, send)
        elif scope["type"] == "http" and not await self._open():
            await told_as_problem(scope, UnavailableError())(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _open(self) -> bool:
        """A gate that was passed once stays open."""
        while self._shut and await self._shut[0].passes():
            self._shut.pop(0)
        return not self._shut

    async def _ready(self, *, verbose: bool) -> JSONResponse:
        found = await asyncio.gather(*(check.passes() for check in self._checks))
        said = {check.name: passed for check, passed in zip(self._checks, found, strict=True)}
        missing = [one for one in self._checks if one.required and not said[one.name]]
        ready = not (missing or self._draining)
        body: dict[str, Any] = {"status": "ready" if ready else "not ready"}
        if verbose:
            checks = {name: "ok" if passed else "failed" for name, passed in said.items()}
            body |= {"service": self._service, "draining": self._draining, "checks": checks}
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(body, status, headers=HIDDEN)


def database(engine: AsyncEngine) -> Check:
    """PostgreSQL answers."""

    async def ask() -> bool:
        async with engine.connect() as connection:
            return bool(await connection.scalar(text("SELECT 1")))

    return Check("database", ask)


def migrations(engine: AsyncEngine, scripts: Path) -> Check:
    """The database has every migration that this code came with.

    One that is further passes, too: it was migrated for the version that is about to follow.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts))
    folder = ScriptDirectory.from_config(config)
    behind = {None, *(one.revision for one in folder.walk_revisions())} - {*folder.get_heads()}

    async def ask() -> bool:
        async with engine.connect() as connection:
            return await connection.scalar(VERSION) not in behind

    return Check("migrations", ask)


def caught_up(ledger: CatchingUp) -> Check:
    """The database has every erasure that the ledger has."""

    async def ask() -> bool:
        return ledger.is_done

    return Check("erasures", ask)


def kafka(there: Kafka, *, required: bool) -> Check:
    """Kafka answers."""

    async def ask() -> bool:
        return await there.topics() is not None

    return Check("kafka", ask, required)


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """The application of a process that serves nobody but the probes."""
    if scope["type"] == "http":
        await JSONResponse({"code": "not_found"}, HTTPStatus.NOT_FOUND)(scope, receive, send)
