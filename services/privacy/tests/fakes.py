"""Ports of privacy in memory."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from contactflow.erasure.entries import Entry
from contactflow.erasure.wire import Claim, Counts, Discovered, Index, Order, Verified
from contactflow.erasure.wire import Person as Found
from contactflow.events.conversations import Right
from contactflow.events.erasures import PARTICIPANTS, ParticipantName
from contactflow.events.workspaces import LegalRole
from contactflow.kernel import UnavailableError, new_id
from contactflow.messaging import Promise
from contactflow.privacy.emails import Email
from contactflow.privacy.receipts.model import StoredReceipt
from contactflow.privacy.requests.acts import Action, Fact
from contactflow.privacy.requests.answer import Answer
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.errors import RequestNotFoundError
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.promises import OfRequest
from contactflow.testing.people import InMemoryPeople, a_keyring
from contactflow.vault import Identity, Person
from contactflow.vault.indexes import BlindIndex
from contactflow.web.client import RefusedCallError


class InMemoryRequests:
    """`due` has what was promised: the time of each, by its name and request."""

    def __init__(self) -> None:
        self._ring = a_keyring()
        self.people = InMemoryPeople(self._ring)
        self.dossiers: dict[UUID, Dossier] = {}
        self.answers: dict[UUID, Answer] = {}
        self.receipts: dict[UUID, StoredReceipt] = {}
        self.due: dict[tuple[str, UUID], datetime | None] = {}
        self.noted: list[tuple[Action, str, Mapping[str, Fact]]] = []
        self._stored: dict[UUID, RightsRequest] = {}

    async def get(self, request_id: UUID) -> RightsRequest:
        if request_id not in self._stored:
            raise RequestNotFoundError
        return self._stored[request_id]

    async def dossier(self, request_id: UUID) -> Dossier | None:
        return self.dossiers.get(request_id)

    async def about(self, conversation_id: UUID, right: Right) -> RightsRequest | None:
        for dossier in self.dossiers.values():
            request = self._stored[dossier.id]
            mine = dossier.conversation_id == conversation_id and request.right == right
            if mine and request.is_open:
                return request
        return None

    async def answer(self, request_id: UUID) -> Answer | None:
        return self.answers.get(request_id)

    def add(self, row: RightsRequest | Dossier | Answer | StoredReceipt) -> None:
        match row:
            case RightsRequest():
                self._stored[row.id] = row
            case Dossier():
                self.dossiers[row.id] = row
            case Answer():
                self.answers[row.id] = row
            case StoredReceipt():
                self.receipts[row.request_id] = row

    async def remove(self, dossier: Dossier) -> None:
        del self.dossiers[dossier.id]

    async def forget(self, person: Person) -> None:
        await self.people.remove(person)
        self.dossiers = {k: v for k, v in self.dossiers.items() if v.person is not person}
        self.answers = {k: v for k, v in self.answers.items() if v.person is not person}

    async def indexes(self, identities: Iterable[Identity]) -> tuple[Index, ...]:
        return tuple(
            Index(kind=one.kind, version=one.version, digest=one.digest.hex())
            for one in self._ring.indexer.indexes(identities)
        )

    async def fences(self, indexes: Iterable[Index]) -> tuple[Index, ...]:
        known = (BlindIndex(one.kind, one.version, bytes.fromhex(one.digest)) for one in indexes)
        return tuple(
            Index(
                kind=one.kind, version=one.version, digest=self._ring.indexer.suppression(one).hex()
            )
            for one in known
        )

    async def legal_role(self) -> LegalRole:
        return "processor"

    async def note(
        self, action: Action, request: RightsRequest, *, by: str, at: datetime, **facts: Fact
    ) -> None:
        self.noted.append((action, by, facts))

    async def promise(
        self, what: Promise[OfRequest], request: RightsRequest, *, at: datetime | None = None
    ) -> None:
        self.due[what.name, request.id] = at


class FakeEmails:
    """Takes each key once, and refuses it for another e-mail; may be down.

    `mute`: it takes what it is sent, and its answers are lost.
    """

    def __init__(self) -> None:
        self.taken: dict[str, tuple[UUID, Email]] = {}
        self.down = self.mute = False

    async def send(self, workspace_id: UUID, email: Email) -> UUID | None:
        if self.down:
            raise UnavailableError(service="gateway")
        email_id, taken = self.taken.setdefault(email.key, (new_id(), email))
        if taken != email:
            raise RefusedCallError("gateway", HTTPStatus.CONFLICT)
        if self.mute:
            raise UnavailableError(service="gateway")
        return email_id

    @property
    def sent(self) -> list[Email]:
        return [email for _, email in self.taken.values()]


class FakeLedger:
    """Positions count up; may be down."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.down = False

    async def append(self, entry: Entry) -> int:
        if self.down:
            raise UnavailableError(service="object_store")
        self.entries.append(entry)
        return len(self.entries)


