"""Receipts over HTTP: the keys that verify them."""

from fastapi import APIRouter, Request

from contactflow.privacy.receipts.schemas import KeysOut
from contactflow.web import unauthenticated

router = APIRouter(tags=["rights requests"])


@router.get(
    "/.well-known/contactflow-keys.json",
    summary="Read the public keys of receipts",
    dependencies=[unauthenticated],
)
async def get_keys(request: Request) -> KeysOut:
    return KeysOut.model_validate(request.app.state.keys)
