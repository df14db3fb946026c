"""What drives a request from one state to the next: one keyed job, state in tables alone."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol, Self
from uuid import UUID

from contactflow.erasure.entries import Entry
from contactflow.erasure.wire import Index, Person
from contactflow.kernel import Clock
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.privacy.erasing.search import Search, search, verify
from contactflow.privacy.erasing.steps import (
    Appended,
    Checked,
    Discovered,
    FoundAgain,
    Step,
    Waited,
)
from contactflow.privacy.participants import Participants
from contactflow.privacy.receipts.payload import Terms
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.promises import ADVANCE, OfRequest
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.privacy.requests.service import Requests


class Ledger(Protocol):
    async def append(self, entry: Entry, /) -> int:
        """Its position, once it is stored. Raises UnavailableError."""


class Case(NamedTuple):
    """A request as a step finds it, and whom it is about."""

    request: RightsRequest
    person: Person
    fences: tuple[Index, ...]
    included: bool
    """Whether there are claimants of whom nobody has been asked yet who else they are."""


class Seen(NamedTuple):
    """What a step was asked in."""

    status: str
    round: int
    position: int | None

    @classmethod
    def of(cls, request: RightsRequest) -> Self:
        return cls(request.status, request.round, request.position)


Looked = tuple[Seen, Step]


@dataclass(frozen=True, slots=True)
class Saga:
    works: Works
    participants: Participants
    ledger: Ledger
    terms: Terms
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def job(self) -> Job[OfRequest]:
        return job(ADVANCE.name, ADVANCE.arguments, fetch=self.look, apply=self.apply)

    async def look(self, due: OfRequest) -> Looked | None:
        async def read(work: Work) -> Case | None:
            return await case(SqlRequests(work), due.request_id)

        found = await self.works.run(due.workspace_id, read)
        return await self.next(found) if found else None

    async def apply(self, work: Work, due: OfRequest, looked: Looked) -> None:
        await take(SqlRequests(work), due.request_id, looked, at=self.clock())

    async def next(self, found: Case) -> Looked | None:
        """Find out what the next step needs, with no transaction open; None when none is due."""
        seen, step = Seen.of(found.request), await self._step(found)
        return (seen, step) if step else None

    async def _step(self, found: Case) -> Step | None:
        request = found.request
        if request.status == "discovering":
            return Discovered(await self._search(found))
        if request.status == "executing" and request.position is None:
            return await self._found_again(found) or await self._append(found)
        if request.status == "executing":
            return Waited()
        return await self._checked(found) if request.status == "verifying_erasure" else None

    async def _found_again(self, found: Case) -> Step | None:
        """Whoever turned up since the last search, claimants that were included among them.

        Links and identities go with the rows: after the erasure nobody could follow them.
        """
        again = await self._search(found)
        if again.silent and not found.included:
            return None  # nobody waits for them before the erasure; afterwards everybody does
        return FoundAgain(again) if again.silent or again.person != found.person else None

    async def _search(self, found: Case) -> Search:
        return await search(self.participants, found.request.workspace_id, found.person)

    async def _append(self, found: Case) -> Step:
        async with self._turn:  # at once, all but one would find their position taken
            return Appended(await self.ledger.append(_entry(found)))

    async def _checked(self, found: Case) -> Step:
        request, of, person = found.request, found.request.workspace_id, found.person
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(verify(self.participants, of, request.id, person))
            searching = tasks.create_task(self._search(found))
        (told, silent), searched = looking.result(), searching.result()
        return Checked(self.terms, told, searched, silent | searched.silent)


async def case(requests: Requests, request_id: UUID) -> Case | None:
    """As things are now; None once it is over."""
    dossier = await requests.dossier(request_id)
    if dossier is None:
        return None
    person, request = dossier.whom, await requests.get(request_id)
    fences = await requests.fences(person.indexes)
    return Case(request, person, fences, included=bool(dossier.claims))


async def take(requests: Requests, request_id: UUID, looked: Looked, *, at: datetime) -> None:
    """Apply a step, unless the request has moved on meanwhile: then what was told is void."""
    seen, step = looked
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    if dossier and seen == Seen.of(request):
        await step.apply(requests, request, dossier, at=at)


def _entry(found: Case) -> Entry:
    request = found.request
    if request.fenced_at is None:
        raise ValueError("not approved")
    return Entry(
        request_id=request.id,
        round=request.round,
        workspace_id=request.workspace_id,
        fenced_at=request.fenced_at,
        fences=found.fences,
        subjects=found.person.subjects,
    )
