"""Finding somebody in every service, until nobody learns anything new."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from contactflow.erasure.wire import Discovered, Person, Verified
from contactflow.events.erasures import PARTICIPANTS, ParticipantName
from contactflow.kernel import UnavailableError
from contactflow.privacy.participants import Participants

PASSES: Final = 20
"""Each pass learns something, so people come to an end soon; only nonsense goes on."""

A = TypeVar("A")
Answers = Mapping[ParticipantName, A]
Ask = Callable[[ParticipantName], Awaitable[A]]


@dataclass(frozen=True, slots=True)
class Search:
    """Whom it is about, as everybody together knows; what each told last; who told nothing."""

    person: Person
    told: Answers[Discovered] = field(default_factory=dict)
    silent: frozenset[ParticipantName] = frozenset()


async def search(participants: Participants, workspace_id: UUID, person: Person) -> Search:
    """Ask all of them with what all of them know, again and again until that is the same.

    It ends at once when somebody does not answer: without them nothing can be concluded.
    """
    told: Answers[Discovered] = {}
    for _ in range(PASSES):
        asked = person
        told, silent = await everybody(
            lambda name, who=asked: participants.discover(name, workspace_id, who)  # type: ignore[misc]
        )
        person = together(asked, *(one.person for one in told.values()))
        if silent or person == asked:
            return Search(person, told, silent)
    return Search(person, told, frozenset(_finding(told)))


async def verify(
    participants: Participants, workspace_id: UUID, request_id: UUID, person: Person
) -> tuple[Answers[Verified], frozenset[ParticipantName]]:
    return await everybody(lambda name: participants.verify(name, workspace_id, request_id, person))


async def everybody(ask: Ask[A]) -> tuple[Answers[A], frozenset[ParticipantName]]:
    """The same question to all at once: who answered what, and who did not."""
    async with asyncio.TaskGroup() as tasks:
        asked = {name: tasks.create_task(_answer(ask, name)) for name in PARTICIPANTS}
    answers = {name: task.result() for name, task in asked.items()}
    told = {name: answer for name, answer in answers.items() if answer is not None}
    return told, frozenset(answers.keys() - told.keys())


def together(*people: Person) -> Person:
    """One person of them all; two that say the same are equal."""
    indexes = {index for one in people for index in one.indexes}
    subjects: dict[ParticipantName, set[UUID]] = {}
    for one in people:
        for name, ids in one.subjects.items():
            subjects.setdefault(name, set()).update(ids)
    return Person(
        indexes=tuple(sorted(indexes, key=lambda one: (one.kind, one.version, one.digest))),
        subjects={
            name: tuple(sorted(subjects[name])) for name in PARTICIPANTS if subjects.get(name)
        },
    )


async def _answer(ask: Ask[A], name: ParticipantName) -> A | None:
    try:
        return await ask(name)
    except UnavailableError:
        return None


def _finding(told: Answers[Discovered]) -> Iterable[ParticipantName]:
    return (name for name, one in told.items() if one.person.subjects or one.person.indexes)
