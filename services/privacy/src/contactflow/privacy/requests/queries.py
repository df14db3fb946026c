"""Reading rights requests: Core straight to HTTP shapes, without a lock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from contactflow.kernel import encode
from contactflow.persistence import Work
from contactflow.privacy.requests import clock
from contactflow.privacy.requests.dossier import Claimed, Dossier
from contactflow.privacy.requests.errors import RequestNotFoundError, RequestStateError
from contactflow.privacy.requests.matrix import Part, state
from contactflow.privacy.requests.model import OPEN, RightsRequest, Status
from contactflow.privacy.requests.schemas import PreviewOut, RequestDetailOut, RequestOut, Wanted
from contactflow.vault import Opened, opened, reading
from contactflow.web import Page, Paging
from contactflow.web.principals import PREFIXES, named

REQUESTS: Any = RightsRequest.__table__
PARTS: Any = Part.__table__


async def newest(
    work: Work, paging: Paging, *, status: Wanted | None, at: datetime
) -> Page[RequestOut]:
    """Newest first; the same cost at any depth."""
    rows = (await work.rows(paging.of(having(status)))).all()
    return paging.page(RequestOut, await shown(work, rows, at=at))


def having(status: Wanted | None) -> Select[Any]:
    wanted = select(REQUESTS)
    if status is None:
        return wanted
    if status == "open":
        return wanted.where(REQUESTS.c.status.in_(OPEN))
    held_up = REQUESTS.c.id.in_(
        select(PARTS.c.request_id).where(PARTS.c.stalled_since.is_not(None))
    )
    if status == "stalled":
        return wanted.where(held_up, REQUESTS.c.status.in_(OPEN))
    wanted = wanted.where(REQUESTS.c.status == status)
    return wanted.where(~held_up) if status in OPEN else wanted


async def one(work: Work, request_id: UUID) -> Row[Any]:
    found = (await work.rows(select(REQUESTS).where(REQUESTS.c.id == request_id))).first()
    if found is None:
        raise RequestNotFoundError
    return found


async def shown(work: Work, rows: Sequence[Row[Any]], *, at: datetime) -> list[dict[str, Any]]:
    """Requests as their HTTP shape: with the matrix, and masks of what still is known."""
    ids = [row.id for row in rows]
    parts, dossiers = await _parts(work, ids), await _dossiers(work, ids)
    return [_shown(row, parts[row.id], dossiers.get(row.id), at) for row in rows]


async def detail(work: Work, row: Row[Any], *, at: datetime) -> RequestDetailOut:
    """One request as its HTTP shape, with what officers have said about it."""
    [said] = await shown(work, [row], at=at)
    dossier = (await _dossiers(work, [row.id])).get(row.id)
    words = {
        "evidence": dossier.evidence if dossier else None,
        "extension_reason": dossier.reason if dossier else None,
    }
    return RequestDetailOut.model_validate(said | words)


async def preview(work: Work, request_id: UUID) -> PreviewOut:
    """What an erasure would delete. Raises RequestStateError before anybody was asked."""
    request = await one(work, request_id)
    parts = (await _parts(work, [request_id]))[request_id]
    counts = _preview(parts)
    if counts is None:
        raise RequestStateError(state=request.status)
    dossier = (await _dossiers(work, [request_id])).get(request_id)
    return PreviewOut.model_validate(
        {
            **counts,
            "claims": _claims(dossier.claims if dossier else ()),
            "more_claims": (dossier.more_claims if dossier else None) or 0,
        }
    )


def _claims(claims: Iterable[Claimed]) -> list[dict[str, Any]]:
    """Whoever claims several identifiers is one claimant."""
    found: dict[tuple[str, UUID], dict[str, Any]] = {}
    for one in claims:
        new = {"id": one.subject_id, "participant": one.participant, "counts": one.rows}
        claim = found.setdefault((one.participant, one.subject_id), {**new, "kinds": []})
        claim["kinds"].append(one.kind)
    return [*found.values()]


async def _dossiers(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, Opened]:
    known = await opened(work, Dossier, reading(Dossier).where(Dossier.id.in_(ids)))
    return {dossier.id: dossier for dossier in known}


async def _parts(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, list[Row[Any]]]:
    statement = select(PARTS).where(PARTS.c.request_id.in_(ids)).order_by(PARTS.c.participant)
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for part in await work.rows(statement):
        found[part.request_id].append(part)
    return found


def _shown(
    row: Row[Any], parts: Sequence[Row[Any]], dossier: Opened | None, at: datetime
) -> dict[str, Any]:
    stalled = _stalled(parts, row.status) if row.status in OPEN else None
    fields = RequestOut.model_fields.keys() & row._mapping.keys()  # noqa: SLF001  a Row's way to a dict
    return {
        **{name: row._mapping[name] for name in fields},  # noqa: SLF001  as above
        "status": "stalled" if stalled else row.status,
        "decided_by": _public(row.decided_by),
        "extended": row.extended_at is not None,
        "due_soon": row.status in OPEN and at >= row.due_at - clock.WARNING,
        "identifiers": _masks(dossier),
        "participants": [_part(part, row.round) for part in parts],
        "preview": _preview(parts),
        "stalled": stalled,
    }


def _public(name: str | None) -> str | None:
    """Who decided, as the API writes ids."""
    kind, who = named(name) if name else ("public", None)
    return encode(PREFIXES[kind], who) if isinstance(who, UUID) else name


def _masks(dossier: Opened | None) -> list[dict[str, str]]:
    known = dossier.identifiers if dossier else ()
    return [{"kind": one.kind, "masked": one.masked} for one in known]


def _part(part: Row[Any], round_: int) -> dict[str, Any]:
    counts = part.found if part.deleted is None else part.deleted
    return {
        "name": part.participant,
        "state": state(part, round_),
        "counts": counts or {},
        "residue": {table: rows for table, rows in (part.residue or {}).items() if rows},
        "stalled_since": part.stalled_since,
    }


def _preview(parts: Sequence[Row[Any]]) -> dict[str, Any] | None:
    if any(part.found is None for part in parts):
        return None
    return {"counts": {part.participant: part.found for part in parts}}


def _stalled(parts: Sequence[Row[Any]], status: Status) -> dict[str, Any] | None:
    """Who holds it up for longest."""
    silent = [part for part in parts if part.stalled_since]
    if not silent:
        return None
    first = min(silent, key=lambda part: part.stalled_since)
    return {"participant": first.participant, "since": first.stalled_since, "during": status}
