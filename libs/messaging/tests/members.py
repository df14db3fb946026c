"""Members of a test's one consumer group."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import InconsistentGroupProtocolError
from aiokafka.protocol.group import LeaveGroupRequest

from contactflow.messaging import Kafka, Reaction, on
from contactflow.messaging.consumer import Consumer
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.settling import Patience, Settler
from contactflow.persistence import Works
from contactflow.testing.kafka import Broker
from libs.messaging.tests.effects import note, noted
from libs.messaging.tests.ledger import Ticked

QUICK = Patience(tries=3, shortest=0.01, longest=0.2)
PLAIN = on(Ticked, "note", apply=note)
Member = Callable[..., Consumer]
Asked = Callable[[], Awaitable[bool]]


@pytest.fixture
def member(kafka: Kafka, works: Works, topic: str) -> Member:
    """Makes a member of the group that is named like the topic."""

    def make(*reactions: Reaction[Ticked]) -> Consumer:
        settler = Settler(works, reactions or [PLAIN], Graveyard(kafka, topic), patience=QUICK)
        return Consumer(kafka, topic, [topic], settler.settle)

    return make


async def committed(broker: Broker, topic: str, *, partitions: int = 4) -> int:
    """How many records of a topic the group of that name is done with."""
    kafka = broker.consumer(topic)
    kafka.assign([TopicPartition(topic, one) for one in range(partitions)])
    await kafka.start()
    try:
        return sum([await kafka.committed(one) or 0 for one in kafka.assignment()])
    finally:
        await kafka.stop()


def done(broker: Broker, topic: str, count: int) -> Asked:
    """Whether the group is done with that many."""

    async def ask() -> bool:
        return await committed(broker, topic) == count

    return ask


def some(works: Works, workspace_id: UUID, count: int) -> Asked:
    """Whether there are that many effects."""

    async def ask() -> bool:
        return len(await noted(works, workspace_id)) >= count

    return ask


async def throw_out(broker: Broker, group: str) -> None:
    """Tell Kafka in their name that its members have left."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    client = AIOKafkaClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await client.bootstrap()
    try:
        place = await admin.find_coordinator(group)
        (described,) = await admin.describe_consumer_groups([group])
        for member_id, *_ in described.groups[0][-1]:
            await client.send(place, LeaveGroupRequest(group, member_id))
    finally:
        await admin.close()
        await client.close()


async def a_stranger_instead(broker: Broker, topic: str) -> AIOKafkaConsumer:
    """Has the members thrown out, and one in who shares partitions out in another way."""
    while True:
        await throw_out(broker, topic)
        stranger = broker.consumer(topic, partition_assignment_strategy=[RangePartitionAssignor])
        stranger.subscribe([topic])
        try:
            await stranger.start()
        except InconsistentGroupProtocolError:  # a member was back before
            await stranger.stop()
        else:
            return stranger
