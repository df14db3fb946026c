"""Storing channels."""

from contactflow.chat.channels.model import Channel
from contactflow.persistence import Work
from contactflow.runtime.agents import SqlAgents


class SqlChannels:
    def __init__(self, work: Work) -> None:
        self._work = work
        self.workspace_id = work.workspace_id
        self.agents = SqlAgents(work)

    def add(self, channel: Channel) -> None:
        self._work.session.add(channel)
