"""Who the carrier is to the service: an account with its signature, and numbers."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx


@dataclass(frozen=True)
class Number:
    """What is dialled, and the webhooks that were entered for it."""

    e164: str
    voice_url: str
    status_url: str | None = None


@dataclass(frozen=True)
class Account:
    """At Twilio's. `reach` says where a public address is reached from here, by its beginning."""

    sid: str
    token: str
    reach: Mapping[str, str] = field(default_factory=dict)

    def signature(self, url: str, form: Mapping[str, str]) -> str:
        """What Twilio sends as X-Twilio-Signature (its security reference, form webhooks)."""
        signed = url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.digest(self.token.encode(), signed.encode(), hashlib.sha1)
        return base64.b64encode(digest).decode()

    def here(self, url: str) -> str:
        """Where that public address is reached from here."""
        for public, local in self.reach.items():
            if url.startswith(public):
                return local + url.removeprefix(public)
        return url

    async def tell(self, http: httpx.AsyncClient, url: str, form: Mapping[str, str]) -> str:
        """Call a webhook; what it answers. Raises httpx.HTTPError."""
        headers = {
            "X-Twilio-Signature": self.signature(url, form),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        answer = await http.post(self.here(url), content=urlencode(form), headers=headers)
        return answer.raise_for_status().text
