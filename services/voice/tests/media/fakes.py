"""What a media process stands on besides databases: phrases, recordings, carriers."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contactflow.kernel import Locale
from contactflow.runtime.agents import AgentVersion
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.voice.session.phrases import Phrases
from services.voice.tests.session.house import phrases


class Book(SqlPhrases):
    """Phrases of every agent, in tones that are as long as the words."""

    async def of(self, agent: AgentVersion, locale: Locale) -> Phrases | None:
        return Phrases(locale, phrases().by_name)


@dataclass
class Tape:
    """What was written of one call."""

    stereo: bytes = b""

    async def write(self, stereo: bytes) -> None:
        self.stereo += stereo

    async def aclose(self) -> None: ...


class Tapes:
    """Recordings in memory, by call."""

    def __init__(self) -> None:
        self.of: defaultdict[UUID, Tape] = defaultdict(Tape)

    def sink(self, workspace_id: UUID, call_id: UUID) -> Tape:
        return self.of[call_id]


@dataclass
class TwilioApi:
    """Takes commands about calls."""

    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        path = "/2010-04-01/Accounts/{account}/Calls/{call}.json"
        return Starlette(routes=[Route(path, self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        self.told.append((request.path_params["call"], dict(await request.form())))
        return Response()


@dataclass
class TelnyxApi:
    """As above; each is a call, what to do, and how."""

    told: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    status: int = 200

    @property
    def app(self) -> Starlette:
        path = "/v2/calls/{call}/actions/{action}"
        return Starlette(routes=[Route(path, self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        named = request.path_params
        self.told.append((named["call"], named["action"], await request.json()))
        return Response(status_code=self.status)
