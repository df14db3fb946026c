"""The visitor's stream over HTTP: server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from opentelemetry.trace import Span, SpanKind

from contactflow.chat.sessions.dependencies import CurrentGuest
from contactflow.chat.sessions.door import Guest
from contactflow.chat.streams.service import Ended, Said, Sight, Streams, Typing
from contactflow.telemetry import begun, ended, is_kept, metrics

router = APIRouter(prefix="/v1/public/web-chat", tags=["web chat"])
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
LastEventId = Annotated[int, Header(alias="Last-Event-ID", ge=0, lt=2**31)]


@router.get(
    "/events",
    summary="Follow a chat session",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def stream_events(
    request: Request, guest: CurrentGuest, place: LastEventId = 0
) -> StreamingResponse:
    """Follow the conversation, from the beginning or from where the last stream ended.

    Events are `message.created`, whose data is a message as the list of messages has it and whose
    id is its `seq`; `typing`, while the agent writes; and `session.ended`, after which there is no
    more to follow. A comment each 15 s says that the line is alive.
    """
    streams: Streams = request.app.state.streams
    return StreamingResponse(
        _written(streams, guest, place), media_type="text/event-stream", headers=HEADERS
    )


async def _written(streams: Streams, guest: Guest, place: int) -> AsyncIterator[str]:
    with metrics.STREAMS_OPEN.one():
        yield "retry: 1000\n\n"
        async for sight in streams.follow(guest, place):
            delivery = delivering(sight)
            yield event(sight)
            if delivery:
                ended(delivery)


def delivering(sight: Sight) -> Span | None:
    """The last step of the trace that the message was said in; the stream's own is another."""
    if not (isinstance(sight, Said) and is_kept(sight.traceparent)):
        return None
    name, cause = "deliver message.created", sight.traceparent
    return begun(name, traceparent=cause, kind=SpanKind.PRODUCER, message_id=sight.message.id)


def event(sight: Sight) -> str:
    """As the HTML standard writes server-sent events; an id is a place in the conversation."""
    match sight:
        case Said(message):
            said = message.model_dump_json()
            return f"id: {message.seq}\nevent: message.created\ndata: {said}\n\n"
        case Typing():
            return 'event: typing\ndata: {"author":"agent"}\n\n'
        case Ended():
            return "event: session.ended\ndata: {}\n\n"
        case _:
            return ":\n\n"
