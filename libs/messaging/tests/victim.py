"""A consumer process that is killed where the offset commit would be."""

import asyncio
import os
import signal
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer

from contactflow.messaging import Kafka, on
from contactflow.messaging.consumer import Consumer
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.kafka import CONSUMING
from contactflow.messaging.settling import Settler
from contactflow.persistence import Works, open_engine
from libs.messaging.tests.effects import note
from libs.messaging.tests.ledger import Ticked


class Mortal(AIOKafkaConsumer):  # type: ignore[misc]
    async def commit(self, _: Any = None) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Doomed(Kafka):
    def consumer(self, group: str | None) -> AIOKafkaConsumer:
        kind = Mortal if group else AIOKafkaConsumer
        return kind(bootstrap_servers=self.bootstrap, group_id=group, **CONSUMING)


async def main(url: str, bootstrap: str, topic: str) -> None:
    kafka = Doomed(bootstrap)
    settler = Settler(
        Works(open_engine(url)), [on(Ticked, "note", apply=note)], Graveyard(kafka, topic)
    )
    await Consumer(kafka, topic, [topic], settler.settle).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
