"""Restriction: a person's data is only stored, until it is lifted."""

from datetime import datetime

from sqlalchemy import update

from contactflow.erasure.people import held, owners
from contactflow.erasure.wire import Order
from contactflow.persistence import Work
from contactflow.vault.subjects import SUBJECTS


async def restrict(work: Work, order: Order, *, at: datetime) -> None:
    """As the order says now, whoever is meant; who has it so already keeps their date.

    Whoever is about to send something holds the person, so it is sent before this or not at all.
    """
    known = await owners(work, [one.blind for one in order.indexes])
    people = await held(work, known.union(order.subjects))
    changed = SUBJECTS.c.restricted_at.is_(None) == order.restricted
    since = at if order.restricted else None
    these = SUBJECTS.c.id.in_(people) & changed
    await work.rows(update(SUBJECTS).where(these).values(restricted_at=since))
