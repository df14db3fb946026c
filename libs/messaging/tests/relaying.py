"""A relay in a process of its own, that a test may kill."""

import asyncio
import sys

from contactflow.messaging import Kafka, Relay
from contactflow.messaging.sending import Sender
from contactflow.persistence import open_engine


async def main(url: str, bootstrap: str) -> None:
    await Relay(open_engine(url), Sender(Kafka(bootstrap), "ticking")).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
