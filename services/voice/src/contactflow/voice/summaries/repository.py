"""Reading what was said, and storing what came of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.vault import opened, reading
from contactflow.voice.calls.contents import FollowUp, Summary, Turn
from contactflow.voice.calls.model import Call
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.summaries.model import Conversation, Line, Told


class SqlSummaries:
    """The summaries of one workspace's calls."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def wanted(self, call_id: UUID) -> Conversation | None:
        """What is to be summarized; None when there is nothing to do.

        That is when the caller is gone, said nothing, or wants their data stored and not used, and
        when it is done already.
        """
        calls = await opened(self._work, Call, reading(Call).where(Call.id == call_id))
        if not calls or calls[0].restricted or await self._is_done(call_id):
            return None
        wanted = reading(Turn).where(Turn.call_id == call_id).order_by(Turn.seq)
        turns = await opened(self._work, Turn, wanted)
        lines = tuple(Line(turn.speaker, turn.text or "") for turn in turns)
        heard = any(line.speaker == "caller" for line in lines)
        return Conversation(calls[0].disclosure_locale, lines) if heard else None

    async def keep(self, call_id: UUID, told: Told | None, *, at: datetime) -> None:
        """What was told, or that there is nothing. Raises GoneError."""
        call = await SqlCalls(self._work).present(call_id)
        if call.restricted:
            return
        if told is None:
            call.lack_summary(at=at)
            return
        call.summarize(told.intent, at=at)
        self._work.session.add(_summary(call, told, at))
        self._work.session.add_all(_follow_up(call, text, at) for text in told.follow_ups)

    async def _is_done(self, call_id: UUID) -> bool:
        known = select(Summary.id).where(Summary.call_id == call_id)
        return await self._work.session.scalar(known) is not None


def _summary(call: Call, told: Told, at: datetime) -> Summary:
    summary = Summary(call_id=call.id, intent=told.intent, generated_at=at)
    summary.about(call.person, call.id)
    summary.text = told.text
    return summary


def _follow_up(call: Call, text: str, at: datetime) -> FollowUp:
    task = FollowUp(call_id=call.id, kind="task", callback_at=None, created_at=at)
    task.about(call.person, new_id())
    task.text = text
    return task
