"""Whether anybody has still to hear of an erasure."""

from aiokafka import TopicPartition

from contactflow.events.erasures import ERASURES
from contactflow.testing.kafka import Broker
from tests.e2e.house import House
from tools.stack.services import names


async def are_heard(house: House) -> bool:
    """Whether every service is done with all that was said, what was said twice included."""
    return all([await _is_done(house.broker, name) for name in names()])


async def _is_done(broker: Broker, group: str) -> bool:
    kafka = broker.consumer(group)
    partitions = [TopicPartition(ERASURES.name, one) for one in range(ERASURES.partitions)]
    kafka.assign(partitions)
    await kafka.start()
    try:
        ends = await kafka.end_offsets(partitions)
        return all([(await kafka.committed(one) or 0) == ends[one] for one in partitions])
    finally:
        await kafka.stop()
