"""Telling Telnyx to answer: a durable job, done once however often it is tried."""

from dataclasses import dataclass
from functools import partial

from contactflow.kernel import Clock
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.vault import keyring
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.voice.places.model import Admission, Tokens
from contactflow.voice.places.repository import SqlPlaces
from contactflow.voice.webhooks.promises import ANSWER, AnswerCall
from contactflow.voice.webhooks.service import admit


@dataclass(frozen=True, slots=True)
class Command:
    """What is told to whom; without an admission, to hang up."""

    key: str
    carrier_call_id: str
    admission: Admission | None


class Answering:
    """The command is sent with no transaction open."""

    def __init__(self, works: Works, telnyx: TelnyxRest, tokens: Tokens, clock: Clock) -> None:
        self._works, self._telnyx, self._tokens, self._clock = works, telnyx, tokens, clock

    @property
    def job(self) -> Job[AnswerCall]:
        return job(ANSWER.name, ANSWER.arguments, fetch=self.tell, apply=self.told)

    async def tell(self, due: AnswerCall) -> Command | None:
        command = await self._works.run(due.workspace_id, partial(self._command, due))
        if command is None:
            return None
        key, call = command.key, command.carrier_call_id
        if command.admission is None:
            await self._telnyx.hang_up(key, call, command_id=due.call_id)
            return command
        url = command.admission.stream("telnyx")
        await self._telnyx.answer(key, call, url, command_id=due.call_id)
        return command

    async def told(self, _: Work, __: AnswerCall, ___: Command) -> None:
        """Nothing to keep: the carrier says itself what came of it."""

    async def _command(self, due: AnswerCall, work: Work) -> Command | None:
        """None when there is nobody to answer any more."""
        calls = SqlCalls(work)
        call = await calls.present(due.call_id)
        if call.is_over or call.is_live:
            return None
        carrier = await SqlCarriers(work).get(call.carrier_id)
        places = SqlPlaces(work, self._tokens)
        admission = await admit(call, calls, SqlPhrases(work), places, at=self._clock())
        key = carrier.secrets(keyring(work.session.info)).secret
        return Command(key, call.carrier_call_id, admission)
