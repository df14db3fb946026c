"""Whether a webhook or a media socket is Twilio's, by every scheme it signs with.

Source: Twilio, "Webhooks security", and twilio 9.13.0's RequestValidator.
"""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

from contactflow.voice.carriers.model import Secrets

SHA1: Final = "HMAC_SHA1"
SHA256: Final = "HMAC_SHA256"
ALGORITHMS: Final = {SHA1, SHA256}
USUAL_PORTS: Final = {"wss": 443, "ws": 80}


class Params:
    """Form parameters as the validator reads them: every value of a repeated one."""

    def __init__(self, body: bytes) -> None:
        self._pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._pairs])

    def getall(self, name: str) -> list[str]:
        return [value for known, value in self._pairs if known == name]


def is_genuine(
    secrets: Secrets, *, url: str, body: bytes, signature: str, settings: str | None
) -> bool:
    """Whether `url`, as Twilio was told it, and the raw body are signed by the account.

    `settings` is the header that names another key and algorithm. What names one that is not known
    is refused, and so is a body that is not the one a hash in the URL speaks of.
    """
    key, algorithm = _chosen(secrets, settings)
    if key is None or algorithm not in ALGORITHMS:
        return False
    hashes = parse_qs(urlsplit(url).query).get("bodySHA256")
    if hashes and not hmac.compare_digest(sha256(body).hexdigest(), hashes[0].lower()):
        return False
    params = None if hashes else Params(body)
    return bool(RequestValidator(key).validate(url, params, signature, algorithm))


def is_genuine_stream(secrets: Secrets, *, url: str, signature: str, settings: str | None) -> bool:
    """Whether the handshake of a media WebSocket is signed by the account: its URL, nothing else.

    `url` is as it was told in TwiML, whatever address a proxy shows. Twilio may have put the usual
    port into it, which its own library knows of http alone (it adds port 80 to wss), or a slash to
    its end.
    """
    parts = urlsplit(url)
    told = parts.netloc if parts.port else f"{parts.netloc}:{USUAL_PORTS[parts.scheme]}"
    with_port = parts._replace(netloc=told).geturl()
    return any(
        is_genuine(secrets, url=spelt, body=b"", signature=signature, settings=settings)
        for spelt in (with_port, f"{with_port}/")
    )


def _chosen(secrets: Secrets, settings: str | None) -> tuple[str | None, str]:
    if settings is None:
        return secrets.secret, SHA1
    said = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    algorithm, key_id = said.get("algorithm", SHA1).upper(), said.get("key")
    if key_id is None:
        return secrets.secret, algorithm
    known = secrets.signing_key
    return (known.secret if known and known.id == key_id else None), algorithm
