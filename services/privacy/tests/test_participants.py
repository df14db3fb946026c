"""The participants as privacy asks them, over real HTTP."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI, HTTPException

from contactflow.erasure.wire import Index, Person
from contactflow.events.erasures import ParticipantName
from contactflow.kernel import UnavailableError, new_id
from contactflow.privacy.emails import Email, HttpEmails
from contactflow.privacy.participants import HttpParticipants
from contactflow.testing.clock import FakeClock
from contactflow.testing.serving import serving
from contactflow.testing.tokens import a_signer
from contactflow.web import InternalClient

ADA, EMAIL_ID = new_id(), new_id()
MAIL = Index(kind="email", version=1, digest="01")
ADAS = Person(indexes=(MAIL,), subjects={"crm": (ADA,)})
NOBODY = new_id()
stub = FastAPI()


@stub.post("/internal/erasures/discover")
async def discover(asked: Person) -> dict[str, Any]:
    claims = [{"subject_id": NOBODY, "kind": "email", "rows": {"messages": 1}}]
    return {"person": asked, "rows": {"contacts": 1}, "claims": claims}


@stub.post("/internal/erasures/{request_id}/verify")
async def verify(request_id: UUID, asked: Person) -> dict[str, Any]:
    return {"deleted": {"contacts": len(asked.subjects)}, "residue": {"contacts": 0}}


@stub.post("/internal/emails")
async def send(asked: dict[str, Any]) -> dict[str, Any]:
    return {"email_id": EMAIL_ID if asked.get("to") else None}


broken = FastAPI()


@broken.post("/internal/erasures/discover")
async def refuse() -> None:
    raise HTTPException(403)


@broken.post("/internal/erasures/{request_id}/verify")
async def nonsense(request_id: UUID) -> dict[str, Any]:
    return {"deleted": "everything"}


@pytest.fixture
async def clients(clock: FakeClock) -> AsyncIterator[dict[str, InternalClient]]:
    """crm answers, chat talks nonsense, gateway has no such routes."""
    signer = a_signer("privacy", clock)
    async with serving(stub) as well, serving(broken) as ill, serving(FastAPI()) as older:
        urls = {"crm": well, "chat": ill, "gateway": older, "voice": older}
        made = {name: InternalClient(name, url, signer) for name, url in urls.items()}
        yield made
        for one in made.values():
            await one.aclose()


@pytest.fixture
def participants(clients: dict[str, InternalClient]) -> HttpParticipants:
    return HttpParticipants(clients.__getitem__)


async def test_a_participant_is_asked_by_indexes_and_ids(
    participants: HttpParticipants, workspace_id: UUID
) -> None:
    found = await participants.discover("crm", workspace_id, ADAS)
    checked = await participants.verify("crm", workspace_id, new_id(), ADAS)

    assert (found.person, found.rows) == (ADAS, {"contacts": 1})
    assert [one.subject_id for one in found.claims] == [NOBODY]
    assert (checked.deleted, checked.residue) == ({"contacts": 1}, {"contacts": 0})


@pytest.mark.parametrize("name", ["chat", "gateway"])
async def test_an_answer_that_is_none_proves_nothing(
    participants: HttpParticipants, workspace_id: UUID, name: ParticipantName
) -> None:
    with pytest.raises(UnavailableError):
        await participants.discover(name, workspace_id, ADAS)
    with pytest.raises(UnavailableError):
        await participants.verify(name, workspace_id, new_id(), ADAS)


@pytest.mark.parametrize(("to", "email_id"), [("ada@example.com", EMAIL_ID), (None, None)])
async def test_gateway_takes_an_e_mail(
    clients: dict[str, InternalClient], workspace_id: UUID, to: str | None, email_id: UUID | None
) -> None:
    emails = HttpEmails(clients["crm"])
    email = Email(key="k" * 16, template="rights_due", locale="en", to=to, facts={})

    assert await emails.send(workspace_id, email) == email_id


async def test_without_gateway_an_e_mail_waits(
    clients: dict[str, InternalClient], workspace_id: UUID
) -> None:
    email = Email(key="k" * 16, template="rights_due", locale="en", facts={})

    with pytest.raises(UnavailableError):
        await HttpEmails(clients["gateway"]).send(workspace_id, email)
