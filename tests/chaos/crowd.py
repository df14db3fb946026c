"""Clients that go on whatever happens: they ask again with the same key, and note what was said."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from httpx import AsyncClient, HTTPError, Response

from contactflow.testing.waiting import until
from tests.chaos.history import History, Operation, Outcome
from tests.chaos.oracle import Seen
from tests.e2e.people import Business, Json, Visitor
from tests.e2e.strangers import passer_by

PACE = 0.25  # seconds between two words of one client, at most
GIVES_UP = 0.2  # of those that got no answer are never asked for again
Send = Callable[[], Awaitable[Response]]
BUSY = "idempotency_in_flight"


@dataclass
class Clients:
    """What all clients of a storm share. `over` is set when nobody is to begin anything more."""

    history: History
    chance: random.Random
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def insist(self, operation: Operation, send: Send) -> None:
        """Ask until there is an answer, or patience ends; note it."""
        while operation.outcome is Outcome.UNKNOWN:
            with suppress(HTTPError):
                _noted(operation, await send())
            if operation.outcome is Outcome.UNKNOWN:
                if self.over.is_set() or self.chance.random() < GIVES_UP:
                    return
                await self.pause()

    async def pause(self) -> None:
        """As people do between two sentences."""
        await asyncio.sleep(self.chance.uniform(0, PACE))


def _noted(operation: Operation, answer: Response) -> None:
    operation.statuses.append(answer.status_code)
    if answer.is_success:
        said = answer.json()
        operation.succeeded(said.get("message", said)["id"], time.monotonic())
    elif answer.is_client_error and BUSY not in answer.text:
        sent_before = len(operation.statuses) > 1
        if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS or not sent_before:
            operation.outcome = Outcome.UNKNOWN if sent_before else Outcome.FAILED


@dataclass
class Talk:
    """One visitor's conversation; `heard` is what their stream told, in that order."""

    business: Business
    visitor: Visitor
    heard: list[Seen] = field(default_factory=list)

    @property
    def workspace(self) -> str:
        """On whose page they are."""
        return workspace_of(self.business)

    @property
    def place(self) -> str:
        """As the business sees it."""
        return self.visitor.conversation_id

    async def speaks(self, clients: Clients) -> None:
        """Write one message after the other."""
        for text in clients.history.words("visitor"):
            operation = clients.history.asks(self.workspace, self.place, "visitor", text)

            async def send(said: Operation = operation) -> Response:
                return await self.visitor.write(said.text, said.key)

            await clients.insist(operation, send)
            await clients.pause()
            if clients.over.is_set():
                return

    async def is_served(self, clients: Clients) -> None:
        """A human answers, who thereby takes over."""
        path = f"/v1/conversations/{self.place}/messages"
        await self._posts(clients, "staff", path, "text", self.place)

    async def fills_the_book(self, clients: Clients) -> None:
        """Somebody else enters contacts meanwhile."""
        await self._posts(clients, "contact", "/v1/contacts", "name", "contacts")

    async def _posts(self, clients: Clients, author: str, path: str, name: str, place: str) -> None:
        for text in clients.history.words(author):
            operation = clients.history.asks(self.workspace, place, author, text)

            async def send(said: Operation = operation) -> Response:
                headers = {"Idempotency-Key": said.key}
                return await self.business.http.post(path, json={name: said.text}, headers=headers)

            await clients.insist(operation, send)
            await clients.pause()
            if clients.over.is_set():
                return

    async def listens(self) -> None:
        """Follow the stream for ever; one that breaks off goes on after what was heard."""
        while True:
            with suppress(HTTPError):
                async for one in self.visitor.stream(self.heard[-1].seq if self.heard else 0):
                    self.heard.append(seen(self.workspace, one))
            await asyncio.sleep(0.1)


async def a_talk(business: Business) -> Talk:
    """A visitor at an address of their own, for what is limited is limited by address."""
    street = passer_by(str(business.http.base_url))
    return Talk(business, await _arrived(business, street))


async def _arrived(business: Business, street: AsyncClient) -> Visitor:
    asked = {"channel_key": business.channel["public_key"], "locale": "en"}

    async def opened() -> Response | None:
        answer = await street.post("/v1/public/web-chat/sessions", json=asked)
        return answer if answer.status_code == HTTPStatus.CREATED else None

    answer = await until(opened, longest=30)
    assert answer
    return Visitor(street, answer.json())


def seen(workspace: str, message: Json) -> Seen:
    """A message as the API tells it."""
    place, author = message["conversation_id"], message["author"]
    return Seen(workspace, place, author, message["text"], message["id"], message["seq"])


def workspace_of(business: Business) -> str:
    """Its id."""
    return str(business.account["workspace"]["id"])
