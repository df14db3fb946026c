"""What a caller reads from the description of the stack."""

from typing import Any

import pytest

from tools.phone.account import Account, Number
from tools.phone.line import NoLineError, line

STACK: dict[str, Any] = {
    "gateway_url": "http://127.0.0.1:8080",
    "demo": {"api_key": "key"},
    "ai": {"base_url": "http://127.0.0.1:18090/v1"},
    "phone": {
        "account_id": "AC1",
        "auth_token": "12345",
        "carrier_api_url": "http://127.0.0.1:18100",
        "numbers": {
            "en": {"e164": "+331", "voice_url": "http://voice/v", "status_url": "http://voice/s"}
        },
    },
}


def test_the_demo_is_called_at_its_number_and_heard_by_its_own_ai() -> None:
    found = line(STACK, "en", {})

    assert found.account == Account("AC1", "12345")
    assert found.number == Number("+331", "http://voice/v", "http://voice/s")
    assert (found.carrier_port, found.api_key) == (18100, "key")
    assert (found.mouth.base_url, found.mouth.key) == (STACK["ai"]["base_url"], "local")


def test_a_speech_endpoint_elsewhere_is_named_by_the_environment() -> None:
    named = {
        "OPENAI_BASE_URL": "https://ai.example.com/v1",
        "OPENAI_API_KEY": "secret",
        "OPENAI_SPEECH_MODEL": "loud",
        "OPENAI_VOICE": "nova",
    }

    mouth = line(STACK, "en", named).mouth

    assert (mouth.base_url, mouth.key, mouth.model, mouth.voice) == tuple(named.values())


@pytest.mark.parametrize(
    ("stack", "language"), [(STACK, "fr"), (STACK | {"phone": None}, "en"), ({}, "en")]
)
def test_without_a_number_nobody_is_called(stack: dict[str, Any], language: str) -> None:
    with pytest.raises(NoLineError):
        line(stack, language, {})
