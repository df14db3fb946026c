"""Privacy's jobs and reactions on real PostgreSQL, between services that are fakes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from contactflow.events import Fact
from contactflow.events.emails import EmailFailed, EmailSent
from contactflow.events.erasures import ErasureParticipantCompleted, ParticipantName
from contactflow.kernel import NotFoundError, new_id
from contactflow.messaging import Changes, Jobs, react
from contactflow.persistence import Work
from contactflow.persistence.outbox import OutboxRow
from contactflow.privacy.erasing.orders import order
from contactflow.privacy.erasing.saga import Ledger, Saga
from contactflow.privacy.letters.sending import Letters
from contactflow.privacy.receipts.payload import Terms
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.worker import jobs, reactions
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from services.privacy.tests.fakes import FakeEmails, FakeLedger, FakeParticipants

OUTBOX: Any = OutboxRow.__table__


class World:
    """One workspace, with everybody in it who has a part in an erasure.

    Nothing happens by itself: `work` runs the jobs that are due, `deliver` lets the participants
    hear what was recorded and answer it.

    `kept` is a ledger instead of the fake one; `beside`, another world whose neighbours are ours.
    """

    def __init__(
        self,
        on: Platform[PrivacySettings],
        workspace_id: UUID,
        clock: FakeClock,
        *,
        kept: Ledger | None = None,
        beside: "World | None" = None,
    ) -> None:
        self.works, self.workspace_id, self.clock = on.works, workspace_id, clock
        self.participants: FakeParticipants = beside.participants if beside else FakeParticipants()
        self.emails: FakeEmails = beside.emails if beside else FakeEmails()
        self.ledger = FakeLedger()
        terms = Terms(on.settings.terms.key, 35, {"OpenAI": 30})
        self.saga = Saga(on.works, self.participants, kept or self.ledger, terms, clock)
        letters = Letters(on.works, self.emails, "CNIL", clock)
        self._known = {one.name: one for one in reactions(on.vault)}
        mine = jobs(self.saga, letters, clock)
        changes = Changes(on.system.engine)
        self._jobs = Jobs(on.works, on.system, mine, clock=clock, changes=changes)
        self._heard: set[tuple[UUID, str]] = beside._heard if beside else set()

    async def work(self) -> None:
        """Until nothing is due."""
        while await self._jobs.once():
            pass

    async def wait(self, seconds: float) -> None:
        """Let time pass, and do what is due by then."""
        self.clock.advance(timedelta(seconds=seconds))
        await self.work()

    async def deliver(self) -> None:
        """Whoever is up does what was asked, and says so; who is down hears it later."""
        for row in await self._asked():
            for name, participant in self.participants.every.items():
                heard = (row.id, name)
                if participant.down or heard in self._heard:
                    continue
                self._heard.add(heard)
                await self._erase(name, UUID(row.body["request_id"]))

    async def answer(self, name: ParticipantName, request_id: UUID, round_: int) -> None:
        """A participant says that it has done this round."""
        body = ErasureParticipantCompleted(
            request_id=request_id, round=round_, participant=name, rows=0
        )
        fact = Fact(new_id(), self.workspace_id, request_id, 1, self.clock(), body)
        await react(self.works, self._known["erasing.note_answer"], fact)

    async def hear(self, reaction: str, fact: Fact[Any]) -> None:
        await react(self.works, self._known[reaction], fact)

    async def arrived(
        self, email_id: UUID, event: type[EmailSent] | type[EmailFailed] = EmailSent
    ) -> None:
        """Gateway says what has become of an e-mail."""
        fact = Fact(
            new_id(), self.workspace_id, email_id, 1, self.clock(), event(email_id=email_id)
        )
        await self.hear(f"letters.settle_{event.type.partition('.')[2]}", fact)

    async def settle(self) -> None:
        """Until nobody has anything to do any more, at this time."""
        while True:
            before = len(self._heard)
            await self.work()
            await self.deliver()
            await self.work()
            if len(self._heard) == before:
                return

    async def _erase(self, name: ParticipantName, request_id: UUID) -> None:
        async def fetch(work: Work) -> Any:
            return await order(work, request_id, name)

        try:
            told = await self.works.run(self.workspace_id, fetch)
        except NotFoundError:
            return
        self.participants[name].erase(told)
        await self.answer(name, request_id, told.round)

    async def _asked(self) -> list[Any]:
        async def look(work: Work) -> list[Any]:
            wanted = select(OUTBOX).where(OUTBOX.c.type == "erasure.requested")
            return list(await work.rows(wanted.order_by(OUTBOX.c.position)))

        return await self.works.run(self.workspace_id, look)
