"""The participants of a process under test, over HTTP: they outlive it.

POST /{name}/internal/erasures/discover, /{name}/internal/erasures/{request_id}/verify
POST /{name}/erase      what a participant does with its order
POST /{name}/known      somebody is there, known by this identity
"""

from uuid import UUID

from fastapi import FastAPI

from contactflow.erasure.wire import Discovered, Index, Order, Person, Verified
from contactflow.events.erasures import ParticipantName
from services.privacy.tests.fakes import FakeParticipant, FakeParticipants, Somebody


class LiesAtFirst(FakeParticipant):
    """Says of the first round of each request that it is done, and deletes in the second."""

    def erase(self, order: Order) -> int:
        self.lies = order.round == 1
        return super().erase(order)


def served(participants: FakeParticipants) -> FastAPI:
    app = FastAPI()

    @app.post("/{name}/internal/erasures/discover")
    async def discover(name: ParticipantName, asked: Person) -> Discovered:
        return participants[name].discover(asked)

    @app.post("/{name}/internal/erasures/{request_id}/verify")
    async def verify(name: ParticipantName, request_id: UUID, asked: Person) -> Verified:
        return participants[name].verify(request_id, asked)

    @app.post("/{name}/erase")
    async def erase(name: ParticipantName, order: Order) -> int:
        return participants[name].erase(order)

    @app.post("/{name}/known/{subject_id}")
    async def known(name: ParticipantName, subject_id: UUID, by: Index) -> None:
        participants[name].meets(Somebody(rows=2, indexes=[by], id=subject_id))

    return app
