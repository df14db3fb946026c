"""What drives a request from one state to the next: one keyed job, state in tables alone."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from contactflow.erasure.entries import Entry
from contactflow.erasure.wire import Index, Person
from contactflow.kernel import Clock
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.privacy.erasing.search import search, verify
from contactflow.privacy.erasing.steps import Appended, Checked, Discovered, Step, Waited
from contactflow.privacy.participants import Participants
from contactflow.privacy.receipts.payload import Terms
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.promises import ADVANCE, OfRequest
from contactflow.privacy.requests.repository import SqlRequests


class Ledger(Protocol):
    async def append(self, entry: Entry, /) -> int:
        """Its position, once it is stored. Raises UnavailableError."""


class Case(NamedTuple):
    """A request as a step finds it, and whom it is about."""

    request: RightsRequest
    person: Person
    fences: tuple[Index, ...]

    @property
    def seen(self) -> "Seen":
        return Seen(self.request.status, self.request.round, self.request.position)


class Seen(NamedTuple):
    """What a step was asked in."""

    status: str
    round: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Saga:
    works: Works
    participants: Participants
    ledger: Ledger
    terms: Terms
    clock: Clock

    @property
    def job(self) -> Job[OfRequest]:
        return job(ADVANCE.name, ADVANCE.arguments, fetch=self.look, apply=self.take)

    async def look(self, due: OfRequest) -> tuple[Seen, Step] | None:
        """Find out what the next step needs, with no transaction open."""
        case = await self.works.run(due.workspace_id, lambda work: _case(work, due.request_id))
        step = await self._step(case) if case else None
        return (case.seen, step) if case and step else None

    async def take(self, work: Work, due: OfRequest, looked: tuple[Seen, Step]) -> None:
        """Apply it, unless the request has moved on meanwhile: then what was told is void."""
        requests, (seen, step) = SqlRequests(work), looked
        dossier = await requests.dossier(due.request_id)
        request = await requests.get(due.request_id)
        if dossier and seen == Seen(request.status, request.round, request.position):
            await step.apply(requests, request, dossier, at=self.clock())

    async def _step(self, case: Case) -> Step | None:
        request = case.request
        if request.status == "discovering":
            return Discovered(await search(self.participants, request.workspace_id, case.person))
        if request.status == "executing" and request.position is None:
            return Appended(await self.ledger.append(_entry(case)))
        if request.status == "executing":
            return Waited()
        return await self._checked(case) if request.status == "verifying_erasure" else None

    async def _checked(self, case: Case) -> Step:
        request, of = case.request, case.request.workspace_id
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(verify(self.participants, of, request.id, case.person))
            searching = tasks.create_task(search(self.participants, of, case.person))
        (told, silent), found = looking.result(), searching.result()
        return Checked(self.terms, told, found, silent | found.silent)


async def _case(work: Work, request_id: UUID) -> Case | None:
    requests = SqlRequests(work)
    dossier = await requests.dossier(request_id)
    if dossier is None:
        return None
    person = dossier.whom
    return Case(await requests.get(request_id), person, await requests.fences(person.indexes))


def _entry(case: Case) -> Entry:
    request = case.request
    if request.fenced_at is None:
        raise ValueError("not approved")
    return Entry(
        request_id=request.id,
        round=request.round,
        workspace_id=request.workspace_id,
        fenced_at=request.fenced_at,
        fences=case.fences,
        subjects=case.person.subjects,
    )
