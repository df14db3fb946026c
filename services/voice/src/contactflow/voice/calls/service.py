"""What can be done with calls."""

from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from contactflow.vault import People, Phone
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
    def add(self, call: Call, /) -> None: ...
    async def close_later(self, call_id: UUID, /, *, at: datetime) -> None: ...


async def ring(calls: Calls, line: Line, *, at: datetime) -> Call:
    """The call, begun by whatever the carrier says of it first, once.

    The carrier vouches for the caller's number; who withholds it is nobody who is known.
    """
    if known := await calls.known(line.carrier_id, line.carrier_call_id):
        return known
    identities = [Phone(line.caller)] if line.caller else []
    person = await calls.people.find_or_create(identities, acted_at=at)
    call = Call.ring(person, line, at=at)
    calls.add(call)
    return call


async def learn(calls: Calls, call: Call, status: Status, *, sequence: int, at: datetime) -> None:
    if call.learn(status, sequence=sequence, at=at):
        await calls.close_later(call.id, at=at + PATIENCE)


async def close(calls: Calls, *, call_id: UUID, at: datetime) -> None:
    """Nobody carries the call any more."""
    call = await calls.get(call_id)
    call.lose(turns=await calls.turns(call), at=at)
