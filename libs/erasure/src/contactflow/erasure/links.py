"""Who our people are in other services: the one thing that discovery can't know by itself."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work

Elsewhere = Mapping[ParticipantName, tuple[UUID, ...]]


class Links(Protocol):
    """What a service knows of people in others. Discovery and residue check go by it."""

    async def ours(self, work: Work, elsewhere: Elsewhere, /) -> frozenset[UUID]:
        """Our subjects who are one of these."""

    async def elsewhere(self, work: Work, ours: Collection[UUID], /) -> Elsewhere:
        """Where else these subjects of ours are known, and as whom."""


class NoLinks:
    """Of a service that knows its own people only."""

    async def ours(self, work: Work, elsewhere: Elsewhere) -> frozenset[UUID]:  # noqa: ARG002
        """See Links."""
        return frozenset()

    async def elsewhere(self, work: Work, ours: Collection[UUID]) -> Elsewhere:  # noqa: ARG002
        """See Links."""
        return {}
