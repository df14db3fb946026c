"""The steps of a request: what each was told with no transaction open, and what follows from it.

Each is applied only to the state that it was asked in, and may be taken again from its beginning:
asking twice changes nothing, and what is in the ledger twice is done once.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from contactflow.erasure.receipts import sign
from contactflow.erasure.wire import Verified
from contactflow.events.erasures import ParticipantName
from contactflow.privacy.erasing.search import Answers, Search
from contactflow.privacy.receipts.model import StoredReceipt
from contactflow.privacy.receipts.payload import Terms, payload
from contactflow.privacy.requests.dossier import Claimed, Dossier
from contactflow.privacy.requests.model import ROUNDS, RightsRequest
from contactflow.privacy.requests.promises import ADVANCE
from contactflow.privacy.requests.service import US, Requests, answering, close

PATIENCE: Final = timedelta(seconds=10)
"""As long as a participant may take for its round before the officer is told."""

AGAIN: Final = timedelta(seconds=3)
"""Between two questions to somebody who does not answer."""

LATER: Final = timedelta(minutes=1)
"""Between two looks at somebody who does not let go: it takes a human to mend that."""

ANEW: Final = timedelta(hours=1)
"""Until they are asked for another round, or for this one once more: who mends a service, or
restores a database whose answers had come already, need not know whom it concerns."""


class Step(Protocol):
    async def apply(
        self, requests: Requests, request: RightsRequest, dossier: Dossier, *, at: datetime
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Discovered:
    """Everybody was asked whom they know."""

    search: Search

    async def apply(
        self, requests: Requests, request: RightsRequest, dossier: Dossier, *, at: datetime
    ) -> None:
        if self.search.silent:
            again = at + AGAIN
            return await _stalled(requests, request, self.search.silent, at=at, again=again)
        told = self.search.told.values()
        dossier.found, dossier.claims = self.search.person, tuple(_claims(self.search))
        dossier.more_claims = more = sum(one.more_claims for one in told)
        rows = {name: told.rows for name, told in self.search.told.items()}
        request.discovered(rows, at=at)
        counts = {"rows": sum(sum(one.values()) for one in rows.values())}
        claimants = {(one.participant, one.subject_id) for one in dossier.claims}
        counts["claims"] = len(claimants) + more
        return await requests.note("discovered", request, by=US, at=at, **counts)


@dataclass(frozen=True, slots=True)
class FoundAgain:
    """Everybody was asked once more before the round is in the ledger, and knew more."""

    search: Search

    async def apply(
        self, requests: Requests, request: RightsRequest, dossier: Dossier, *, at: datetime
    ) -> None:
        silent = self.search.silent
        if not silent:
            dossier.found, dossier.claims = self.search.person, ()
        again = at + AGAIN if silent else None
        return await _stalled(requests, request, silent, at=at, again=again)


@dataclass(frozen=True, slots=True)
class Appended:
    """The round is in the ledger."""

    position: int

    async def apply(
        self, requests: Requests, request: RightsRequest, _: Dossier, *, at: datetime
    ) -> None:
        request.ask(self.position, at=at)
        waits = request.status == "executing"
        await requests.promise(ADVANCE, request, at=at + PATIENCE if waits else None)
        facts = {"round": request.round, "position": self.position}
        await requests.note("round_requested", request, by=US, at=at, **facts)


@dataclass(frozen=True, slots=True)
class Waited:
    """Nobody was asked: those who have not answered yet are looked at.

    After so long everybody is asked for the round again: who has done it says so once more.
    """

    async def apply(
        self, requests: Requests, request: RightsRequest, _: Dossier, *, at: datetime
    ) -> None:
        since = request.asked_at or at
        if at < since + PATIENCE:
            return await requests.promise(ADVANCE, request, at=since + PATIENCE)
        if at >= since + ANEW:
            request.ask_again(at=at)
        again = (request.asked_at or at) + ANEW
        late = {one.participant for one in request.parts if one.answered < request.round}
        return await _stalled(requests, request, late, since=since, at=at, again=again)


@dataclass(frozen=True, slots=True)
class Checked:
    """Everybody was asked what they still hold, and whom they know, once more."""

    terms: Terms
    told: Answers[Verified]
    search: Search
    silent: frozenset[ParticipantName]

    async def apply(
        self, requests: Requests, request: RightsRequest, dossier: Dossier, *, at: datetime
    ) -> None:
        waited = request.has_waited(since=at - ANEW)
        request.checked(self.told, at=at)
        if self.silent:
            return await _stalled(requests, request, self.silent, at=at, again=at + AGAIN)
        holding = frozenset(self._holding(dossier))
        if not holding:
            return await self._complete(requests, request, dossier, at)
        dossier.found = self.search.person
        if request.round < ROUNDS or waited:
            request.begin_round(at=at)
            return await requests.promise(ADVANCE, request)
        return await _stalled(requests, request, holding, at=at, again=at + LATER)

    def _holding(self, dossier: Dossier) -> Iterator[ParticipantName]:
        """Who still has rows, still knows them by an id, or knows more than anybody did before."""
        known = dossier.whom
        for name, told in self.search.told.items():
            learned = {*told.person.indexes} - {*known.indexes}
            elsewhere = (
                {*ids} - {*known.subjects.get(other, ())}
                for other, ids in told.person.subjects.items()
            )
            left = any(self.told[name].residue.values()) or told.person.subjects.get(name)
            if left or learned or any(elsewhere):
                yield name

    async def _complete(
        self, requests: Requests, request: RightsRequest, dossier: Dossier, at: datetime
    ) -> None:
        request.complete(at=at)
        role = await requests.legal_role()
        residue: Mapping[str, int] = {
            name: sum(told.residue.values()) for name, told in self.told.items()
        }
        receipt = sign(payload(request, role, self.terms, residue), self.terms.key)
        of = {"workspace_id": request.workspace_id, "request_id": request.id}
        requests.add(StoredReceipt(**of, receipt=dict(receipt)))
        answer = answering(request, dossier, "completed")
        await close(requests, request, dossier, answer=answer, at=at)
        await requests.note("completed", request, by=US, at=at, rounds=request.round)


async def _stalled(
    requests: Requests,
    request: RightsRequest,
    names: Collection[ParticipantName],
    *,
    at: datetime,
    again: datetime | None,
    since: datetime | None = None,
) -> None:
    """Look once more at `again`. Whoever is asked again and again is noted once.

    The request changes before its job is said: who notes an answer takes them in this order, too.
    """
    new = request.stall(names, since=since or at, at=at)
    await requests.promise(ADVANCE, request, at=again)
    if new:
        await requests.note("stalled", request, by=US, at=at, participants=sorted(new))


def _claims(search: Search) -> Iterator[Claimed]:
    """Of those who claim to be the person, the ones that are not known to be."""
    for name, told in search.told.items():
        for claim in told.claims:
            if claim.subject_id not in search.person.subjects.get(name, ()):
                yield Claimed(name, claim.subject_id, claim.kind, dict(claim.rows))
