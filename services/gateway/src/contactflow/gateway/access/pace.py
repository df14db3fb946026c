"""How often one caller may ask: counted in this process's memory, for everything."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.kernel import Clock
from contactflow.web import Principal
from contactflow.web.limits import Rate, RateLimitedError

KNOWN: Final = Rate("requests", 1200, timedelta(minutes=1))
PUBLIC: Final = Rate("requests", 300, timedelta(minutes=1))
REMEMBERED: Final = 100_000
ONES: Final = {b"ratelimit", b"ratelimit-policy"}


LIMITS: Final = "contactflow.limits"
"""Where in a request's scope the headers are noted that its answer shall have."""


class PaceMiddleware:
    """Tells every caller who was recognised how many requests are left to them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limits: dict[str, str] = {}

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower().encode(): one.encode() for name, one in limits.items()}
                kept = [(k, v) for k, v in message["headers"] if k.lower() not in ONES]
                given = [(k, v) for k, v in message["headers"] if k.lower() in ONES]
                message = {**message, "headers": kept + (given or [*said.items()])}
            await send(message)

        await self._app({**scope, LIMITS: limits}, receive, marked)


class Pace:
    """GCRA as in PostgreSQL's limits, one time per caller; the longest unseen are forgotten.

    Each process counts for itself: what must hold across processes is counted in the database.
    """

    def __init__(self, clock: Clock, known: Rate = KNOWN, public: Rate = PUBLIC) -> None:
        self._clock, self._known, self._public = clock, known, public
        self._used_until: OrderedDict[str, datetime] = OrderedDict()

    def take(self, who: Principal) -> dict[str, str]:
        """Count one; the headers that say what is left. Raises RateLimitedError."""
        at = self._clock()
        rate, name = (
            (self._public, who.client or "")
            if who.kind == "public"
            else (self._known, f"{who.name} {who.workspace_id}")
        )
        until = max(self._used_until.get(name, at), at)
        if until + rate.window / rate.limit > at + rate.window:
            raise RateLimitedError(rate, until, at)
        self._remember(name, until + rate.window / rate.limit)
        return {"RateLimit": rate.left(self._used_until[name], at), "RateLimit-Policy": rate.policy}

    def _remember(self, name: str, until: datetime) -> None:
        self._used_until[name] = until
        self._used_until.move_to_end(name)
        if len(self._used_until) > REMEMBERED:
            self._used_until.popitem(last=False)
