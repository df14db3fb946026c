"""Reading phone numbers: Core straight to HTTP shapes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from contactflow.persistence import Work
from contactflow.voice.carriers.addresses import webhooks
from contactflow.voice.carriers.model import Carrier
from contactflow.voice.numbers.errors import PhoneNumberNotFoundError
from contactflow.voice.numbers.model import PhoneNumber
from contactflow.voice.numbers.schemas import PhoneNumberOut
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.web import Page, Paging

NUMBERS: Any = PhoneNumber.__table__
CARRIERS: Any = Carrier.__table__


async def one(work: Work, number_id: UUID) -> Row[Any]:
    found = (await work.rows(_listed().where(NUMBERS.c.id == number_id))).first()
    if found is None:
        raise PhoneNumberNotFoundError
    return found


async def newest(work: Work, paging: Paging, public_url: str) -> Page[PhoneNumberOut]:
    rows = (await work.rows(paging.of(_listed()))).all()
    return paging.page(PhoneNumberOut, await shown(work, rows, public_url))


async def shown(work: Work, rows: Sequence[Row[Any]], public_url: str) -> list[PhoneNumberOut]:
    ready = await SqlPhrases(work).all_voiced({row.agent_id for row in rows})
    return [_shown(row, public_url, is_ready=row.agent_id in ready) for row in rows]


def _shown(row: Row[Any], public_url: str, *, is_ready: bool) -> PhoneNumberOut:
    fields = {
        name: getattr(row, name) for name in PhoneNumberOut.model_fields if name in row._fields
    }
    urls = webhook_urls(row.kind, row.carrier_id, public_url)
    status = "ready" if is_ready else "preparing"
    return PhoneNumberOut.model_validate({**fields, "webhook_urls": urls, "status": status})


def webhook_urls(kind: str, carrier_id: UUID, public_url: str) -> dict[str, str]:
    """Where the carrier is to call us. Telnyx has one address for everything."""
    base = webhooks(public_url, kind, carrier_id)
    if kind == "telnyx":
        return {"voice": base, "status": base}
    return {"voice": f"{base}/voice", "status": f"{base}/status"}


def _listed() -> Select[Any]:
    mine = (NUMBERS.c.workspace_id == CARRIERS.c.workspace_id) & (
        NUMBERS.c.carrier_id == CARRIERS.c.id
    )
    return select(NUMBERS, CARRIERS.c.kind).join(CARRIERS, mine)
