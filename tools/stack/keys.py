"""Random secrets, made once and kept where only we can read them."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tools.stack.state import write_private

KINDS = ("owner", "app", "system")


@dataclass(frozen=True)
class Secrets:
    """Those of one stack: those of all its services, and a set for each."""

    admin: str
    indexes: dict[str, str]
    receipts: dict[str, str]
    services: dict[str, dict[str, Any]]

    def public_keys(self) -> dict[str, dict[str, str]]:
        """Of each service the half of its signing key that the others trust (RFC 8037)."""
        return {
            name: {key: kept["signing_key"][key] for key in ("kty", "crv", "x")}
            for name, kept in self.services.items()
        }


def secrets(home: Path, services: list[str]) -> Secrets:
    """Those that were made before, and new ones for a service that was added since."""
    path = home / "secrets.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    known = kept.get("services", {})
    made = Secrets(
        kept.get("admin") or token_urlsafe(24),
        kept.get("indexes") or {"1": _bytes()},
        kept.get("receipts") or _signing_key(),
        known | {name: _of_a_service() for name in services if name not in known},
    )
    if made.__dict__ != kept:
        write_private(path, made.__dict__)
    return made


def _of_a_service() -> dict[str, Any]:
    passwords = {kind: token_urlsafe(24) for kind in KINDS}
    return {"passwords": passwords, "root_key": _bytes(), "signing_key": _signing_key()}


def _signing_key() -> dict[str, str]:
    """An Ed25519 key as a JWK."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return {"kty": "OKP", "crv": "Ed25519", "x": _url(public), "d": _url(key.private_bytes_raw())}


def _bytes() -> str:
    return base64.b64encode(token_bytes(32)).decode()


def _url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
