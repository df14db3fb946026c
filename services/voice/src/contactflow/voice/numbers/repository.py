"""Loading and storing phone numbers."""

from uuid import UUID

from sqlalchemy import exists, select

from contactflow.kernel import Locale
from contactflow.persistence import Work
from contactflow.runtime.agents import SqlAgents
from contactflow.voice.carriers.repository import ALONE, SqlCarriers
from contactflow.voice.numbers.errors import PhoneNumberNotFoundError
from contactflow.voice.numbers.model import PhoneNumber
from contactflow.voice.phrases.repository import SqlPhrases


class SqlPhoneNumbers:
    def __init__(self, work: Work) -> None:
        self._work = work
        self.workspace_id = work.workspace_id
        self.agents, self.carriers = SqlAgents(work), SqlCarriers(work)
        self.phrases = SqlPhrases(work)

    async def get(self, number_id: UUID) -> PhoneNumber:
        """Held until the commit."""
        key = (self.workspace_id, number_id)
        number = await self._work.session.get(PhoneNumber, key, with_for_update=True)
        if number is None:
            raise PhoneNumberNotFoundError
        return number

    async def at(self, carrier_id: UUID, e164: str) -> PhoneNumber | None:
        """The number that this carrier brings calls for."""
        same = (PhoneNumber.carrier_id == carrier_id) & (PhoneNumber.e164 == e164)
        return (await self._work.session.scalars(select(PhoneNumber).where(same))).first()

    async def locale(self, number: PhoneNumber) -> Locale:
        """The first language of whoever answers there, or did."""
        return (await self.agents.locales(number.agent_id))[0]

    async def handover(self, number_id: UUID) -> str | None:
        """Where a caller who wants a human goes; without a lock, None if the number is gone."""
        mine = select(PhoneNumber.handover_e164).where(PhoneNumber.id == number_id)
        return await self._work.session.scalar(mine)

    async def is_known(self, e164: str) -> bool:
        await self._work.rows(ALONE, {"what": f"number {self.workspace_id} {e164}"})
        same = PhoneNumber.e164 == e164
        return bool(await self._work.session.scalar(select(exists().where(same))))

    async def has_agent(self, agent_id: UUID) -> bool:
        """Whether the agent answers one of them."""
        same = PhoneNumber.agent_id == agent_id
        return bool(await self._work.session.scalar(select(exists().where(same))))

    def add(self, number: PhoneNumber) -> None:
        self._work.session.add(number)

    async def render_phrases(self, agent_id: UUID) -> None:
        await self.phrases.make(agent_id)

    async def remove(self, number: PhoneNumber) -> None:
        await self._work.session.delete(number)
