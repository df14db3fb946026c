"""A live call's carrier, by the REST API of each."""

from dataclasses import dataclass
from uuid import UUID

from contactflow.kernel import new_id
from contactflow.voice.carriers.addresses import webhooks
from contactflow.voice.carriers.model import Kind
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.carriers.twilio.rest import Account, TwilioRest
from contactflow.voice.session.ports import Carrier


@dataclass(frozen=True, slots=True)
class AtCarrier:
    """How a call is named where it comes from, and what opens the account there."""

    carrier_id: UUID
    kind: Kind
    account: Account
    call: str


@dataclass(frozen=True, slots=True)
class Switches:
    """The APIs of all carriers, and where they call us."""

    twilio: TwilioRest
    telnyx: TelnyxRest
    public_url: str

    def of(self, at: AtCarrier) -> Carrier:
        if at.kind == "twilio":
            base = webhooks(self.public_url, at.kind, at.carrier_id)
            return TwilioCall(self.twilio, at, f"{base}/dial")
        return TelnyxCall(self.telnyx, at)

    async def aclose(self) -> None:
        await self.twilio.aclose()
        await self.telnyx.aclose()


@dataclass(frozen=True, slots=True)
class TwilioCall:
    """See ports.Carrier. `then` is asked once a transfer is over, or nobody took the call."""

    rest: TwilioRest
    at: AtCarrier
    then: str

    async def hang_up(self) -> None:
        await self.rest.hang_up(self.at.account, self.at.call)

    async def transfer(self, to: str) -> None:
        await self.rest.transfer(self.at.account, self.at.call, to, then=self.then)


@dataclass(frozen=True, slots=True)
class TelnyxCall:
    """See ports.Carrier. A command's id is its own: one that was used already would be ignored."""

    rest: TelnyxRest
    at: AtCarrier

    async def hang_up(self) -> None:
        await self.rest.hang_up(self.at.account.secret, self.at.call, command_id=new_id())

    async def transfer(self, to: str) -> None:
        key, call = self.at.account.secret, self.at.call
        await self.rest.transfer(key, call, to, command_id=new_id())
