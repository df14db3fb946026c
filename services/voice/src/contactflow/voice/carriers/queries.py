"""Reading carriers: Core straight to HTTP shapes."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from contactflow.persistence import Work
from contactflow.voice.carriers.errors import CarrierNotFoundError
from contactflow.voice.carriers.model import Carrier
from contactflow.voice.carriers.schemas import CarrierOut
from contactflow.web import Page, Paging

CARRIERS: Any = Carrier.__table__


async def one(work: Work, carrier_id: UUID) -> Row[Any]:
    found = (await work.rows(select(CARRIERS).where(CARRIERS.c.id == carrier_id))).first()
    if found is None:
        raise CarrierNotFoundError
    return found


async def newest(work: Work, paging: Paging) -> Page[CarrierOut]:
    return paging.page(CarrierOut, (await work.rows(paging.of(select(CARRIERS)))).all())
