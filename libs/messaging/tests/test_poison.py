"""A record that nobody can apply parks itself, and nothing else."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from contactflow.events import Fact
from contactflow.kernel import NotFoundError, new_id, system_clock
from contactflow.messaging import CutShortError, DeadLetters, ExpiredError, Kafka, on
from contactflow.messaging.deadletters import REDRIVABLE
from contactflow.messaging.housekeeping import RECEIVED
from contactflow.messaging.kafka import LARGEST
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests import poison
from libs.messaging.tests.effects import envelope, note, noted, publish
from libs.messaging.tests.ledger import Ticked
from libs.messaging.tests.members import QUICK, Member, done

PERSONAL = "+33612345678"


async def fail_at_666(work: Work, fact: Fact[Ticked]) -> None:
    await note(work, fact)
    if fact.body.total == poison.BUG:
        raise RuntimeError(PERSONAL)


async def send(
    kafka: Kafka, topic: str, workspace_id: UUID, kinds: dict[str, tuple[bytes | None, Any]]
) -> None:
    for value, changed in kinds.values():
        said: dict[str, Any] = dict(envelope(workspace_id, new_id(), 1)) | changed
        kept = [(name, one) for name, one in said.items() if one is not None]
        await kafka.send_and_wait(topic, value=value, key=b"k", headers=kept)


async def test_each_poison_record_is_one_dead_letter_and_the_rest_go_on(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    bad = poison.UNREADABLE | poison.BUGS
    fine = poison.IGNORED | poison.READABLE
    assert len(bad) >= 20
    published = await publish(kafka, topic, workspace_id, 100)
    await send(kafka, topic, workspace_id, bad | fine)
    published |= await publish(kafka, topic, workspace_id, 100)

    async with running(member(on(Ticked, "note", apply=fail_at_666))):
        await until(done(broker, topic, 200 + len(bad) + len(fine)), longest=60)

    effects = await noted(works, workspace_id)
    assert published < set(effects)
    assert len(effects) == 200 + len(poison.READABLE)
    letters = await DeadLetters(kafka, topic).list(topic)
    assert len(letters) == len(bad)
    assert letters == sorted(letters, key=lambda one: one.record.timestamp)
    assert sorted({(one.error, one.code, one.tries) for one in letters}) == [
        ("DBAPIError", "bug", QUICK.tries),
        ("RuntimeError", "bug", QUICK.tries),
        ("UnreadableError", "unreadable", 1),
    ]
    said = b"".join(str(one.record.headers).encode() for one in letters)
    assert PERSONAL.encode() not in said


async def test_a_dead_letter_that_is_redriven_twice_happens_once(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    fixed = False

    async def buggy(work: Work, fact: Fact[Ticked]) -> None:
        if not fixed:
            raise RuntimeError
        await note(work, fact)

    dead = DeadLetters(kafka, topic)
    published = await publish(kafka, topic, workspace_id, 1)
    async with running(member(on(Ticked, "note", apply=buggy))):
        await until(done(broker, topic, 1), longest=30)
        [letter] = await dead.list(topic)
        fixed = True
        await dead.redrive(topic, letter.id, by="nora@desk")
        await again(kafka, topic, letter.record)
        before = await dead.redrive(topic, letter.id, by="noah@desk")
        await until(done(broker, topic, 3), longest=30)

    assert set(await noted(works, workspace_id)) == published
    assert len(await noted(works, workspace_id)) == 1
    assert not await dead.list(topic)
    assert before
    assert (before.id, before.topic, before.by) == (letter.id, topic, "nora@desk")
    assert await dead.redriven(topic) == [before]
    assert len(await broker.records(topic)) == 3
    with pytest.raises(NotFoundError):
        await dead.show(topic, letter.id)


async def test_who_redrives_is_noted_before_anything_is_sent(
    broker: Broker, kafka: Kafka, member: Member, topic: str, workspace_id: UUID
) -> None:
    doomed = topic

    class Dies(Kafka):
        async def send_and_wait(self, topic: str, **record: Any) -> None:
            if topic == doomed:
                raise KafkaError
            await kafka.send_and_wait(topic, **record)

    await send(kafka, topic, workspace_id, {"one": poison.UNREADABLE["not JSON"]})
    async with running(member()):
        await until(done(broker, topic, 1), longest=30)
    dead = DeadLetters(Dies(broker.bootstrap), topic)
    [letter] = await dead.list(topic)

    with pytest.raises(KafkaError):
        await dead.redrive(topic, letter.id, by="nora@desk")

    assert [one.by for one in await dead.redriven(topic)] == ["nora@desk"]
    assert await dead.list(topic) == [letter]
    assert not await DeadLetters(kafka, "another").redriven(topic)


async def again(kafka: Kafka, topic: str, record: Any) -> None:
    """What a second operator sends who looked at the same moment."""
    kept = [(name, value) for name, value in record.headers if not name.startswith("dlq_")]
    await kafka.send_and_wait(topic, value=record.value, key=b"k", headers=kept)


async def test_dead_letters_of_another_group_are_not_ours(
    broker: Broker, kafka: Kafka, member: Member, topic: str, workspace_id: UUID
) -> None:
    await send(kafka, topic, workspace_id, {"one": poison.UNREADABLE["not JSON"]})
    async with running(member()):
        await until(done(broker, topic, 1), longest=30)

    assert len(await DeadLetters(kafka, topic).list(topic)) == 1
    assert not await DeadLetters(kafka, "another").list(topic)


async def test_a_dead_letter_that_the_inbox_may_have_forgotten_is_not_redriven(
    broker: Broker, kafka: Kafka, member: Member, topic: str, workspace_id: UUID
) -> None:
    await send(kafka, topic, workspace_id, {"one": poison.UNREADABLE["not JSON"]})
    async with running(member()):
        await until(done(broker, topic, 1), longest=30)

    late = FakeClock(system_clock() + REDRIVABLE + timedelta(minutes=1))
    dead = DeadLetters(kafka, topic, late)
    [letter] = await dead.list(topic)
    with pytest.raises(ExpiredError):
        await dead.redrive(topic, letter.id, by="nora@desk")
    assert REDRIVABLE < RECEIVED


async def test_a_record_too_large_for_its_dead_letter_is_buried_without_its_value(
    broker: Broker, kafka: Kafka, member: Member, topic: str, workspace_id: UUID
) -> None:
    await send_largest(kafka, topic, workspace_id)
    async with running(member()):
        await until(done(broker, topic, 1), longest=30)

    dead = DeadLetters(kafka, topic)
    [letter] = await dead.list(topic)
    assert not letter.record.value
    with pytest.raises(CutShortError):
        await dead.redrive(topic, letter.id, by="nora@desk")


async def send_largest(kafka: Kafka, topic: str, workspace_id: UUID) -> None:
    """The largest record that Kafka takes, to ten bytes."""
    for spare in range(0, 2000, 10):
        with suppress(MessageSizeTooLargeError):
            value = b"x" * (LARGEST - spare)
            return await send(kafka, topic, workspace_id, {"largest": (value, {})})
    raise AssertionError
