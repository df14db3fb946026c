"""What a use case asks about people, and what it may be refused."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.kernel import ConflictError, GoneError
from contactflow.vault.identities import Identity
from contactflow.vault.persons import Person


class PersonErasedError(GoneError):
    """Erased, and has not come back by an act of their own since."""

    code = "person_erased"


class SeveralPeopleError(ConflictError):
    """These identities belong to more than one person."""

    code = "several_people"


class People(Protocol):
    """The people of one workspace.

    `identities` find a person and belong to nobody else. `claims` are what somebody says of
    themselves, or what several people share: they find nobody and join nobody.

    `acted_at` is when the person did something (wrote, called, sent a form); None when somebody
    else speaks of them. Who was erased is known again only by an act after the erasure.
    """

    @property
    def came_back(self) -> bool:
        """Whether such an act has let in somebody who was erased, in this transaction."""

    async def lock(self, identities: Iterable[Identity]) -> None:
        """Keep everyone else from learning these identities or claims until the commit.

        A use case that calls `identify` calls this first, before it loads anything: everybody
        takes locks in the order identities, people, rows.
        """

    async def find(self, identities: Iterable[Identity]) -> Person | None:
        """The person who has one of these, held until the commit. Raises SeveralPeopleError."""

    async def find_or_create(
        self,
        identities: Iterable[Identity],
        *,
        claims: Iterable[Identity] = (),
        acted_at: datetime | None = None,
    ) -> Person:
        """As `find`; else somebody new who has them all. Raises PersonErasedError besides."""

    async def admit(self, service: str, subject_id: UUID) -> None:
        """Before somebody is linked to a person of another service: whom it has erased stays away.

        Nobody is known here by that id yet; until the commit no erasure overtakes. Raises
        PersonErasedError, whenever they acted: who comes back is somebody else there.
        """

    async def identify(
        self,
        person: Person,
        identities: Iterable[Identity],
        *,
        claims: Iterable[Identity] = (),
        acted_at: datetime | None = None,
    ) -> None:
        """Make these all that the person is known by: others are withdrawn.

        Raises SeveralPeopleError when one is another's, PersonErasedError when one that is new
        was erased, RuntimeError when one that is new was not locked.
        """

    async def remove(self, person: Person) -> None:
        """Forget a person, and with them every row that is about them."""
