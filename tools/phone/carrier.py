"""A call from ringing to its end, as Twilio handles it."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Literal

import httpx
from websockets import ConnectionClosed, InvalidHandshake, connect

from tools.phone.account import Account, Number
from tools.phone.handset import Handset
from tools.phone.media import MediaStream
from tools.phone.twiml import Dial, Hangup, Say, Stream, Verb, verbs

Ended = Literal["caller", "service", "transfer", "carrier"]
Taken = Literal["completed", "busy", "no-answer", "failed"]
WITHHELD = "anonymous"
PATIENCE = 15.0  # seconds: Twilio's own for a webhook's answer


@dataclass
class PhoneCall:
    """One call. `by` says who ended it: the caller, the service by REST, a transfer, its TwiML.

    `human` is how a hand-over goes: who takes the call has said all there is to say at once.
    """

    account: Account
    number: Number
    caller: str | None
    handset: Handset = field(default_factory=Handset)
    human: Taken = "completed"
    sid: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    by: Ended = "carrier"
    said: list[Say] = field(default_factory=list)
    transferred_to: str | None = None
    streams: list[MediaStream] = field(default_factory=list)
    status: str = "ringing"
    _changes: "asyncio.Queue[tuple[Ended, Sequence[Verb]]]" = field(default_factory=asyncio.Queue)

    async def run(self, http: httpx.AsyncClient) -> None:
        """From the first ring to the last callback. Raises httpx.HTTPError, NotTwimlError."""
        try:
            await self._callback(http, 0)
            todo = verbs(await self.account.tell(http, self.number.voice_url, self._form()))
            self.status = "in-progress"
            await self._callback(http, 1)
            await self._follow(http, todo)
        except BaseException:
            self.status = "failed"
            raise
        finally:
            await self.handset.hang_up()
        self.status = "completed"
        await self._callback(http, 2)

    def hang_up(self) -> None:
        """The caller does."""
        self._changes.put_nowait(("caller", ()))

    def change(self, todo: Sequence[Verb]) -> None:
        """What the service asks for by REST; nothing to do is the end."""
        self._changes.put_nowait(("service", todo))

    async def _follow(self, http: httpx.AsyncClient, todo: Sequence[Verb]) -> None:
        """Verb after verb, until one of them ends the call or somebody else does."""
        for verb in todo:
            match verb:
                case Stream():
                    if (changed := await self._connect(verb)) is not None:
                        self.by, instead = changed
                        return await self._follow(http, instead)
                case Say():
                    self.said.append(verb)
                case Dial():
                    if (then := await self._dial(http, verb)) is not None:
                        return await self._follow(http, then)
                case Hangup():
                    return None
        return None

    async def _dial(self, http: httpx.AsyncClient, verb: Dial) -> Sequence[Verb] | None:
        """What is done instead of the other verbs; None when they have their turn."""
        self.by, is_taken = "carrier", self.human == "completed"
        if is_taken:
            self.by, self.transferred_to = "transfer", verb.number
        if verb.action is None:
            return () if is_taken else None
        form = self._form() | {"DialCallStatus": self.human}
        return verbs(await self.account.tell(http, verb.action, form))

    async def _connect(self, verb: Stream) -> tuple[Ended, Sequence[Verb]] | None:
        """None when the service closed the socket: then the next verb has its turn."""
        try:
            signed = {"X-Twilio-Signature": self.account.signature(verb.url, {})}
            here = self.account.here(verb.url)
            async with connect(here, compression=None, additional_headers=signed) as socket:
                stream = MediaStream(socket, self.handset, self._about(verb))
                self.streams.append(stream)
                return await self._until_changed(stream)
        except (OSError, InvalidHandshake, ConnectionClosed):
            return None

    async def _until_changed(self, stream: MediaStream) -> tuple[Ended, Sequence[Verb]] | None:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(stream.run())
            change = group.create_task(self._changes.get())
            await asyncio.wait({running, change}, return_when=asyncio.FIRST_COMPLETED)
            running.cancel()
            change.cancel()
        if change.cancelled():
            return None
        await stream.stop()
        return change.result()

    def _about(self, verb: Stream) -> dict[str, object]:
        return {
            "streamSid": "MZ" + secrets.token_hex(16),
            "accountSid": self.account.sid,
            "callSid": self.sid,
            "customParameters": verb.parameters,
        }

    def _form(self) -> dict[str, str]:
        caller = self.caller or WITHHELD
        return {
            "AccountSid": self.account.sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Called": self.number.e164,
            "Caller": caller,
            "Direction": "inbound",
            "From": caller,
            "To": self.number.e164,
        }

    async def _callback(self, http: httpx.AsyncClient, number: int) -> None:
        """Of a change of status; the last one says how long the call was."""
        if self.number.status_url is None:
            return
        about = {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(number),
            "Timestamp": formatdate(),
        }
        if self.status == "completed":
            about["CallDuration"] = str(round(self.handset.seconds))
        await self.account.tell(http, self.number.status_url, self._form() | about)
