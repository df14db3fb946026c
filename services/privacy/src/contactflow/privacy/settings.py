"""What privacy's processes read from their environment, beside what every service's do."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from contactflow.erasure.receipts import KeysError, ReceiptKey, published
from contactflow.privacy.receipts.payload import Terms
from contactflow.runtime import FROM_JSON, Settings

Days = Annotated[int, Field(ge=0, le=366)]
CNIL = "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, https://www.cnil.fr/plaintes"


def _signs(key: SecretStr) -> SecretStr:
    try:
        ReceiptKey.from_jwk(key.get_secret_value())
    except KeysError:
        raise ValueError("must be an Ed25519 private key as JWK") from None
    return key


def _public(keys: list[dict[str, str]]) -> list[dict[str, str]]:
    try:
        known = published([], keys)["keys"]
    except KeysError:
        known = []
    if len(known) != len(keys) or any("d" in key for key in keys):
        raise ValueError("must be Ed25519 public keys as JWK, each once")
    return keys


class PrivacySettings(Settings):
    """`receipt_key` (Ed25519 JWK) signs receipts, and nothing else.

    `backup_days` is how long a backup is kept, `subprocessors` (JSON, days by name) how long
    outside providers keep what they were given, e.g. {"OpenAI": 30}: receipts say so.
    `retired_receipt_keys` (JSON list of public JWKs) signed receipts before, which stay verifiable.
    `supervisory_authority` is whom a person may complain to, and how it is reached.
    """

    receipt_key: Annotated[SecretStr, AfterValidator(_signs)]
    backup_days: Days = 35
    subprocessors: Annotated[dict[str, Days], FROM_JSON, Field({})]
    retired_receipt_keys: Annotated[
        list[dict[str, str]], FROM_JSON, AfterValidator(_public), Field([])
    ]
    supervisory_authority: str = Field(default=CNIL, min_length=1, max_length=2000)

    @property
    def terms(self) -> Terms:
        key = ReceiptKey.from_jwk(self.receipt_key.get_secret_value())
        return Terms(key, self.backup_days, self.subprocessors)
