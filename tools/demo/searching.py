"""The last acts: every byte that the stack has written is searched for the person."""

import asyncio
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import asyncpg

from contactflow.kernel import decode, new_id
from contactflow.testing.scanner import found, under
from tools.demo.play import Play


class Store(NamedTuple):
    """A place where bytes lie, and what must be found there, to show that the search sees."""

    name: str
    folder: Path
    files: str
    control: str


class Searched(NamedTuple):
    """What was found in how many bytes."""

    seen: set[str | bytes]
    size: int


def nothing_is_left(play: Play) -> None:
    play.show.act("Every byte on the disk is searched for the person")
    stores = [*_stores(play, _planted(play))]
    asyncio.run(_settled(play.stack["postgres"]["urls"]["chat"]))
    searched = [_searched({*play.traces.values(), store.control}, store) for store in stores]
    for store, found_there in zip(stores, searched, strict=True):
        play.show.claim(
            f"Nothing in {store.name}",
            f"{found_there.size:,} bytes; the control was found",
            holds=found_there.seen == {store.control},
        )
    rows = [[name, *_hits(trace, searched)] for name, trace in play.traces.items()]
    play.show.table(["", *(store.name for store in stores)], rows)


def the_mail_tells_nothing(play: Play) -> None:
    play.show.act("The mail that was sent")
    person, folder = play.person, play.stack["mail_dir"]
    if folder is None:
        return play.show.said("mail", "goes to an outside server, which is not ours to search")
    mails = [message_from_bytes(one, policy=policy.default) for one in under(Path(folder), "*.eml")]
    own = [mail for mail in mails if mail["To"] == person.email]
    for mail in own:
        play.show.said("mail", f"to {mail['To']}: {mail['Subject']}")
    told = {one for mail in mails for one in found(play.traces.values(), _text(mail))}
    strangers = [mail for mail in mails if mail not in own and found(told, _text(mail))]
    return play.show.claim(
        "It went to that address alone, without name, phone or words",
        f"{len(own)} of {len(mails)} mails in the sink; {len(strangers)} others name the person",
        holds=bool(own) and told == {person.email} and not strangers,
    )


def _text(mail: EmailMessage) -> bytes:
    """All that somebody reads who opens it: its headers, and every part as it was written."""
    parts = (one.get_payload(decode=True) for one in mail.walk() if not one.is_multipart())
    heads = "".join(f"{name}: {value}\n" for name, value in mail.items())
    return b"\n".join([heads.encode(), *(one for one in parts if isinstance(one, bytes))])


def _searched(sought: set[str | bytes], store: Store) -> Searched:
    seen: set[str | bytes] = set()
    size = 0
    for content in under(store.folder, store.files):
        size += len(content)
        seen |= found(sought - seen, content)
    return Searched(seen, size)


def _hits(trace: str | bytes, searched: Iterable[Searched]) -> Iterator[str]:
    return ("FOUND" if trace in one.seen else "0" for one in searched)


def _stores(play: Play, control: str) -> Iterator[Store]:
    """Those that lie on this machine: an outside server's disk is not ours to search."""
    stack, request_id = play.stack, str(decode("rr", play.request["id"]))
    if data := stack["postgres"]["data_dir"]:
        yield Store("PostgreSQL's files and WAL", Path(data), "*", control)
    if data := stack["kafka"]["data_dir"]:
        yield Store("Kafka's segments", Path(data), "*.log", request_id)
    if data := stack["objects_dir"]:
        yield Store("objects", Path(data), "*", request_id)
    yield Store("logs", Path(stack["logs_dir"]), "*.log", "http.serving")


def _planted(play: Play) -> str:
    """A name that lies in the clear, as an agent's does: the control."""
    control = f"Control-{new_id().hex}"
    agent = {"name": control, "prompt": "None.", "languages": ["en"]}
    play.staff.post("/v1/agents", agent)
    return control


async def _settled(url: str) -> None:
    """Have PostgreSQL write what it still has in memory."""
    database = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await database.execute("CHECKPOINT")
    finally:
        await database.close()
