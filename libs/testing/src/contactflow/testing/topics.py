"""Kafka topics as `contactflow.events` declares them."""

from collections.abc import Iterable, Iterator

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contactflow.events import Topic
from contactflow.testing.errors import ServerError

EXISTS = 36  # Kafka's error code TOPIC_ALREADY_EXISTS
FOR_EVER = -1


def new_topics(topics: Iterable[Topic]) -> Iterator[NewTopic]:
    """Each topic with its partitions and retention, and its compacted one for dead letters."""
    for topic in topics:
        keep = FOR_EVER if topic.keep is None else int(topic.keep.total_seconds() * 1000)
        yield NewTopic(topic.name, topic.partitions, 1, topic_configs={"retention.ms": str(keep)})
        compacted = {"cleanup.policy": "compact"}
        yield NewTopic(topic.dead_letters, topic.partitions, 1, topic_configs=compacted)


async def create_topics(bootstrap: str, topics: Iterable[NewTopic]) -> None:
    """Make those that do not exist. Raises ServerError with what Kafka said."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        answer = await admin.create_topics(list(topics))  # does not raise: it says what went wrong
    finally:
        await admin.close()
    refused = [error for error in answer.topic_errors if error[1] not in {0, EXISTS}]
    if refused:
        raise ServerError("Kafka refused topics", refused)
