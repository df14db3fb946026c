"""What privacy's processes read from their environment, beside what every service's do."""

import json
from typing import Annotated

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import AfterValidator, SecretStr

from contactflow.runtime import Settings


def _signs(key: SecretStr) -> SecretStr:
    try:
        OKPKey.import_key(json.loads(key.get_secret_value()))
    except (JoseError, TypeError, ValueError):
        raise ValueError("must be an Ed25519 private key as JWK") from None
    return key


class PrivacySettings(Settings):
    """`receipt_key` (Ed25519 JWK) signs receipts, and nothing else."""

    receipt_key: Annotated[SecretStr, AfterValidator(_signs)]
