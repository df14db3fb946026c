"""HTTP shapes of receipts."""

from typing import Annotated, Literal

from pydantic import Field

from contactflow.web import Shape

KEY_ID = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
POINT = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


class PublicKeyOut(Shape):
    """A JWK (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, Field(examples=[POINT])]
    kid: Annotated[str, Field(examples=[KEY_ID])]


class KeysOut(Shape):
    """A JWK set (RFC 7517)."""

    keys: tuple[PublicKeyOut, ...]
