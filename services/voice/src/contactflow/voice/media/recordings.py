"""Where recordings of calls go."""

from typing import Protocol
from uuid import UUID

from contactflow.voice.session.ports import RecordingSink


class Recordings(Protocol):
    def sink(self, workspace_id: UUID, call_id: UUID, /) -> RecordingSink:
        """Where the recording of one call goes; nothing is stored before the first write."""
        ...


class Nowhere:
    """A sink for calls that are not recorded: what is written is refused, never dropped."""

    async def write(self, _: bytes) -> None:
        raise RuntimeError("this call is not recorded")

    async def aclose(self) -> None: ...
