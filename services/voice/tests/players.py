"""Carriers as they call us: real signatures on raw bytes."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from httpx import AsyncClient, Response
from twilio.request_validator import RequestValidator

from contactflow.kernel import Clock, new_id
from contactflow.voice.numbers.model import Recording
from services.voice.tests.switchboard import NUMBER, TOKEN, Switchboard, made

PUBLIC_URL = "https://voice.example"
CALLER = "+14158675309"
OTHER = "+33140205050"


@dataclass
class Twilio:
    """One call of one account."""

    http: AsyncClient
    carrier_id: str
    sid: str = field(default_factory=lambda: f"CA{new_id().hex}")
    token: str = TOKEN

    async def voice(self, **said: str) -> Response:
        return await self.post("voice", {"CallStatus": "ringing", **said})

    async def status(self, status: str, sequence: int, **said: str) -> Response:
        news = {"CallStatus": status, "SequenceNumber": str(sequence)}
        return await self.post("status", {**news, **said})

    async def dial(self, status: str) -> Response:
        """How a hand-over ended; the caller is still there."""
        return await self.post("dial", {"CallStatus": "in-progress", "DialCallStatus": status})

    async def post(self, what: str, said: dict[str, str]) -> Response:
        form = {"CallSid": self.sid, "From": CALLER, "To": NUMBER, "Direction": "inbound", **said}
        path = f"/webhooks/twilio/{self.carrier_id}/{what}"
        signature = RequestValidator(self.token).compute_signature(PUBLIC_URL + path, form)
        return await self.http.post(
            path,
            content=urlencode(form),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Twilio-Signature": signature,
            },
        )


@dataclass
class Telnyx:
    """One call of one account."""

    http: AsyncClient
    clock: Clock
    key: Ed25519PrivateKey
    carrier_id: str
    sid: str = field(default_factory=lambda: f"v3:{new_id().hex}")

    @classmethod
    async def connect(
        cls, switchboard: Switchboard, clock: Clock, recording: Recording = "off"
    ) -> "Telnyx":
        key = Ed25519PrivateKey.generate()
        public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
        new = {"kind": "telnyx", "account_id": "1", "secret": "KEY1", "public_key": public}
        carrier = await made(switchboard.http, switchboard.staff, "/v1/carriers", new)
        number = {"e164": OTHER, "carrier_id": carrier["id"], "agent_id": switchboard.agent}
        number |= {"recording": recording}
        await made(switchboard.http, switchboard.staff, "/v1/phone-numbers", number)
        return cls(switchboard.http, clock, key, carrier["id"])

    async def post(self, event: str, **said: Any) -> Response:
        payload = {"call_control_id": self.sid, "from": CALLER, "to": OTHER, **said}
        data = {"event_type": event, "id": new_id().hex, "payload": payload}
        body = json.dumps({"data": data}).encode()
        stamp = str(int(self.clock().timestamp()))
        signed = base64.b64encode(self.key.sign(stamp.encode() + b"|" + body)).decode()
        return await self.http.post(
            f"/webhooks/telnyx/{self.carrier_id}",
            content=body,
            headers={"telnyx-signature-ed25519": signed, "telnyx-timestamp": stamp},
        )
