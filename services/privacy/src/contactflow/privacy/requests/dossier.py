"""Whose request it is: everything personal about one, on a subject that was made for it alone."""

from collections.abc import Collection
from typing import NamedTuple, Self
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from contactflow.erasure.wire import Person as Found
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Base
from contactflow.privacy.requests.errors import ClaimNotFoundError
from contactflow.vault import (
    Category,
    Email,
    Identity,
    OneTimeCode,
    Person,
    Personal,
    Phone,
    Retention,
    many,
    neutral,
    one,
    sealed,
    unsealed,
)

KINDS: dict[str, type[Email | Phone]] = {"email": Email, "phone": Phone}


class Identifier(NamedTuple):
    """What the person is known by, as they or the officer say."""

    kind: str
    value: str

    @property
    def identity(self) -> Identity:
        return KINDS[self.kind](self.value)

    @property
    def masked(self) -> str:
        """Enough for an officer to recognise it, not enough to use it."""
        if self.kind == "phone":
            return f"{self.value[:3]}…{self.value[-2:]}"
        name, _, domain = self.value.partition("@")
        return f"{name[0]}…@{domain}"


class Claimed(NamedTuple):
    """Somebody who has only said to be the person; erased with them if an officer decides so."""

    participant: ParticipantName
    subject_id: UUID
    kind: str
    rows: dict[str, int]


class Dossier(Personal, Base):
    """Its id is the request's. `found` is whom it is about, as far as anybody knows by now.

    `more_claims` counts who claimed to be the person and is not among the `claims`; None: nobody
    has counted them.
    """

    __tablename__ = "rights_dossiers"
    __table_args__ = (Index(None, "workspace_id", "conversation_id"),)

    identifiers = sealed(
        many(Identifier), "privacy.dossier.identifiers", Category.CONTACT_DETAILS, Retention.RIGHTS
    )
    found = sealed(one(Found), "privacy.dossier.found", Category.PSEUDONYM, Retention.RIGHTS)
    claims = sealed(many(Claimed), "privacy.dossier.claims", Category.PSEUDONYM, Retention.RIGHTS)
    code = sealed(one(OneTimeCode), "privacy.dossier.code", Category.CONTENT, Retention.RIGHTS)
    evidence = sealed(one(str), "privacy.dossier.evidence", Category.CONTENT, Retention.RIGHTS)
    reason = sealed(one(str), "privacy.dossier.reason", Category.CONTENT, Retention.RIGHTS)
    more_claims: Mapped[int | None] = neutral()
    conversation_id: Mapped[UUID | None] = unsealed(
        "privacy.dossier.conversation_id", Category.PSEUDONYM, Retention.RIGHTS
    )

    @classmethod
    def of(
        cls, person: Person, request_id: UUID, identifiers: Collection[Identifier], found: Found
    ) -> Self:
        dossier = cls(conversation_id=None, more_claims=None)
        dossier.about(person, request_id)
        dossier.identifiers, dossier.found = tuple(dict.fromkeys(identifiers)), found
        return dossier

    @property
    def whom(self) -> Found:
        return self.found or Found()

    @property
    def email(self) -> str | None:
        """Where the person can be written to."""
        return next((known.value for known in self.identifiers if known.kind == "email"), None)

    @property
    def needs_an_officer(self) -> bool:
        """A code shows one address to be theirs, and says nothing of whatever else is named."""
        return len(self.identifiers) > 1

    def include(self, subject_ids: Collection[UUID]) -> None:
        """Take these for the person, too, who only claimed to be. Raises ClaimNotFoundError.

        Their claims stay until it is known who else they are; the others are let go of.
        """
        if {*subject_ids} - {claim.subject_id for claim in self.claims}:
            raise ClaimNotFoundError
        self.claims = tuple(one for one in self.claims if one.subject_id in subject_ids)
        subjects = {name: {*ids} for name, ids in self.whom.subjects.items()}
        for claim in self.claims:
            subjects.setdefault(claim.participant, set()).add(claim.subject_id)
        told = {name: tuple(sorted(ids)) for name, ids in subjects.items()}
        self.found = Found(indexes=self.whom.indexes, subjects=told)

    def close(self) -> None:
        """Keep nothing but whom it was about: that lifts what was restricted."""
        found = self.found
        self.empty()
        self.found = found
