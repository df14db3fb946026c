"""What is read, how each side reads it, and which answer is right."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from contactflow.crm.contacts import queries as contacts
from contactflow.crm.timeline import queries as timeline
from contactflow.persistence import Work
from contactflow.vault import Email
from contactflow.web.paging import Keyset
from tests.load.contacts import plain
from tests.load.contacts.filling import CONTACT, TALKERS, Workspace, an_id
from tests.load.contacts.names import drawn

LIMIT: Final = 25
MOST: Final = 100
"""What a search answers at most."""
PAGE_MS: Final = 5
SEARCH_MS: Final = 20
CASES: Final = 50
ITEMS: Final = """
    SELECT id FROM timeline_items WHERE workspace_id = $1 AND contact_id = $2 ORDER BY id DESC"""
NAMED: Final = """
    SELECT id FROM plain_contacts WHERE workspace_id = $1 AND name ~* ALL ($2)
    ORDER BY id DESC LIMIT 100"""
Ids = list[UUID]


class Place(NamedTuple):
    """So many rows are newer, and the last of them is this; of one contact or of a workspace."""

    offset: int
    cursor: UUID | None
    contact: UUID | None = None


@dataclass(frozen=True)
class Kind:
    """A way of reading; a case is what is asked, and the right answer."""

    name: str
    goal_ms: int
    workspace_id: UUID
    ours: Callable[[Work, Any], Awaitable[Ids]]
    theirs: Callable[[AsyncSession, Any], Awaitable[Ids]]
    cases: Sequence[tuple[Any, Ids]]


async def kinds(admin: asyncpg.Connection, filled: Sequence[Workspace]) -> list[Kind]:
    """What the API offers, in a big workspace and in a small one."""
    big, small, draw = filled[0], filled[1], Random(1)
    listed = {
        "first page": [0],
        "any page": draw.sample(range(big.contacts), CASES),
        "last page": [big.contacts - LIMIT],
    }
    made = [_list(f"list, {name}", filled, 0, places) for name, places in listed.items()]
    anywhere = draw.sample(range(small.contacts), CASES)
    made.append(_list("list, any page of a small workspace", filled, 1, anywhere))
    talks = [await _talk_at(admin, big.id, draw) for _ in range(CASES)]
    made.append(Kind("timeline, any page", PAGE_MS, big.id, talk, plain_talk, talks))
    for name, wanted in _searches(big, draw).items():
        cases = [(one, await _right(admin, big.id, one)) for one in wanted]
        made.append(Kind(f"search by {name}", SEARCH_MS, big.id, found, plain_found, cases))
    return made


def _list(name: str, filled: Sequence[Workspace], which: int, places: Sequence[int]) -> Kind:
    size = filled[which].contacts
    cases = []
    for offset in places:
        cursor = an_id(CONTACT, which, size - offset) if offset else None
        numbers = range(size - 1 - offset, max(size - 1 - offset - LIMIT, -1), -1)
        cases.append((Place(offset, cursor), [an_id(CONTACT, which, one) for one in numbers]))
    return Kind(name, PAGE_MS, filled[which].id, page, plain_page, cases)


async def _talk_at(
    admin: asyncpg.Connection, workspace_id: UUID, draw: Random
) -> tuple[Place, Ids]:
    contact = an_id(CONTACT, 0, draw.randrange(TALKERS))
    ids = [row["id"] for row in await admin.fetch(ITEMS, workspace_id, contact)]
    offset = draw.randrange(1, len(ids))
    return Place(offset, ids[offset - 1], contact), ids[offset : offset + LIMIT]


def _searches(big: Workspace, draw: Random) -> dict[str, list[str]]:
    people = [drawn(draw.randrange(big.contacts)) for _ in range(CASES)]
    few = people[:10]
    return {
        "e-mail": [one.email for one in people],
        "name, two letters": [one.last[:2].lower() for one in few],
        "name, a word": [one.last.lower() for one in few],
        "name, two beginnings": [f"{one.first[:2]} {one.last[:3]}".lower() for one in few],
        "name, two words": [one.name.lower() for one in few],
        "name, nobody": [f"{one.last}zz".lower() for one in few],
    }


async def _right(admin: asyncpg.Connection, workspace_id: UUID, wanted: str) -> Ids:
    if "@" in wanted:
        return [an_id(CONTACT, 0, int(wanted.partition("@")[0].rpartition(".")[2]))]
    words = [rf"\m{word}" for word in wanted.split()]
    return [row["id"] for row in await admin.fetch(NAMED, workspace_id, words)]


async def page(work: Work, at: Place) -> Ids:
    """Ours."""
    answer = await contacts.newest(work, Keyset(at.cursor, LIMIT))
    return [one.id for one in answer.data]


async def plain_page(session: AsyncSession, at: Place) -> Ids:
    """Theirs."""
    return [one.id for one in await plain.contacts(session, at.offset, LIMIT)]


async def talk(work: Work, at: Place) -> Ids:
    """Ours, the items alone: what was said is asked of others, without a transaction."""
    assert at.contact
    rows = await timeline.newest(work, at.contact, Keyset(at.cursor, LIMIT))
    return [row.id for row in rows[:LIMIT]]


async def plain_talk(session: AsyncSession, at: Place) -> Ids:
    """Theirs."""
    assert at.contact
    return [one.id for one in await plain.items(session, at.contact, at.offset, LIMIT)]


async def found(work: Work, wanted: str) -> Ids:
    """Ours."""
    by = Email(wanted) if "@" in wanted else wanted
    return [one.id for one in (await contacts.search(work, by)).data]


async def plain_found(session: AsyncSession, wanted: str) -> Ids:
    """Theirs finds the words anywhere in a name, and so finds others, too."""
    return [one.id for one in await plain.search(session, wanted, MOST)]
