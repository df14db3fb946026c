"""Lending places: each step is one statement, so that no two calls ever have one place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row, text

from contactflow.kernel import hashed_token, new_id
from contactflow.persistence import Work
from contactflow.voice.places.model import BEAT, LOOKS, SILENT, UNCLAIMED, Admission, Tokens

KNOWN: Final = text("""
    SELECT url, admission FROM places
    WHERE call_id = :call_id AND claimed_at IS NULL AND expires_at > :at AND beats_at > :alive
""")
ADMIT: Final = text("""
    UPDATE places SET workspace_id = :workspace_id, call_id = :call_id, admission = :admission,
        token_hash = :token_hash, expires_at = :expires_at, claimed_at = NULL,
        traceparent = :traceparent
    WHERE id = (
        SELECT id FROM places
        WHERE beats_at > :alive
          AND (call_id IS NULL OR (claimed_at IS NULL AND expires_at <= :at))
        ORDER BY slot, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING url
""")
WAITING: Final = text("""
    SELECT workspace_id, call_id FROM places
    WHERE token_hash = :token_hash AND media_id = :media_id
      AND claimed_at IS NULL AND expires_at > :at
""")
CLAIM: Final = text("""
    UPDATE places SET claimed_at = :at, token_hash = NULL
    WHERE token_hash = :token_hash AND media_id = :media_id
      AND claimed_at IS NULL AND expires_at > :at
    RETURNING id, workspace_id, call_id, traceparent
""")
FREE: Final = """
    UPDATE places SET workspace_id = NULL, call_id = NULL, admission = NULL, token_hash = NULL,
        expires_at = NULL, claimed_at = NULL, traceparent = NULL
"""
GIVE_BACK: Final = text(f"{FREE} WHERE id = :id AND call_id = :call_id")
MISLAID: Final = text(f"""
    {FREE} WHERE media_id = :media_id AND claimed_at <= :due AND id <> ALL(CAST(:taken AS uuid[]))
""")
REGISTER: Final = text("""
    INSERT INTO places (id, media_id, slot, url, beats_at)
    SELECT unnest(CAST(:ids AS uuid[])), :media_id, unnest(CAST(:slots AS int[])), :url, :at
    ON CONFLICT (media_id, slot) DO UPDATE SET beats_at = excluded.beats_at, missed = 0
""")
LINGER: Final = text("UPDATE places SET beats_at = :at, missed = 0 WHERE media_id = :media_id")
CLOSE: Final = text("DELETE FROM places WHERE media_id = :media_id AND claimed_at IS NULL")
MISS: Final = text("UPDATE places SET missed = missed + 1 WHERE beats_at <= :due")
BURY: Final = text("""
    DELETE FROM places WHERE missed >= :looks AND beats_at <= :alive RETURNING workspace_id, call_id
""")


class Claim(NamedTuple):
    """A place that a socket has, the call it is for, and the trace that the call came in."""

    place_id: UUID
    workspace_id: UUID
    call_id: UUID
    traceparent: str | None


class Waiting(NamedTuple):
    """A call that has a place, to which no socket has come yet."""

    workspace_id: UUID
    call_id: UUID


class Lost(NamedTuple):
    """A call whose media process is dead."""

    workspace_id: UUID
    call_id: UUID


class SqlPlaces:
    """For whoever admits: the rest of the webhook's transaction holds, or none of it."""

    def __init__(self, work: Work, tokens: Tokens) -> None:
        self._work, self._tokens = work, tokens

    async def admit(self, call_id: UUID, *, at: datetime) -> Admission | None:
        """A place for the call, the same while nobody has claimed it; None when all are taken."""
        if known := await self._first(KNOWN, call_id=call_id, at=at, alive=at - SILENT):
            return Admission(known.url, self._tokens.of(known.admission))
        admission = new_id()
        token = self._tokens.of(admission)
        lent = await self._first(
            ADMIT,
            workspace_id=self._work.workspace_id,
            call_id=call_id,
            admission=admission,
            token_hash=hashed_token(token),
            expires_at=at + UNCLAIMED,
            traceparent=self._work.traceparent,
            at=at,
            alive=at - SILENT,
        )
        return Admission(lent.url, token) if lent else None

    async def _first(self, statement: Any, **values: Any) -> Row[Any] | None:
        return (await self._work.rows(statement, values)).first()


class House:
    """The places of one media process, on the system role. Each call is a statement of its own."""

    def __init__(self, media_id: UUID, url: str, slots: int) -> None:
        self._media_id, self._url, self._slots = media_id, url, slots

    async def beat(self, work: Work, *, taken: Sequence[UUID] = (), at: datetime) -> None:
        """This process lives, and has so many places, of which it knows these to be taken.

        One that was claimed a while ago and is not among them is free again: the connection broke
        before the claim was answered.
        """
        values = {
            "ids": [new_id() for _ in range(self._slots)],
            "slots": [*range(self._slots)],
            "media_id": self._media_id,
            "url": self._url,
            "at": at,
        }
        await work.rows(REGISTER, values)
        mislaid = {"media_id": self._media_id, "due": at - SILENT, "taken": [*taken]}
        await work.rows(MISLAID, mislaid)

    def admission(self, token: str) -> Admission:
        """As whoever has the token was told it."""
        return Admission(self._url, token)

    async def waiting(self, work: Work, token: str, *, at: datetime) -> Waiting | None:
        """The call that the token stands for; the token is not used up by that."""
        found = (await work.rows(WAITING, self._named(token, at))).first()
        return Waiting._make(found) if found else None

    async def claim(self, work: Work, token: str, *, at: datetime) -> Claim | None:
        """Whoever shows the token has the place, once; None for anybody else."""
        found = (await work.rows(CLAIM, self._named(token, at))).first()
        return Claim._make(found) if found else None

    def _named(self, token: str, at: datetime) -> dict[str, Any]:
        return {"token_hash": hashed_token(token), "media_id": self._media_id, "at": at}

    async def give_back(self, work: Work, claim: Claim) -> None:
        """The call is over; again, it changes nothing."""
        await work.rows(GIVE_BACK, {"id": claim.place_id, "call_id": claim.call_id})

    async def close(self, work: Work, *, at: datetime) -> None:
        """No new calls: what is not claimed is not there any more; what is, lives."""
        await work.rows(CLOSE, {"media_id": self._media_id})
        await work.rows(LINGER, {"media_id": self._media_id, "at": at})


async def bury(work: Work, *, at: datetime) -> list[Lost]:
    """The places of dead processes are gone (system role); the calls that they had.

    Called once a beat: each time counts as a look.
    """
    await work.rows(MISS, {"due": at - BEAT})
    gone = (await work.rows(BURY, {"looks": LOOKS, "alive": at - SILENT})).all()
    return [Lost(row.workspace_id, row.call_id) for row in gone if row.call_id]
