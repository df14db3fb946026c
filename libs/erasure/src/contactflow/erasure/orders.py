"""What a participant asks of privacy: whom a request is about."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from contactflow.erasure.wire import Order
from contactflow.web import InternalClient


class Orders(Protocol):
    """Raises UnavailableError while privacy does not answer."""

    async def order(self, workspace_id: UUID, request_id: UUID, /) -> Order | None:
        """What is to be done; None when the request is over."""


class HttpOrders:
    """Privacy, over HTTP. It is looked up when it is first asked: a stack may be without it."""

    def __init__(self, internal: Callable[[str], InternalClient]) -> None:
        self._internal = internal

    async def order(self, workspace_id: UUID, request_id: UUID) -> Order | None:
        """See Orders."""
        path = f"/internal/rights-requests/{request_id}/order"
        return await self._internal("privacy").get(workspace_id, path, Order)
