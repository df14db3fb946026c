"""The operator's side of dead letters: list, show, redrive.

Who is at a shell has no account here that could be checked: the ledger of `privacy` says who
decided with which rights, and must not be told a name that anybody can type. So a redrive is noted
where the dead letters lie, in Kafka, kept as long as they are, before anything is sent: when, and
by whom as they say. `list --redriven` reads it.
"""

import argparse
import getpass
import socket
import sys
from collections.abc import AsyncIterator, Iterator

from contactflow.events import topics
from contactflow.kernel import NotFoundError
from contactflow.messaging import (
    CutShortError,
    DeadLetter,
    DeadLetters,
    ExpiredError,
    Kafka,
    Redrive,
)
from contactflow.runtime.settings import KafkaSettings

HINT = "An id is group/partition/offset, as `list` shows it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list [TOPIC]`, `show TOPIC ID`, `redrive TOPIC ID`."""
    does = parser.add_subparsers(dest="does", required=True, metavar="list|show|redrive")
    listing = does.add_parser("list", help="what nobody could apply and nobody has redriven")
    listing.add_argument("topic", nargs="?", help="only of this topic")
    listing.add_argument("--redriven", action="store_true", help="what was sent again, and by whom")
    for name, about in (
        ("show", "the envelope and the body of one"),
        ("redrive", "send it again: whoever has applied it already ignores it"),
    ):
        one = does.add_parser(name, help=about, epilog=HINT)
        one.add_argument("topic")
        one.add_argument("id")
    one.add_argument("--by", default=whoever(), help="who does it; noted (you: %(default)s)")


def whoever() -> str:
    """The account that runs this command, and where."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        name = "somebody"
    return f"{name}@{socket.gethostname()}"


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
            async for line in _listed(dead, name, asked.redriven):
                yield line
    elif asked.does == "show":
        for line in _whole(await dead.show(asked.topic, asked.id)):
            yield line
    elif before := await dead.redrive(asked.topic, asked.id, by=asked.by):
        yield f"Sent again already: {_noted(before)}"
    else:
        yield f"Sent {asked.id} to {asked.topic} again."


async def _listed(dead: DeadLetters, topic: str, redriven: bool) -> AsyncIterator[str]:  # noqa: FBT001  as asked
    if redriven:
        for note in await dead.redriven(topic):
            yield _noted(note)
    else:
        for letter in await dead.list(topic):
            yield _line(letter)


def _noted(note: Redrive) -> str:
    return f"{note.topic}  {note.id}  {note.at:%Y-%m-%d %H:%M:%S} UTC  {note.by}"


def _line(letter: DeadLetter) -> str:
    return f"{letter.topic}  {letter.id}  {letter.error} ({letter.code}), {letter.tries} tries"


def _whole(letter: DeadLetter) -> Iterator[str]:
    yield _line(letter)
    for name, value in letter.record.headers:
        yield f"  {name}: {value.decode(errors='replace')}"
    yield (letter.record.value or b"").decode(errors="replace")
