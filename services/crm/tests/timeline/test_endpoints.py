"""Timelines over HTTP, on real PostgreSQL."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from contactflow.crm.chat import Content, Message
from contactflow.crm.contacts import service as contacts
from contactflow.crm.contacts.repository import SqlContacts
from contactflow.crm.timeline import service
from contactflow.crm.timeline.repository import SqlTimeline
from contactflow.kernel import encode, new_id
from contactflow.persistence import Work, Works
from services.crm.tests.fakes import FakeChat

COUNT = 5


@pytest.fixture
async def conversations(works: Works, workspace_id: UUID, at: datetime) -> list[UUID]:
    """Of one contact, the oldest first."""
    ids = [new_id() for _ in range(COUNT)]

    async def fill(work: Work) -> None:
        ada = await contacts.create(SqlContacts(work), details={"name": "Ada"}, at=at)
        for one in ids:
            await service.happened(
                SqlTimeline(work), contact=ada, item_id=one, channel="web", at=at
            )

    await works.run(workspace_id, fill)
    return ids


@pytest.fixture
async def url(http: AsyncClient, conversations: list[UUID]) -> str:
    [ada] = (await http.get("/v1/contacts")).json()["data"]
    return f"/v1/contacts/{ada['id']}/timeline"


async def test_a_timeline_walks_newest_first_and_asks_once_a_page(
    http: AsyncClient, url: str, chat: FakeChat, conversations: list[UUID]
) -> None:
    first = (await http.get(f"{url}?limit=3")).json()
    rest = (await http.get(f"{url}?limit=3&cursor={first['next_cursor']}")).json()

    walked = [one["ref"]["id"] for one in first["data"] + rest["data"]]
    newest = conversations[::-1]
    assert walked == [encode("cnv", one) for one in newest]
    assert chat.asked == [newest[:3], newest[3:]]


async def test_a_timeline_begins_after_a_time(http: AsyncClient, url: str, at: datetime) -> None:
    before = (at - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")

    since = (await http.get(f"{url}?created_after={before}")).json()["data"]
    after = (await http.get(f"{url}?created_after={since[0]['occurred_at']}")).json()["data"]

    assert (len(since), after) == (COUNT, [])


async def test_what_was_said_comes_with_it(
    http: AsyncClient, url: str, chat: FakeChat, conversations: list[UUID], at: datetime
) -> None:
    hello = Message(seq=1, author="visitor", kind="text", text="Hello", created_at=at)
    chat.said = {conversations[-1]: Content(message_count=1, messages=(hello,))}

    newest, *others = (await http.get(url)).json()["data"]

    assert newest["content"]["messages"][0]["text"] == "Hello"
    assert {one["content"] for one in others} == {None}


@pytest.mark.parametrize("fault", ["down", "silent"])
async def test_without_chat_there_is_a_timeline_all_the_same(
    http: AsyncClient, url: str, chat: FakeChat, fault: str
) -> None:
    setattr(chat, fault, True)

    answer = await http.get(url)

    assert answer.status_code == 200
    assert {one["content"] for one in answer.json()["data"]} == {"unavailable"}


async def test_its_titles_are_in_the_readers_language(http: AsyncClient, url: str) -> None:
    answer = await http.get(f"{url}?limit=1", headers={"Accept-Language": "fr-CA"})

    assert answer.json()["data"][0]["title"] == "Discussion sur le site"
