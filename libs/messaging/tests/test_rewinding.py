"""A database that was put back reads again what it has forgotten, and does nothing twice."""

import asyncio
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text

from contactflow.kernel import new_id, system_clock
from contactflow.messaging import GroupAtWorkError, Kafka, rewind
from contactflow.persistence import Work, Works
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests.effects import noted, publish
from libs.messaging.tests.members import Member, done

FORGOTTEN = text("DELETE FROM inbox WHERE received_at > :at RETURNING event_id")
UNDONE = text("""
    DELETE FROM effects WHERE position IN
        (SELECT position FROM effects ORDER BY position DESC LIMIT :many)
""")


async def test_what_a_restored_database_has_forgotten_happens_again_and_the_rest_does_not(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str
) -> None:
    workspace_id = new_id()
    published = await publish(kafka, topic, workspace_id, 40)
    await read(broker, member, topic, 40)
    await asyncio.sleep(0.01)
    backup = system_clock()
    published |= await publish(kafka, topic, workspace_id, 20)
    await read(broker, member, topic, 60)
    await works.run(workspace_id, partial(restore, backup=backup))
    assert len(await noted(works, workspace_id)) == 40

    rewound = await rewind(kafka, topic, backup)
    await read(broker, member, topic, 60)

    assert sum(one.was - one.now for one in rewound) == 20
    assert sorted(await noted(works, workspace_id)) == sorted(published)


async def test_an_earlier_moment_than_needed_does_no_harm(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str
) -> None:
    workspace_id = new_id()
    published = await publish(kafka, topic, workspace_id, 40)
    await read(broker, member, topic, 40)

    await rewind(kafka, topic, datetime(2026, 1, 1, tzinfo=UTC))
    await read(broker, member, topic, 40)

    assert sorted(await noted(works, workspace_id)) == sorted(published)


async def test_nothing_since_then_is_nothing_to_read(
    broker: Broker, kafka: Kafka, member: Member, topic: str
) -> None:
    await publish(kafka, topic, new_id(), 4)
    await read(broker, member, topic, 4)

    assert await rewind(kafka, topic, system_clock()) == []
    assert await done(broker, topic, 4)()


async def test_a_group_at_work_is_left_alone(
    broker: Broker, kafka: Kafka, member: Member, topic: str
) -> None:
    await publish(kafka, topic, new_id(), 4)
    async with running(member()):
        await until(done(broker, topic, 4))
        with pytest.raises(GroupAtWorkError):
            await rewind(kafka, topic, datetime(2026, 1, 1, tzinfo=UTC))

    assert await done(broker, topic, 4)()


async def read(broker: Broker, member: Member, topic: str, count: int) -> None:
    """A worker that runs until the group is done with so many."""
    async with running(member()):
        await until(done(broker, topic, count))


async def restore(work: Work, backup: datetime) -> None:
    """As it was then: effects go, and what the inbox remembers of them."""
    gone = await work.rows(FORGOTTEN, {"at": backup})
    await work.rows(UNDONE, {"many": len(gone.all())})
