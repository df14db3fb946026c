"""Before it is ready, a process does again what its database has forgotten."""

import asyncio
import logging
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from contactflow.erasure.entries import DamagedLedgerError, Verifier
from contactflow.erasure.ledger import KEPT, Ledger
from contactflow.erasure.model import Erasure
from contactflow.erasure.participant import Participant
from contactflow.erasure.queries import deleted
from contactflow.erasure.replay import Replay
from contactflow.kernel import PLATFORM_WORKSPACE_ID, new_id
from contactflow.persistence import Work, Works
from contactflow.persistence.outbox import OutboxRow
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.waiting import until
from contactflow.vault import Identity, PersonErasedError, Vault
from libs.erasure.tests.ledgers import Flaky, an_entry
from libs.erasure.tests.things import ADA, EVE, LIFE, MOB, a_life, someone

SECOND = timedelta(seconds=1)


@pytest.fixture
def ledger(clock: FakeClock) -> Flaky:
    return Flaky(clock)


@pytest.fixture(autouse=True)
async def _nothing_was_erased(system: Works) -> None:
    await system.run(PLATFORM_WORKSPACE_ID, lambda work: work.rows(delete(Erasure)))


def replaying(ledger: Ledger, works: Works, system: Works, clock: FakeClock) -> Replay:
    return Participant("crm").replay(ledger, works, system, clock)


@pytest.fixture
def replay(ledger: Flaky, works: Works, system: Works, clock: FakeClock) -> Replay:
    return replaying(ledger, works, system, clock)


async def live(work: Work) -> UUID:
    """Ada has a life, and Eve, who claims to be her."""
    ada = await someone(work, ADA, MOB)
    await a_life(work, ada)
    await a_life(work, await someone(work, EVE, claims=(ADA,)))
    return ada.id


async def people(works: Works, workspace_id: UUID) -> int:
    found = text("SELECT count(*) FROM subjects")
    return int((await works.run(workspace_id, lambda work: work.rows(found))).scalar_one())


async def test_nothing_is_to_be_done_without_a_ledger(replay: Replay) -> None:
    await replay.run()

    assert replay.is_done


async def test_in_a_fresh_service_it_only_fences_and_answers(
    replay: Replay, ledger: Flaky, works: Works, vault: Vault
) -> None:
    workspace_id = new_id()
    entry = await an_entry(works, workspace_id, ADA, subjects={"crm": (new_id(),)})
    await ledger.append(entry)

    await replay.once()

    await works.run(workspace_id, vault.create_key)
    async with works.begin(workspace_id) as work:
        assert await deleted(work, entry.request_id) == {}
        [answer] = (await work.rows(select(OutboxRow.body))).scalars()
        assert answer["rows"] == 0
        with pytest.raises(PersonErasedError):
            await someone(work, claims=(ADA,))


@pytest.mark.parametrize("identity", [ADA, MOB])
async def test_who_is_back_is_recognised_by_a_hash_and_erased(
    replay: Replay, ledger: Flaky, works: Works, workspace_id: UUID, identity: Identity
) -> None:
    await works.run(workspace_id, live)
    entry = await an_entry(works, workspace_id, identity)
    await ledger.append(entry)

    await replay.once()

    async with works.begin(workspace_id) as work:
        everything = LIFE | {"subjects": 1, "subject_identities": 2}
        assert await deleted(work, entry.request_id) == everything
    assert await people(works, workspace_id) == 1


async def test_who_is_known_by_our_id_alone_is_erased(
    replay: Replay, ledger: Flaky, works: Works, workspace_id: UUID
) -> None:
    ada = await works.run(workspace_id, live)
    elsewhere = {"crm": (ada,), "chat": (new_id(),)}
    await ledger.append(await an_entry(works, workspace_id, subjects=elsewhere))

    await replay.once()

    assert await people(works, workspace_id) == 1


async def test_what_was_done_is_not_done_again(
    replay: Replay,
    ledger: Flaky,
    works: Works,
    workspace_id: UUID,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    entry = await an_entry(works, workspace_id, ADA)
    for _ in range(2):  # said twice, as after a crash
        await ledger.append(entry)
    await replay.once()

    async def come_back(work: Work) -> None:
        await work.rows(text("DELETE FROM erasure_fences"))
        await someone(work, ADA)

    await works.run(workspace_id, come_back)
    await replay.once()

    assert await people(works, workspace_id) == 1
    assert [one.__dict__["count"] for one in caplog.records] == [2, 0]


async def test_what_is_over_is_let_be(
    replay: Replay, ledger: Flaky, works: Works, workspace_id: UUID, clock: FakeClock
) -> None:
    await works.run(workspace_id, live)
    await ledger.append(await an_entry(works, workspace_id, ADA))
    await ledger.append(await an_entry(works, workspace_id, EVE, fenced_at=NOON + SECOND))

    clock.advance(KEPT)
    await replay.once()

    assert await people(works, workspace_id) == 1


async def test_many_people_are_looked_through(
    replay: Replay, ledger: Flaky, works: Works, workspace_id: UUID
) -> None:
    filled = text("""
        INSERT INTO subject_identities
        SELECT :workspace, 'email', 1, decode(md5(n::text), 'hex'), s.id, false
        FROM generate_series(1, 12000) AS n, subjects s
    """)
    async with works.begin(workspace_id) as work:
        await someone(work)
        await work.rows(filled, {"workspace": workspace_id})
        await someone(work, ADA)
        await someone(work, MOB)
    await ledger.append(await an_entry(works, workspace_id, ADA, MOB))

    await replay.once()

    assert await people(works, workspace_id) == 1


async def test_fewer_entries_than_were_applied_are_damage(
    replay: Replay, ledger: Flaky, works: Works, system: Works, clock: FakeClock
) -> None:
    for _ in range(2):
        await ledger.append(await an_entry(works, new_id(), ADA))
    await replay.once()
    older = Flaky(clock)
    await older.append(await an_entry(works, new_id(), EVE))

    again = replaying(older, works, system, clock)
    with pytest.raises(DamagedLedgerError, match="2: is missing"):
        await again.once()

    assert not again.is_done
    assert await answers(works, system) == 2


async def answers(works: Works, system: Works) -> int:
    rows = await system.run(PLATFORM_WORKSPACE_ID, lambda work: work.rows(select(Erasure.round)))
    return len(rows.all())


async def test_nothing_is_applied_of_a_ledger_that_is_damaged_and_it_is_said(
    ledger: Flaky, works: Works, system: Works, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    await ledger.append(await an_entry(works, new_id(), ADA))
    replay = replaying(Ledger(ledger._store, Verifier([]), clock), works, system, clock)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(replay.run())
        await until(lambda: "ledger.damaged" in caplog.messages)
        replay.stop()

    assert not replay.is_done
    assert await answers(works, system) == 0


async def test_a_store_that_is_away_is_waited_for(
    replay: Replay, ledger: Flaky, works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    await ledger.append(await an_entry(works, new_id(), ADA))
    ledger.is_away = True

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(replay.run())
        await until(lambda: "replay.waits" in caplog.messages)
        assert not replay.is_done
        ledger.is_away = False

    assert replay.is_done
