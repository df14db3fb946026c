"""Who can be called, and who calls: a number of a business, and a carrier that is played."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from string import ascii_lowercase
from urllib.parse import urlsplit

from contactflow.testing.ai import ScriptedAI
from contactflow.testing.waiting import until
from services.voice.tests.session.voices import speech
from tests.e2e.house import House, rows
from tests.e2e.people import Business, Json, settled
from tools.phone.account import Account, Number
from tools.phone.calling import calling
from tools.phone.carrier import PhoneCall
from tools.phone.ears import Ears, last_voice
from tools.phone.handset import FRAME, HungUpError
from tools.phone.mulaw import encoded
from tools.phone.rest import Switchboard, serving

ACCOUNT = Account("AC" + 32 * "0", "only-for-tests")
DIALLED = "+33199000001"
HURRY = 0.025  # seconds a letter: nobody speaks faster, and the service would not believe it
QUIET = 0.3  # seconds after which somebody who speaks in tones is done
ANSWER = 0.5  # seconds that an answer lasts, and "one moment" does not
LONG = 30.0
HEADER = 58  # bytes of a recording before its audio
PLACES = "SELECT count(*) FROM places"
TAKEN = "SELECT count(*) FROM places WHERE call_id IS NOT NULL"


def a_word() -> str:
    """To be spoken, and found where it is kept: digits might be those of a card."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(16))


@asynccontextmanager
async def a_carrier(house: House) -> AsyncIterator[Switchboard]:
    """Twilio, played. Whoever it calls can take a call."""
    await house.have("voice", "media")
    await until(partial(rows, house, "voice", PLACES), longest=LONG)
    board = Switchboard(ACCOUNT)
    async with serving(board, urlsplit(house.carrier).port or 0):
        yield board


async def is_free(house: House) -> bool:
    """Whether nobody is on the line, and what was is kept."""
    return not await rows(house, "voice", TAKEN)


async def a_number_of(business: Business, ai: ScriptedAI) -> Number:
    """One whose agent has a voice already; calls to it are recorded with consent."""
    ai.speech.letter = HURRY
    account = {"kind": "twilio", "account_id": ACCOUNT.sid, "secret": ACCOUNT.token}
    carrier = await settled(business.http, "/v1/carriers", account)
    wanted = {"e164": DIALLED, "carrier_id": carrier["id"], "agent_id": business.agent["id"]}
    made = await settled(business.http, "/v1/phone-numbers", wanted | {"recording": "consent"})

    async def is_ready() -> bool:
        number = await business.http.get(f"/v1/phone-numbers/{made['id']}")
        return bool(number.json()["status"] == "ready")

    await until(is_ready, longest=LONG)
    return Number(DIALLED, made["webhook_urls"]["voice"], made["webhook_urls"]["status"])


class Person:
    """On the line: speaks, presses keys, and hears out whoever speaks."""

    def __init__(self, call: PhoneCall) -> None:
        self.call = call
        self._handset, self._ears = call.handset, Ears(call.handset, QUIET)

    async def listen(self) -> float:
        """To what is said next, until its end; how long it was, in seconds."""
        began = await self._ears.voice(LONG)
        assert began is not None
        await self._ears.quiet(LONG)
        return (last_voice(self._handset.heard) or began) - began

    async def agree(self) -> None:
        """To be recorded, once that was asked; they are thanked."""
        self._handset.press("1")
        await self.listen()

    async def ask(self, what: str = "opening_hours") -> None:
        """Say it, and hear the answer out: what is shorter than one is "one moment"."""
        await self.say(what)
        while await self.listen() < ANSWER:
            """The answer is yet to come."""

    async def say(self, what: str) -> None:
        self._handset.say(speech(what))
        await self._handset.until(lambda: not self._handset.is_speaking, LONG)

    async def hold(self) -> None:
        """Wait for somebody else to end the call."""
        with suppress(HungUpError):
            await self._handset.until(lambda: False, LONG)

    @property
    def voice(self) -> bytes:
        """20 ms of what they have said, as it went over the line: those least like silence."""
        said = bytes(self._handset.said)
        frames = (encoded(said[at : at + FRAME]) for at in range(0, len(said), FRAME))
        return max(frames, key=lambda one: len(set(one)))


@dataclass
class Line:
    """From a carrier to the number of a business, and what its staff see of calls."""

    business: Business
    board: Switchboard
    number: Number

    @asynccontextmanager
    async def call(self, caller: str | None) -> AsyncIterator[Person]:
        """Somebody calls, and hangs up at the end. None withholds the number."""
        async with calling(self.board, self.number, caller) as call:
            yield Person(call)

    async def newest(self, caller: str | None) -> Json | None:
        """The last call from there."""
        calls: list[Json] = await self._get("/v1/calls")
        return next((one for one in calls if one["from"] == caller), None)

    async def over(self, caller: str | None) -> Json:
        """The same, once it has ended."""

        async def ended() -> Json | None:
            call = await self.newest(caller)
            return call if call and call["ended_at"] else None

        call = await until(ended, longest=LONG)
        assert call
        return call

    async def transcript(self, call: Json) -> list[Json]:
        """Turn by turn."""
        said: list[Json] = await self._get(f"/v1/calls/{call['id']}/transcript")
        return said

    async def summary(self, call: Json) -> Json:
        """Once it is written, which whoever speaks in a call waits for: it asks the model."""

        async def written() -> Json | None:
            answer = await self.business.http.get(f"/v1/calls/{call['id']}/summary")
            told: Json = answer.json()
            return told if answer.is_success else None

        told = await until(written, longest=LONG)
        assert told
        return told

    async def contact_of(self, caller: str) -> str:
        """Who that is, once crm has said so."""

        async def known() -> str | None:
            call = await self.newest(caller)
            return call["contact_id"] if call else None

        return str(await until(known, longest=LONG))

    async def _get(self, path: str) -> list[Json]:
        answer = await self.business.http.get(path)
        data: list[Json] = answer.raise_for_status().json()["data"]
        return data
