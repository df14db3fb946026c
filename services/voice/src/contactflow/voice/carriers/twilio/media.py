"""Twilio's media WebSocket (Media Streams, bidirectional; its reference: WebSocket messages)."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter
from starlette.websockets import WebSocket

from contactflow.voice.carriers.media import Connected, MediaSocket


class _Format(BaseModel):
    encoding: Literal["audio/x-mulaw"]
    rate: Literal[8000] = Field(alias="sampleRate")
    channels: Literal[1] = 1


class _Started(BaseModel):
    stream_sid: str = Field(alias="streamSid", max_length=64)
    call_sid: str = Field(alias="callSid", max_length=64)
    format: _Format = Field(alias="mediaFormat")


class _Start(BaseModel):
    event: Literal["start"]
    start: _Started


class TwilioAudio(MediaSocket):
    """Every frame to Twilio names its stream."""

    start: ClassVar[TypeAdapter[Any]] = TypeAdapter(
        Annotated[Connected | _Start, Field(discriminator="event")]
    )

    @classmethod
    def of(cls, socket: WebSocket, started: _Start) -> Self:
        """See MediaSocket."""
        stream = started.start
        return cls(socket, stream.call_sid, {"streamSid": stream.stream_sid})
