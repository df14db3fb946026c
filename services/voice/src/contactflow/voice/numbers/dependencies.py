"""What a phone numbers endpoint may ask for, and the scope it needs."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from contactflow.persistence import Work
from contactflow.runtime.agents import expect_agent
from contactflow.voice.numbers import queries
from contactflow.voice.numbers.repository import SqlPhoneNumbers
from contactflow.voice.numbers.schemas import PhoneNumberIn, PhoneNumberOut, PhoneNumberPatch
from contactflow.web import CurrentPrincipal, CurrentWork, Page, Paging, requires


async def agent_of(request: Request, new: PhoneNumberIn, who: CurrentPrincipal) -> None:
    """Have a copy of the agent that shall answer, which is meant for the phone."""
    await expect_agent(request, who, new.agent_id, channel="voice")


async def agent_of_change(request: Request, new: PhoneNumberPatch, who: CurrentPrincipal) -> None:
    """As above, if the change says another."""
    if "agent_id" in new.model_fields_set:
        await expect_agent(request, who, new.agent_id, channel="voice")


async def creating(_: Annotated[None, Depends(agent_of)], work: CurrentWork) -> SqlPhoneNumbers:
    return SqlPhoneNumbers(work)


async def changing(
    _: Annotated[None, Depends(agent_of_change)], work: CurrentWork
) -> SqlPhoneNumbers:
    return SqlPhoneNumbers(work)


async def deleting(work: CurrentWork) -> SqlPhoneNumbers:
    return SqlPhoneNumbers(work)


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows numbers as they are now, in this transaction, with where their carrier calls us."""

    work: Work
    response: Response
    public_url: str

    async def one(self, number_id: UUID) -> PhoneNumberOut:
        row = await queries.one(self.work, number_id)
        self.response.headers["ETag"] = f'"{row.version}"'
        [shown] = await queries.shown(self.work, [row], self.public_url)
        return shown

    async def newest(self, paging: Paging) -> Page[PhoneNumberOut]:
        return await queries.newest(self.work, paging, self.public_url)


async def showing(request: Request, response: Response, work: CurrentWork) -> Showing:
    return Showing(work, response, request.app.state.public_url)


Shown = Annotated[Showing, Depends(showing)]
NumbersRead = Annotated[Showing, requires("channels:read", showing)]
NumbersCreate = Annotated[SqlPhoneNumbers, requires("channels:write", creating)]
NumbersChange = Annotated[SqlPhoneNumbers, requires("channels:write", changing)]
NumbersDelete = Annotated[SqlPhoneNumbers, requires("channels:write", deleting)]
