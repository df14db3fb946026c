"""After a database was put back to an earlier moment: have it read again what came since."""

import argparse
import sys
from datetime import datetime

from contactflow.messaging import GroupAtWorkError, Kafka, rewind
from contactflow.runtime.settings import KafkaSettings

ABOUT = "read again every event since a moment, after a restore (no worker may run)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--to TIME`."""
    when = "ISO 8601 with its zone, e.g. 2026-11-26T03:00Z: when the backup began, or earlier"
    parser.add_argument("--to", required=True, type=_moment, metavar="TIME", help=when)


async def run(service: str, settings: KafkaSettings, asked: argparse.Namespace) -> int:
    """Do it for this service, and say how far; 1 if one of its workers runs."""
    kafka = Kafka(settings.kafka_bootstrap_servers)
    try:
        rewound = await rewind(kafka, service, asked.to)
    except GroupAtWorkError:
        sys.stderr.write(
            "A worker of this service runs: stop it first. One that was killed counts for 6 s.\n"
        )
        return 1
    finally:
        await kafka.close()
    for one in rewound:
        many = one.was - one.now
        sys.stdout.write(f"{one.topic}/{one.partition}: {many} again, from {one.now}\n")
    sys.stdout.write(f"{sum(one.was - one.now for one in rewound)} events will be read again.\n")
    return 0


def _moment(said: str) -> datetime:
    """Raises ValueError, also where it has no zone: it could be anybody's clock."""
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(said)
    return moment
