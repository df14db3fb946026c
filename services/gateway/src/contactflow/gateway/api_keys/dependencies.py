"""What an API key endpoint may ask for, and the scope it needs."""

from typing import Annotated

from contactflow.gateway.api_keys.repository import SqlApiKeys
from contactflow.persistence import Work
from contactflow.web import CurrentWork, requires


async def api_keys(work: CurrentWork) -> SqlApiKeys:
    return SqlApiKeys(work)


ApiKeysRead = Annotated[Work, requires("api_keys:read")]
ApiKeysWrite = Annotated[SqlApiKeys, requires("api_keys:write", api_keys)]
