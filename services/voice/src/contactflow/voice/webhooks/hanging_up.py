"""Telling Telnyx that a call is over: a durable job, for nobody else tells the caller."""

from functools import partial
from typing import NamedTuple

from contactflow.kernel import Locale, new_id
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.vault import keyring
from contactflow.voice.calls.promises import HANG_UP, HangUp
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.voice.carriers.telnyx.rest import TelnyxRest


class HangingUp:
    """The command is sent with no transaction open; a call that is over already is hung up."""

    def __init__(self, works: Works, telnyx: TelnyxRest) -> None:
        self._works, self._telnyx = works, telnyx

    @property
    def job(self) -> Job[HangUp]:
        return job(HANG_UP.name, HANG_UP.arguments, fetch=self._tell, apply=_told)

    async def _tell(self, due: HangUp) -> None:
        leg = await self._works.run(due.workspace_id, partial(named, due))
        await self._telnyx.hang_up(leg.key, leg.call, command_id=new_id())


class Leg(NamedTuple):
    """The key of an account, what a call is called there, and the language that is spoken in it."""

    key: str
    call: str
    locale: Locale


async def named(due: HangUp, work: Work) -> Leg:
    """Which one it is. Raises GoneError: erased meanwhile."""
    call = await SqlCalls(work).present(due.call_id)
    carrier = await SqlCarriers(work).get(call.carrier_id)
    key = carrier.secrets(keyring(work.session.info)).secret
    return Leg(key, call.carrier_call_id, call.language)


async def _told(_: Work, __: HangUp, ___: None) -> None:
    """Nothing to keep."""
