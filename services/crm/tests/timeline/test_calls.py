"""Calls on a timeline: whoever calls is a contact; what became of it is asked of voice."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.voice import CallContent, FollowUp
from contactflow.events import Event, Fact
from contactflow.events.calls import CallCompleted, CallHandoverFailed, CallStarted, CallSummarized
from contactflow.kernel import UnavailableError, encode, new_id
from contactflow.vault import Phone
from services.crm.tests.conftest import Hear
from services.crm.tests.fakes import FakeVoice

CALLER = Phone("+14158675309")
CALL, SUBJECT = new_id(), new_id()
COMPLETED = CallCompleted(
    call_id=CALL,
    subject_id=SUBJECT,
    direction="inbound",
    status="completed",
    ended_by="agent",
    duration_s=60,
    turn_count=4,
    recorded=True,
)
NEWS: list[Event] = [
    CallStarted(call_id=CALL, subject_id=SUBJECT, direction="inbound"),
    COMPLETED,
    CallSummarized(call_id=CALL, subject_id=SUBJECT, intent="question"),
]
ASKED = FollowUp(kind="callback", text="Call me back.", callback_at=None)


@pytest.fixture
def known(voice: FakeVoice) -> FakeVoice:
    voice.callers[SUBJECT] = Visitor(None, "en", frozenset({CALLER}))
    voice.calls[CALL] = CallContent(
        duration_s=60, summary="Asked for Sundays.", intent="question", follow_ups=(ASKED,)
    )
    return voice


def facts(workspace_id: UUID, at: datetime, order: tuple[int, ...]) -> list[Fact[Any]]:
    return [Fact(new_id(), workspace_id, CALL, one + 1, at, NEWS[one]) for one in order]


async def timeline(http: AsyncClient) -> list[dict[str, Any]]:
    found = await http.post("/v1/contacts/search", json={"phone": CALLER.value})
    [contact] = found.json()["data"]
    items: list[dict[str, Any]] = (await http.get(f"/v1/contacts/{contact['id']}/timeline")).json()[
        "data"
    ]
    return items


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 1, 0)])
async def test_a_call_is_one_item_whatever_order_its_news_come_in(
    hear: Hear,
    http: AsyncClient,
    known: FakeVoice,
    workspace_id: UUID,
    at: datetime,
    order: tuple[int, ...],
) -> None:
    for fact in facts(workspace_id, at, order):
        await hear(fact)

    [item] = await timeline(http)

    assert (item["kind"], item["channel"], item["title"]) == ("call", "voice", "Phone call")
    assert item["ref"] == {"type": "call", "id": encode("call", CALL)}
    assert (item["counts"]["turns"], item["outcome"]) == (4, "completed")
    assert item["content"]["summary"] == "Asked for Sundays."
    assert item["content"]["follow_ups"][0]["text"] == "Call me back."


@pytest.mark.parametrize("order", [(1, 0), (0, 1), (0, 1, 1, 0)])
async def test_a_hand_over_that_nobody_took_is_none_in_any_order(
    hear: Hear,
    http: AsyncClient,
    known: FakeVoice,
    workspace_id: UUID,
    at: datetime,
    order: tuple[int, ...],
) -> None:
    news = (
        COMPLETED.model_copy(update={"ended_by": "handed_over"}),
        CallHandoverFailed(call_id=CALL, subject_id=SUBJECT, direction="inbound"),
    )
    for one in order:
        await hear(Fact(new_id(), workspace_id, CALL, one + 1, at, news[one]))

    [item] = await timeline(http)

    assert item["outcome"] == "handover_failed"


async def test_who_withholds_their_number_makes_no_contact(
    hear: Hear, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    for fact in facts(workspace_id, at, (0, 1, 2)):
        await hear(fact)

    assert (await http.get("/v1/contacts")).json()["data"] == []


async def test_a_timeline_is_shown_while_voice_is_silent(
    hear: Hear, http: AsyncClient, known: FakeVoice, workspace_id: UUID, at: datetime
) -> None:
    for fact in facts(workspace_id, at, (0, 1)):
        await hear(fact)
    known.error = UnavailableError()

    [item] = await timeline(http)

    assert item["content"] == "unavailable"
