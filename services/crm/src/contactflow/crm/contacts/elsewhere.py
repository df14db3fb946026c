"""Contacts as an erasure asks for them: who they are in other services."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from contactflow.crm.contacts.links import ContactLink
from contactflow.erasure.links import Elsewhere
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work


class ContactsElsewhere:
    """The port `erasure.links.Links`: a deleted contact has its links until it is removed."""

    async def ours(self, work: Work, elsewhere: Elsewhere) -> frozenset[UUID]:
        sought = [(name, subject) for name, subjects in elsewhere.items() for subject in subjects]
        linked = tuple_(ContactLink.service, ContactLink.linked_subject_id).in_(sought)
        found = await work.rows(select(ContactLink.subject_id).where(linked))
        return frozenset(found.scalars())

    async def elsewhere(self, work: Work, ours: Collection[UUID]) -> Elsewhere:
        links = select(ContactLink.service, ContactLink.linked_subject_id)
        theirs = links.where(ContactLink.subject_id.in_(ours)).order_by(ContactLink.id)
        known: dict[ParticipantName, list[UUID]] = defaultdict(list)
        rows: Any = await work.rows(theirs)
        for row in rows:
            known[row.service].append(row.linked_subject_id)
        return {name: tuple(subjects) for name, subjects in known.items()}
