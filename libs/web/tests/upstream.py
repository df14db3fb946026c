"""A service that answers as it is told."""

from typing import Annotated

from fastapi import APIRouter, Response

from contactflow.web import CurrentPrincipal, Principal, requires


async def caller(who: CurrentPrincipal) -> Principal:
    return who


Internal = Annotated[Principal, requires("internal", caller)]
router = APIRouter(prefix="/internal", tags=["upstream"])


@router.get("/who")
async def who(who: Internal) -> dict[str, str | None]:
    return {"caller": who.name, "workspace": str(who.workspace_id) if who.workspace_id else None}


@router.get("/status/{status}")
async def status(status: int, _: Internal) -> Response:
    return Response("{}", status)
