"""Letting go of answers, and of the people of requests."""

from uuid import UUID

from sqlalchemy import exists, select

from contactflow.messaging.jobs import JobRow
from contactflow.persistence import Work
from contactflow.privacy.requests.answer import Answer
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.promises import ANSWER
from contactflow.vault import PersonalRepository, Subjects


class SqlAnswers:
    def __init__(self, work: Work) -> None:
        self._work, self._people = work, Subjects(work)
        self._answers = PersonalRepository(work, Answer)
        self._dossiers = PersonalRepository(work, Dossier)

    async def settle(self, email_id: UUID, *, delivered: bool) -> UUID | None:
        """Remove the answer that was sent so, and its person with the last row about them.

        One that was not delivered stays for now: nobody could be answered without its address.
        Whose request it answered; None when no answer has this e-mail.
        """
        answer = await self._answers.first(Answer.email_id == email_id, alone=True)
        if answer is None or not delivered:
            return answer.id if answer else None
        request_id, person = answer.id, answer.person
        await self._answers.remove(answer)
        if await self._dossiers.first(Dossier.id == answer.id) is None:
            await self._people.remove(person)
        return request_id

    async def are_on_their_way(self) -> bool:
        """Whether there is an answer whose e-mail is not known yet, be it sent anew.

        It is noted in the transaction that ends its job, which ends with the answer at the latest.
        """
        sending = (JobRow.name == ANSWER.name) & JobRow.given_up_at.is_(None)
        return bool(await self._work.session.scalar(select(exists().where(sending))))

    async def forget(self, request_id: UUID) -> bool:
        """Whatever is left of the person of a request. Whether their answer still waited."""
        answer = await self._answers.first(Answer.id == request_id, alone=True)
        left = answer or await self._dossiers.first(Dossier.id == request_id, alone=True)
        if left:
            await self._people.remove(left.person)
        return answer is not None
