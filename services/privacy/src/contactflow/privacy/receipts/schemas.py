"""HTTP shapes of receipts."""

from typing import Annotated, Any, Literal

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


PAYLOAD = {
    "request_id": "rr_01j6qjwgz0e00800000000001a",
    "workspace_id": "ws_01j6qjwgz0e00800000000001a",
    "right": "erasure",
    "received_at": "2026-11-21T12:00:00Z",
    "completed_at": "2026-11-23T09:30:00Z",
    "legal_role": "processor",
    "participants": [
        {
            "name": "crm",
            "deleted": {"contacts": 1, "subjects": 1},
            "verified_at": "2026-11-23T09:30:00Z",
            "residue": 0,
        }
    ],
    "backups_expire_on": "2026-12-28",
    "subprocessors": [{"name": "OpenAI", "expires_on": "2026-12-23"}],
    "version": 1,
}
SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"


class ReceiptOut(Shape):
    """Signed over the RFC 8785 form of `payload`, with a key of contactflow-keys.json."""

    payload: Annotated[dict[str, Any], Field(examples=[PAYLOAD])]
    key_id: Annotated[str, Field(examples=[KEY_ID])]
    algorithm: Literal["Ed25519"]
    signature: Annotated[str, Field(examples=[SIGNATURE])]
