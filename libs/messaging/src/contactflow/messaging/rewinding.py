"""Reading again what happened since a moment: for a database that was put back to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError

from contactflow.kernel import ConflictError
from contactflow.messaging.clients import let_go
from contactflow.messaging.kafka import Kafka


class GroupAtWorkError(ConflictError):
    """A member of the group reads: it would go on where it is."""

    code = "group_at_work"


@dataclass(frozen=True, slots=True)
class Rewound:
    """A partition: the group was at one offset, and goes on at an earlier one."""

    topic: str
    partition: int
    was: int
    now: int


async def rewind(kafka: Kafka, group: str, to: datetime) -> Sequence[Rewound]:
    """Have the group read every record since then once more, as far back as Kafka keeps them.

    What stands in the inbox has no effect a second time, so an earlier moment does no harm.
    Partitions at which it has not come so far stay as they are. Raises GroupAtWorkError.
    """
    known = await _committed(kafka.bootstrap, group)
    reading = kafka.consumer(group)
    try:
        reading.assign([*known])
        await reading.start()
        back = await _earlier(reading, known, to)
        if back:
            await reading.commit(back)
    except CommitFailedError:
        raise GroupAtWorkError from None
    finally:
        await let_go(reading)
    return [Rewound(one.topic, one.partition, known[one], back[one]) for one in sorted(back)]


async def _committed(bootstrap: str, group: str) -> dict[TopicPartition, int]:
    """Where the group is, of all that it has ever read."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        found = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    return {one: said.offset for one, said in found.items()}


async def _earlier(
    reading: AIOKafkaConsumer, known: dict[TopicPartition, int], to: datetime
) -> dict[TopicPartition, int]:
    """The first record since then in each partition, where the group is past it."""
    at = math.floor(to.timestamp() * 1000)  # Kafka counts milliseconds
    first = await reading.offsets_for_times(dict.fromkeys(known, at))
    return {
        one: found.offset for one, found in first.items() if found and found.offset < known[one]
    }
