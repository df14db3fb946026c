"""One service's part in one round of an erasure: all of it in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.dialects.postgresql import insert

from contactflow.erasure.belongings import NAME, Belongings
from contactflow.erasure.deleting import remove
from contactflow.erasure.fences import Fence, put_up
from contactflow.erasure.model import Erasure
from contactflow.erasure.people import held, owners
from contactflow.events.erasures import ErasureParticipantCompleted, ParticipantName
from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.persistence.outbox import OutboxRow
from contactflow.vault.indexes import BlindIndex
from contactflow.vault.subjects import lock

PATIENCE: Final = (
    "SET LOCAL transaction_timeout = 0",  # a timer that runs does not take a longer time
    "SET LOCAL transaction_timeout = '60s'",
    "SET LOCAL lock_timeout = '20s'",
)


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be done. `subjects` are this service's own; `position` is in the ledger.

    `strangers` are the same person as other services know them.
    """

    request_id: UUID
    number: int
    position: int
    fenced_at: datetime
    fences: frozenset[Fence]
    indexes: frozenset[BlindIndex]
    subjects: frozenset[UUID]
    strangers: frozenset[BlindIndex] = frozenset()


async def erase(
    work: Work,
    what: Round,
    *,
    by: ParticipantName,
    at: datetime,
    belongings: Belongings | None = None,
) -> None:
    """Lock, fence, delete, answer. A round that has been done here is only answered again.

    Identities are locked first, so that nobody who is being created now escapes; then the people,
    against those who write about them. Their objects go before the commit: once it is answered
    they are gone, and who has to do it again finds less.
    """
    for setting in PATIENCE:
        await work.rows(text(setting))
    if await _begun(work, what, at):
        await _note(work, what, await _erased(work, what, belongings))
    work.session.add(_answer(work, what, by, await _rows(work, what), at))


async def _erased(work: Work, what: Round, belongings: Belongings | None) -> Mapping[str, int]:
    """Rows by table, and objects."""
    await lock(work, what.indexes | what.strangers)
    around = what.fences | {Fence(*one) for one in what.strangers}
    await put_up(work, around, at=what.fenced_at, request_id=what.request_id)
    people = await held(work, what.subjects | await owners(work, what.indexes))
    deleted = dict(await remove(work, people))
    theirs = {*people, *what.subjects}  # what came late has no row any more
    if belongings and (objects := await belongings.delete(work.workspace_id, theirs)):
        deleted[NAME] = objects
    return deleted


async def _begun(work: Work, what: Round, at: datetime) -> bool:
    """Whether it is ours to do: who does the same round now is waited for."""
    row = {
        "workspace_id": work.workspace_id,
        "request_id": what.request_id,
        "round": what.number,
        "position": what.position,
        "deleted": {},
        "done_at": at,
    }
    new = insert(Erasure).values(row).on_conflict_do_nothing().returning(Erasure.round)
    return (await work.rows(new)).first() is not None


async def _note(work: Work, what: Round, deleted: Mapping[str, int]) -> None:
    await work.rows(update(Erasure).where(_mine(what)).values(deleted=deleted))


async def _rows(work: Work, what: Round) -> int:
    """How many went in this round, now or before."""
    deleted = (await work.rows(select(Erasure.deleted).where(_mine(what)))).scalar_one()
    return sum(deleted.values())


def _mine(what: Round) -> ColumnElement[bool]:
    return (Erasure.request_id == what.request_id) & (Erasure.round == what.number)


def _answer(work: Work, what: Round, by: ParticipantName, rows: int, at: datetime) -> OutboxRow:
    """No aggregate of this service, so the round stands for its version."""
    event = ErasureParticipantCompleted(
        request_id=what.request_id, round=what.number, participant=by, rows=rows
    )
    return OutboxRow(
        workspace_id=work.workspace_id,
        id=new_id(),
        topic=event.topic.name,
        key=what.request_id,
        type=event.type,
        aggregate_version=what.number,
        occurred_at=at,
        body=event.model_dump(mode="json"),
    )
