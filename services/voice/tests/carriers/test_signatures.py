"""Signatures of carriers, by their published vectors and our own keys."""

import base64
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from twilio.request_validator import RequestValidator

from contactflow.voice.carriers.model import Secrets, SigningKey
from contactflow.voice.carriers.telnyx import signature as telnyx
from contactflow.voice.carriers.twilio.signature import SHA256, is_genuine, is_genuine_stream

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
BODY = (
    b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234"
    b"&From=%2B14158675309&To=%2B18005551212"
)
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
SECRETS = Secrets("12345", SigningKey("k1", "shared"))


def check(**said: object) -> bool:
    given: dict[str, object] = {"url": URL, "body": BODY, "signature": SIGNATURE, "settings": None}
    return is_genuine(SECRETS, **(given | said))  # type: ignore[arg-type]


def test_twilios_own_vector_passes() -> None:
    assert check()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": URL + "&baz=3"},
        {"body": BODY + b"&Extra=1"},
        {"body": BODY.replace(b"1234&", b"1235&")},
        {"signature": ""},
        {"signature": SIGNATURE.lower()},
        {"settings": "key=k1,algorithm=HMAC_SHA256"},
        {"settings": "algorithm=MD5"},
    ],
)
def test_anything_else_does_not(wrong: dict[str, object]) -> None:
    assert not check(**wrong)


@pytest.mark.parametrize("url", ["https://voice.example/media", "https://voice.example:443/media"])
@pytest.mark.parametrize("signed_url", ["https://voice.example/m", "https://voice.example:443/m"])
def test_with_and_without_the_usual_port(url: str, signed_url: str) -> None:
    signed = RequestValidator("12345").compute_signature(signed_url + "edia", {})

    assert check(url=url, body=b"", signature=signed)


@pytest.mark.parametrize(
    ("settings", "genuine"),
    [
        ("key=k1,algorithm=HMAC_SHA256", True),
        ("key=k2,algorithm=HMAC_SHA256", False),
        ("key=k1,algorithm=HMAC_SHA512", False),
        ("key=k1", False),
    ],
)
def test_a_shared_key_signs_with_sha_256(settings: str, genuine: bool) -> None:  # noqa: FBT001
    signed = RequestValidator("shared").compute_signature(URL, {"CallSid": "CA1"}, SHA256)

    assert check(body=b"CallSid=CA1", signature=signed, settings=settings) is genuine


def test_a_body_is_the_one_that_the_url_speaks_of() -> None:
    body = b'{"a": 1}'
    url = f"{URL}&bodySHA256={sha256(body).hexdigest()}"
    signed = RequestValidator("12345").compute_signature(url, {})

    assert check(url=url, body=body, signature=signed)
    assert not check(url=url, body=body + b" ", signature=signed)


def test_every_value_of_a_repeated_parameter_counts() -> None:
    signed = RequestValidator("12345").compute_signature(URL, {"a": "1"})

    assert check(body=b"a=1&a=1", signature=signed)
    assert not check(body=b"a=1&a=2", signature=signed)


STREAM = "wss://voice.example.com/media"
STREAM_SIGNATURE = "jFDHVhI8XO69C49uXR3xmdZPylY="


@pytest.mark.parametrize(
    ("url", "genuine"),
    [
        (STREAM, True),
        ("wss://voice.example.com:443/media", True),
        ("https://voice.example.com/media", False),
        ("wss://voice.example.com/media/1", False),
        ("wss://voice.example.org/media", False),
    ],
)
def test_a_handshake_is_signed_by_its_url_alone(url: str, genuine: bool) -> None:  # noqa: FBT001
    signed = RequestValidator("12345").compute_signature(url, {})

    found = is_genuine_stream(SECRETS, url=STREAM, signature=signed, settings=None)

    assert found is genuine
    assert (signed == STREAM_SIGNATURE) is (url == STREAM)


@pytest.mark.parametrize("port", ["", ":443"])
@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("told", [STREAM, STREAM.replace(".com", ".com:443")])
def test_a_handshake_may_be_signed_with_the_usual_port_and_a_slash(
    port: str, end: str, told: str
) -> None:
    url = f"wss://voice.example.com{port}/media{end}"
    signed = RequestValidator("12345").compute_signature(url, {})

    assert is_genuine_stream(SECRETS, url=told, signature=signed, settings=None)


def test_a_shared_key_signs_handshakes_too() -> None:
    signed = RequestValidator("shared").compute_signature(STREAM, {}, SHA256)
    said = "key=k1,algorithm=HMAC_SHA256"

    assert is_genuine_stream(SECRETS, url=STREAM, signature=signed, settings=said)
    assert not is_genuine_stream(SECRETS, url=STREAM, signature=signed, settings=None)


@pytest.mark.parametrize(
    ("age", "tampered", "genuine"),
    [(0, b"", True), (299, b"", True), (301, b"", False), (-301, b"", False), (0, b" ", False)],
)
def test_telnyx_signs_time_and_raw_body(
    at: datetime,
    age: int,
    tampered: bytes,
    genuine: bool,  # noqa: FBT001
) -> None:
    key, body = Ed25519PrivateKey.generate(), b'{"data": {}}'
    stamp = str(int((at - timedelta(seconds=age)).timestamp()))
    signed = base64.b64encode(key.sign(stamp.encode() + b"|" + body)).decode()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()

    found = telnyx.is_genuine(
        public, body=body + tampered, signature=signed, timestamp=stamp, at=at
    )

    assert found is genuine


@pytest.mark.parametrize(("signature", "timestamp"), [("", "1"), ("AAAA", "x"), ("!", "1" * 99)])
def test_nonsense_is_not_telnyxs(at: datetime, signature: str, timestamp: str) -> None:
    assert not telnyx.is_genuine("AAAA", body=b"", signature=signature, timestamp=timestamp, at=at)
