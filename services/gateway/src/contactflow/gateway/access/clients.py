"""Where requests come from, as salted hashes: enough to count, not enough to find anybody."""

import hmac
import secrets
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from starlette.types import Scope

from contactflow.gateway.sessions.model import Traces
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock
from contactflow.persistence import NOTHING_PERSONAL, Base, Work, Works
from contactflow.web.requests import header

KEPT: Final = timedelta(days=30)
HOUSEHOLD: Final = 64  # bits of an IPv6 address that one customer of a provider has


class ClientSalt(Base):
    """The salt of one day. Once it is deleted, nobody can say whose a hash of that day is."""

    __tablename__ = "client_salts"
    __table_args__ = (
        {"info": NOTHING_PERSONAL | {"system": "hashes addresses before anybody is known"}},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[bytes]


SALTS: Any = ClientSalt.__table__


class Clients:
    """Hashes with the salt of the day, the same in every process.

    `proxies` is how many of our own stand in front of us.
    """

    def __init__(self, system: Works, clock: Clock, proxies: int = 0) -> None:
        self._system, self._clock, self._proxies = system, clock, proxies
        self._known: tuple[date, bytes] | None = None

    async def traces(self, scope: Scope) -> Traces:
        """Of a request. Raises UnavailableError without a database."""
        salt = await self._salt()
        return Traces(
            _hash(salt, _address(scope, self._proxies)), _hash(salt, header(scope, "user-agent"))
        )

    async def _salt(self) -> bytes:
        today = self._clock().date()
        if self._known is None or self._known[0] != today:
            self._known = (
                today,
                await self._system.run(PLATFORM_WORKSPACE_ID, lambda work: _of_day(work, today)),
            )
        return self._known[1]


async def _of_day(work: Work, day: date) -> bytes:
    row = {"day": day, "salt": secrets.token_bytes(32)}
    await work.rows(insert(SALTS).values(row).on_conflict_do_nothing())
    found = await work.rows(select(SALTS.c.salt).where(SALTS.c.day == day))
    return bytes(found.scalar_one())


async def purge_salts(work: Work, *, at: datetime) -> int:
    """Delete salts after 30 days: hashes made with them tell nothing from then on."""
    gone: Any = await work.rows(delete(SALTS).where(SALTS.c.day <= (at - KEPT).date()))
    return int(gone.rowcount)


def _address(scope: Scope, proxies: int) -> str:
    """The client's; of IPv6 only the part that a household shares."""
    try:
        address = ip_address(_said(scope, proxies))
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(int(address) >> HOUSEHOLD)
    return str(address)


def _said(scope: Scope, proxies: int) -> str:
    """Who asked us; behind proxies, who the outermost of them says has asked it."""
    if proxies:
        hops = [one.strip() for one in header(scope, "x-forwarded-for").split(",")]
        return hops[-proxies] if len(hops) >= proxies else ""
    peer = scope.get("client")
    return str(peer[0]) if peer else ""


def _hash(salt: bytes, said: str) -> str:
    return hmac.digest(salt, said.encode("latin-1", "replace"), "sha256").hex()[:32]
