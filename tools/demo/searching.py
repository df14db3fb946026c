"""The last acts: every byte that the stack has written is searched for the person."""

import asyncio
from collections.abc import Iterator
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

    seen: set[str]
    size: int


def nothing_is_left(play: Play) -> None:
    play.show.act("11. Every byte on the disk is searched for the person")
    stores, sought, rows = [*_stores(play, _planted(play))], play.person.traces, []
    asyncio.run(_settled(play.stack["postgres"]["urls"]["chat"]))
    for store in stores:
        searched = _searched({*sought.values(), store.control}, store)
        rows.append([store.name, f"{searched.size:,}", *_verdict(searched, store, sought)])
        play.show.claim(
            f"Nothing in {store.name}",
            f"{searched.size:,} bytes; the control was found",
            holds=searched.seen == {store.control},
        )
    play.show.table(["where", "bytes", "control", *sought], rows)


def the_mail_tells_nothing(play: Play) -> None:
    play.show.act("12. The mail that was sent")
    person, folder = play.person, play.stack["mail_dir"]
    if folder is None:
        return play.show.said("mail", "goes to an outside server, which is not ours to search")
    mails = [*_mails(Path(folder), person.email)]
    for mail in mails:
        play.show.said("mail", f"to {mail['To']}: {mail['Subject']}")
    traces = {value for name, value in person.traces.items() if name != "e-mail"}
    told = [one for mail in mails for one in found(traces, mail.as_bytes())]
    strangers = [mail["To"] for mail in mails if mail["To"] != person.email]
    return play.show.claim(
        "It went to that address alone, without name, phone or words",
        f"{len(mails)} mails, {len(told)} traces",
        holds=bool(mails) and not told and not strangers,
    )


def _searched(sought: set[str], store: Store) -> Searched:
    seen: set[str] = set()
    size = 0
    for content in under(store.folder, store.files):
        size += len(content)
        seen |= found(sought - seen, content)
    return Searched(seen, size)


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


def _verdict(searched: Searched, store: Store, sought: dict[str, str]) -> Iterator[str]:
    yield "found" if store.control in searched.seen else "NOT FOUND"
    for trace in sought.values():
        yield "FOUND" if trace in searched.seen else "0"


def _mails(folder: Path, address: str) -> Iterator[EmailMessage]:
    """Those that name the address anywhere, oldest first."""
    for content in under(folder, "*.eml"):
        if address.encode() in content:
            yield message_from_bytes(content, policy=policy.default)


async def _settled(url: str) -> None:
    """Have PostgreSQL write what it still has in memory."""
    database = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await database.execute("CHECKPOINT")
    finally:
        await database.close()
