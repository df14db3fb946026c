"""The operator's side of dead letters: list, show, redrive."""

import argparse
import sys
from collections.abc import AsyncIterator, Iterator

from contactflow.events import topics
from contactflow.kernel import NotFoundError
from contactflow.messaging import CutShortError, DeadLetter, DeadLetters, ExpiredError, Kafka
from contactflow.runtime.settings import KafkaSettings

HINT = "An id is group/partition/offset, as `list` shows it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list [TOPIC]`, `show TOPIC ID`, `redrive TOPIC ID`."""
    does = parser.add_subparsers(dest="does", required=True, metavar="list|show|redrive")
    listing = does.add_parser("list", help="what nobody could apply and nobody has redriven")
    listing.add_argument("topic", nargs="?", help="only of this topic")
    for name, about in (
        ("show", "the envelope and the body of one"),
        ("redrive", "send it again: whoever has applied it already ignores it"),
    ):
        one = does.add_parser(name, help=about, epilog=HINT)
        one.add_argument("topic")
        one.add_argument("id")


async def run(service: str, settings: KafkaSettings, asked: argparse.Namespace) -> int:
    """Do what was asked, for the dead letters of this service; 0, or 1 if there is no such one."""
    kafka = Kafka(settings.kafka_bootstrap_servers)
    try:
        async for line in _do(DeadLetters(kafka, service), asked):
            sys.stdout.write(f"{line}\n")
    except NotFoundError:
        sys.stderr.write(f"No dead letter {asked.id} of {asked.topic}. {HINT}\n")
        return 1
    except CutShortError:
        sys.stderr.write("It was too large to be kept; the record itself is where the id says.\n")
        return 1
    except ExpiredError:
        sys.stderr.write("It is older than 29 days: sending it again could make it happen twice.\n")
        return 1
    else:
        return 0
    finally:
        await kafka.close()


async def _do(dead: DeadLetters, asked: argparse.Namespace) -> AsyncIterator[str]:
    if asked.does == "list":
        names = [asked.topic] if asked.topic else [topic.name for topic in topics()]
        for name in names:
            for letter in await dead.list(name):
                yield _line(letter)
    elif asked.does == "show":
        for line in _whole(await dead.show(asked.topic, asked.id)):
            yield line
    else:
        await dead.redrive(asked.topic, asked.id)
        yield f"Sent {asked.id} to {asked.topic} again."


def _line(letter: DeadLetter) -> str:
    return f"{letter.topic}  {letter.id}  {letter.error} ({letter.code}), {letter.tries} tries"


def _whole(letter: DeadLetter) -> Iterator[str]:
    yield _line(letter)
    for name, value in letter.record.headers:
        yield f"  {name}: {value.decode(errors='replace')}"
    yield (letter.record.value or b"").decode(errors="replace")
