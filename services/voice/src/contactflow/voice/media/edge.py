"""Media sockets: who may open one, how many there are, and how they come to an end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from opentelemetry.trace import SpanKind
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from contactflow.kernel import PLATFORM_WORKSPACE_ID, UnavailableError
from contactflow.telemetry import bound, metrics, span
from contactflow.voice.calls.errors import CallNotFoundError
from contactflow.voice.media.answering import Answered, Answering
from contactflow.voice.media.carrying import Carrying, Means, give_back, let_go
from contactflow.voice.media.handshake import Handshake
from contactflow.voice.places.repository import Claim
from contactflow.voice.session.call import Call

log = logging.getLogger(__name__)


class MediaEdge:
    """At most `slots` calls at once, whatever the database says; none once it is leaving.

    A socket that may not be is closed before it is accepted, which is 403.
    """

    def __init__(self, means: Means, answering: Answering, slots: int) -> None:
        self._means, self._answering, self._slots = means, answering, slots
        self._handshake = Handshake(means)
        metrics.PLACES_MAX.set(slots)
        self._held = 0
        self._claims: set[Claim] = set()
        self._calls: set[Call] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.is_leaving = False

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[WebSocketRoute("/media/{kind}/{token}", self.enter)])

    @property
    def is_idle(self) -> bool:
        return self._idle.is_set()

    @property
    def places(self) -> list[UUID]:
        """Those that are taken, as far as we know: the answer to a claim may have been lost."""
        return [claim.place_id for claim in self._claims]

    def leave(self) -> None:
        """Take no new calls."""
        self.is_leaving = True

    async def empty(self) -> None:
        """Return when no call is left."""
        await self._idle.wait()

    async def finished(self, patience_s: float) -> None:
        """Return when every call is over; those that go on longer than that are ended by us."""
        self.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self.empty()
        for call in [*self._calls]:
            call.end("drain")
        await self.empty()

    async def enter(self, socket: WebSocket) -> None:
        """Carry the call that the token stands for, if it may be had.

        Which carrier's protocol is spoken is the call's business: the path says it for people.
        """
        async with self._place(socket) as claim:
            if claim is None:
                await socket.close()
                return
            here = span(
                "carry call",
                traceparent=claim.traceparent,
                kind=SpanKind.SERVER,
                call_id=claim.call_id,
            )
            with here:
                await self._admit(claim, socket)

    async def _admit(self, claim: Claim, socket: WebSocket) -> None:
        try:
            answered = await self._answered(claim)
        except UnavailableError:
            await socket.close()
            await let_go(self._means, claim)
            return
        if answered is None:
            await socket.close()
        else:
            await self._carry(Carrying(self._means, claim, answered), socket)

    async def _carry(self, carrying: Carrying, socket: WebSocket) -> None:
        held: list[Call] = []

        def hold(call: Call) -> None:
            held.append(call)
            self._calls.add(call)

        try:
            await carrying.carry(socket, hold)
        finally:
            self._calls.difference_update(held)

    @asynccontextmanager
    async def _place(self, socket: WebSocket) -> AsyncIterator[Claim | None]:
        """A place, given back whatever comes of it."""
        if self.is_leaving or self._held >= self._slots:
            yield None
            return
        self._hold(1)
        try:
            if claim := await self._claimed(socket):
                async with self._given_back(claim):
                    yield claim
            else:
                yield None
        finally:
            self._hold(-1)

    @asynccontextmanager
    async def _given_back(self, claim: Claim) -> AsyncIterator[None]:
        self._claims.add(claim)
        try:
            yield
        finally:
            try:
                await give_back(self._means, claim)
            finally:
                self._claims.remove(claim)

    def _hold(self, more: int) -> None:
        self._held += more
        metrics.PLACES_USED.set(self._held)
        if self._held:
            self._idle.clear()
        else:
            self._idle.set()

    async def _claimed(self, socket: WebSocket) -> Claim | None:
        token: str = socket.path_params["token"]
        house, at = self._means.house, self._means.clock()
        try:
            if not await self._handshake.is_genuine(token, socket.headers):
                return None
            return await self._means.system.run(
                PLATFORM_WORKSPACE_ID, lambda work: house.claim(work, token, at=at)
            )
        except (CallNotFoundError, UnavailableError):
            return None

    async def _answered(self, claim: Claim) -> Answered | None:
        """Raises UnavailableError: the call may be ours all the same."""
        with bound(call_id=claim.call_id):
            try:
                return await self._answering.answer(claim)
            except CallNotFoundError:
                return None  # the caller was erased meanwhile
            except UnavailableError as error:
                log.warning("call.not_answered", extra={"error": type(error).__name__})
                raise
