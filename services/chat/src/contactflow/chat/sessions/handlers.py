"""What sessions do later."""

from contactflow.chat.conversations.errors import gone_if_not_found
from contactflow.chat.sessions import service
from contactflow.chat.sessions.promises import FORGET, ForgetVisitor
from contactflow.chat.sessions.repository import SqlSessions
from contactflow.messaging import Job, job
from contactflow.persistence import Work


async def forget(work: Work, due: ForgetVisitor) -> None:
    with gone_if_not_found():
        await service.forget(SqlSessions(work), conversation_id=due.conversation_id)


def forgetting() -> Job[ForgetVisitor]:
    return job(FORGET.name, FORGET.arguments, apply=forget)
