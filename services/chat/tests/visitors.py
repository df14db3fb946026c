"""Visitors of a channel, over HTTP."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from httpx import AsyncClient, Response
from sqlalchemy import select

from contactflow.chat.conversations.participants import Participant
from contactflow.kernel import decode, encode, new_id
from contactflow.persistence import Work, Works
from contactflow.testing.agents import FakeGateway, bo
from contactflow.testing.tokens import Callers
from contactflow.web import Principal

WEB_CHAT = "/v1/public/web-chat"


@dataclass
class Visitor:
    """Somebody with a session."""

    http: AsyncClient
    headers: dict[str, str]
    session: dict[str, Any]

    @property
    def conversation(self) -> str:
        """As the API writes its id."""
        return str(self.session["conversation_id"])

    @property
    def conversation_id(self) -> UUID:
        return decode("cnv", self.conversation)

    async def send(self, text: str = "Hello", client_message_id: str | None = None) -> Response:
        said = {"text": text, "client_message_id": client_message_id or new_id().hex}
        return await self.http.post(f"{WEB_CHAT}/messages", json=said, headers=self.headers)

    async def read(self, cursor: int = 0) -> list[dict[str, Any]]:
        answer = await self.http.get(
            f"{WEB_CHAT}/messages", params={"cursor": cursor}, headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        said: list[dict[str, Any]] = answer.json()["data"]
        return said


@dataclass
class Visitors:
    """The door of one channel."""

    http: AsyncClient
    callers: Callers
    works: Works
    workspace_id: UUID
    channel: dict[str, Any]
    gateway: FakeGateway
    client: str = field(default_factory=lambda: new_id().hex)

    @classmethod
    async def welcome(
        cls,
        http: AsyncClient,
        callers: Callers,
        staff: dict[str, str],
        works: Works,
        workspace_id: UUID,
        gateway: FakeGateway,
    ) -> "Visitors":
        agent_id = new_id()
        gateway.publish(workspace_id, bo(agent_id))
        new = {
            "kind": "web",
            "name": "Shop",
            "agent_id": encode("agt", agent_id),
            "allowed_origins": ["https://shop.example"],
        }
        created = await http.post("/v1/channels", json=new, headers=staff)
        assert created.status_code == 201, created.text
        return cls(http, callers, works, workspace_id, created.json(), gateway)

    @property
    def agent_id(self) -> UUID:
        return decode("agt", self.channel["agent_id"])

    def public(self) -> dict[str, str]:
        """Headers of a request from this place, as the gateway passes it on."""
        host = {"X-Forwarded-Host": "contactflow.example"}
        return self.callers.headers(Principal.public(self.client)) | host

    async def knock(self, *, origin: str | None = None, **said: Any) -> Response:
        headers = self.public() | ({"Origin": origin} if origin else {})
        body = {"channel_key": self.channel["public_key"], **said}
        return await self.http.post(f"{WEB_CHAT}/sessions", json=body, headers=headers)

    async def come(self, **said: Any) -> Visitor:
        opened = await self.knock(**said)
        assert opened.status_code == 201, opened.text
        token = {"ContactFlow-Visitor-Token": opened.json()["token"]}
        return Visitor(self.http, self.public() | token, opened.json())

    async def subject_of(self, visitor: Visitor) -> UUID:
        """Whose conversation it is, as events name them."""

        async def look(work: Work) -> UUID:
            found = select(Participant.subject_id).where(
                Participant.conversation_id == visitor.conversation_id
            )
            subject_id: UUID = (await work.rows(found)).scalar_one()
            return subject_id

        return await self.works.run(self.workspace_id, look)
