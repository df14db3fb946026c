"""Telling Telnyx to answer: a durable job, done once however often it is tried."""

from functools import partial
from typing import NamedTuple
from uuid import UUID

from contactflow.kernel import Clock
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.vault import keyring
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.numbers.repository import SqlPhoneNumbers
from contactflow.voice.places.model import Admission, Tokens
from contactflow.voice.places.repository import SqlPlaces
from contactflow.voice.webhooks.promises import ANSWER, AnswerCall
from contactflow.voice.webhooks.service import Place, admit


class Command(NamedTuple):
    """What is told to whom; without a place, to hang up."""

    key: str
    carrier_call_id: str
    place: Place


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
        await self._send(command, due.call_id)
        return command

    async def _send(self, command: Command, command_id: UUID) -> None:
        key, call, place = command
        if isinstance(place, Admission):
            await self._telnyx.answer(key, call, place.stream("telnyx"), command_id=command_id)
        elif place and place.to:
            await self._telnyx.transfer(key, call, place.to, command_id=command_id)
        else:
            await self._telnyx.hang_up(key, call, command_id=command_id)

    async def told(self, _: Work, __: AnswerCall, ___: Command) -> None:
        """Nothing to keep: the carrier says itself what came of it."""

    async def _command(self, due: AnswerCall, work: Work) -> Command | None:
        """None when there is nobody to answer any more."""
        calls = SqlCalls(work)
        call = await calls.present(due.call_id)
        if call.is_over or call.is_live:
            return None
        carrier = await SqlCarriers(work).read(call.carrier_id)
        places = SqlPlaces(work, self._tokens)
        place = await admit(call, calls, SqlPhoneNumbers(work), places, at=self._clock())
        key = carrier.secrets(keyring(work.session.info)).secret
        return Command(key, call.carrier_call_id, place)
