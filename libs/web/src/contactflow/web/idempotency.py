"""One effect per Idempotency-Key, however often a request is sent.

The key's row is written in the transaction of the effect: both are there, or neither. Stored are
hashes, the status and where the resource is; never an answer, which would be personal data kept
a second time. A replay reads the resource as it is now.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import Index, PrimaryKeyConstraint, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped

from contactflow.kernel import ConflictError, ContactFlowError
from contactflow.persistence import NOTHING_PERSONAL, Base, Work
from contactflow.web.principals import Principal

LIFE: Final = timedelta(hours=24)
BATCH: Final = 1000
WRITTEN: Final = re.compile(r"[\x21-\x7e]{1,255}")


class IdempotencyInFlightError(ConflictError):
    """The same key is being handled right now: 409."""

    code = "idempotency_in_flight"


class IdempotencyMismatchError(ContactFlowError):
    """The key was used for another request: 422."""

    code = "idempotency_mismatch"


class InvalidIdempotencyKeyError(ContactFlowError):
    """Not 1 to 255 visible ASCII characters: 422."""

    code = "invalid_idempotency_key"


class ReplayError(Exception):
    """It has been done. No error of the caller, so nothing but ReplayMiddleware handles it."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__()
        self.status, self.location = status, location


class IdempotencyKey(Base):
    """A request that was answered with 2xx in the last 24 hours."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "principal", "key_hash"),
        Index(None, "created_at"),
        {"info": NOTHING_PERSONAL | {"system": "a chore purges it"}},
    )

    workspace_id: Mapped[UUID]
    principal: Mapped[str]
    key_hash: Mapped[bytes]
    fingerprint: Mapped[bytes]
    status: Mapped[int]
    location: Mapped[str]
    created_at: Mapped[datetime]


KEYS: Final[Any] = IdempotencyKey.__table__


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request that has a key."""

    workspace_id: UUID
    principal: str
    key_hash: bytes
    fingerprint: bytes
    at: datetime

    @classmethod
    async def of(cls, request: Request, who: Principal, at: datetime) -> "Attempt | None":
        """None for a request without a key, or without an effect."""
        key = request.headers.get("idempotency-key")
        if key is None or request.method != "POST" or who.workspace_id is None:
            return None
        if not WRITTEN.fullmatch(key):
            raise InvalidIdempotencyKeyError
        said = f"{request.url.path}?{request.url.query}\n".encode() + await request.body()
        # Keyed with the caller's secret, which is not stored: a phone number in the body can't
        # be guessed from the fingerprint.
        fingerprint = hmac.digest(key.encode(), said, "sha256")
        hashed = sha256(key.encode()).digest()
        return cls(who.workspace_id, who.name, hashed, fingerprint, at)

    async def begin(self, work: Work) -> None:
        """Hold the key until the transaction ends.

        Raises IdempotencyInFlightError, IdempotencyMismatchError, or ReplayError when it is done.
        """
        mine = func.pg_try_advisory_xact_lock(self._lock)
        if not (await work.rows(select(mine))).scalar_one():
            raise IdempotencyInFlightError
        known = (await work.rows(select(KEYS).where(self._same()))).one_or_none()
        if known is None or known.created_at <= self.at - LIFE:
            return
        if not hmac.compare_digest(known.fingerprint, self.fingerprint):
            raise IdempotencyMismatchError
        raise ReplayError(known.status, known.location)

    async def end(self, work: Work, response: Response, status: int) -> None:
        """Keep what was answered. An answer that names no resource has nothing to show again."""
        location = response.headers.get("location")
        if location is None or not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        said = {
            "fingerprint": self.fingerprint,
            "status": status,
            "location": location,
            "created_at": self.at,
        }
        row = {
            "workspace_id": self.workspace_id,
            "principal": self.principal,
            "key_hash": self.key_hash,
            **said,
        }
        statement = insert(KEYS).values(row)
        await work.rows(statement.on_conflict_do_update(constraint=KEYS.primary_key, set_=said))

    @property
    def _lock(self) -> int:
        whole = self.workspace_id.bytes + self.principal.encode() + self.key_hash
        return int.from_bytes(sha256(whole).digest()[:8], "big", signed=True)

    def _same(self) -> Any:
        return (KEYS.c.principal == self.principal) & (KEYS.c.key_hash == self.key_hash)


async def purge_idempotency_keys(work: Work, *, at: datetime) -> int:
    """Delete one batch of keys that are over, across workspaces (system role); how many."""
    key = (KEYS.c.workspace_id, KEYS.c.principal, KEYS.c.key_hash)
    over = select(*key).where(KEYS.c.created_at <= at - LIFE).limit(BATCH)
    gone: Any = await work.rows(delete(KEYS).where(tuple_(*key).in_(over)))
    return int(gone.rowcount)
