"""What can be done with phone numbers."""

from datetime import datetime
from typing import Protocol, Unpack
from uuid import UUID

from contactflow.persistence import Expected
from contactflow.runtime.agents import AgentNotPublishedError, Agents
from contactflow.voice.carriers.service import Carriers
from contactflow.voice.numbers.errors import PhoneNumberExistsError
from contactflow.voice.numbers.model import PhoneNumber, TermsSaid


class PhoneNumbers(Protocol):
    """The phone numbers of one workspace."""

    @property
    def workspace_id(self) -> UUID: ...
    @property
    def agents(self) -> Agents: ...
    @property
    def carriers(self) -> Carriers: ...
    async def get(self, number_id: UUID, /) -> PhoneNumber: ...
    async def is_known(self, e164: str) -> bool:
        """Whoever asks is alone with that number until the commit."""

    def add(self, number: PhoneNumber, /) -> None: ...
    async def render_phrases(self, agent_id: UUID, /) -> None:
        """Have made what the agent says without a model, in every language it speaks."""

    async def remove(self, number: PhoneNumber, /) -> None: ...


async def create(
    numbers: PhoneNumbers, *, e164: str, carrier_id: UUID, at: datetime, **terms: Unpack[TermsSaid]
) -> PhoneNumber:
    carrier = await numbers.carriers.get(carrier_id)
    await _expect_agent(numbers, terms)
    if await numbers.is_known(e164):
        raise PhoneNumberExistsError
    number = PhoneNumber.create(
        numbers.workspace_id, e164=e164, carrier_id=carrier.id, at=at, **terms
    )
    numbers.add(number)
    await numbers.render_phrases(number.agent_id)
    return number


async def change(
    numbers: PhoneNumbers,
    *,
    number_id: UUID,
    version: Expected,
    at: datetime,
    **terms: Unpack[TermsSaid],
) -> PhoneNumber:
    number = await numbers.get(number_id)
    number.expect(version)
    await _expect_agent(numbers, terms)
    number.change(at=at, **terms)
    await numbers.render_phrases(number.agent_id)
    return number


async def delete(numbers: PhoneNumbers, *, number_id: UUID, version: Expected) -> None:
    """Its calls stay as they were."""
    number = await numbers.get(number_id)
    number.expect(version)
    await numbers.remove(number)


async def _expect_agent(numbers: PhoneNumbers, terms: TermsSaid) -> None:
    if "agent_id" in terms and not await numbers.agents.newest(terms["agent_id"]):
        raise AgentNotPublishedError
