"""What stands in a letter, as things are when it is sent; None when it is needed no more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from contactflow.kernel import encode
from contactflow.persistence import Work
from contactflow.privacy.emails import Email
from contactflow.privacy.receipts.queries import signed
from contactflow.privacy.requests.answer import Answer
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.promises import OfRequest
from contactflow.vault import Opened, Personal, opened, reading


async def code(work: Work, request_id: UUID, *, at: datetime) -> Email | None:
    dossier = await _one(work, Dossier, request_id)
    request = await work.session.get(RightsRequest, (work.workspace_id, request_id))
    if request is None or dossier is None or dossier.code is None or dossier.code.expires_at <= at:
        return None
    return Email(
        key=f"rights_code:{request_id}:{dossier.code.expires_at.timestamp()}",
        template="rights_code",
        locale=request.locale,
        to=_address(dossier),
        facts={"code": dossier.code.digits},
    )


async def warning(work: Work, request_id: UUID) -> Email | None:
    request = await work.session.get(RightsRequest, (work.workspace_id, request_id))
    if request is None or not request.is_open:
        return None
    due_at = request.due_at.isoformat()
    return Email(
        key=f"rights_due:{request_id}:{due_at}",
        template="rights_due",
        locale=request.locale,
        to_role="privacy_officer",
        facts={"request_id": encode("rr", request_id), "due_at": due_at},
    )


async def extension(work: Work, request_id: UUID) -> Email | None:
    dossier = await _one(work, Dossier, request_id)
    request = await work.session.get(RightsRequest, (work.workspace_id, request_id))
    if request is None or dossier is None or not request.is_open:
        return None
    facts = {"request_id": encode("rr", request_id), "due_at": request.due_at.isoformat()}
    if request.verified_by and dossier.reason:  # else it may be anybody's address
        facts["reason"] = dossier.reason
    return Email(
        key=f"rights_extended:{request_id}",
        template="rights_extended",
        locale=request.locale,
        to=_address(dossier),
        facts=facts,
    )


async def answer(work: Work, request_id: UUID, *, authority: str) -> Email | None:
    """When it ended is in the key: in a database that was restored it ends once more.

    So is the e-mail that was given up: sent again, it is another one.
    """
    said = await _one(work, Answer, request_id)
    request = await work.session.get(RightsRequest, (work.workspace_id, request_id))
    if said is None or request is None:
        return None
    ended_at = request.completed_at or request.decided_at
    key = f"rights_answer:{request_id}:{said.outcome}:{ended_at and ended_at.timestamp()}"
    facts: dict[str, Any] = {
        "outcome": said.outcome,
        "request_id": encode("rr", request_id),
        "authority": authority,
        "receipt": await signed(work, request_id),
        "reason_code": said.reason_code,
        "text": said.text,
    }
    return Email(
        key=f"{key}:{said.email_id}" if said.email_id else key,
        template="rights_answer",
        locale=said.locale,
        to=said.address,
        facts={name: fact for name, fact in facts.items() if fact is not None},
    )


async def keep_email_id(work: Work, due: OfRequest, email_id: UUID) -> None:
    """So that the answer goes when its e-mail has gone."""
    kept = update(Answer).where(Answer.id == due.request_id).values(email_id=email_id)
    await work.rows(kept)


def _address(dossier: Opened) -> str | None:
    return next((one.value for one in dossier.identifiers if one.kind == "email"), None)


async def _one(work: Work, model: type[Personal], request_id: UUID) -> Opened | None:
    found = await opened(work, model, reading(model).where(model.id == request_id))
    return found[0] if found else None
