"""Everything that is there in the end: by the public API, and on the topics."""

from collections.abc import AsyncIterator

from httpx import AsyncClient

from contactflow.events import Event, topics
from contactflow.events.contacts import ContactCreated
from contactflow.events.conversations import MessageReceived, MessageSent
from contactflow.kernel import encode
from contactflow.messaging.envelope import Record, fact, said
from contactflow.testing.kafka import Broker
from tests.chaos.crowd import Talk, seen, workspace_of
from tests.chaos.oracle import Seen, Verdict
from tests.e2e.people import Business, Json

BOOK = "contacts"
MESSAGES: tuple[type[Event], ...] = (MessageReceived, MessageSent)


async def walk(http: AsyncClient, path: str) -> AsyncIterator[Json]:
    """A whole list, page by page."""
    asked = {"limit": "100"}
    while True:
        page = (await http.get(path, params=asked)).raise_for_status().json()
        for one in page["data"]:
            yield one
        if not page["has_more"]:
            return
        asked["cursor"] = page["next_cursor"]


async def messages(talk: Talk) -> list[Seen]:
    """One conversation as staff read it."""
    path = f"/v1/conversations/{talk.place}/messages"
    return [seen(talk.workspace, one) async for one in walk(talk.business.http, path)]


async def contacts(business: Business) -> list[Seen]:
    """The address book; who has no name is a visitor."""
    workspace = workspace_of(business)
    return [
        Seen(workspace, BOOK, "contact", one["name"] or "", one["id"])
        async for one in walk(business.http, "/v1/contacts")
    ]


async def visitors(business: Business, book: list[Seen]) -> Verdict:
    """Whether each conversation has a contact of its own, and each nameless contact has one."""
    talks = [one async for one in walk(business.http, "/v1/conversations")]
    theirs = [one["contact_id"] for one in talks]
    ours = [one for one in book if one.workspace == workspace_of(business)]
    nameless = {one.id for one in ours if not one.text}
    verdict = Verdict(doubled=sorted(nameless - {*theirs}))
    verdict.lost = [f"contact of {one['id']}" for one in talks if one["contact_id"] not in nameless]
    known = [one for one in theirs if one]
    if len({*known}) < len(known):
        verdict.leaked.append("two visitors are one contact")
    return verdict


async def timeline(talk: Talk) -> Verdict:
    """Whether the contact's timeline has the conversation once, with every message."""
    found = await talk.business.conversation(talk.place)
    if found["contact_id"] is None:
        return Verdict(lost=[f"contact of {talk.place}"])
    counts = [
        one["counts"]["messages"] for one in await talk.business.timeline(found["contact_id"])
    ]
    if counts == [found["message_count"]]:
        return Verdict()
    what = f"timeline of {talk.place}: {counts}, not [{found['message_count']}]"
    return Verdict(doubled=[what]) if len(counts) > 1 else Verdict(lost=[what])


async def told(broker: Broker, *events: type[Event]) -> list[Seen]:
    """What the topic of these events tells, in its order, without what was sent again.

    A relay that was killed between an acknowledgement and its note of it sends again what it had
    sent: the same events with the same ids, which whoever reads knows by them.
    """
    by_type = {one.type: one for one in events}
    known: set[str] = set()
    found = []
    for record in await broker.records(events[0].topic.name):
        event, id_ = by_type.get(said(record, "ce_type")), said(record, "ce_id")
        if event and id_ not in known:
            known.add(id_)
            found.append(_seen(record, event))
    return found


async def dead_letters(broker: Broker) -> Verdict:
    """Whether anything was given up."""
    letters = await broker.records(*(one.dead_letters for one in topics()))
    return Verdict(lost=sorted({one.topic for one in letters}))


def _seen(record: Record, event: type[Event]) -> Seen:
    told_ = fact(record, event)
    workspace, what = encode("ws", told_.workspace_id), told_.body
    if isinstance(what, ContactCreated):
        return Seen(workspace, BOOK, "contact", "", encode("con", what.contact_id))
    place, author = encode("cnv", what.conversation_id), getattr(what, "author", "visitor")
    return Seen(workspace, place, author, "", encode("msg", what.message_id), what.seq)
