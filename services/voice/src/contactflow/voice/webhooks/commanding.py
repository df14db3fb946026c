"""Commands to Telnyx about calls that we no longer carry: durable jobs, for nobody else gives them.

Each is sent with no transaction open, and again while Telnyx is away; what it refuses is given up
after twelve tries.
"""

from typing import Final, NamedTuple
from uuid import uuid5

from contactflow.kernel import Locale, new_id
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.vault import keyring
from contactflow.voice.calls.promises import APOLOGISE, HANG_UP, HangUp
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.carriers.twilio.twiml import TAGS
from contactflow.voice.webhooks.wordings import SORRY

ONCE: Final = "apologise"


class Leg(NamedTuple):
    """The key of an account, what a call is called there, and the language that is spoken in it."""

    key: str
    call: str
    locale: Locale


class Commanding:
    def __init__(self, works: Works, telnyx: TelnyxRest) -> None:
        self._works, self._telnyx = works, telnyx

    @property
    def jobs(self) -> list[Job[HangUp]]:
        return [
            job(HANG_UP.name, HANG_UP.arguments, fetch=self._hang_up, apply=_sent),
            job(APOLOGISE.name, APOLOGISE.arguments, fetch=self._apologise, apply=_sent),
        ]

    async def _hang_up(self, due: HangUp) -> Leg:
        """A call that is over already is hung up."""
        leg = await self._leg(due)
        await self._telnyx.hang_up(leg.key, leg.call, command_id=new_id())
        return leg

    async def _apologise(self, due: HangUp) -> Leg:
        """Nobody took the caller's hand-over. Heard once: Telnyx knows the command by its id."""
        leg = await self._leg(due)
        words, language = SORRY["missed"][leg.locale], TAGS[leg.locale]
        once = uuid5(due.call_id, ONCE)
        await self._telnyx.speak(leg.key, leg.call, words, language=language, command_id=once)
        return leg

    async def _leg(self, due: HangUp) -> Leg:
        """Which one it is. Raises GoneError: erased meanwhile."""

        async def read(work: Work) -> Leg:
            call = await SqlCalls(work).present(due.call_id)
            carrier = await SqlCarriers(work).read(call.carrier_id)
            key = carrier.secrets(keyring(work.session.info)).secret
            return Leg(key, call.carrier_call_id, call.language)

        return await self._works.run(due.workspace_id, read)


async def _sent(_: Work, __: HangUp, ___: Leg) -> None:
    """Nothing to keep."""
