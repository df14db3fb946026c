"""The ways to a service: through the gateway, or straight to a process in the gateway's name."""

import json
from dataclasses import dataclass
from typing import Any

from contactflow.kernel import system_clock
from contactflow.web import Principal, TokenSigner
from tests.e2e.house import House


def signer(house: House, service: str) -> TokenSigner:
    """Signs as that service does: with its key."""
    key = house.around().secrets.services[service]["signing_key"]
    return TokenSigner(service, json.dumps(key), system_clock)


@dataclass(frozen=True)
class Door:
    """Where a visitor of the chat is served."""

    url: str
    straight_from: House | None = None

    def headers(self, token: str) -> dict[str, str]:
        """Who the visitor is, as this door wants to be told."""
        if self.straight_from is None:
            return {"Authorization": f"Bearer {token}"}
        gateway = signer(self.straight_from, "gateway").sign("chat", Principal.public("nobody"))
        return {"Authorization": f"Bearer {gateway}", "ContactFlow-Visitor-Token": token}


def said(block: bytes) -> tuple[int, Any] | None:
    """Id and data of a server-sent event that is a message; None for any other."""
    fields = dict(line.partition(b": ")[::2] for line in block.split(b"\n"))
    if fields.get(b"event") != b"message.created":
        return None
    return int(fields[b"id"]), json.loads(fields[b"data"])
