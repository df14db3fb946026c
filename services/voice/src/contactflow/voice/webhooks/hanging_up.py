"""Telling Telnyx that a call is over: a durable job, for nobody else tells the caller."""

from functools import partial

from contactflow.kernel import new_id
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
        key, call = await self._works.run(due.workspace_id, partial(_named, due))
        await self._telnyx.hang_up(key, call, command_id=new_id())


async def _named(due: HangUp, work: Work) -> tuple[str, str]:
    """The key of the account, and what the call is called there. GoneError: erased meanwhile."""
    call = await SqlCalls(work).present(due.call_id)
    carrier = await SqlCarriers(work).get(call.carrier_id)
    return carrier.secrets(keyring(work.session.info)).secret, call.carrier_call_id


async def _told(_: Work, __: HangUp, ___: None) -> None:
    """Nothing to keep."""
