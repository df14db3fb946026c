"""A receipt that was signed is genuine, and any other is not."""

import copy
import json
import pickle
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from contactflow.erasure.receipts import (
    BadSignatureError,
    KeysError,
    MalformedReceiptError,
    ReceiptError,
    ReceiptKey,
    UnknownKeyError,
    published,
    read,
    sign,
    verify,
)

# RFC 8037, appendix A: the key, its thumbprint, and what it signs.
JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
KEY = ReceiptKey.from_jwk(json.dumps(JWK))
KEYS = published([KEY])
PAYLOAD = {
    "request_id": "rr_01m80h2e3tf8z9v7q4x6r5w1kd",
    "right": "erasure",
    "participants": [{"name": "chat", "deleted": {"messages": 12, "turns": 0}, "residue": 0}],
    "subprocessors": [],
    "version": 1,
}
RECEIPT = sign(PAYLOAD, KEY)
FILE = json.dumps(RECEIPT, separators=(",", ":"), ensure_ascii=False).encode()

scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
payloads = st.dictionaries(
    st.text(),
    st.recursive(  # narrow is deeper: fewer drafts have too many leaves and are thrown away
        scalars, lambda one: st.lists(one, max_size=5) | st.dictionaries(st.text(), one, max_size=5)
    ),
)


@given(payloads)
def test_what_was_signed_is_genuine_however_it_is_laid_out(payload: dict[str, Any]) -> None:
    receipt = sign(payload, KEY)
    laid_out = json.dumps(dict(reversed([*receipt.items()])), indent=3).encode()

    assert verify(read(laid_out), KEYS)["payload"] == payload


def test_keys_are_named_and_sign_as_their_standards_say() -> None:
    assert KEY.id == THUMBPRINT
    assert KEY.jwk == {"kid": THUMBPRINT, "kty": "OKP", "crv": "Ed25519", "x": JWK["x"]}
    assert KEY.sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc") == (
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_flipped_byte_is_rejected(place: int, mask: int) -> None:
    changed = bytearray(FILE)
    changed[place] ^= mask

    with pytest.raises(ReceiptError):
        verify(read(bytes(changed)), KEYS)


def test_each_flipped_bit_is_rejected() -> None:
    for bit in range(len(FILE) * 8):
        changed = bytearray(FILE)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ReceiptError):
            verify(read(bytes(changed)), KEYS)


@given(payloads)
def test_another_payload_is_rejected(payload: dict[str, Any]) -> None:
    with pytest.raises(BadSignatureError):
        verify({**RECEIPT, "payload": payload}, KEYS)


def test_a_receipt_of_another_key_is_rejected() -> None:
    stranger = ReceiptKey(Ed25519PrivateKey.generate())
    theirs = sign(PAYLOAD, stranger)

    with pytest.raises(UnknownKeyError):
        verify(theirs, KEYS)
    with pytest.raises(BadSignatureError):
        verify({**theirs, "key_id": KEY.id}, KEYS)
    assert verify(theirs, published([KEY, stranger]))


def test_a_key_is_known_by_what_it_is_not_by_what_it_says() -> None:
    stranger = ReceiptKey(Ed25519PrivateKey.generate())
    disguised = {"keys": [{**stranger.jwk, "kid": KEY.id}]}

    with pytest.raises(UnknownKeyError):
        verify(RECEIPT, disguised)
    assert verify(sign(PAYLOAD, stranger), disguised)


@pytest.mark.parametrize(
    "other",
    [
        None,
        [],
        "receipt",
        {},
        {**RECEIPT, "more": 1},
        {name: value for name, value in RECEIPT.items() if name != "algorithm"},
        {**RECEIPT, "algorithm": "none"},
        {**RECEIPT, "algorithm": None},
        {**RECEIPT, "payload": [PAYLOAD]},
        {**RECEIPT, "payload": {"rows": 2**53}},
        {**RECEIPT, "payload": {"name": "\ud800"}},
        {**RECEIPT, "payload": {"\ud800": "name"}},
        {**RECEIPT, "key_id": [KEY.id]},
        {**RECEIPT, "signature": 7},
    ],
)
def test_another_shape_is_no_receipt(other: object) -> None:
    with pytest.raises(MalformedReceiptError):
        verify(other, KEYS)


@pytest.mark.parametrize("signature", ["", "A", "é", "AAAA", f"{RECEIPT['signature']}=="])
def test_another_signature_is_rejected(signature: str) -> None:
    with pytest.raises(BadSignatureError):
        verify({**RECEIPT, "signature": signature}, KEYS)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf" + FILE,
        FILE.decode().encode("utf-16"),
        FILE + b"{}",
        b'{"rows":1,"rows":1}',
        b'{"rows":NaN}',
        b'{"rows":-Infinity}',
        b'{"rows":1e999}',
        b'{"rows":1.0}',
        b'{"rows":' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        FILE + b" " * (1 << 20),
    ],
)
def test_what_readers_could_read_differently_is_no_receipt(raw: bytes) -> None:
    with pytest.raises(MalformedReceiptError):
        read(raw)


def test_what_no_receipt_can_say_is_not_signed() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"in": deep}
    for payload in ({"share": 0.5}, {"at": object()}, {"rows": 2**53}, deep):
        with pytest.raises(MalformedReceiptError):
            sign(payload, KEY)


def test_a_receipt_keeps_what_was_signed() -> None:
    payload = copy.deepcopy(PAYLOAD)
    receipt = sign(payload, KEY)

    payload["participants"].clear()  # type: ignore[attr-defined]

    assert verify(receipt, KEYS)["payload"] == PAYLOAD


@pytest.mark.parametrize(
    "keys",
    [
        None,
        [],
        {},
        {"keys": {}},
        {"keys": [{**KEY.jwk, "x": "AAAA"}]},
        {"keys": [{**KEY.jwk, "x": None}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519"}]},
    ],
)
def test_unusable_keys_are_not_the_fault_of_the_receipt(keys: object) -> None:
    with pytest.raises(KeysError):
        verify(RECEIPT, keys)


def test_other_kinds_of_keys_may_be_published_beside_ours() -> None:
    assert verify(RECEIPT, {"keys": [{"kty": "EC", "crv": "P-256"}, None, *KEYS["keys"]]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        json.dumps({**JWK, "crv": "X25519"}),
        json.dumps({**JWK, "d": "AAAA"}),
        json.dumps({name: value for name, value in JWK.items() if name != "d"}),
        json.dumps({**JWK, "x": ReceiptKey(Ed25519PrivateKey.generate()).jwk["x"]}),
    ],
)
def test_what_is_no_private_key_signs_nothing(text: str) -> None:
    with pytest.raises(KeysError):
        ReceiptKey.from_jwk(text)


def test_a_key_never_leaves_the_process() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
    assert JWK["d"] not in f"{KEY!r}{KEY.jwk}"
