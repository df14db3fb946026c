"""Timelines over HTTP: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Header

from contactflow.crm.contacts.schemas import ContactId
from contactflow.crm.timeline import queries
from contactflow.crm.timeline.dependencies import TimelineRead
from contactflow.crm.timeline.schemas import ItemOut
from contactflow.web import Page, Paging
from contactflow.web.locales import preferred

router = APIRouter(prefix="/v1/contacts/{contact_id}/timeline", tags=["timeline"])


@router.get("", summary="Read what happened with a contact")
async def list_timeline(
    contact_id: ContactId,
    reader: TimelineRead,
    paging: Paging,
    accept_language: Annotated[str, Header()] = "",
) -> Page[ItemOut]:
    items = await reader.works.run(
        reader.workspace_id, lambda work: queries.newest(work, contact_id, paging)
    )
    said = await queries.contents(reader.asked, reader.workspace_id, items[: paging.limit])
    locale = preferred(accept_language)
    return paging.page(ItemOut, [queries.shown(item, said, locale) for item in items])
