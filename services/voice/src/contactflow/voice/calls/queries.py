"""Reading calls: Core straight to HTTP shapes, without a lock."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select

from contactflow.events.calls import Direction
from contactflow.kernel import GoneError
from contactflow.persistence import Work
from contactflow.vault import Opened, opened, reading
from contactflow.voice.calls.contents import FollowUp, Summary, Turn
from contactflow.voice.calls.errors import (
    CallNotFoundError,
    SummaryNotFoundError,
    SummaryPendingError,
)
from contactflow.voice.calls.model import Call, Status
from contactflow.voice.calls.schemas import (
    CallerIdentityOut,
    CallerOut,
    CallOut,
    Content,
    FollowUpOut,
    SummaryOut,
    TranscriptOut,
    TurnOut,
    duration,
    offset,
    shown,
)
from contactflow.web import Page, Paging

RECENT = 5


async def one(work: Work, call_id: UUID) -> CallOut:
    return CallOut.model_validate(shown(await _call(work, call_id)))


async def newest(
    work: Work,
    paging: Paging,
    *,
    direction: Direction | None,
    status: Status | None,
    contact_id: UUID | None,
) -> Page[CallOut]:
    wanted = reading(Call)
    for column, value in (
        (Call.direction, direction),
        (Call.status, status),
        (Call.contact_id, contact_id),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    rows = await opened(work, Call, paging.of(wanted, "started_at"))
    return paging.page(CallOut, [CallOut.model_validate(shown(row)) for row in rows])


async def transcript(work: Work, call_id: UUID) -> TranscriptOut:
    call = await _call(work, call_id)
    said = reading(Turn).where(Turn.call_id == call_id).order_by(Turn.seq)
    return TranscriptOut(data=tuple(_turn(call, one) for one in await opened(work, Turn, said)))


async def summary(work: Work, call_id: UUID) -> SummaryOut:
    """Raises CallNotFoundError, SummaryNotFoundError, SummaryPendingError."""
    call = await _call(work, call_id)
    for found in await opened(work, Summary, reading(Summary).where(Summary.call_id == call_id)):
        return SummaryOut(
            summary=found.text or "",
            intent=found.intent,
            follow_ups=(await _follow_ups(work, [call_id]))[call_id],
            generated_at=found.generated_at,
        )
    raise SummaryPendingError if await _is_coming(work, call) else SummaryNotFoundError


async def caller(work: Work, subject_id: UUID) -> CallerOut:
    """Who called, by their last call. Raises GoneError."""
    theirs = reading(Call).where(Call.subject_id == subject_id).order_by(Call.id.desc()).limit(1)
    for row in await opened(work, Call, theirs):
        number = row.caller
        known = (CallerIdentityOut(kind="phone", value=number),) if number else ()
        return CallerOut(identities=known)
    raise GoneError


async def contents(work: Work, call_ids: Sequence[UUID]) -> list[Content]:
    """What became of those that are there."""
    calls = await opened(work, Call, reading(Call).where(Call.id.in_(call_ids)))
    summaries = reading(Summary).where(Summary.call_id.in_(call_ids))
    told = {one.call_id: one for one in await opened(work, Summary, summaries)}
    follow_ups = await _follow_ups(work, call_ids)
    return [_content(one, told.get(one.id), follow_ups[one.id]) for one in calls]


async def noted(work: Work, call_id: UUID) -> list[Opened]:
    """What the caller of this call asked for so far, the newest first.

    Nothing of who wants their data stored and not used.
    """
    whose = select(Call.subject_id).where(Call.id == call_id).scalar_subquery()
    theirs = reading(FollowUp).where(FollowUp.subject_id == whose)
    newest = theirs.order_by(FollowUp.id.desc()).limit(RECENT)
    return [one for one in await opened(work, FollowUp, newest) if not one.restricted]


async def _call(work: Work, call_id: UUID) -> Opened:
    for found in await opened(work, Call, reading(Call).where(Call.id == call_id)):
        return found
    raise CallNotFoundError


async def _is_coming(work: Work, call: Opened) -> bool:
    """Whether somebody has yet to write what it was about."""
    if call.restricted or "summary" in call.missing:
        return False
    heard = exists().where(Turn.call_id == call.id, Turn.speaker == "caller")
    return call.ended_at is None or bool(await work.session.scalar(select(heard)))


async def _follow_ups(
    work: Work, call_ids: Sequence[UUID]
) -> defaultdict[UUID, tuple[FollowUpOut, ...]]:
    asked = reading(FollowUp).where(FollowUp.call_id.in_(call_ids)).order_by(FollowUp.id)
    found: defaultdict[UUID, tuple[FollowUpOut, ...]] = defaultdict(tuple)
    for row in await opened(work, FollowUp, asked):
        found[row.call_id] += (FollowUpOut.model_validate(row),)
    return found


def _turn(call: Opened, row: Opened) -> TurnOut:
    return TurnOut(
        seq=row.seq,
        speaker=row.speaker,
        text=row.text or "",
        started_at=offset(call, row.started_ms),
        ended_at=offset(call, row.ended_ms),
        interrupted=row.interrupted,
        latency_ms=row.latency_ms,
    )


def _content(call: Opened, told: Opened | None, asked: tuple[FollowUpOut, ...]) -> Content:
    return Content(
        id=call.id,
        status=call.status,
        duration_s=duration(call),
        summary=told.text if told else None,
        intent=told.intent if told else None,
        follow_ups=asked,
    )
