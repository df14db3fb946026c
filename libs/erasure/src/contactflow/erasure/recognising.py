"""Recognising by a hash of the ledger who is still here: by hashing everybody who is."""

from collections.abc import Collection
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_

from contactflow.erasure.fences import Fence, fences
from contactflow.erasure.people import INDEX, as_index
from contactflow.persistence import Work, Works
from contactflow.vault import indexer
from contactflow.vault.indexes import BlindIndex
from contactflow.vault.persons import SubjectIdentity

BATCH: Final = 5000


class _Page(NamedTuple):
    """`last` is where the next page begins, None after the last one."""

    last: BlindIndex | None
    found: dict[Fence, BlindIndex]


async def recognised(
    works: Works, workspace_id: UUID, sought: Collection[Fence]
) -> dict[Fence, BlindIndex]:
    """Which identities of the workspace these are; claims are not looked at."""
    page = await works.run(workspace_id, partial(_page, sought=sought, after=None))
    found = page.found
    while page.last:
        page = await works.run(workspace_id, partial(_page, sought=sought, after=page.last))
        found |= page.found
    return found


async def _page(work: Work, sought: Collection[Fence], after: BlindIndex | None) -> _Page:
    theirs = select(*INDEX).where(~SubjectIdentity.claimed).order_by(*INDEX).limit(BATCH)
    if after:
        theirs = theirs.where(tuple_(*INDEX) > tuple_(*after))
    here = [*map(as_index, await work.rows(theirs))]
    hashes = indexer(work.session.info)
    found: dict[Fence, BlindIndex] = {}
    for index in here:
        found |= {fence: index for fence in fences(hashes, [index]) if fence in sought}
    return _Page(here[-1] if len(here) == BATCH else None, found)
