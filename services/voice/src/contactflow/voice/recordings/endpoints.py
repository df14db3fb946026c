"""A recording over HTTP: opened segment by segment, and every access on the record."""

import logging
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from obstore.store import ObjectStore

from contactflow.persistence import Work
from contactflow.vault.envelopes import DataKey
from contactflow.voice.calls.schemas import CallId
from contactflow.voice.recordings import wav
from contactflow.voice.recordings.repository import SqlRecordings
from contactflow.voice.recordings.segments import SILENCE, SIZE, Segments
from contactflow.web import CurrentPrincipal, Now, requires
from contactflow.web.problems import problem

router = APIRouter(prefix="/v1/calls", tags=["calls"])
RecordingsRead = Annotated[Work, requires("recordings:read")]
TYPE = "audio/wav"

log = logging.getLogger(__name__)


@router.get(
    "/{call_id}/recording",
    summary="Listen to a call",
    response_class=Response,
    responses={200: {"content": {TYPE: {}}}, 206: {"description": "The part that was asked for"}},
)
async def get_call_recording(
    call_id: CallId,
    work: RecordingsRead,
    who: CurrentPrincipal,
    at: Now,
    request: Request,
    asked: Annotated[str | None, Header(alias="Range")] = None,
) -> Response:
    """Both sides as G.711 in stereo, the caller on the left. Every access is on the record."""
    recordings = SqlRecordings(work)
    row = await recordings.of(call_id)
    whole = wav.HEADER + row.bytes
    try:
        part = wav.part(asked, whole)
    except wav.OutOfRangeError:
        return _out_of_range(request, whole)
    recordings.note_access(row, who.name, at=at)
    log.info("recording.read", extra={"call_id": row.call_id})
    store: ObjectStore = request.app.state.objects
    segments = Segments(store, row.workspace_id, row.subject_id, row.id)
    wanted = part or wav.Part(0, whole - 1)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(wanted.size)}
    if part:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{whole}"
    return StreamingResponse(
        _bytes(segments, row.person.key, row.bytes, wanted),
        HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK,
        headers | {"Cache-Control": "private, no-store"},
        media_type=TYPE,
    )


def _out_of_range(request: Request, whole: int) -> Response:
    there = {"Content-Range": f"bytes */{whole}"}
    refused = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    return problem(request.scope, refused, "range_not_satisfiable", headers=there)


async def _bytes(
    segments: Segments, key: DataKey, size: int, wanted: wav.Part
) -> AsyncIterator[bytes]:
    """What is asked for; a segment that was never stored is silence, so that times stay right."""
    head = wav.header(size)[wanted.first : wanted.last + 1]
    if head:
        yield head
    first, last = max(0, wanted.first - wav.HEADER), wanted.last - wav.HEADER
    for number in range(first // SIZE, last // SIZE + 1) if last >= 0 else ():
        begin = number * SIZE
        length = min(SIZE, size - begin)
        audio = await segments.get(key, number) or SILENCE * length
        yield audio[max(0, first - begin) : last - begin + 1]
