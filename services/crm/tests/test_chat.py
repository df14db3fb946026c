"""Chat as crm asks it, over real HTTP."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI, HTTPException

from contactflow.crm.chat import HttpChat
from contactflow.crm.contacts.visitors import Visitor
from contactflow.kernel import UnavailableError, new_id
from contactflow.testing.clock import FakeClock
from contactflow.testing.serving import serving
from contactflow.testing.tokens import a_signer
from contactflow.vault import Email, Phone
from contactflow.web import InternalClient

ADA, GONE, DOWN = new_id(), new_id(), new_id()
SAYS = {"seq": 1, "author": "visitor", "kind": "text", "text": "Hello"}
SUBJECT = {
    "name": "Ada",
    "locale": "fr",
    "identities": [{"kind": "phone", "value": "+33612345678"}],
    "claims": [{"kind": "email", "value": "ada@example.com"}],
}
stub = FastAPI()


@stub.get("/internal/subjects/{subject_id}")
async def subject(subject_id: UUID) -> dict[str, Any]:
    if subject_id == ADA:
        return SUBJECT
    raise HTTPException(404 if subject_id == GONE else 503)


@stub.post("/internal/conversations/contents")
async def contents(asked: dict[str, list[UUID]]) -> dict[str, Any]:
    said = {"message_count": 1, "messages": [{**SAYS, "created_at": "2026-11-21T12:00:00Z"}]}
    known = [one for one in asked["conversation_ids"] if UUID(str(one)) == ADA]
    return {"conversations": [{"id": one, **said} for one in known]}


@pytest.fixture
async def chat(clock: FakeClock) -> AsyncIterator[HttpChat]:
    async with serving(stub) as url:
        client = InternalClient("chat", url, a_signer("crm", clock))
        yield HttpChat(client)
        await client.aclose()


async def test_it_tells_identities_from_claims(chat: HttpChat, workspace_id: UUID) -> None:
    told = await chat.visitor(workspace_id, ADA)

    identities, claims = frozenset({Phone("+33612345678")}), frozenset({Email("ada@example.com")})
    assert told == Visitor("Ada", "fr", identities, claims)


async def test_who_is_gone_is_nobody(chat: HttpChat, workspace_id: UUID) -> None:
    assert await chat.visitor(workspace_id, GONE) is None


async def test_while_chat_is_down_it_is_unavailable(chat: HttpChat, workspace_id: UUID) -> None:
    with pytest.raises(UnavailableError):
        await chat.visitor(workspace_id, DOWN)


async def test_what_was_said_comes_in_one_answer(chat: HttpChat, workspace_id: UUID) -> None:
    said = await chat.contents(workspace_id, [ADA, GONE])

    assert said.keys() == {ADA}
    assert [message.text for message in said[ADA].messages] == ["Hello"]
