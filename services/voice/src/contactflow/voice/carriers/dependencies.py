"""What a carriers endpoint may ask for, and the scope it needs."""

from typing import Annotated

from contactflow.persistence import Work
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.web import CurrentWork, requires


async def carriers(work: CurrentWork) -> SqlCarriers:
    return SqlCarriers(work)


CarriersRead = Annotated[Work, requires("channels:read")]
CarriersWrite = Annotated[SqlCarriers, requires("channels:write", carriers)]
