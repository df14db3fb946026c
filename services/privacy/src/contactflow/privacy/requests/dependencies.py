"""What a rights-request endpoint may ask for, and the scope it needs."""

from datetime import datetime
from typing import Annotated, NamedTuple

from contactflow.persistence import Work
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.web import CurrentPrincipal, CurrentWork, Now, requires


class Desk(NamedTuple):
    """An officer at work: the requests of their workspace, who they are, what time it is."""

    requests: SqlRequests
    by: str
    at: datetime


async def desk(work: CurrentWork, who: CurrentPrincipal, at: Now) -> Desk:
    return Desk(SqlRequests(work), who.name, at)


RightsRead = Annotated[Work, requires("rights:read")]
RightsWrite = Annotated[Desk, requires("rights:write", desk)]
RightsDecide = Annotated[Desk, requires("rights:decide", desk)]
