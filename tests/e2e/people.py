"""Who takes part, through the gateway alone: a business and its visitors."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from httpx import AsyncClient, Response

from contactflow.kernel import new_id
from contactflow.testing.waiting import until
from tests.e2e.strangers import passer_by

PASSWORD = "correct horse battery staple"
PROMPT = "You answer for Studio Nord. It opens at 9:30 on weekdays."
Json = dict[str, Any]


@dataclass
class Visitor:
    """Somebody on the business's web page."""

    http: AsyncClient
    opened: Json

    @property
    def headers(self) -> dict[str, str]:
        """Who they are: the token of their session."""
        return {"Authorization": f"Bearer {self.opened['token']}"}

    @property
    def conversation_id(self) -> str:
        """As the business sees it."""
        return str(self.opened["conversation_id"])

    async def write(self, text: str, client_message_id: str | None = None) -> Response:
        """Send a message; with the same id it is the same message."""
        said = {"text": text, "client_message_id": client_message_id or str(new_id())}
        return await self.http.post("/v1/public/web-chat/messages", json=said, headers=self.headers)

    async def messages(self) -> list[Json]:
        """The whole conversation, oldest first."""
        answer = await self.http.get("/v1/public/web-chat/messages", headers=self.headers)
        data: list[Json] = answer.raise_for_status().json()["data"]
        return data

    async def heard(self, author: str, count: int = 1, *, longest: float = 60) -> list[Json]:
        """Listen until that side has said so much; `longest` is in seconds."""
        said: list[Json] = []
        async with asyncio.timeout(longest), aclosing(self.stream()) as stream:
            async for message in stream:
                said += [message] if message["author"] == author else []
                if len(said) >= count:
                    break
        return said

    async def stream(self, last_event_id: int = 0) -> AsyncGenerator[Json, None]:
        """Events as the page gets them: `message.created` with its message."""
        headers = self.headers | {"Last-Event-ID": str(last_event_id)}
        path = "/v1/public/web-chat/events"
        async with self.http.stream("GET", path, headers=headers, timeout=60) as answer:
            event = ""
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                event = value if name == "event" else event
                if name == "data" and event == "message.created":
                    yield json.loads(value)


@dataclass
class Business:
    """A workspace, by the session of who signed up; `street` is whoever passes by.

    Visitors come from addresses of their own: so many may come from one, and write, in a while.
    """

    http: AsyncClient
    street: AsyncClient
    account: Json
    agent: Json
    channel: Json
    visitors: AsyncExitStack

    async def visitor(self, locale: str = "en", **claims: str) -> Visitor:
        """Open the chat page."""
        asked: Json = {"channel_key": self.channel["public_key"], "locale": locale}
        asked |= {"visitor": claims} if claims else {}
        theirs = passer_by(str(self.http.base_url), Origin=str(self.http.headers["Origin"]))
        await self.visitors.enter_async_context(theirs)
        opened = await settled(theirs, "/v1/public/web-chat/sessions", asked)
        return Visitor(theirs, opened)

    async def conversation(self, conversation_id: str) -> Json:
        """As staff see it."""
        answer = await self.http.get(f"/v1/conversations/{conversation_id}")
        found: Json = answer.raise_for_status().json()
        return found

    async def contact_of(self, visitor: Visitor) -> str:
        """Wait until crm knows who that is, and chat knows that it does."""

        async def known() -> Any:
            return (await self.conversation(visitor.conversation_id))["contact_id"]

        return str(await until(known, longest=30))

    async def timeline(self, contact_id: str) -> list[Json]:
        """What happened with a contact, newest first."""
        answer = await self.http.get(f"/v1/contacts/{contact_id}/timeline")
        data: list[Json] = answer.raise_for_status().json()["data"]
        return data


@asynccontextmanager
async def a_business(
    gateway: str, *, name: str = "Nora", email: str | None = None, prompt: str = PROMPT
) -> AsyncIterator[Business]:
    """Sign up, publish an agent, open a web channel. At one address sign-ups are limited."""
    async with (
        passer_by(gateway, Origin=gateway) as http,
        AsyncClient(base_url=gateway, headers={"Origin": gateway}, timeout=30) as street,
        AsyncExitStack() as visitors,
    ):
        account = await signed_up(http, name, email or f"{new_id().hex}@example.com")
        agent = await post(http, "/v1/agents", agent_named("Nina", prompt))
        agent = await post(http, f"/v1/agents/{agent['id']}/publish", {}, status=200)
        wanted = {"kind": "web", "name": "Site", "agent_id": agent["id"], "allowed_origins": []}
        channel = await settled(http, "/v1/channels", wanted)
        yield Business(http, street, account, agent, channel, visitors)


async def signed_up(http: AsyncClient, name: str, email: str) -> Json:
    """A new account with a workspace; the client has its session from here on."""
    said = {"name": name, "email": email, "password": PASSWORD, "workspace_name": "Studio Nord"}
    return await post(http, "/v1/auth/signup", said | {"locale": "en", "adult": True})


def agent_named(name: str, prompt: str) -> Json:
    """What an agent is at first."""
    return {
        "name": name,
        "prompt": prompt,
        "languages": ["en", "fr"],
        "channels": ["web", "voice"],
        "directions": ["inbound"],
        "mode": "autonomous",
    }


async def post(http: AsyncClient, path: str, body: Json, *, status: int = 201) -> Json:
    """Post, and say what was answered when it is not what was expected."""
    answer = await http.post(path, json=body)
    assert answer.status_code == status, answer.text
    made: Json = answer.json()
    return made


async def settled(http: AsyncClient, path: str, body: Json) -> Json:
    """Post until the other services have heard of the workspace and of the agent."""
    waiting = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNPROCESSABLE_ENTITY}

    async def made() -> Response | None:
        answer = await http.post(path, json=body)
        return None if answer.status_code in waiting else answer

    answer = await until(made, longest=90)
    assert answer is not None
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    found: Json = answer.json()
    return found
