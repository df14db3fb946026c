"""Telling a caller on Telnyx' line that nobody took their call: a durable job, heard once."""

from functools import partial
from typing import Final
from uuid import uuid5

from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.voice.calls.promises import APOLOGISE, HangUp
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.webhooks.hanging_up import named
from contactflow.voice.webhooks.twilio import TAGS
from contactflow.voice.webhooks.wordings import SORRY

COMMAND: Final = "apologise"


class Apologising:
    """The command is sent with no transaction open; tried again, Telnyx knows it by its id."""

    def __init__(self, works: Works, telnyx: TelnyxRest) -> None:
        self._works, self._telnyx = works, telnyx

    @property
    def job(self) -> Job[HangUp]:
        return job(APOLOGISE.name, APOLOGISE.arguments, fetch=self._tell, apply=_told)

    async def _tell(self, due: HangUp) -> None:
        leg = await self._works.run(due.workspace_id, partial(named, due))
        words, language = SORRY["missed"][leg.locale], TAGS[leg.locale]
        once = uuid5(due.call_id, COMMAND)
        await self._telnyx.speak(leg.key, leg.call, words, language=language, command_id=once)


async def _told(_: Work, __: HangUp, ___: None) -> None:
    """Nothing to keep."""
