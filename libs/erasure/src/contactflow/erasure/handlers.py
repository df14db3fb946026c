"""What a participant does when privacy has decided something."""

from contactflow.erasure.belongings import Belongings
from contactflow.erasure.eraser import Round, erase
from contactflow.erasure.fences import fences, strangers
from contactflow.erasure.orders import Orders
from contactflow.erasure.restricting import restrict
from contactflow.erasure.wire import Order
from contactflow.events import Fact
from contactflow.events.erasures import ErasureRequested, ParticipantName, RestrictionChanged
from contactflow.kernel import Clock
from contactflow.persistence import Work
from contactflow.vault import indexer
from contactflow.vault.indexes import Indexer


class Handlers:
    """Fetches the order first, and then does in one transaction what it says."""

    def __init__(
        self,
        name: ParticipantName,
        orders: Orders,
        clock: Clock,
        belongings: Belongings | None = None,
    ) -> None:
        self._name, self._orders, self._clock = name, orders, clock
        self._belongings = belongings

    async def approved(self, fact: Fact[ErasureRequested]) -> Order | None:
        """The order of this very round; without one there is nothing to do any more."""
        order = await self._orders.order(fact.workspace_id, fact.body.request_id)
        return order if order and order.round == fact.body.round else None

    async def erase(self, work: Work, _: Fact[ErasureRequested], order: Order) -> None:
        """See eraser."""
        what = _round(order, indexer(work.session.info))
        if what:
            at, belongings = self._clock(), self._belongings
            await erase(work, what, by=self._name, at=at, belongings=belongings)

    async def current(self, fact: Fact[RestrictionChanged]) -> Order | None:
        """What holds now, whatever held when the event was sent."""
        return await self._orders.order(fact.workspace_id, fact.body.request_id)

    async def restrict(self, work: Work, _: Fact[RestrictionChanged], order: Order) -> None:
        """See restricting."""
        await restrict(work, order, at=self._clock())


def _round(order: Order, hashes: Indexer) -> Round | None:
    """None before the erasure was approved."""
    if order.position is None or order.fenced_at is None:
        return None
    indexes = frozenset(one.blind for one in order.indexes)
    return Round(
        request_id=order.request_id,
        number=order.round,
        position=order.position,
        fenced_at=order.fenced_at,
        fences=fences(hashes, indexes),
        indexes=indexes,
        subjects=frozenset(order.subjects),
        strangers=strangers(order.elsewhere),
    )
