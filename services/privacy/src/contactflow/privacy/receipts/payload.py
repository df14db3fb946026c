"""What a receipt says: ids, counts and times, so that it may be kept and shown to anyone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from contactflow.erasure.receipts import ReceiptKey
from contactflow.events.workspaces import LegalRole
from contactflow.kernel import encode

VERSION: Final = 1
STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Terms:
    """Who signs, and how long what nobody here can delete is still there, in days.

    `subprocessors`: outside providers that were given content, by name.
    """

    key: ReceiptKey
    backup_days: int
    subprocessors: Mapping[str, int]


class Part(Protocol):
    """One participant's part, after it was verified."""

    @property
    def participant(self) -> str: ...
    @property
    def deleted(self) -> Mapping[str, int] | None: ...
    @property
    def verified_at(self) -> datetime | None: ...


class Completed(Protocol):
    """A request that is completed."""

    @property
    def id(self) -> UUID: ...
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def right(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def completed_at(self) -> datetime | None: ...
    @property
    def parts(self) -> Sequence[Part]: ...


def payload(
    request: Completed, legal_role: LegalRole, terms: Terms, residue: Mapping[str, int]
) -> dict[str, Any]:
    """`residue` is what each participant counted when it was looked at again, in rows.

    Raises ValueError for one that is not completed.
    """
    if request.completed_at is None:
        raise ValueError("not completed")
    at = request.completed_at
    return {
        "request_id": encode("rr", request.id),
        "workspace_id": encode("ws", request.workspace_id),
        "right": request.right,
        "received_at": request.received_at.strftime(STAMP),
        "completed_at": at.strftime(STAMP),
        "legal_role": legal_role,
        "participants": list(_participants(request.parts, residue)),
        "backups_expire_on": _day(at, terms.backup_days),
        "subprocessors": [
            {"name": name, "expires_on": _day(at, days)}
            for name, days in sorted(terms.subprocessors.items())
        ],
        "version": VERSION,
    }


def _participants(parts: Sequence[Part], residue: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for part in parts:
        if part.verified_at is None:
            raise ValueError(part.participant)
        yield {
            "name": part.participant,
            "deleted": {table: rows for table, rows in (part.deleted or {}).items() if rows},
            "verified_at": part.verified_at.strftime(STAMP),
            "residue": residue[part.participant],
        }


def _day(at: datetime, days: int) -> str:
    return (at + timedelta(days=days)).date().isoformat()
