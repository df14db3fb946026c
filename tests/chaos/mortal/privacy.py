"""privacy, which dies where a failpoint is armed."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contactflow.erasure import ledger
from contactflow.erasure.entries import Recorded
from contactflow.events import Fact
from contactflow.persistence import Work
from contactflow.privacy import emails
from contactflow.privacy.erasing import handlers, internal, saga
from contactflow.privacy.erasing import resuming as restart
from contactflow.privacy.letters import queries
from contactflow.privacy.requests import service
from contactflow.privacy.requests.repository import SqlRequests
from tests.chaos.mortal.building import (
    Call,
    Reached,
    after,
    before,
    run,
    transaction,
    wrap,
    written,
)
from tests.chaos.mortal.messaging import consuming, relaying


def deciding(reached: Reached) -> None:
    """What an officer does. A request that is not there yet is armed for its workspace."""

    def of(requests: Any, **_: Any) -> Any:
        return requests.work.session, requests.work.workspace_id

    for name, what in (("receive", "received"), ("attest", "verified"), ("approve", "approved")):
        transaction(reached, service, name, what, of)


def ordering(reached: Reached) -> None:
    """What a participant is told to do."""

    def of(_: Work, request_id: object, __: str) -> object:
        return request_id

    before(reached, internal, "order", "order:asked", of)
    after(reached, internal, "order", "order:told", of)


def advancing(reached: Reached) -> None:
    """The saga, named by the status that it found: `:due`, `:looked`, `:written`, `:committed`."""

    def step(inner: Call) -> Call:
        async def mortal(its: saga.Saga, found: saga.Case) -> Any:
            request, status = found.request, found.request.status
            reached(f"{status}:due", request.id)
            looked = await inner(its, found)
            reached(f"{status}:looked", request.id)
            return looked

        return mortal

    def apply(inner: Call) -> Call:
        async def mortal(its: saga.Saga, work: Work, due: Any, looked: saga.Looked) -> None:
            await inner(its, work, due, looked)
            await written(reached, work.session, looked[0].status, due.request_id)

        return mortal

    wrap(saga.Saga, "_step", step)
    wrap(saga.Saga, "apply", apply)
    of = lambda _, entry: entry.request_id  # noqa: E731  both are of the same
    before(reached, ledger.LedgerWriter, "append", "ledger:due", of)
    after(reached, ledger.LedgerWriter, "append", "ledger:appended", of)


def hearing(reached: Reached) -> None:
    """What participants have answered; `last:` is of the one that all waited for."""

    def note(inner: Call) -> Call:
        async def mortal(work: Work, fact: Fact[Any]) -> None:
            await inner(work, fact)
            request = await SqlRequests(work).get(fact.body.request_id)
            is_last = request.status == "verifying_erasure"
            await written(reached, work.session, "last" if is_last else "answer", request.id)

        return mortal

    wrap(handlers, "note_answer", note)


def resuming(reached: Reached) -> None:
    """What is in the ledger and was not known here."""
    transaction(reached, restart, "resume", "resumed", _resumed)


def _resumed(requests: Any, entry: Recorded, **_: Any) -> tuple[AsyncSession, object]:
    return requests.work.session, entry.request_id


def writing(reached: Reached) -> None:
    """The letter to the person: `:taken` by gateway, which is not noted yet."""

    def of(_: Any, workspace_id: object, __: Any) -> object:
        return workspace_id

    before(reached, emails.HttpEmails, "send", "letter:due", of)
    after(reached, emails.HttpEmails, "send", "letter:taken", of)
    transaction(reached, queries, "keep_email_id", "letter", _noted)


def _noted(work: Work, *_: Any) -> tuple[AsyncSession, object]:
    return work.session, work.workspace_id


if __name__ == "__main__":
    run("privacy", consuming, relaying, deciding, ordering, advancing, hearing, resuming, writing)
