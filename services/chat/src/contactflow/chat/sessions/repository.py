"""Storing sessions, and what opening one touches."""

from contactflow.chat.agents.repository import SqlAgents
from contactflow.chat.conversations.repository import SqlConversations
from contactflow.chat.sessions.model import Session
from contactflow.persistence import Work
from contactflow.vault import Subjects


class SqlSessions:
    def __init__(self, work: Work) -> None:
        self._work = work
        self.people = Subjects(work)
        self.agents = SqlAgents(work)
        self.conversations = SqlConversations(work)

    def add(self, session: Session) -> None:
        self._work.session.add(session)