@dataclass
class Somebody:
    """A subject of a participant: known by `indexes`, claiming some, linked to others elsewhere."""

    rows: int = 1
    indexes: Collection[Index] = ()
    claims: Collection[Index] = ()
    links: Mapping[ParticipantName, UUID] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


class FakeParticipant:
    """A service that holds people. `down`: it does not answer. `lies`: it says done, and is not.

    `lists` so many claimants, and counts the others.
    """

    def __init__(self, name: ParticipantName) -> None:
        self.name = name
        self.held: dict[UUID, Somebody] = {}
        self.deleted: Counter[UUID] = Counter()
        self.done: set[tuple[UUID, int]] = set()
        self.down = self.lies = False
        self.lists = 50

    def meets(self, *people: Somebody) -> None:
        self.held |= {one.id: one for one in people}

    def knows(self, person: Found) -> Iterator[Somebody]:
        ids = {*person.subjects.get(self.name, ())}
        elsewhere = {(name, one) for name, told in person.subjects.items() for one in told}
        for one in self.held.values():
            linked = elsewhere & {*one.links.items()}
            if one.id in ids or {*one.indexes} & {*person.indexes} or linked:
                yield one

    def discover(self, person: Found) -> Discovered:
        found = [*self.knows(person)]
        subjects: dict[ParticipantName, tuple[UUID, ...]] = {}
        if found:
            subjects[self.name] = tuple(one.id for one in found)
        for one in found:
            for name, linked in one.links.items():
                subjects[name] = (*subjects.get(name, ()), linked)
        return Discovered(
            person=Found(
                indexes=tuple(index for one in found for index in one.indexes), subjects=subjects
            ),
            rows=_rows(found),
            claims=tuple(self._claims(person)),
            more_claims=max(0, len([*self._claimants(person)]) - self.lists),
        )

    def erase(self, order: Order) -> int:
        """Once per request and round; how many rows there were."""
        if (order.request_id, order.round) in self.done:
            return 0
        self.done.add((order.request_id, order.round))
        if self.lies:
            return 0
        person = Found(indexes=order.indexes, subjects={self.name: order.subjects})
        found = [*self.knows(person)]
        for one in found:
            self.deleted[order.request_id] += one.rows
            del self.held[one.id]
        return sum(one.rows for one in found)

    def verify(self, request_id: UUID, person: Found) -> Verified:
        deleted = {"things": self.deleted[request_id]} if self.deleted[request_id] else {}
        return Verified(deleted=deleted, residue=_rows([*self.knows(person)]))

    def _claimants(self, person: Found) -> Iterator[Somebody]:
        return (one for one in self.held.values() if {*one.claims} & {*person.indexes})

    def _claims(self, person: Found) -> Iterator[Claim]:
        for one in [*self._claimants(person)][: self.lists]:
            for index in sorted({*one.claims} & {*person.indexes}, key=lambda it: it.kind):
                yield Claim(subject_id=one.id, kind=index.kind, rows={"things": one.rows})


class FakeParticipants:
    """All of them; `asked` counts the questions to each."""

    def __init__(self) -> None:
        self.every = {name: FakeParticipant(name) for name in PARTICIPANTS}
        self.asked: Counter[str] = Counter()

    def __getitem__(self, name: ParticipantName) -> FakeParticipant:
        return self.every[name]

    async def discover(
        self, name: ParticipantName, workspace_id: UUID, person: Found
    ) -> Discovered:
        return self._reached(name).discover(person)

    async def verify(
        self, name: ParticipantName, workspace_id: UUID, request_id: UUID, person: Found
    ) -> Verified:
        return self._reached(name).verify(request_id, person)

    def _reached(self, name: ParticipantName) -> FakeParticipant:
        self.asked[name] += 1
        if self.every[name].down:
            raise UnavailableError(service=name)
        return self.every[name]


def _rows(found: Collection[Somebody]) -> Counts:
    return {"things": sum(one.rows for one in found)} if found else {}
