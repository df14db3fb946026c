"""Reading webhooks that could not be worked on."""

from sqlalchemy import select

from contactflow.persistence import Work
from contactflow.voice.webhooks.model import Status
from contactflow.voice.webhooks.repository import WEBHOOKS
from contactflow.voice.webhooks.schemas import WebhookOut
from contactflow.web import Page, Paging

SHOWN = [one for one in WEBHOOKS.c if one.name != "sealed"]


async def newest(work: Work, paging: Paging, *, status: Status | None) -> Page[WebhookOut]:
    wanted = select(*SHOWN)
    if status:
        wanted = wanted.where(WEBHOOKS.c.status == status)
    return paging.page(WebhookOut, (await work.rows(paging.of(wanted, "received_at"))).all())
