"""Privacy's process, killed where it commits: forks one for each commit that an erasure takes.

Each does first what the last one left undone, then leads an erasure of its own from the intake to
the receipt. Prints, a line each, at which commit it died; ends with the first that lived. What
PostgreSQL has not committed never was, so all other statements are covered by these; and whatever
happens outside it, in the object store or at a participant, has a commit before it and one after.
"""

import asyncio
import json
import os
import signal
import sys
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid5

from httpx import AsyncClient
from sqlalchemy import Connection, event, select

from contactflow.events import Fact
from contactflow.events.erasures import PARTICIPANTS, ErasureParticipantCompleted, ParticipantName
from contactflow.messaging import Jobs, react
from contactflow.messaging.leases import LEASE
from contactflow.persistence import Work
from contactflow.persistence.outbox import OutboxRow
from contactflow.privacy.erasing.orders import order
from contactflow.privacy.requests import service
from contactflow.privacy.requests.dossier import Identifier
from contactflow.privacy.requests.model import UNDER_WAY, Intake, RightsRequest
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.worker import ledger, reactions, saga
from contactflow.runtime import Platform, platform
from contactflow.testing.clock import NOON, FakeClock
from services.privacy.tests.ways import OFFICER

MOST: Final = 100
OUTBOX: Final[Any] = OutboxRow.__table__
REQUESTS: Final[Any] = RightsRequest.__table__


class Privacy:
    """One process of it, with what brings it events, and an officer who decides at once."""

    def __init__(
        self, on: Platform[PrivacySettings], workspace_id: UUID, http: AsyncClient
    ) -> None:
        self._on, self._workspace_id, self._http = on, workspace_id, http
        leads = [saga(on, ledger(on)).job]
        self._jobs = Jobs(on.works, on.system, leads, clock=on.clock, changes=on.changes)
        self._notes = next(one for one in reactions(on.vault) if one.name == "erasing.note_answer")
        self._heard: set[UUID] = set()

    async def receive(self, address: str) -> None:
        """Somebody whom chat and crm know wants to be erased."""
        await self._on.works.run(self._workspace_id, partial(self._receive, address=address))

    async def go_on(self) -> None:
        """Until nobody has anything to do."""
        while await self._jobs.once() or await self._decide() or await self._deliver():
            pass

    async def _receive(self, work: Work, *, address: str) -> None:
        requests, at = SqlRequests(work), self._on.clock()
        mail, intake = Identifier("email", address), Intake("erasure", "letter", at, "en")
        request = await service.receive(
            requests, intake=intake, identifiers=[mail], by=OFFICER, at=at
        )
        for name in ("chat", "crm"):
            await self._known(work, name, request.id, "at first")
        await service.attest(requests, request_id=request.id, evidence="Known.", by=OFFICER, at=at)

    async def _known(self, work: Work, name: str, request_id: UUID, when: str) -> None:
        dossier = await SqlRequests(work).dossier(request_id)
        if dossier:
            [mail] = dossier.whom.indexes
            path = f"/{name}/known/{uuid5(request_id, when)}"
            (await self._http.post(path, json=mail.model_dump())).raise_for_status()

    async def _decide(self) -> int:
        waiting = await self._rows(
            select(REQUESTS.c.id).where(REQUESTS.c.status == "awaiting_approval")
        )
        for row in waiting:
            await self._on.works.run(self._workspace_id, partial(self._approve, of=row.id))
        return len(waiting)

    async def _approve(self, work: Work, *, of: UUID) -> None:
        """While somebody more turns up in crm."""
        await self._known(work, "crm", of, "later")
        decision, at = service.Decision(OFFICER), self._on.clock()
        await service.approve(SqlRequests(work), request_id=of, decision=decision, claims=(), at=at)

    async def _deliver(self) -> int:
        """What was recorded, to everybody; again in each process, as after a crash."""
        open_ = select(REQUESTS.c.id).where(REQUESTS.c.status.in_(UNDER_WAY))
        asked = select(OUTBOX).where(OUTBOX.c.type == "erasure.requested", OUTBOX.c.key.in_(open_))
        new = [one for one in await self._rows(asked) if one.id not in self._heard]
        for row in new:
            self._heard.add(row.id)
            for name in PARTICIPANTS:
                await self._erase(name, row.key, row.body["round"])
        return len(new)

    async def _erase(self, name: ParticipantName, request_id: UUID, round_: int) -> None:
        told = await self._on.works.run(
            self._workspace_id, partial(order, request_id=request_id, name=name)
        )
        if told.round != round_:
            return
        answer = await self._http.post(f"/{name}/erase", json=told.model_dump(mode="json"))
        body = ErasureParticipantCompleted(
            request_id=request_id, round=round_, participant=name, rows=answer.json()
        )
        id_ = uuid5(request_id, f"{name} {round_}")
        fact = Fact(id_, self._workspace_id, request_id, round_, self._on.clock(), body)
        await react(self._on.works, self._notes, fact)

    async def _rows(self, wanted: Any) -> list[Any]:
        async def look(work: Work) -> list[Any]:
            return list(await work.rows(wanted))

        return await self._on.works.run(self._workspace_id, look)


def die(on: Platform[PrivacySettings], last: int) -> None:
    """By SIGKILL, when the commit of that number from now is about to be sent."""
    left = last

    def count(_: Connection) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    for works in (on.works, on.system):
        event.listen(works.engine.sync_engine, "commit", count)


async def live(said: dict[str, str], workspace_id: UUID, last: int) -> None:
    """When the leases of the one before are over."""
    clock = FakeClock(NOON + last * 2 * LEASE)
    async with (
        platform("privacy", PrivacySettings.model_validate(said), clock) as on,
        AsyncClient(base_url=said["crm_url"].removesuffix("/crm")) as http,
    ):
        privacy = Privacy(on, workspace_id, http)
        await privacy.go_on()
        die(on, last)
        await privacy.receive(f"{last}@example.com")
        await privacy.go_on()


def main(said: str, workspace: str) -> None:
    for last in range(1, MOST):
        child = os.fork()
        if not child:
            asyncio.run(live(json.loads(said), UUID(workspace), last))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        sys.stdout.write(f"{last}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
