"""HTTP shapes of rights requests."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator, model_validator

from contactflow.events.conversations import Right
from contactflow.events.erasures import ParticipantName
from contactflow.kernel import Locale
from contactflow.privacy.requests.dossier import KINDS, Identifier
from contactflow.privacy.requests.errors import EvidenceOrCodeError, NotAvailableError
from contactflow.privacy.requests.matrix import PartState
from contactflow.privacy.requests.model import Answering, Intake, ReasonCode, ReceivedVia, Status
from contactflow.vault.onetime import WRITTEN
from contactflow.web import Listed, Moment, Shape, YesOrNo, public_id

RequestId = Annotated[UUID, public_id("rr")]
ClaimId = Annotated[UUID, public_id("clm")]
Kind = Literal["phone", "email"]
Shown = Status | Literal["stalled"]
Wanted = Shown | Literal["open"]
Rows = Annotated[Mapping[str, int], Field(examples=[{"contacts": 1, "contact_links": 2}])]
Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
Code = Annotated[str, Field(pattern=WRITTEN, examples=["40718295"])]
A_CALL = "She called from the number that we have of her, and knew her last order."
FOUR_SYSTEMS = "Four systems hold records of the same name."
A_LETTER = "The claims in her invoice are before the court until June."


class IdentifierIn(Shape):
    kind: Annotated[Kind, Field(examples=["email"])]
    value: Annotated[str, Field(max_length=320, examples=["ada@example.com"])]

    @field_validator("value")
    @classmethod
    def _normalised(cls, raw: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        return KINDS[kind].parse(raw).value if kind else raw

    @property
    def identifier(self) -> Identifier:
        return Identifier(self.kind, self.value)


class RightIn(Shape):
    right: Annotated[Right, Field(examples=["erasure"])]

    @field_validator("right")
    @classmethod
    def _is_built(cls, right: Right) -> Right:
        if right != "erasure":
            raise NotAvailableError
        return right


class RequestIn(RightIn):
    identifiers: tuple[IdentifierIn, ...] = Field(min_length=1, max_length=10)
    received_via: ReceivedVia
    received_at: Moment | None = Field(
        None, description="When it truly came in; from then on the time runs. Now, if left out."
    )
    locale: Locale | None = Field(None, description="What the person reads.")
    restrict: Annotated[bool, YesOrNo] = Field(
        default=False,
        description="Until it is decided, their data is stored and not used: at once that of "
        "whoever has one of the identifiers already, and when the discovery ends that of whoever "
        "has one then or was found by it. Who is given one in between is restricted by then, who "
        "is given one after that is not: `restricted` of a contact says how it is.",
    )

    def intake(self, *, at: datetime, locale: Locale) -> Intake:
        return Intake(
            self.right,
            self.received_via,
            self.received_at or at,
            self.locale or locale,
            self.restrict,
        )


class VerifyIn(
    Shape, json_schema_extra={"examples": [{"method": "officer_attestation", "evidence": A_CALL}]}
):
    """An officer's word, with what it rests on; or the code that the person was sent."""

    method: Literal["officer_attestation", "code"]
    evidence: Text | None = None
    code: Code | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given, other = self.evidence, self.code
        if self.method == "code":
            given, other = other, given
        if given is None or other is not None:
            raise EvidenceOrCodeError
        return self


class ApproveIn(Shape):
    claims: tuple[ClaimId, ...] = Field(
        (), max_length=200, description="Of the preview's claims, those that are the person too."
    )


class RefuseIn(Shape):
    reason_code: ReasonCode
    text: Text | None = Field(None, examples=[A_LETTER], description="Told to the person.")


class ExtendIn(Shape):
    reason: Text = Field(examples=[FOUR_SYSTEMS])


class IdentifierOut(Shape):
    kind: Kind
    masked: Annotated[str, Field(examples=["a…@example.com"])]


class PartOut(Shape):
    name: ParticipantName
    state: PartState
    counts: Rows
    residue: Rows = Field(
        description="What it still held when that was last looked up, whatever it had said."
    )
    stalled_since: datetime | None = Field(
        description="Since when the request waits for it: it does not answer or, where there is a "
        "`residue` or it knows the person again, does not let go. It is asked again until it does."
    )


class StalledOut(Shape):
    """Who has been waited for longest, and in which state; of every participant it says so."""

    participant: ParticipantName
    since: datetime
    during: Status


class PreviewCounts(Shape):
    counts: dict[ParticipantName, Rows]


class RequestOut(Shape, Listed):
    id: RequestId
    right: Annotated[Right, Field(examples=["erasure"])]
    status: Shown
    received_via: ReceivedVia
    received_at: datetime
    due_at: datetime
    extended: bool
    due_soon: bool = Field(description="Seven days are left, or fewer.")
    restrict: bool = Field(description="Asked for when it came in.")
    restricted_at: datetime | None = Field(
        description="Since when their data is stored and not used; null when it is not restricted."
    )
    identifiers: tuple[IdentifierOut, ...] = Field(description="None once the request is over.")
    participants: tuple[PartOut, ...]
    preview: PreviewCounts | None = Field(description="What an erasure would delete.")
    round: int
    stalled: StalledOut | None
    decided_by: Annotated[str | None, Field(examples=["usr_01j6qjwgz0e00800000000001a"])]
    decided_at: datetime | None
    reason_code: ReasonCode | None
    completed_at: datetime | None
    answer: Answering | None = Field(
        description="`by_officer`, the way that it came, when no address is known. `undelivered`: "
        "its e-mail was given up, so an officer has to; or it is sent again, within 30 days."
    )
    created_at: datetime
    updated_at: datetime


class RequestDetailOut(RequestOut):
    """A request by itself: with what officers have said about it, until it is over."""

    evidence: Annotated[str | None, Field(examples=[A_CALL])]
    extension_reason: Annotated[str | None, Field(examples=[FOUR_SYSTEMS])]


class ClaimOut(Shape):
    """Somebody who said to have these identifiers: perhaps the person, perhaps not."""

    id: ClaimId
    participant: ParticipantName
    kinds: tuple[Kind, ...]
    counts: Rows


class PreviewOut(PreviewCounts):
    claims: tuple[ClaimOut, ...]
    more_claims: int = Field(description="How many more claim to be the person: the oldest.")
