"""Visitors of a web chat: conversations that are open, with the tokens of their sessions."""

from typing import Final, NamedTuple
from uuid import UUID

from contactflow.chat.sessions import service as sessions
from contactflow.chat.sessions.repository import SqlSessions
from contactflow.chat.settings import ChatSettings
from contactflow.kernel import new_id, system_clock
from contactflow.persistence import Work
from contactflow.runtime import Platform
from tests.load.erasure.fences import Target, a_target

TOGETHER: Final = 10
"""In one transaction: an api process takes one each."""
NOBODY: Final = sessions.Visitor("en", {})


class Guest(NamedTuple):
    """A visitor with a session."""

    conversation_id: UUID
    token: str


async def guests(on: Platform[ChatSettings], workspace_id: UUID, many: int) -> list[Guest]:
    """So many, in a new workspace."""
    await on.works.run(workspace_id, on.vault.create_key)
    async with on.works.begin(workspace_id) as work:
        target = a_target(work)
    come: list[Guest] = []
    while len(come) < many:
        async with on.works.begin(workspace_id) as work:
            come += [await _come(work, target) for _ in range(min(TOGETHER, many - len(come)))]
    return come


async def _come(work: Work, target: Target) -> Guest:
    token = new_id().hex
    opened = await sessions.open_session(
        SqlSessions(work), channel=target, visitor=NOBODY, token=token, at=system_clock()
    )
    return Guest(opened.session.conversation_id, token)
