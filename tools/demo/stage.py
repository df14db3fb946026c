"""Who acts in the demonstration, all through the gateway: staff, a privacy officer, a visitor."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from contactflow.kernel import new_id

T = TypeVar("T")
Json = dict[str, Any]
PATIENCE = 30.0  # seconds for an event to arrive
ANSWER = 90.0  # seconds for a small model on a small machine
PAUSE = 0.1


class TooLateError(Exception):
    """What was waited for did not happen."""


@dataclass(frozen=True)
class Staff:
    """By the API key of the demo workspace."""

    http: httpx.Client

    def get(self, path: str) -> Json:
        """Raises httpx.HTTPStatusError."""
        return _told(self.http.get(path))

    def post(self, path: str, body: Json) -> Json:
        """Raises httpx.HTTPStatusError."""
        return _told(self.http.post(path, json=body))

    def change(self, path: str, body: Json) -> Json:
        """Change what has not changed meanwhile. Raises httpx.HTTPStatusError."""
        tag = self.http.get(path).raise_for_status().headers["ETag"]
        return _told(self.http.patch(path, json=body, headers={"If-Match": tag}))

    def read(self, path: str) -> bytes:
        """What is no JSON. Raises httpx.HTTPStatusError."""
        return self.http.get(path).raise_for_status().content

    def status(self, path: str) -> int:
        """What is answered there now."""
        return self.http.get(path).status_code

    def reply(self, visitor: "Visitor", text: str) -> Json:
        """As a human: from here on the conversation is theirs."""
        return self.post(f"/v1/conversations/{visitor.conversation_id}/messages", {"text": text})


@dataclass(frozen=True)
class Officer:
    """Whoever decides on rights requests: logged in, as in a browser."""

    http: httpx.Client

    def get(self, path: str) -> Json:
        """Raises httpx.HTTPStatusError."""
        return _told(self.http.get(f"/v1/rights-requests{path}"))

    def post(self, path: str, body: Json) -> Json:
        """Raises httpx.HTTPStatusError."""
        return _told(self.http.post(f"/v1/rights-requests{path}", json=body))

    def until(self, request_id: str, *statuses: str) -> Json:
        """The request once it has one of these statuses. Raises TooLateError."""

        def look() -> Json | None:
            found = self.get(f"/{request_id}")
            return found if found["status"] in statuses else None

        return eventually(look)


@dataclass(frozen=True)
class Visitor:
    """By the token of a chat session."""

    http: httpx.Client
    session: Json

    @property
    def conversation_id(self) -> str:
        """As staff see it."""
        return str(self.session["conversation_id"])

    def write(self, text: str, client_message_id: str | None = None) -> Json:
        """With the same id it is the same message."""
        said = {"text": text, "client_message_id": client_message_id or str(new_id())}
        message: Json = _told(self.http.post("/v1/public/web-chat/messages", json=said))["message"]
        return message

    def refused(self, text: str, client_message_id: str | None = None) -> tuple[int, str]:
        """Write although it cannot be taken: status and code of the refusal."""
        said = {"text": text, "client_message_id": client_message_id or str(new_id())}
        answer = self.http.post("/v1/public/web-chat/messages", json=said)
        return answer.status_code, str(answer.json().get("code"))

    def messages(self) -> list[Json]:
        """All of them, oldest first."""
        data: list[Json] = _told(self.http.get("/v1/public/web-chat/messages"))["data"]
        return data

    def hears(self, author: str, *, after: int) -> Json:
        """The next message of that side, from the event stream. Raises TooLateError."""
        try:
            return next(one for one in self._stream(after) if one["author"] == author)
        except (StopIteration, httpx.TransportError):
            raise TooLateError(author) from None

    def _stream(self, after: int) -> Iterator[Json]:
        """Messages as they come: server-sent events, from after that number on."""
        path, headers = "/v1/public/web-chat/events", {"Last-Event-ID": str(after)}
        deadline = time.monotonic() + ANSWER
        with self.http.stream("GET", path, headers=headers, timeout=ANSWER) as answer:
            event = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                event = value if name == "event" else event
                if name == "data" and event == "message.created":
                    yield json.loads(value)
                if time.monotonic() > deadline:
                    return


@contextmanager
def staff(stack: Json) -> Iterator[Staff]:
    """Somebody of the business."""
    key = {"Authorization": f"Bearer {stack['demo']['api_key']}"}
    with httpx.Client(base_url=stack["gateway_url"], headers=key, timeout=30) as http:
        yield Staff(http)


@contextmanager
def an_officer(stack: Json) -> Iterator[Officer]:
    """The owner of the demo workspace."""
    gateway, demo = stack["gateway_url"], stack["demo"]
    who = {"email": demo["email"], "password": demo["password"]}
    with httpx.Client(base_url=gateway, headers={"Origin": gateway}, timeout=30) as http:
        _told(http.post("/v1/auth/login", json=who))
        http.headers["ContactFlow-Workspace"] = demo["workspace_id"]
        yield Officer(http)


@contextmanager
def a_visitor(stack: Json, locale: str, **claims: str) -> Iterator[Visitor]:
    """Somebody who opens the chat page."""
    asked = {"channel_key": stack["demo"]["web_channel_key"], "locale": locale, "visitor": claims}
    with httpx.Client(base_url=stack["gateway_url"], timeout=30) as http:
        session = _told(http.post("/v1/public/web-chat/sessions", json=asked))
        http.headers["Authorization"] = f"Bearer {session['token']}"
        yield Visitor(http, session)


def eventually(look: Callable[[], T | None], within: float = PATIENCE) -> T:
    """Look until there is something. Raises TooLateError."""
    deadline = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TooLateError
        time.sleep(PAUSE)
    return found


def _told(answer: httpx.Response) -> Json:
    said: Json = answer.raise_for_status().json()
    return said
