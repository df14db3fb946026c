"""One call from its socket to its record: claimed, answered, carried, let go of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from livekit.agents import inference
from openai import AsyncOpenAI
from starlette.websockets import WebSocket

from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock, UnavailableError
from contactflow.persistence import Works
from contactflow.telemetry import bound
from contactflow.voice.calls.evidence import Ending, Missing
from contactflow.voice.carriers.media import MediaSocket
from contactflow.voice.carriers.model import Kind
from contactflow.voice.carriers.telnyx.media import TelnyxAudio
from contactflow.voice.carriers.twilio.media import TwilioAudio
from contactflow.voice.media.answering import Answered
from contactflow.voice.media.carriers import Switches
from contactflow.voice.media.recordings import Nowhere, Recordings
from contactflow.voice.media.stores import Stores, evidence
from contactflow.voice.places.repository import Claim, House
from contactflow.voice.session.call import Call
from contactflow.voice.session.evidence import Proof
from contactflow.voice.session.inline import InlineExecutor
from contactflow.voice.session.ports import (
    CallerGoneError,
    LineDroppedError,
    LineRefusedError,
    RecordingSink,
)
from contactflow.voice.session.terms import Around, Record

SOCKETS: Final[Mapping[Kind, type[MediaSocket]]] = {"twilio": TwilioAudio, "telnyx": TelnyxAudio}
QUIET_S: Final = 0.25
"""How long no voice is heard until speech is over."""
NOT_THE_PROTOCOL: Final = 1003
NOT_THAT_CALL: Final = 1008
AGAIN_S: Final = 0.5
LOST: Final[tuple[Missing, ...]] = ("transcript", "recording")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What all calls of a process share."""

    works: Works
    system: Works
    clock: Clock
    house: House
    switches: Switches
    client: AsyncOpenAI
    recordings: Recordings


class Carrying:
    """One call. `held` is told of it once it talks, and may end it."""

    def __init__(self, means: Means, claim: Claim, answered: Answered) -> None:
        self._means, self._claim, self._answered = means, claim, answered
        self._stores = Stores(means.works, means.clock, claim.workspace_id, claim.call_id)
        self._carrier = means.switches.of(answered.at_carrier)

    async def carry(self, socket: WebSocket, held: Callable[[Call], None]) -> None:
        """Until the call is over and its record is kept, as long as that takes."""
        with bound(call_id=self._claim.call_id):
            await self._carry(socket, held)

    async def _carry(self, socket: WebSocket, held: Callable[[Call], None]) -> None:
        ending = Ending("fault", missing=LOST)
        try:
            ending = await self._talk(socket, held)
        except Exception:
            log.exception("call.failed")
        finally:
            await _insist("end", partial(self._stores.end, ending))
        await self._leave(ending)

    async def _talk(self, socket: WebSocket, held: Callable[[Call], None]) -> Ending:
        await socket.accept()
        try:
            audio = await SOCKETS[self._answered.at_carrier.kind].open(socket)
        except LineRefusedError as error:
            log.warning("call.refused", extra={"reason": str(error)})
            await _close(socket, NOT_THE_PROTOCOL)
            return Ending("protocol")
        except LineDroppedError:
            return Ending("line")
        if audio.call_id != self._answered.at_carrier.call:
            await _close(socket, NOT_THAT_CALL)
            return Ending("protocol")
        call = Call(audio, self._answered.terms, self._around())
        held(call)
        return _ending(await call.run())

    def _around(self) -> Around:
        means, stores = self._means, self._stores
        hearing = inference.VAD(executor=InlineExecutor(), min_silence_duration=QUIET_S)
        return Around(self._carrier, stores, stores, stores, self._sink(), means.client, hearing)

    def _sink(self) -> RecordingSink:
        claim = self._claim
        if self._answered.terms.recording == "off":
            return Nowhere()
        return self._means.recordings.sink(claim.workspace_id, claim.call_id)

    async def _leave(self, ending: Ending) -> None:
        """Twilio goes on with its other instructions when we leave, and Telnyx has none."""
        left = ending.ended_by in {"line", "protocol", "fault"}
        if left and self._answered.at_carrier.kind == "telnyx":
            try:
                await self._carrier.hang_up()
            except Exception as error:  # noqa: BLE001  it may be gone: nothing hangs on it
                log.warning("call.not_hung_up", extra={"error": type(error).__name__})


async def let_go(means: Means, claim: Claim) -> None:
    """Nobody carries the call, although the database may believe that we do."""
    stores = Stores(means.works, means.clock, claim.workspace_id, claim.call_id)
    with bound(call_id=claim.call_id):
        await _insist("end", partial(stores.end, Ending("fault", missing=LOST)))


async def give_back(means: Means, claim: Claim) -> None:
    """The place is free for another call, once the database knows."""

    async def given() -> None:
        await means.system.run(
            PLATFORM_WORKSPACE_ID, lambda work: means.house.give_back(work, claim)
        )

    with bound(call_id=claim.call_id):
        await _insist("give_back", given)


async def _close(socket: WebSocket, code: int) -> None:
    with suppress(RuntimeError):  # it is closed already
        await socket.close(code)


def _ending(record: Record) -> Ending:
    proof = Proof(record.disclosed, record.consent, record.minor_at_ms)
    missing = tuple(part for part in LOST if part in record.incomplete)
    return Ending(record.ended_by, evidence(proof), missing)


async def _insist(what: str, doing: Callable[[], Awaitable[None]]) -> None:
    """Again while the database is away."""
    while True:
        try:
            return await doing()
        except CallerGoneError:
            return None
        except UnavailableError:
            log.warning("call.waits_for_the_database", extra={"step": what})
            await asyncio.sleep(AGAIN_S)
