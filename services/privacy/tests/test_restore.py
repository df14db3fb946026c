"""Privacy's own database, restored to before erasures that were completed since: they complete."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from obstore.store import MemoryStore
from sqlalchemy import Executable, text

from contactflow.erasure.entries import DamagedLedgerError
from contactflow.messaging import Changes
from contactflow.persistence import Work, Works
from contactflow.privacy.erasing.steps import ANEW
from contactflow.privacy.requests import service
from contactflow.privacy.requests.dossier import Identifier
from contactflow.privacy.requests.model import Intake
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.worker import ledger, resuming
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.dumps import dump, restore
from contactflow.testing.postgres import Postgres
from services.privacy.tests.erasing.world import World
from services.privacy.tests.fakes import Somebody
from services.privacy.tests.ways import OFFICER

STATUSES: Final = text("SELECT id, status AS said FROM rights_requests")
DOSSIERS: Final = text("SELECT id, 1 AS said FROM rights_dossiers")
SUBJECTS: Final = text("SELECT id, 1 AS said FROM subjects")
UNDECIDED: Final = ("awaiting_approval", "discovering", "verifying_identity")
STATES: Final = ("asked", "approved", *UNDECIDED)
RECEIPTS: Final = text("SELECT request_id AS id, receipt AS said FROM receipts")


class Privacy:
    """One database of it, and an officer at work."""

    def __init__(self, on: Platform[PrivacySettings], world: World, admin_url: str) -> None:
        self.on, self.world, self._admin_url = on, world, admin_url
        self._works, self._workspace_id = on.works, world.workspace_id

    async def receive(self, address: str) -> UUID:
        """Of somebody whom crm knows."""

        async def receive(work: Work) -> UUID:
            requests, at = SqlRequests(work), self.on.clock()
            intake, mail = Intake("erasure", "letter", at, "en"), Identifier("email", address)
            known = await requests.indexes([mail.identity])
            self.world.participants["crm"].meets(Somebody(rows=2, indexes=known))
            request = await service.receive(
                requests, intake=intake, identifiers=[mail], by=OFFICER, at=at
            )
            return request.id

        return await self._works.run(self._workspace_id, receive)

    async def attest(self, *request_ids: UUID) -> None:
        attest = partial(service.attest, evidence="Known.", by=OFFICER, at=self.on.clock())
        for one in request_ids:
            async with self._works.begin(self._workspace_id) as work:
                await attest(SqlRequests(work), request_id=one)

    async def approve(self, *request_ids: UUID) -> None:
        decision, at = service.Decision(OFFICER), self.on.clock()
        approve = partial(service.approve, decision=decision, claims=(), at=at)
        for one in request_ids:
            async with self._works.begin(self._workspace_id) as work:
                await approve(SqlRequests(work), request_id=one)

    async def dump(self, into: Path) -> None:
        await dump(self._admin_url, into)

    async def restore(self, dumped: Path) -> None:
        await restore(self._admin_url, dumped)

    async def rows(self, wanted: Executable) -> dict[UUID, object]:
        """Whatever a query of two columns finds."""

        async def look(work: Work) -> dict[UUID, object]:
            return {row.id: row.said for row in await work.rows(wanted)}

        return await self._works.run(self._workspace_id, look)


@pytest.fixture
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    """Of this test alone: at its start privacy looks at everything."""
    async with fresh_database(postgres, "privacy", "migrations") as engines:
        yield engines


@pytest.fixture
def privacy(
    on: Platform[PrivacySettings],
    postgres: Postgres,
    engines: Engines,
    workspace_id: UUID,
    clock: FakeClock,
) -> Privacy:
    on = replace(on, objects=MemoryStore())
    world = World(on, workspace_id, clock, kept=ledger(on))
    return Privacy(on, world, postgres.admin_url(str(engines.owner.url.database)))


@pytest.fixture
async def restored(
    postgres: Postgres, privacy: Privacy, clock: FakeClock
) -> AsyncIterator[Privacy]:
    """Another database, among the same services and with the same object store."""
    async with fresh_database(postgres, "privacy", "nothing") as engines:
        works = Works(engines.app, prepare=privacy.on.vault.unlock)
        system, changes = Works(engines.system), Changes(engines.system)
        on, beside = replace(privacy.on, works=works, system=system, changes=changes), privacy.world
        world = World(on, beside.workspace_id, clock, kept=ledger(on), beside=beside)
        yield Privacy(on, world, postgres.admin_url(str(engines.owner.url.database)))


async def come_to_every_state(privacy: Privacy) -> dict[str, UUID]:
    """A request in each that an erasure may be forgotten in."""
    ids = {state: await privacy.receive(f"{state}@example.com") for state in STATES}
    await privacy.attest(ids["asked"], ids["approved"], ids["awaiting_approval"])
    await privacy.world.work()
    await privacy.approve(ids["asked"])
    await privacy.world.work()
    await privacy.approve(ids["approved"])
    await privacy.attest(ids["discovering"])
    return ids


async def complete(privacy: Privacy, ids: dict[str, UUID]) -> None:
    await privacy.attest(ids["verifying_identity"])
    await privacy.world.work()
    await privacy.approve(*(ids[state] for state in UNDECIDED))
    await privacy.world.settle()


async def test_what_was_approved_since_the_dump_completes_and_forgets_by_itself(
    privacy: Privacy, restored: Privacy, tmp_path: Path
) -> None:
    ids = await come_to_every_state(privacy)
    await privacy.dump(tmp_path / "dump")
    await complete(privacy, ids)
    assert await privacy.rows(STATUSES) == dict.fromkeys(ids.values(), "completed")

    await restored.restore(tmp_path / "dump")
    back = await restored.rows(DOSSIERS)
    await resuming(restored.on).once()
    await restored.world.settle()
    early = await restored.rows(STATUSES)
    await restored.world.wait(ANEW.total_seconds())
    await restored.world.settle()

    assert back.keys() == {*ids.values()}
    assert [state for state in ids if early[ids[state]] != "completed"] == ["asked"]
    assert await restored.rows(STATUSES) == dict.fromkeys(ids.values(), "completed")
    assert (await restored.rows(RECEIPTS)).keys() == {*ids.values()}
    assert await restored.rows(DOSSIERS) == {}
    for email_id, _ in [*restored.world.emails.taken.values()]:
        await restored.world.arrived(email_id)
    assert await restored.rows(SUBJECTS) == {}


async def test_without_what_it_has_written_in_the_ledger_it_does_not_begin(
    privacy: Privacy,
) -> None:
    await come_to_every_state(privacy)
    elsewhere = replace(privacy.on, objects=MemoryStore())

    with pytest.raises(DamagedLedgerError, match="1: is missing"):
        await resuming(elsewhere).once()
