"""A backup that still has the person, restored elsewhere: they stay erased, no event is lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.erasure.participant import Participant
from contactflow.erasure.residue import residue
from contactflow.messaging import Relay
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.dumps import dump, restore
from contactflow.testing.plugin import a_postgres
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.rounds import erased, named
from contactflow.testing.waiting import until
from contactflow.vault import PersonErasedError, Vault
from libs.erasure.tests.ledgers import Flaky, an_entry
from libs.erasure.tests.things import ADA, BOB, EVE, a_life, someone

EPOCH = text(
    "SELECT epoch, cluster = (SELECT system_identifier FROM pg_control_system()) FROM relay_cursor"
)


class Taken:
    """Kafka, which takes everything: the requests that the answers are about."""

    def __init__(self) -> None:
        self.keys: list[UUID] = []

    async def send(self, rows: Sequence[Row[Any]]) -> Sequence[None]:
        self.keys += [row.key for row in rows]
        return [None] * len(rows)


async def relayed(system: AsyncEngine, count: int) -> list[UUID]:
    """What a relay sends of this outbox: so many, and then no more."""
    kafka = Taken()
    relay = Relay(system, kafka, poll=0.05)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(relay.run())
        await until(lambda: len(kafka.keys) >= count)
        await asyncio.sleep(0.2)
        relay.stop()
    return kafka.keys


class Copies:
    """One service's database, and an empty one in another cluster that its backup goes to."""

    def __init__(self, old: Engines, new: Engines, urls: tuple[str, str], vault: Vault) -> None:
        self.old, self.new, self._urls = old, new, urls
        self.works = Works(old.app, prepare=vault.unlock)
        self.restored = Works(new.app, prepare=vault.unlock)

    async def dump(self, folder: Path) -> None:
        await dump(self._urls[0], folder / "dump")

    async def restore(self, folder: Path) -> None:
        await restore(self._urls[1], folder / "dump")


@pytest.fixture
async def copies(own_postgres: PostgresServer, vault: Vault) -> AsyncIterator[Copies]:
    with a_postgres() as other:
        async with (
            fresh_database(own_postgres, "erasing") as old,
            fresh_database(other, "erasing", "nothing") as new,
        ):
            pairs = ((own_postgres, old), (other, new))
            first, second = (at.admin_url(str(one.owner.url.database)) for at, one in pairs)
            yield Copies(old, new, (first, second), vault)


async def live(work: Work) -> UUID:
    ada = await someone(work, ADA)
    await a_life(work, ada)
    return ada.id


async def test_a_restored_backup_stays_erased_and_its_relay_loses_and_repeats_nothing(
    copies: Copies, vault: Vault, clock: FakeClock, workspace_id: UUID, tmp_path: Path
) -> None:
    works, restored, ledger = copies.works, copies.restored, Flaky(clock)
    await works.run(workspace_id, vault.create_key)
    ada = await works.run(workspace_id, live)
    sent = await works.run(workspace_id, lambda work: erased(work, BOB))
    assert await relayed(copies.old.system, 1) == [sent.request_id]
    waiting = await works.run(workspace_id, lambda work: erased(work, EVE))
    await copies.dump(tmp_path)
    entry = await an_entry(works, workspace_id, ADA)
    await ledger.append(entry)
    await works.run(workspace_id, lambda work: erased(work, ADA, request_id=entry.request_id))

    await copies.restore(tmp_path)
    assert await left(restored, workspace_id, ada)
    system = Works(copies.new.system)
    await Participant("crm").replay(ledger, restored, system, clock).once()

    assert await left(restored, workspace_id, ada) == {}
    with pytest.raises(PersonErasedError):
        await restored.run(workspace_id, lambda work: someone(work, ADA))
    assert await relayed(copies.new.system, 2) == [waiting.request_id, entry.request_id]
    async with copies.new.system.connect() as connection:
        assert (await connection.execute(EPOCH)).one() == (2, True)


async def left(works: Works, workspace_id: UUID, ada: UUID) -> dict[str, int]:
    async def look(work: Work) -> dict[str, int]:
        return await residue(work, named(work, ADA, crm=(ada,)), by="crm")

    return await works.run(workspace_id, look)
