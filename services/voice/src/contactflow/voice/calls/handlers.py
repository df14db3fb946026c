"""What calls do when something happens elsewhere, and what they do later."""

from collections.abc import Awaitable, Callable
from typing import Any

from contactflow.events import Fact
from contactflow.events.contacts import ContactDeleted, ContactLinked, ContactUpdated
from contactflow.kernel import Clock
from contactflow.messaging import Job, Promise, Reaction, job, later, on
from contactflow.persistence import Work
from contactflow.voice.calls import service
from contactflow.voice.calls.contacts import Contacts, Served
from contactflow.voice.calls.promises import ABANDON, CLOSE, OfCall
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.places.repository import bury

UseCase = Callable[..., Awaitable[None]]


def of_contacts(contacts: Contacts) -> list[Reaction[Any]]:
    """Who calls, and which language they speak."""

    async def served(fact: Fact[ContactLinked] | Fact[ContactUpdated]) -> Served | None:
        if not is_ours(fact.body):
            return Served(language=None)
        return await contacts.get(fact.workspace_id, fact.body.contact_id)

    return [
        on(ContactLinked, "calls.link_contact", fetch=served, apply=link_contact),
        on(ContactUpdated, "calls.learn_language", fetch=served, apply=learn_language),
        on(ContactDeleted, "calls.unlink_contact", apply=unlink_contact),
    ]


def is_ours(body: ContactLinked | ContactUpdated) -> bool:
    """Whether it changes anything for a caller."""
    if isinstance(body, ContactLinked):
        return body.service == "voice"
    return "language" in body.fields


async def link_contact(work: Work, fact: Fact[ContactLinked], served: Served) -> None:
    linked = fact.body
    if is_ours(linked):
        await SqlCalls(work).link(linked.subject_id, linked.contact_id, served.locale)


async def learn_language(work: Work, fact: Fact[ContactUpdated], served: Served) -> None:
    if is_ours(fact.body):
        await SqlCalls(work).speaks(fact.body.contact_id, served.locale)


async def unlink_contact(work: Work, fact: Fact[ContactDeleted]) -> None:
    await SqlCalls(work).unlink(fact.body.contact_id)


def closing(clock: Clock) -> list[Job[OfCall]]:
    """What ends a call that nobody ends."""
    return [_of_call(CLOSE, service.close, clock), _of_call(ABANDON, service.abandon, clock)]


def _of_call(promise: Promise[OfCall], use_case: UseCase, clock: Clock) -> Job[OfCall]:
    async def do(work: Work, due: OfCall) -> None:
        calls = SqlCalls(work)
        await use_case(calls, await calls.present(due.call_id), at=clock())

    return job(promise.name, promise.arguments, apply=do)


async def close_lost(work: Work, clock: Clock) -> bool:
    """Calls whose media process is silent are closed, each in its workspace (system role)."""
    at = clock()
    for lost in await bury(work, at=at):
        theirs = Work(work.session, lost.workspace_id)
        due = OfCall(call_id=lost.call_id)
        await later(theirs, CLOSE, due, at=at, key=str(lost.call_id))
    return False
