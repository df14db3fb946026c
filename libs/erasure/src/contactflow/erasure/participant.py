"""A service's part in erasures, plugged in as a whole."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from obstore.store import ObjectStore

from contactflow.erasure import endpoints
from contactflow.erasure.belongings import Belongings
from contactflow.erasure.handlers import Handlers
from contactflow.erasure.ledger import Ledger
from contactflow.erasure.links import Links, NoLinks
from contactflow.erasure.orders import Orders
from contactflow.erasure.replay import Replay
from contactflow.erasure.retention import purging
from contactflow.events.erasures import ErasureRequested, ParticipantName, RestrictionChanged
from contactflow.kernel import Clock
from contactflow.messaging import Job, Reaction, on
from contactflow.persistence import Works


@dataclass(frozen=True, slots=True)
class Participant:
    """What a service that holds personal data adds to its app, its worker, and its start.

    `links`: who its people are in other services, where it keeps that. `folder`: where their
    objects lie, in a service that has some; it then gives the store, and keeps it in `app.state`.
    """

    name: ParticipantName
    links: Links = field(default_factory=NoLinks)
    folder: str | None = None

    @property
    def router(self) -> APIRouter:
        """For its app."""
        return endpoints.router(self.name, self.links, self.folder)

    def reactions(
        self, orders: Orders, clock: Clock, store: ObjectStore | None = None
    ) -> list[Reaction[Any]]:
        """For its consumer."""
        does = Handlers(self.name, orders, clock, self._belongings(store))
        return [
            on(ErasureRequested, "erasure.erase", fetch=does.approved, apply=does.erase),
            on(RestrictionChanged, "erasure.restrict", fetch=does.current, apply=does.restrict),
        ]

    def jobs(self, clock: Clock) -> list[Job[Any]]:
        """For its jobs."""
        return [purging(clock)]

    def replay(
        self,
        ledger: Ledger,
        works: Works,
        system: Works,
        clock: Clock,
        store: ObjectStore | None = None,
    ) -> Replay:
        """For its start: done before it is ready."""
        return Replay(self.name, ledger, works, system, clock, self._belongings(store))

    def _belongings(self, store: ObjectStore | None) -> Belongings | None:
        """Raises RuntimeError for a folder without a store: its objects would stay."""
        if self.folder is None:
            return None
        if store is None:
            raise RuntimeError("a participant with objects needs its store")
        return Belongings(store, self.folder)
