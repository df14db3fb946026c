"""Outgoing e-mails over HTTP, for our own services: parse, call, return."""

from fastapi import APIRouter

from contactflow.gateway.emails.dependencies import OpenIntake, OwnWorkspace
from contactflow.gateway.emails.schemas import EmailIn, EmailOut

internal = APIRouter(prefix="/internal/emails", tags=["emails"])


@internal.post("", status_code=202, summary="Have an e-mail sent")
async def send_email(asked: EmailIn, intake: OpenIntake, workspace_id: OwnWorkspace) -> EmailOut:
    return EmailOut(email_id=await intake.take(workspace_id, asked))
