"""Webhooks that could not be worked on, over HTTP, for staff."""

from typing import Annotated

from fastapi import APIRouter

from contactflow.persistence import Work
from contactflow.voice.webhooks import queries
from contactflow.voice.webhooks.model import Status
from contactflow.voice.webhooks.schemas import WebhookOut
from contactflow.web import Page, Paging, requires

router = APIRouter(prefix="/v1/carrier-webhooks", tags=["carriers"])
WebhooksRead = Annotated[Work, requires("channels:read")]


@router.get("", summary="List what carriers said that nobody understood")
async def list_carrier_webhooks(
    work: WebhooksRead, paging: Paging, status: Status | None = None
) -> Page[WebhookOut]:
    """List webhooks of unknown numbers or events, and those that failed, for seven days."""
    return await queries.newest(work, paging, status=status)
