"""Storing sessions, and what opening one touches."""

from contactflow.chat.conversations.repository import SqlConversations
from contactflow.chat.sessions.model import Session
from contactflow.chat.sessions.promises import FORGET, ForgetVisitor
from contactflow.messaging import later
from contactflow.persistence import Work
from contactflow.runtime.agents import SqlAgents
from contactflow.vault import Subjects


class SqlSessions:
    def __init__(self, work: Work) -> None:
        self._work = work
        self.people = Subjects(work)
        self.agents = SqlAgents(work)
        self.conversations = SqlConversations(work)

    def add(self, session: Session) -> None:
        self._work.session.add(session)

    async def forget_later(self, session: Session) -> None:
        due = ForgetVisitor(conversation_id=session.conversation_id)
        await later(self._work, FORGET, due, at=session.expires_at)
