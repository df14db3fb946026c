"""Telnyx' media WebSocket (Stream call media over WebSocket, bidirectional mode `rtp`)."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter
from starlette.websockets import WebSocket

from contactflow.voice.carriers.media import Connected, MediaSocket


class _Format(BaseModel):
    encoding: Literal["PCMU"]
    sample_rate: Literal[8000]
    channels: Literal[1] = 1


class _Started(BaseModel):
    call_control_id: str = Field(max_length=200)
    media_format: _Format


class _Start(BaseModel):
    event: Literal["start"]
    start: _Started


class TelnyxAudio(MediaSocket):
    """A socket carries one stream, so frames to Telnyx name none."""

    start: ClassVar[TypeAdapter[Any]] = TypeAdapter(
        Annotated[Connected | _Start, Field(discriminator="event")]
    )

    @classmethod
    def of(cls, socket: WebSocket, started: _Start) -> Self:
        """See MediaSocket."""
        return cls(socket, started.start.call_control_id, {})
