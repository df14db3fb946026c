"""What can be done with calls."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from contactflow.events.conversations import Right
from contactflow.vault import People, Phone
from contactflow.voice.calls.contents import (
    Asked,
    CallRecording,
    FollowUp,
    FollowUpKind,
    Said,
    Turn,
)
from contactflow.voice.calls.evidence import Ending, Evidence, Latencies
from contactflow.voice.calls.model import Call, Line, Status

PATIENCE: Final = timedelta(seconds=60)
"""How long whoever carries a call may take to say how it ended, after the carrier has."""


class Calls(Protocol):
    """The calls of one workspace. Who has one is alone with it."""

    @property
    def people(self) -> People: ...
    async def get(self, call_id: UUID, /) -> Call: ...
    async def known(self, carrier_id: UUID, carrier_call_id: str, /) -> Call | None: ...
    async def turns(self, call: Call, /) -> int: ...
    async def has_turn(self, call: Call, seq: int, /) -> bool: ...
    async def waited(self, call: Call, /) -> list[int]:
        """What the caller waited for the agent's turns, in ms."""

    async def unfinished(self, call: Call, /) -> Sequence[CallRecording]:
        """Recordings that somebody has begun to store."""

    async def asked(self, call: Call, kind: FollowUpKind, text: str, /) -> FollowUp | None:
        """What the caller has asked for already, in these very words."""

    def put(self, kept: Turn | FollowUp, /) -> None: ...
    def add(self, call: Call, /) -> None: ...
    async def close_later(self, call_id: UUID, /, *, at: datetime) -> None: ...
    async def abandon_later(self, call_id: UUID, /, *, at: datetime) -> None: ...
    async def hang_up_later(self, call: Call, /) -> None:
        """Have the carrier end it, if that one does not do so by itself."""

    async def apologise_later(self, call: Call, /, *, at: datetime) -> None:
        """Have the caller told that nobody took the call, and then the same."""


async def ring(calls: Calls, line: Line, *, is_act: bool = True, at: datetime) -> Call:
    """The call, begun by whatever the carrier says of it first, once.

    The carrier vouches for the caller's number; who withholds it is nobody who is known. Raises
    PersonErasedError, unless the caller acts: then they are back.
    """
    if known := await calls.known(line.carrier_id, line.carrier_call_id):
        return known
    identities = [Phone(line.caller)] if line.caller else []
    acted_at = at if is_act else None
    person = await calls.people.find_or_create(identities, acted_at=acted_at)
    call = Call.ring(person, line, at=at)
    calls.add(call)
    return call


async def learn(calls: Calls, call: Call, status: Status, *, sequence: int, at: datetime) -> None:
    if call.learn(status, sequence=sequence, at=at):
        await calls.close_later(call.id, at=at + PATIENCE)


async def close(calls: Calls, call: Call, *, at: datetime) -> None:
    """Nobody carries the call any more: what is stored of it is all there will be."""
    await _keep_recordings(calls, call, at=at)
    if call.lose(turns=await calls.turns(call), at=at) and call.is_left:
        await calls.hang_up_later(call)


async def abandon(calls: Calls, call: Call, *, at: datetime) -> None:
    """It was refused, or nobody came for it: over, whether the carrier says so or not."""
    if not call.is_live and call.lose(turns=0, at=at) and call.is_left:
        await calls.hang_up_later(call)


async def miss_human(calls: Calls, call: Call, *, at: datetime) -> None:
    if call.miss_human(at=at):
        await calls.apologise_later(call, at=at)


async def keep_turn(calls: Calls, *, call_id: UUID, said: Said, at: datetime) -> None:
    """Told again, it is the same turn."""
    call = await calls.get(call_id)
    if not await calls.has_turn(call, said.seq):
        calls.put(Turn.of(call.person, call.id, said))
        call.spoke(at=at)


async def note(calls: Calls, *, call_id: UUID, evidence: Evidence, at: datetime) -> None:
    call = await calls.get(call_id)
    call.note(evidence, at=at)


async def follow_up(calls: Calls, *, call_id: UUID, asked: Asked, at: datetime) -> None:
    """Told again in the same words, as after a time-out, it is the same; a new time counts."""
    call = await calls.get(call_id)
    if known := await calls.asked(call, asked.kind, asked.text):
        known.callback_at = asked.callback_at or known.callback_at
    else:
        calls.put(FollowUp.of(call.person, call.id, asked, at=at))


async def request_privacy(calls: Calls, *, call_id: UUID, right: Right, at: datetime) -> None:
    call = await calls.get(call_id)
    call.request_privacy(right, at=at)


async def end(calls: Calls, *, call_id: UUID, ending: Ending, at: datetime) -> None:
    """Whoever carried it lets go: nothing is recorded any more."""
    call = await calls.get(call_id)
    await _keep_recordings(calls, call, at=at)
    if call.end(ending, Latencies.of(await calls.waited(call)), at=at) and call.is_left:
        await calls.hang_up_later(call)


async def _keep_recordings(calls: Calls, call: Call, *, at: datetime) -> None:
    """Those that nobody has finished, as far as they came."""
    for recording in await calls.unfinished(call):
        keep_recording(call, recording, at=at)


def keep_recording(call: Call, recording: CallRecording, *, at: datetime) -> None:
    """It is as long as it is; told once."""
    if recording.finish():
        size = recording.bytes
        call.keep_recording(recording.id, seconds=recording.seconds, size=size, at=at)
