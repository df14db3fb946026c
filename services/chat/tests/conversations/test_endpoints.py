"""Conversations over HTTP, for staff and for our own services, on real PostgreSQL."""

from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from contactflow.chat.conversations.queries import LAST, contents
from contactflow.chat.conversations.repository import SqlConversations
from contactflow.kernel import encode, new_id
from contactflow.persistence import Work
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from contactflow.web.paging import written
from services.chat.tests.visitors import Visitor, Visitors

URL = "/v1/conversations"
ACTIONS = {"handoff": "handed_off", "close": "closed"}


@pytest.fixture
async def visitor(visitors: Visitors) -> Visitor:
    """Somebody who has written."""
    visitor = await visitors.come(visitor={"name": "Ada", "email": "Ada@Example.com"})
    await visitor.send("Hello")
    return visitor


@pytest.fixture
def service(callers: Callers, visitors: Visitors) -> dict[str, str]:
    return callers.headers(Principal.service("gateway", visitors.workspace_id))


async def act(
    http: AsyncClient, staff: dict[str, str], visitor: Visitor, action: str, **more: str
) -> Response:
    body = {"text": "I am here."} if action == "messages" else None
    url = f"{URL}/{visitor.conversation}/{action}"
    return await http.post(url, json=body, headers=staff | more)


async def test_an_opened_widget_is_not_listed(
    http: AsyncClient, staff: dict[str, str], visitors: Visitors
) -> None:
    await visitors.come()

    assert (await http.get(URL, headers=staff)).json()["data"] == []


async def test_a_conversation_is_shown_as_it_stands(
    http: AsyncClient, staff: dict[str, str], visitors: Visitors, visitor: Visitor
) -> None:
    [listed] = (await http.get(URL, headers=staff)).json()["data"]

    shown = await http.get(f"{URL}/{visitor.conversation}", headers=staff)

    assert shown.json() == listed
    assert listed == {
        "id": visitor.conversation,
        "channel": {"id": visitors.channel["id"], "kind": "web"},
        "agent": {"id": visitors.channel["agent_id"], "version": None},
        "status": "open",
        "contact_id": None,
        "message_count": 2,
        "last_message_at": "2026-11-21T12:00:00Z",
        "created_at": "2026-11-21T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=open", True),
        ("status=closed", False),
        ("channel={channel}", True),
        ("channel=chn_00000000000000000000000000", False),
        ("contact_id={contact}", True),
        ("contact_id=con_00000000000000000000000000", False),
        ("status=open&channel={channel}&contact_id={contact}", True),
    ],
)
async def test_a_list_is_filtered(
    *,
    http: AsyncClient,
    staff: dict[str, str],
    visitors: Visitors,
    visitor: Visitor,
    query: str,
    found: bool,
) -> None:
    contact = await linked(visitors, visitor)

    answer = await http.get(
        f"{URL}?{query}".format(channel=visitors.channel["id"], contact=contact), headers=staff
    )

    assert [one["id"] for one in answer.json()["data"]] == [visitor.conversation] * found


async def linked(visitors: Visitors, visitor: Visitor) -> str:
    """Make the visitor a contact; its id."""
    contact_id, subject_id = new_id(), await visitors.subject_of(visitor)

    async def link(work: Work) -> None:
        await SqlConversations(work).link(subject_id, contact_id)

    await visitors.works.run(visitors.workspace_id, link)
    return encode("con", contact_id)


@pytest.mark.parametrize("query", ["status=lost", "channel=7", "contact_id=con_7", "limit=0"])
async def test_a_filter_that_is_none_is_refused(
    http: AsyncClient, staff: dict[str, str], query: str
) -> None:
    assert (await http.get(f"{URL}?{query}", headers=staff)).status_code == 422


async def test_conversations_are_listed_newest_first(
    http: AsyncClient, staff: dict[str, str], visitors: Visitors
) -> None:
    came = [await visitors.come() for _ in range(5)]
    for visitor in came:
        await visitor.send()

    first = (await http.get(f"{URL}?limit=3", headers=staff)).json()
    rest = (await http.get(f"{URL}?limit=3&cursor={first['next_cursor']}", headers=staff)).json()

    walked = [one["id"] for one in first["data"] + rest["data"]]
    assert walked == [one.conversation for one in reversed(came)]


async def test_messages_are_listed_newest_first_in_the_conversations_order(
    http: AsyncClient, staff: dict[str, str], visitor: Visitor
) -> None:
    for number in range(4):
        await visitor.send(str(number))
    url = f"{URL}/{visitor.conversation}/messages?limit=4"

    first = (await http.get(url, headers=staff)).json()
    rest = (await http.get(f"{url}&cursor={first['next_cursor']}", headers=staff)).json()

    assert [one["seq"] for one in first["data"] + rest["data"]] == [6, 5, 4, 3, 2, 1]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)


