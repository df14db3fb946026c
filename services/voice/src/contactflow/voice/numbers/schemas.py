"""HTTP shapes of phone numbers."""

from datetime import datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import AfterValidator, Field

from contactflow.vault import Phone
from contactflow.voice.carriers.schemas import CarrierId
from contactflow.voice.numbers.model import Recording, TermsSaid
from contactflow.web import Listed, Patch, Shape, public_id


def _phone(raw: str) -> str:
    return Phone.parse(raw).value


PhoneNumberId = Annotated[UUID, public_id("num")]
AgentId = Annotated[UUID, public_id("agt")]
Number = Annotated[str, Field(max_length=50), AfterValidator(_phone)]
E164 = Annotated[Number, Field(examples=["+33140205050"])]
Handover = Annotated[Number, Field(examples=["+33140205051"])]


class PhoneNumberIn(Shape):
    e164: E164
    carrier_id: CarrierId
    agent_id: AgentId
    recording: Recording
    handover_e164: Handover | None = None

    @property
    def terms(self) -> TermsSaid:
        return cast(TermsSaid, self.model_dump(include={"agent_id", "recording", "handover_e164"}))


class PhoneNumberPatch(Patch):
    agent_id: AgentId = UUID(int=0)
    recording: Recording = "off"
    handover_e164: Handover | None = None

    @property
    def terms(self) -> TermsSaid:
        """What the caller said, and only that."""
        return cast(TermsSaid, {name: getattr(self, name) for name in self.model_fields_set})


class WebhookUrlsOut(Shape):
    """What is to be entered at the carrier."""

    voice: Annotated[str, Field(examples=["https://voice.example/webhooks/twilio/car_1/voice"])]
    status: Annotated[str, Field(examples=["https://voice.example/webhooks/twilio/car_1/status"])]


class PhoneNumberOut(Shape, Listed):
    id: PhoneNumberId
    e164: Annotated[str, Field(examples=["+33140205050"])]
    carrier_id: CarrierId
    agent_id: AgentId
    recording: Recording
    handover_e164: Annotated[str | None, Field(examples=["+33140205051"])]
    status: Annotated[
        Literal["preparing", "ready"],
        Field(description="`preparing` while the voice of its agent is made: callers hear so."),
    ]
    webhook_urls: WebhookUrlsOut
    created_at: datetime
    updated_at: datetime
