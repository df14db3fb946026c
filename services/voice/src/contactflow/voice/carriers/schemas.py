"""HTTP shapes of carriers."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from contactflow.voice.carriers.model import Kind, Secrets, SigningKey
from contactflow.web import Listed, Patch, Shape, public_id

KEY_BYTES = 32


def _is_key(said: str) -> str:
    try:
        raw = base64.b64decode(said, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ValueError("not an Ed25519 public key in base64")
    return said


CarrierId = Annotated[UUID, public_id("car")]
AccountId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=["AC0123456789abcdef0123456789abcdef"])
]
Secret = Annotated[str, Field(pattern=r"^[!-~]{1,512}$", examples=["the-account's-auth-token"])]
KeyId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=["shared-key-1"])]
PublicKey = Annotated[
    str,
    Field(max_length=64, examples=["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]),
    AfterValidator(_is_key),
]


class SigningKeyIn(Shape):
    id: KeyId
    secret: Secret

    @property
    def key(self) -> SigningKey:
        return SigningKey(self.id, self.secret)


class TwilioIn(Shape):
    kind: Literal["twilio"]
    account_id: AccountId
    secret: Secret
    signing_key: SigningKeyIn | None = None

    @property
    def public_key(self) -> None:
        """What Twilio signs needs none."""

    @property
    def secrets(self) -> Secrets:
        return Secrets(self.secret, self.signing_key.key if self.signing_key else None)


class TelnyxIn(Shape):
    kind: Literal["telnyx"]
    account_id: AccountId
    secret: Secret
    public_key: PublicKey

    @property
    def secrets(self) -> Secrets:
        return Secrets(self.secret)


CarrierIn = Annotated[TwilioIn | TelnyxIn, Field(discriminator="kind")]


class CarrierPatch(Patch):
    """New keys of the account; what is not said stays."""

    secret: Secret | None = None
    signing_key: SigningKeyIn | None = None
    public_key: PublicKey | None = None


class CarrierOut(Shape, Listed):
    """Secrets are never shown again."""

    id: CarrierId
    kind: Kind
    account_id: AccountId
    public_key: PublicKey | None
    created_at: datetime
    updated_at: datetime