async def test_a_reply_takes_over_and_reaches_the_visitor(
    http: AsyncClient, staff: dict[str, str], visitor: Visitor
) -> None:
    answer = await act(http, staff, visitor, "messages")

    assert answer.status_code == 201
    assert (await visitor.read())[-1] == answer.json()
    assert answer.json()["author"] == "staff"
    shown = await http.get(f"{URL}/{visitor.conversation}", headers=staff)
    assert shown.json()["status"] == "handed_off"


async def test_a_reply_is_said_once_per_idempotency_key(
    http: AsyncClient, staff: dict[str, str], visitor: Visitor
) -> None:
    key = {"Idempotency-Key": "7"}

    first, second = [await act(http, staff, visitor, "messages", **key) for _ in range(2)]

    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert [one["author"] for one in await visitor.read()] == ["system", "visitor", "staff"]


@pytest.mark.parametrize(("action", "status"), [("handoff", "handed_off"), ("close", "closed")])
async def test_an_action_twice_is_once(
    http: AsyncClient,
    staff: dict[str, str],
    visitors: Visitors,
    visitor: Visitor,
    action: str,
    status: str,
) -> None:
    first, second = [await act(http, staff, visitor, action) for _ in range(2)]

    assert first.json() == second.json()
    assert first.json()["status"] == status
    assert (await recorded(visitors))[2:] == [f"conversation.{status}"]


async def recorded(visitors: Visitors) -> list[str]:
    """Types of what was told to others, in order."""

    async def look(work: Work) -> list[Any]:
        statement = text("SELECT type FROM outbox ORDER BY aggregate_version")
        return [row.type for row in await work.rows(statement)]

    return await visitors.works.run(visitors.workspace_id, look)


async def test_nobody_writes_in_a_closed_conversation(
    http: AsyncClient, staff: dict[str, str], visitor: Visitor
) -> None:
    await act(http, staff, visitor, "close")

    answers = [
        await act(http, staff, visitor, "messages"),
        await act(http, staff, visitor, "handoff"),
        await visitor.send(),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "conversation_closed")
    ] * 3
    assert len(await visitor.read()) == 2


async def test_a_conversation_of_somebody_erased_shows_nothing_of_them(
    http: AsyncClient, staff: dict[str, str], visitors: Visitors, visitor: Visitor
) -> None:
    await linked(visitors, visitor)
    await visitors.works.run(visitors.workspace_id, erase_everybody)

    shown = await http.get(f"{URL}/{visitor.conversation}", headers=staff)
    messages = await http.get(f"{URL}/{visitor.conversation}/messages", headers=staff)
    reply = await act(http, staff, visitor, "messages")

    assert shown.json()["contact_id"] is None
    assert messages.json()["data"] == []
    assert (reply.status_code, reply.json()["code"]) == (410, "person_gone")


async def erase_everybody(work: Work) -> None:
    await work.rows(text("DELETE FROM subjects"))


async def test_our_services_learn_who_a_visitor_is(
    http: AsyncClient, service: dict[str, str], visitors: Visitors, visitor: Visitor
) -> None:
    subject_id = await visitors.subject_of(visitor)

    answer = await http.get(f"/internal/subjects/{subject_id}", headers=service)

    assert answer.json() == {
        "name": "Ada",
        "locale": "en",
        "identities": [],
        "claims": [{"kind": "email", "value": "ada@example.com"}],
    }


async def test_our_services_read_what_was_said(
    http: AsyncClient, service: dict[str, str], visitors: Visitors, visitor: Visitor
) -> None:
    ids = [str(visitor.conversation_id), str(new_id())]

    answer = await http.post(
        "/internal/conversations/contents", json={"conversation_ids": ids}, headers=service
    )

    [content] = answer.json()["conversations"]
    assert (content["id"], content["message_count"]) == (ids[0], 2)
    assert [one["text"] for one in content["messages"]][1:] == ["Hello"]


async def test_of_a_long_conversation_the_last_messages_are_told(
    visitors: Visitors, visitor: Visitor
) -> None:
    for number in range(LAST + 5):
        await visitor.send(f"message {number}")

    [content] = await visitors.works.run(
        visitors.workspace_id, lambda work: contents(work, [visitor.conversation_id])
    )

    assert content.message_count == LAST + 7
    assert [one.text for one in content.messages] == [f"message {n}" for n in range(5, LAST + 5)]


async def test_what_was_said_is_stored_sealed(visitors: Visitors, visitor: Visitor) -> None:
    await visitor.send("a canary in a coal mine")

    async def dumped(work: Work) -> str:
        tables = "messages", "participants", "sessions", "conversations", "outbox", "jobs"
        rows = [(await work.rows(text(f"SELECT t::text FROM {one} t"))).all() for one in tables]
        return str(rows)

    stored = await visitors.works.run(visitors.workspace_id, dumped)

    assert str(visitor.conversation_id) in stored
    assert not any(word in stored for word in ("canary", "Ada", "example", b"canary".hex()))


async def test_a_cursor_of_another_list_is_refused(
    http: AsyncClient, staff: dict[str, str], visitor: Visitor
) -> None:
    url = f"{URL}/{visitor.conversation}/messages?cursor={written(new_id(), URL)}"

    answer = await http.get(url, headers=staff)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
