"""API keys over HTTP: parse, call, return."""

from fastapi import APIRouter, Response

from contactflow.gateway.api_keys import queries, service
from contactflow.gateway.api_keys.dependencies import ApiKeysRead, ApiKeysWrite
from contactflow.gateway.api_keys.schemas import ApiKeyIn, ApiKeyOut, CreatedApiKeyOut, KeyId
from contactflow.kernel import encode
from contactflow.web import CurrentPrincipal, Now, Page, Paging

router = APIRouter(prefix="/v1/api-keys", tags=["API keys"])


@router.post("", status_code=201, summary="Create an API key")
async def create_api_key(
    new: ApiKeyIn, keys: ApiKeysWrite, who: CurrentPrincipal, at: Now, response: Response
) -> CreatedApiKeyOut:
    made = await service.create(keys, wish=new.wish, maker=who.scopes, at=at)
    response.headers["Location"] = f"/v1/api-keys/{encode('key', made.key.id)}"
    shown = ApiKeyOut.model_validate(made.key)
    return CreatedApiKeyOut(**shown.model_dump(), secret=made.secret)


@router.get("", summary="List API keys")
async def list_api_keys(work: ApiKeysRead, paging: Paging) -> Page[ApiKeyOut]:
    return await queries.newest(work, paging)


@router.get("/{key_id}", summary="Read an API key")
async def get_api_key(key_id: KeyId, work: ApiKeysRead) -> ApiKeyOut:
    return await queries.one(work, key_id)


@router.delete("/{key_id}", status_code=204, summary="Revoke an API key")
async def revoke_api_key(key_id: KeyId, keys: ApiKeysWrite) -> None:
    await service.revoke(keys, key_id=key_id)
