"""A service that answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from contactflow.web import CurrentPrincipal, Principal, requires


async def caller(who: CurrentPrincipal) -> Principal:
    return who


Internal = Annotated[Principal, requires("internal", caller)]
router = APIRouter(prefix="/internal", tags=["upstream"])


@router.get("/who")
async def who(who: Internal) -> dict[str, str | None]:
    return {"caller": who.name, "workspace": str(who.workspace_id) if who.workspace_id else None}


@router.get("/dripping")
async def dripping(_: Internal) -> StreamingResponse:
    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    return StreamingResponse(drops())


@router.get("/status/{status}")
async def status(status: int, _: Internal) -> Response:
    return Response("{}", status)
