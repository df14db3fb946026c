"""Reading API keys: Core straight to HTTP shapes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from contactflow.gateway.api_keys.errors import ApiKeyNotFoundError
from contactflow.gateway.api_keys.model import ApiKey
from contactflow.gateway.api_keys.schemas import ApiKeyOut
from contactflow.persistence import Work
from contactflow.web import Page, Paging

KEYS: Any = ApiKey.__table__


async def one(work: Work, key_id: UUID) -> ApiKeyOut:
    row = (await work.rows(select(KEYS).where(KEYS.c.id == key_id))).one_or_none()
    if row is None:
        raise ApiKeyNotFoundError
    return ApiKeyOut.model_validate(row)


async def newest(work: Work, paging: Paging) -> Page[ApiKeyOut]:
    return paging.page(ApiKeyOut, (await work.rows(paging.of(select(KEYS)))).all())
