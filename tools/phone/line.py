"""The line into the local stack: the demo's account, its numbers, and who speaks for the caller."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tools.phone.account import Account, Number
from tools.phone.mouth import Mouth

UNCHECKED_KEY = "local"
SPEECH_MODEL = "tts-1"


class NoLineError(Exception):
    """Nobody can be called; told to the person at the terminal, as it is."""


@dataclass(frozen=True)
class Line:
    """What a call needs; `carrier_port` is where the service expects the carrier's REST API."""

    account: Account
    number: Number
    carrier_port: int
    mouth: Mouth
    gateway: str
    api_key: str


def line(
    stack: Mapping[str, Any],
    language: str,
    environment: Mapping[str, str] = os.environ,  # noqa: TID251  the settings of a caller
) -> Line:
    """Of what `stack.json` says. Raises NoLineError.

    OPENAI_API_KEY, OPENAI_SPEECH_MODEL and OPENAI_VOICE are for a speech endpoint elsewhere.
    """
    phone = stack.get("phone")
    if not phone or language not in phone["numbers"]:
        raise NoLineError("The demo workspace has no phone number yet: run `make up`.")
    mouth = Mouth(
        environment.get("OPENAI_BASE_URL", stack["ai"]["base_url"]),
        environment.get("OPENAI_API_KEY", UNCHECKED_KEY),
        environment.get("OPENAI_SPEECH_MODEL", SPEECH_MODEL),
        environment.get("OPENAI_VOICE", "alloy"),
    )
    return Line(
        Account(phone["account_id"], phone["auth_token"]),
        Number(**phone["numbers"][language]),
        urlsplit(phone["carrier_api_url"]).port or 0,
        mouth,
        stack["gateway_url"],
        stack["demo"]["api_key"],
    )
