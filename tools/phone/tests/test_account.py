"""Signatures, against vectors that Twilio's own library gives."""

from tools.phone.account import Account

FORM = {
    "To": "+18005551212",
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
}


def test_a_form_is_signed_with_its_url() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    assert Account("AC1", "12345").signature(url, FORM) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_a_handshake_is_its_url_alone() -> None:
    signature = Account("AC1", "12345").signature("wss://voice.example.com/media", {})

    assert signature == "jFDHVhI8XO69C49uXR3xmdZPylY="


def test_a_public_address_leads_here() -> None:
    account = Account("AC1", "12345", {"https://voice.example.com": "http://127.0.0.1:81"})

    assert account.here("https://voice.example.com/a?b") == "http://127.0.0.1:81/a?b"
    assert account.here("https://elsewhere.example.com/a") == "https://elsewhere.example.com/a"
